//! Minutes as a reader sees them: what each meeting's were, and what became of them.

use super::listed::{Asked, Field, Listed, Page, joined, text};
use super::read_query::{AskError, CommitteeScope, DefaultMoment, ReadQuery, RowSelection, vantages};
use super::visible_row::VisibleRow;
use crate::present::table::{Cell, Tone};
use crate::present::times::date;
use chrono::NaiveDate;
use minutebook_domain::meeting::{MinutesEdition, MinutesOutcome};
use minutebook_domain::reference::{CommitteeCode, MeetingRef, Prose, Reference};
use minutebook_ledger::Log;
use minutebook_projections::meetings::{MeetingRow, Meetings};
use minutebook_projections::minutes::{Minutes, MinutesRow, MinutesStep};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One edition of the minutes of one meeting. Of a meeting of which nothing was drafted or approved there is one that
/// names no edition.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MinutesView {
    /// The meeting that was minuted; none where the ledger does not hold it, and has its day from the approval.
    pub meeting: Option<MeetingRef>,
    /// The committee.
    pub committee: CommitteeCode,
    /// The day it was held.
    pub held_on: NaiveDate,
    /// RowSelection of the two sets.
    pub edition: Option<MinutesEdition>,
    /// `approved` or `not yet approved`.
    pub status: &'static str,
    /// When they were drafted, as far as the ledger knows.
    pub drafted_on: Option<NaiveDate>,
    /// The document.
    pub document: Option<Reference>,
    /// When they were approved.
    pub approved_on: Option<NaiveDate>,
    /// The meeting that approved them.
    pub approved_at: Option<MeetingRef>,
    /// As written, or subject to amendments.
    pub outcome: Option<MinutesOutcome>,
    /// The amendments that the reader may see.
    pub amendments: Vec<Prose>,
    /// Whether comments had been received, as far as the record says.
    pub comments_received: Option<bool>,
}

/// What is known of one edition.
#[derive(Default)]
struct Edition<'a> {
    drafted: Option<&'a VisibleRow<MinutesRow>>,
    approved: Option<&'a VisibleRow<MinutesRow>>,
}

/// The minutes of every meeting that was held by the day that is asked about, and of every day whose minutes were
/// approved. What a meeting did that the reader may not know of is left out.
fn minutes(
    meetings: &[VisibleRow<MeetingRow>],
    steps: &[VisibleRow<MinutesRow>],
    vantage: &CommitteeScope,
) -> Vec<MinutesView> {
    let known: BTreeMap<&MeetingRef, &MeetingRow> = meetings
        .iter()
        .filter(|seen| seen.permits(|row| Some(row.classification)))
        .map(|seen| (&seen.row.reference, &seen.row))
        .collect();
    let mut editions: BTreeMap<(NaiveDate, MinutesEdition), Edition<'_>> = BTreeMap::new();
    // Meetings approve in the order in which they are held: the last word counts.
    let mut steps: Vec<_> =
        steps.iter().filter_map(|step| Some((known.get(&step.row.meeting)?.held_on, step))).collect();
    steps.sort_by_key(|(day, _)| *day);
    for (day, step) in steps {
        let edition = step.row.edition;
        match &step.row.step {
            MinutesStep::Drafted { .. } => editions.entry((day, edition)).or_default().drafted = Some(step),
            MinutesStep::Approved { minutes_of, .. } => {
                editions.entry((*minutes_of, edition)).or_default().approved = Some(step);
            }
        }
    }
    let of_day = |day: NaiveDate| known.values().find(|meeting| meeting.held_on == day);
    let mut views: Vec<MinutesView> = editions
        .iter()
        .map(|((day, edition), found)| {
            let mut view = MinutesView::of(*day, of_day(*day).map(|meeting| &meeting.reference), vantage);
            view.edition = Some(*edition);
            if let Some(step) = found.drafted {
                view.draft(step);
            }
            if let Some(step) = found.approved {
                let approved_on = known.get(&step.row.meeting).map(|meeting| meeting.held_on);
                view.approve(step, approved_on);
            }
            view
        })
        .collect();
    let minuted: BTreeSet<NaiveDate> = views.iter().map(|view| view.held_on).collect();
    let unminuted = known.values().filter(|meeting| meeting.held_on <= vantage.today);
    let unminuted = unminuted.filter(|meeting| !minuted.contains(&meeting.held_on));
    views.extend(unminuted.map(|meeting| MinutesView::of(meeting.held_on, Some(&meeting.reference), vantage)));
    views.sort_by_key(|view| (view.held_on, view.edition));
    views
}

impl MinutesView {
    fn of(held_on: NaiveDate, meeting: Option<&MeetingRef>, vantage: &CommitteeScope) -> Self {
        Self {
            meeting: meeting.cloned(),
            committee: vantage.committee.code.clone(),
            held_on,
            edition: None,
            status: "not yet approved",
            drafted_on: None,
            document: None,
            approved_on: None,
            approved_at: None,
            outcome: None,
            amendments: Vec::new(),
            comments_received: None,
        }
    }

    fn draft(&mut self, step: &VisibleRow<MinutesRow>) {
        if let MinutesStep::Drafted { drafted_on, document } = &step.row.step {
            self.drafted_on = Some(*drafted_on);
            self.document.clone_from(document);
        }
    }

    fn approve(&mut self, step: &VisibleRow<MinutesRow>, on: Option<NaiveDate>) {
        let MinutesStep::Approved { outcome, amendments, comments_received, .. } = &step.row.step else { return };
        self.status = "approved";
        self.approved_on = on;
        self.approved_at = Some(step.row.meeting.clone());
        self.outcome = Some(*outcome);
        self.comments_received = *comments_received;
        let amendment = |at: usize| {
            step.text(move |row| match &row.step {
                MinutesStep::Approved { amendments, .. } => amendments.get(at),
                MinutesStep::Drafted { .. } => None,
            })
        };
        self.amendments = (0..amendments.len()).filter_map(amendment).cloned().collect();
    }
}

/// RowSelection minutes.
#[derive(Debug, Clone, Default)]
pub struct MinutesFilter {
    /// Only those that are not yet approved.
    pub unapproved: bool,
    /// Those of a meeting.
    pub meeting: Option<MeetingRef>,
}

impl Asked for MinutesView {
    type Filter = MinutesFilter;

    async fn ask(log: &Log, question: &ReadQuery, filter: &MinutesFilter) -> Result<Page<Self>, AskError> {
        let vantages = vantages(log, question, DefaultMoment::Now).await?;
        let mut page = Page::of_moment(&vantages, question, DefaultMoment::Now);
        let mut pinned = None;
        for mut vantage in vantages {
            vantage.pin(pinned);
            let (meetings, position) = vantage.rows::<Meetings>(log, RowSelection::all::<Meetings>()).await?;
            pinned = Some(position);
            vantage.pin(pinned);
            let (steps, _) = vantage.rows::<Minutes>(log, RowSelection::all::<Minutes>()).await?;
            page.rows.extend(minutes(&meetings, &steps, &vantage));
            page.position = page.position.max(position);
        }
        page.rows.retain(|view| {
            (!filter.unapproved || view.approved_at.is_none())
                && filter.meeting.as_ref().is_none_or(|wanted| view.meeting.as_ref() == Some(wanted))
        });
        page.rows.sort_by(|a, b| (a.held_on, &a.committee, a.edition).cmp(&(b.held_on, &b.committee, b.edition)));
        Ok(page)
    }
}

impl Listed for MinutesView {
    const PLURAL: &'static str = "minutes";
    const TITLES: &'static [&'static str] = &["Meeting", "Held", "Edition", "Drafted", "Approved", "How"];
    const NOTHING: &'static str = "no meeting was held by then";
    const FIELDS: &'static [Field<Self>] = &[
        Field { name: "meeting", value: |minutes| text(minutes.meeting.as_ref()) },
        Field { name: "committee", value: |minutes| minutes.committee.to_string() },
        Field { name: "held_on", value: |minutes| minutes.held_on.to_string() },
        Field { name: "edition", value: |minutes| text(minutes.edition.as_ref()) },
        Field { name: "status", value: |minutes| minutes.status.to_owned() },
        Field { name: "drafted_on", value: |minutes| text(minutes.drafted_on.as_ref()) },
        Field { name: "document", value: |minutes| text(minutes.document.as_ref()) },
        Field { name: "approved_on", value: |minutes| text(minutes.approved_on.as_ref()) },
        Field { name: "approved_at", value: |minutes| text(minutes.approved_at.as_ref()) },
        Field { name: "outcome", value: |minutes| text(minutes.outcome.as_ref()) },
        Field { name: "amendments", value: |minutes| joined(&minutes.amendments) },
        Field { name: "comments_received", value: |minutes| text(minutes.comments_received.as_ref()) },
    ];

    fn cells(&self) -> Vec<Cell> {
        let approved = match self.approved_on {
            Some(day) => {
                let at = text(self.approved_at.as_ref());
                Cell::toned(format!("{} {at}", date(Some(day))), Tone::Settled)
            }
            None => Cell::toned(self.status, Tone::Alert),
        };
        let how: Vec<String> = self.outcome.iter().map(ToString::to_string).collect();
        let amendments = self.amendments.iter().map(ToString::to_string);
        vec![
            text(self.meeting.as_ref()).into(),
            date(Some(self.held_on)).into(),
            text(self.edition.as_ref()).into(),
            date(self.drafted_on).into(),
            approved,
            how.into_iter().chain(amendments).collect::<Vec<_>>().join("\n").into(),
        ]
    }
}

//! Lists each meeting's minutes with their draft and their approval.

use super::list::{ListField, ListItem, ListPage, joined, text};
use super::meeting_names::names_of;
use super::queryable::Queryable;
use super::read_query::{
    CommitteeScope, DefaultMoment, QueryError, ReadQuery, RowSelection, committee_scopes, rows_by_committee,
};
use super::visible_row::VisibleRow;
use chrono::NaiveDate;
use minutebook_domain::meeting::{MinutesEdition, MinutesOutcome};
use minutebook_domain::reference::{CommitteeCode, MeetingRef, Prose, Reference};
use minutebook_ledger::Log;
use minutebook_projections::meetings::{MeetingRow, Meetings};
use minutebook_projections::minutes::{Minutes, MinutesRow, MinutesStep};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One edition of a meeting's minutes. A meeting without drafted or approved minutes has one entry without an edition.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MinutesView {
    /// The meeting that was minuted; null if the ledger knows only its day, from the approval.
    pub meeting: Option<MeetingRef>,
    /// The committee's code.
    pub committee: CommitteeCode,
    /// The day of the meeting that was minuted.
    pub held_on: NaiveDate,
    /// The edition: draft or confidential draft minutes.
    pub edition: Option<MinutesEdition>,
    /// `approved` or `not yet approved`.
    pub status: &'static str,
    /// The day on which the minutes were drafted, if known.
    pub drafted_on: Option<NaiveDate>,
    /// The document that holds the draft.
    pub document: Option<Reference>,
    /// The day on which the minutes were approved.
    pub approved_on: Option<NaiveDate>,
    /// The meeting that approved the minutes.
    pub approved_at: Option<MeetingRef>,
    /// Whether they were approved as written or subject to amendments.
    pub outcome: Option<MinutesOutcome>,
    /// The amendments that the reader may see.
    pub amendments: Vec<Prose>,
    /// Whether comments had been received; null if the record does not say.
    pub comments_received: Option<bool>,
}

/// The steps of one edition.
#[derive(Default)]
struct Edition<'a> {
    drafted: Option<&'a VisibleRow<MinutesRow>>,
    approved: Option<&'a VisibleRow<MinutesRow>>,
}

/// Returns the minutes of every meeting held by the requested day, and of every day whose minutes were approved. Leaves
/// out the steps of meetings that the reader may not see.
fn minutes(
    meetings: &[VisibleRow<MeetingRow>],
    steps: &[VisibleRow<MinutesRow>],
    scope: &CommitteeScope,
) -> Vec<MinutesView> {
    let known: BTreeMap<&MeetingRef, &MeetingRow> = meetings
        .iter()
        .filter(|visible| visible.permits(|row| Some(row.classification)))
        .map(|visible| (visible.row.first_reference(), &visible.row))
        .collect();
    let mut editions: BTreeMap<(NaiveDate, MinutesEdition), Edition<'_>> = BTreeMap::new();
    // Of several approvals of one edition the one by the latest meeting counts.
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
            let mut view = MinutesView::of(*day, of_day(*day).map(|meeting| &meeting.reference), scope);
            view.edition = Some(*edition);
            if let Some(step) = found.drafted {
                view.draft(step);
            }
            if let Some(step) = found.approved {
                view.approve(step, known.get(&step.row.meeting).copied());
            }
            view
        })
        .collect();
    let minuted: BTreeSet<NaiveDate> = views.iter().map(|view| view.held_on).collect();
    let unminuted = known.values().filter(|meeting| meeting.held_on <= scope.today && !meeting.cancelled);
    let unminuted = unminuted.filter(|meeting| !minuted.contains(&meeting.held_on));
    views.extend(unminuted.map(|meeting| MinutesView::of(meeting.held_on, Some(&meeting.reference), scope)));
    views.sort_by_key(|view| (view.held_on, view.edition));
    views
}

impl MinutesView {
    fn of(held_on: NaiveDate, meeting: Option<&MeetingRef>, scope: &CommitteeScope) -> Self {
        Self {
            meeting: meeting.cloned(),
            committee: scope.committee.code.clone(),
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

    fn approve(&mut self, step: &VisibleRow<MinutesRow>, at: Option<&MeetingRow>) {
        let MinutesStep::Approved { outcome, amendments, comments_received, .. } = &step.row.step else { return };
        self.status = "approved";
        self.approved_on = at.map(|meeting| meeting.held_on);
        self.approved_at = Some(at.map_or(&step.row.meeting, |meeting| &meeting.reference).clone());
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

/// Selects minutes. An empty filter selects all of them.
#[derive(Debug, Clone, Default)]
pub struct MinutesFilter {
    /// Whether to select only minutes not yet approved.
    pub unapproved: bool,
    /// The meeting that was minuted.
    pub meeting: Option<MeetingRef>,
}

impl Queryable for MinutesView {
    type Filter = MinutesFilter;

    async fn list(log: &Log, query: &ReadQuery, filter: &MinutesFilter) -> Result<ListPage<Self>, QueryError> {
        let mut scopes = committee_scopes(log, query, DefaultMoment::Now).await?;
        let mut page = ListPage::of_moment(&scopes, query, DefaultMoment::Now);
        let all = RowSelection::all::<Meetings>();
        let (meetings, position) = rows_by_committee::<Meetings>(log, &mut scopes, all).await?;
        let (steps, _) = rows_by_committee::<Minutes>(log, &mut scopes, RowSelection::all::<Minutes>()).await?;
        for ((meetings, steps), scope) in meetings.iter().zip(&steps).zip(&scopes) {
            page.rows.extend(minutes(meetings, steps, scope));
        }
        page.position = position;
        let of_meeting = match &filter.meeting {
            Some(given) => names_of(log, &query.clearances, &given.to_string()).await?,
            None => Vec::new(),
        };
        page.rows.retain(|view| {
            let is_of_it = || view.meeting.as_ref().is_some_and(|meeting| of_meeting.contains(&meeting.to_string()));
            (!filter.unapproved || view.approved_at.is_none()) && (filter.meeting.is_none() || is_of_it())
        });
        page.rows.sort_by(|a, b| (a.held_on, &a.committee, a.edition).cmp(&(b.held_on, &b.committee, b.edition)));
        Ok(page)
    }
}

impl ListItem for MinutesView {
    const PLURAL: &'static str = "minutes";
    const FIELDS: &'static [ListField<Self>] = &[
        ListField { name: "meeting", value: |minutes| text(minutes.meeting.as_ref()) },
        ListField { name: "committee", value: |minutes| minutes.committee.to_string() },
        ListField { name: "held_on", value: |minutes| minutes.held_on.to_string() },
        ListField { name: "edition", value: |minutes| text(minutes.edition.as_ref()) },
        ListField { name: "status", value: |minutes| minutes.status.to_owned() },
        ListField { name: "drafted_on", value: |minutes| text(minutes.drafted_on.as_ref()) },
        ListField { name: "document", value: |minutes| text(minutes.document.as_ref()) },
        ListField { name: "approved_on", value: |minutes| text(minutes.approved_on.as_ref()) },
        ListField { name: "approved_at", value: |minutes| text(minutes.approved_at.as_ref()) },
        ListField { name: "outcome", value: |minutes| text(minutes.outcome.as_ref()) },
        ListField { name: "amendments", value: |minutes| joined(&minutes.amendments) },
        ListField { name: "comments_received", value: |minutes| text(minutes.comments_received.as_ref()) },
    ];
}

//! Actions as a reader sees them.

use super::listed::{Asked, Field, Listed, Page, joined, mentions, text};
use super::read_query::{AskError, CommitteeScope, DefaultMoment, ReadQuery, RowSelection, page, visible};
use super::visible_row::{VisibleRow, sees_all};
use crate::present::table::{Cell, Tone};
use crate::present::times::date;
use chrono::NaiveDate;
use minutebook_domain::action::{ActionStatus, ReportedProgress};
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::{ActionRef, CommitteeCode, MeetingRef, Name, Prose, Reference};
use minutebook_ledger::Log;
use minutebook_projections::actions::{ActionRow, Actions};
use minutebook_projections::projection::Projection;
use minutebook_projections::words::Search;
use serde::Serialize;

/// An action, at the moment that was asked about.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ActionView {
    /// Its reference.
    pub reference: ActionRef,
    /// What is to be done.
    pub text: Prose,
    /// Who is to do it.
    pub owners: Vec<Name>,
    /// By when.
    pub due_on: Option<NaiveDate>,
    /// Where it stands.
    pub status: ActionStatus,
    /// Whether an outstanding one is on target or overdue, by its date.
    pub progress: Option<ReportedProgress>,
    /// Whether it is outstanding and its date has passed.
    pub overdue: bool,
    /// The meeting that raised it.
    pub raised_in: Option<MeetingRef>,
    /// The day it was raised.
    pub raised_on: NaiveDate,
    /// The classification of its text.
    pub classification: Classification,
    /// The committee.
    pub committee: CommitteeCode,
    /// The agenda item it was raised under.
    pub item: Option<u32>,
    /// The mark printed beside it.
    pub marked: Option<Classification>,
    /// What it mentions.
    pub references: Vec<Reference>,
    /// What the committee was last told of it.
    pub reported: Option<ReportedProgress>,
    /// What was last said of it.
    pub note: Option<Prose>,
    /// The day it was last dealt with.
    pub updated_on: NaiveDate,
    /// The day it was completed, withdrawn or superseded.
    pub closed_on: Option<NaiveDate>,
    /// The action that took its place.
    pub superseded_by: Option<ActionRef>,
    /// For how many days it has been open, or was.
    pub age_days: i64,
    /// How often its due date was moved.
    pub due_date_moves: u32,
    /// How often it was carried forward.
    pub carried_forward: u32,
    /// How often its owners changed.
    pub reassigned: u32,
}

impl ActionView {
    /// The action; none for a reader who may not see its text: for them it does not exist.
    fn of(seen: &VisibleRow<ActionRow>, vantage: &CommitteeScope) -> Option<Self> {
        let text = seen.text(|row| Some(&row.text))?.clone();
        let row = &seen.row;
        let outstanding = row.status == ActionStatus::Outstanding;
        let overdue = outstanding && row.due_on.is_some_and(|due| due < vantage.today);
        let progress = if overdue { ReportedProgress::Overdue } else { ReportedProgress::OnTarget };
        // What an earlier note is classified as today the row of today does not say, where another has followed it.
        let note = row.note.as_ref().filter(|_| seen.is_unreserved()).and_then(|note| note.disclose(seen.clearance()));
        Some(Self {
            reference: row.reference.clone(),
            text,
            owners: row.owners.clone(),
            due_on: row.due_on,
            status: row.status,
            progress: outstanding.then_some(progress),
            overdue,
            raised_in: row.raised_in.clone(),
            raised_on: row.raised_on,
            classification: row.text.classification(),
            committee: row.reference.committee().clone(),
            item: row.item,
            marked: row.marked,
            references: row.references.clone(),
            reported: row.reported,
            note: note.cloned(),
            updated_on: row.updated_on,
            closed_on: row.closed_on,
            superseded_by: row.superseded_by.clone(),
            age_days: (row.closed_on.unwrap_or(vantage.today) - row.raised_on).num_days().max(0),
            due_date_moves: row.due_date_moves,
            carried_forward: row.carried_forward,
            reassigned: row.reassigned,
        })
    }
}

/// RowSelection actions.
#[derive(Debug, Clone, Default)]
pub struct ActionFilter {
    /// Those that stand so; all of them if there are none.
    pub statuses: Vec<ActionStatus>,
    /// Those of an owner, by any part of the name.
    pub owner: Option<String>,
    /// Those that are overdue.
    pub overdue: bool,
    /// Those that are due before a day.
    pub due_before: Option<NaiveDate>,
    /// Those that a meeting raised.
    pub meeting: Option<MeetingRef>,
    /// Those that are, or mention, something.
    pub reference: Option<String>,
    /// Those that hold all of these words, the last of which may be the beginning of one.
    pub search: Option<String>,
}

impl ActionFilter {
    fn admits(&self, action: &ActionView, search: Option<&Search>) -> bool {
        let is = |wanted: &str, found: &str| found.eq_ignore_ascii_case(wanted);
        let owned = |owner: &str| action.owners.iter().any(|name| mentions(&[name.as_str()], owner));
        let names = |reference: &str| {
            let own = is(reference, &action.reference.to_string());
            own || action.references.iter().any(|mentioned| is(reference, mentioned.as_str()))
        };
        let holds = |search: &Search| {
            let reference = action.reference.to_string();
            let owners = joined(&action.owners);
            let note = text(action.note.as_ref());
            search.is_found_in(&[action.text.as_str(), &reference, &owners, &note])
        };
        (self.statuses.is_empty() || self.statuses.contains(&action.status))
            && self.owner.as_deref().is_none_or(owned)
            && (!self.overdue || action.overdue)
            && self.due_before.is_none_or(|day| action.due_on.is_some_and(|due| due < day))
            && self.meeting.as_ref().is_none_or(|meeting| action.raised_in.as_ref() == Some(meeting))
            && self.reference.as_deref().is_none_or(names)
            && search.is_none_or(holds)
    }
}

impl Asked for ActionView {
    type Filter = ActionFilter;

    async fn ask(log: &Log, question: &ReadQuery, filter: &ActionFilter) -> Result<Page<Self>, AskError> {
        let search = filter.search.as_deref().map(Search::of);
        let facets = if filter.statuses == [ActionStatus::Outstanding] { &["outstanding"] } else { Actions::FACETS };
        let which = RowSelection { facets, search: search.as_ref() };
        let mut page = page::<Actions, _>(log, question, DefaultMoment::Now, which, |rows, vantage| {
            let views = rows.iter().filter_map(|seen| Self::of(seen, vantage));
            views.filter(|view| filter.admits(view, search.as_ref())).collect()
        })
        .await?;
        hide_unseen(log, question, &mut page).await?;
        page.rows.sort_by(|a, b| a.reference.cmp(&b.reference));
        Ok(page)
    }
}

/// Leaves out the names of actions that the reader may not see.
async fn hide_unseen(log: &Log, question: &ReadQuery, page: &mut Page<ActionView>) -> Result<(), AskError> {
    let restricted = |action: &ActionView| !sees_all(question.reach.of(&action.committee));
    if !page.rows.iter().any(|action| action.superseded_by.is_some() && restricted(action)) {
        return Ok(());
    }
    let name = |seen: &VisibleRow<ActionRow>| seen.text(|row| Some(&row.text)).map(|_| seen.row.reference.clone());
    let visible = visible::<Actions, _, _>(log, question, page, name).await?;
    for action in page.rows.iter_mut().filter(|action| restricted(action)) {
        action.superseded_by = action.superseded_by.take().filter(|by| visible.contains(by));
    }
    Ok(())
}

impl Listed for ActionView {
    const PLURAL: &'static str = "actions";
    const TITLES: &'static [&'static str] = &["Action", "What is to be done", "Owner", "Due", "Status", "Raised"];
    const NOTHING: &'static str = "no such actions";
    const FIELDS: &'static [Field<Self>] = &[
        Field { name: "reference", value: |action| action.reference.to_string() },
        Field { name: "text", value: |action| action.text.to_string() },
        Field { name: "owners", value: |action| joined(&action.owners) },
        Field { name: "due_on", value: |action| text(action.due_on.as_ref()) },
        Field { name: "status", value: |action| action.status.to_string() },
        Field { name: "progress", value: |action| text(action.progress.as_ref()) },
        Field { name: "overdue", value: |action| action.overdue.to_string() },
        Field { name: "raised_in", value: |action| text(action.raised_in.as_ref()) },
        Field { name: "raised_on", value: |action| action.raised_on.to_string() },
        Field { name: "classification", value: |action| action.classification.to_string() },
        Field { name: "committee", value: |action| action.committee.to_string() },
        Field { name: "references", value: |action| joined(&action.references) },
        Field { name: "note", value: |action| text(action.note.as_ref()) },
        Field { name: "updated_on", value: |action| action.updated_on.to_string() },
        Field { name: "closed_on", value: |action| text(action.closed_on.as_ref()) },
        Field { name: "superseded_by", value: |action| text(action.superseded_by.as_ref()) },
        Field { name: "age_days", value: |action| action.age_days.to_string() },
        Field { name: "due_date_moves", value: |action| action.due_date_moves.to_string() },
        Field { name: "carried_forward", value: |action| action.carried_forward.to_string() },
        Field { name: "reassigned", value: |action| action.reassigned.to_string() },
    ];
    fn cells(&self) -> Vec<Cell> {
        let (state, tone) = match (self.progress, self.closed_on) {
            (Some(ReportedProgress::Overdue), _) => (ReportedProgress::Overdue.to_string(), Tone::Alert),
            (Some(progress), _) => (progress.to_string(), Tone::Plain),
            (None, closed_on) => (format!("{} {}", self.status, date(closed_on)), Tone::Settled),
        };
        vec![
            self.reference.to_string().into(),
            self.text.to_string().into(),
            joined(&self.owners).into(),
            date(self.due_on).into(),
            Cell::toned(state.trim_end(), tone),
            format!("{} {}", date(Some(self.raised_on)), text(self.raised_in.as_ref())).trim_end().into(),
        ]
    }
}

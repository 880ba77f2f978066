//! Lists actions.

use super::list::{ListField, ListItem, ListPage, joined, mentions, text};
use super::meeting_names::{GivenNames, MeetingNames};
use super::moment::KnownAt;
use super::queryable::Queryable;
use super::read_query::{CommitteeScope, DefaultMoment, QueryError, ReadQuery, RowSelection, page, visible_names};
use super::since::changed_since;
use super::visible_row::{VisibleRow, sees_all};
use chrono::NaiveDate;

use minutebook_domain::action::{ActionStatus, ReportedProgress};
use minutebook_domain::classification::Classification;
use minutebook_domain::comparison::is_same_name;
use minutebook_domain::reference::{ActionRef, CommitteeCode, ItemLabel, MeetingRef, Name, Prose, Reference};
use minutebook_domain::{Position, StreamId};
use minutebook_ledger::Log;
use minutebook_projections::actions::{ActionRow, Actions};
use minutebook_projections::projection::Projection;
use minutebook_projections::words::Search;
use serde::Serialize;

/// An action as of the requested moment.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ActionView {
    /// The action's reference.
    pub reference: ActionRef,
    /// What is to be done.
    pub text: Prose,
    /// The people or bodies responsible for it.
    pub owners: Vec<Name>,
    /// The due date. The action is overdue from the day after.
    pub due_on: Option<NaiveDate>,
    /// Whether it is outstanding, complete, withdrawn or superseded.
    pub status: ActionStatus,
    /// Whether an outstanding action is on target or overdue, judged by its due date; null once it is closed, and without a due
    /// date.
    pub progress: Option<ReportedProgress>,
    /// Whether it is outstanding and past its due date.
    pub overdue: bool,
    /// The meeting that raised the action; null if it was raised between meetings.
    pub raised_in: Option<MeetingRef>,
    /// The day on which the action was raised.
    pub raised_on: NaiveDate,
    /// The classification of `text`.
    pub classification: Classification,
    /// The committee's code.
    pub committee: CommitteeCode,
    /// The number of the agenda item under which it was raised.
    pub item: Option<ItemLabel>,
    /// The classification printed beside the action in a document, if any.
    pub marked: Option<Classification>,
    /// The modifications, documents, parties and other subjects that the text mentions.
    pub references: Vec<Reference>,
    /// The progress last reported to the committee.
    pub reported: Option<ReportedProgress>,
    /// The latest note on the action; null if there is none that the reader may see.
    pub note: Option<Prose>,
    /// The day of the latest update.
    pub updated_on: NaiveDate,
    /// The day on which it was completed, withdrawn or superseded.
    pub closed_on: Option<NaiveDate>,
    /// The action that supersedes this one.
    pub superseded_by: Option<ActionRef>,
    /// Days from raising to closing, or to the requested day while it is outstanding.
    pub age_days: i64,
    /// How many times the due date was moved.
    pub due_date_moves: u32,
    /// How many times the action was carried forward to a later meeting.
    pub carried_forward: u32,
    /// How many times the action was reassigned.
    pub reassigned: u32,
    /// The position from which the action is known as it is.
    #[serde(skip)]
    pub known_from: Position,
}

impl ActionView {
    /// Builds the view, or returns `None` for a reader who may not see the text.
    fn of(visible: &VisibleRow<ActionRow>, scope: &CommitteeScope) -> Option<Self> {
        let text = visible.text(|row| Some(&row.text))?.clone();
        let row = &visible.row;
        let outstanding = row.status == ActionStatus::Outstanding;
        let overdue = outstanding && row.due_on.is_some_and(|due| due < scope.today);
        let progress = if overdue { ReportedProgress::Overdue } else { ReportedProgress::OnTarget };
        // Without a due date neither can be said.
        let progress = row.due_on.filter(|_| outstanding).map(|_| progress);
        let note = visible.text(|row| row.note.as_ref());
        Some(Self {
            reference: row.reference.clone(),
            text,
            owners: row.owners.clone(),
            due_on: row.due_on,
            status: row.status,
            progress,
            overdue,
            raised_in: row.raised_in.as_ref().map(|meeting| scope.names.meeting(meeting)),
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
            age_days: (row.closed_on.unwrap_or(scope.today) - row.raised_on).num_days().max(0),
            due_date_moves: row.due_date_moves,
            carried_forward: row.carried_forward,
            reassigned: row.reassigned,
            known_from: visible.known_from,
        })
    }
}

/// Selects actions. An empty filter selects all of them.
#[derive(Debug, Clone, Default)]
pub struct ActionFilter {
    /// Only this action, read by its key.
    pub action: Option<ActionRef>,
    /// Any of these statuses; every status if empty.
    pub statuses: Vec<ActionStatus>,
    /// Words of an owner's name, in any case and in part.
    pub owner: Option<String>,
    /// Whether to select only overdue actions.
    pub overdue: bool,
    /// The action is due before this day.
    pub due_before: Option<NaiveDate>,
    /// The meeting that raised the action.
    pub meeting: Option<MeetingRef>,
    /// A reference that the action has or mentions, in any case.
    pub reference: Option<String>,
    /// Words that must all occur; the last may be the beginning of a word.
    pub search: Option<String>,
    /// The action was raised or has changed since.
    pub since: Option<KnownAt>,
}

impl ActionFilter {
    fn admits(&self, action: &ActionView, given: &GivenNames, scope: &CommitteeScope) -> bool {
        let is = |a: &str, b: &str| is_same_name(a, b);
        let owned = |owner: &str| action.owners.iter().any(|name| mentions(&[name.as_str()], owner));
        let names = |reference: &String| {
            let own = is(reference, &action.reference.to_string());
            own || action.references.iter().any(|mentioned| is(reference, mentioned.as_str()))
        };
        let matches = |search: &Search| {
            let reference = action.reference.to_string();
            let owners = joined(&action.owners);
            let note = text(action.note.as_ref());
            search.is_found_in(&[action.text.as_str(), &reference, &owners, &note])
        };
        (self.statuses.is_empty() || self.statuses.contains(&action.status))
            && self.owner.as_deref().is_none_or(owned)
            && (!self.overdue || action.overdue)
            && self.due_before.is_none_or(|day| action.due_on.is_some_and(|due| due < day))
            && given.meeting.as_ref().is_none_or(|meeting| action.raised_in == Some(scope.names.meeting(meeting)))
            && given.reference.as_ref().is_none_or(|all| all.iter().any(names))
            && given.search.as_ref().is_none_or(matches)
    }
}

impl Queryable for ActionView {
    type Filter = ActionFilter;

    async fn list(log: &Log, query: &ReadQuery, filter: &ActionFilter) -> Result<ListPage<Self>, QueryError> {
        let given = GivenNames::read(
            log,
            &query.clearances,
            filter.meeting.as_ref(),
            filter.reference.as_deref(),
            filter.search.as_deref(),
        )
        .await?;
        let facets = if filter.statuses == [ActionStatus::Outstanding] { &["outstanding"] } else { Actions::FACETS };
        let stream = filter.action.clone().map(StreamId::Action);
        let which =
            RowSelection { facets, search: given.search.as_ref(), streams: stream.as_ref().map(std::slice::from_ref) };
        let changed = match &filter.since {
            Some(since) => Some(changed_since::<Actions>(log, query, since).await?),
            None => None,
        };
        let has_changed = |row: &&VisibleRow<ActionRow>| {
            let place = || (StreamId::Action(row.row.reference.clone()), String::new());
            changed.as_ref().is_none_or(|changed| changed.contains(&place()))
        };
        let mut page = page::<Actions, _>(log, query, DefaultMoment::Now, which, |rows, scope| {
            let views = rows.iter().filter(has_changed).filter_map(|row| Self::of(row, scope));
            views.filter(|view| filter.admits(view, &given, scope)).collect()
        })
        .await?;
        hide_references(log, query, &mut page).await?;
        page.rows.sort_by(|a, b| a.reference.cmp(&b.reference));
        Ok(page)
    }
}

/// Removes references to actions that the reader may not see.
async fn hide_references(log: &Log, query: &ReadQuery, page: &mut ListPage<ActionView>) -> Result<(), QueryError> {
    let restricted = |action: &ActionView| !sees_all(query.clearances.of(&action.committee));
    let named = page.rows.iter().filter(|action| restricted(action)).filter_map(|action| action.superseded_by.clone());
    let named: Vec<StreamId> = named.map(StreamId::Action).collect();
    if named.is_empty() {
        return Ok(());
    }
    let name = |visible: &VisibleRow<ActionRow>, _: &MeetingNames| {
        visible.text(|row| Some(&row.text)).map(|_| visible.row.reference.clone())
    };
    let visible = visible_names::<Actions, _, _>(log, query, page, &named, name).await?;
    for action in page.rows.iter_mut().filter(|action| restricted(action)) {
        action.superseded_by = action.superseded_by.take().filter(|by| visible.contains(by));
    }
    Ok(())
}

impl ListItem for ActionView {
    const PLURAL: &'static str = "actions";
    const FIELDS: &'static [ListField<Self>] = &[
        ListField { name: "reference", value: |action| action.reference.to_string() },
        ListField { name: "text", value: |action| action.text.to_string() },
        ListField { name: "owners", value: |action| joined(&action.owners) },
        ListField { name: "due_on", value: |action| text(action.due_on.as_ref()) },
        ListField { name: "status", value: |action| action.status.to_string() },
        ListField { name: "progress", value: |action| text(action.progress.as_ref()) },
        ListField { name: "overdue", value: |action| action.overdue.to_string() },
        ListField { name: "raised_in", value: |action| text(action.raised_in.as_ref()) },
        ListField { name: "raised_on", value: |action| action.raised_on.to_string() },
        ListField { name: "classification", value: |action| action.classification.to_string() },
        ListField { name: "committee", value: |action| action.committee.to_string() },
        ListField { name: "references", value: |action| joined(&action.references) },
        ListField { name: "note", value: |action| text(action.note.as_ref()) },
        ListField { name: "updated_on", value: |action| action.updated_on.to_string() },
        ListField { name: "closed_on", value: |action| text(action.closed_on.as_ref()) },
        ListField { name: "superseded_by", value: |action| text(action.superseded_by.as_ref()) },
        ListField { name: "age_days", value: |action| action.age_days.to_string() },
        ListField { name: "due_date_moves", value: |action| action.due_date_moves.to_string() },
        ListField { name: "carried_forward", value: |action| action.carried_forward.to_string() },
        ListField { name: "reassigned", value: |action| action.reassigned.to_string() },
    ];
}

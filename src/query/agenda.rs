//! The agenda of a committee's next meeting, gathered from the lists at one position of the log.

use super::ReadError;
use super::actions::{ActionFilter, ActionView};
use super::actions_by_owner::{OwnerGroup, by_owner, printed};
use super::decisions::DecisionView;
use super::deferrals::{DeferralFilter, DeferralView};
use super::matters::{MatterFilter, MatterView};
use super::meetings::{ItemView, MeetingFilter, MeetingView};
use super::minutes::{MinutesFilter, MinutesView};
use super::moment::KnownAt;
use super::next_meeting::{last_meetings, next_meeting};
use super::paper_mark::lower_readers;
use super::queryable::Queryable;
use super::read_query::{CommitteeScope, DefaultMoment, QueryError, ReadQuery, committee_scopes};
use super::recommendations::unanswered;
use super::stream::StreamHistory;
use chrono::{DateTime, NaiveDate, Utc};
use minutebook_domain::action::ActionStatus;
use minutebook_domain::classification::Classification;
use minutebook_domain::comparison::is_same_name;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::{CommitteeCode, ItemLabel, MeetingRef, Name};
use minutebook_domain::{Event, Position, StreamId};
use minutebook_ledger::Log;
use minutebook_projections::timestamp;
use serde::{Serialize, Serializer};
use std::collections::{BTreeSet, HashMap};

/// The number of meetings in a row whose agendas have an item before it counts as standing without being recorded so.
const RECURRING: usize = 3;

/// The agenda of a committee's next meeting, as of the requested moment.
#[derive(Debug, Clone, Serialize)]
pub struct Agenda {
    /// The committee's code.
    pub committee: CommitteeCode,
    /// The committee's full name.
    pub name: Name,
    /// The next meeting; null if none is convened or announced.
    pub meeting: Option<AgendaMeeting>,
    /// The last meeting held; null if there was none.
    pub last_meeting: Option<MeetingRef>,
    /// The items that are tabled for the meeting already.
    pub items: Vec<ItemView>,
    /// The last meeting's standing items that are not tabled yet.
    pub standing_items: Vec<ItemView>,
    /// The minutes of earlier meetings that are not yet approved.
    pub minutes_to_approve: Vec<MinutesView>,
    /// The matters arising that the last meeting noted.
    pub matters_arising: Vec<MatterView>,
    /// What was deferred to the meeting, or to a day since the last meeting.
    pub deferred: Vec<DeferralView>,
    /// The outstanding actions that are overdue or due by the day of the meeting, the earliest first.
    pub actions_due: Vec<ActionView>,
    /// The other outstanding actions, by owner.
    pub other_actions: Vec<OwnerGroup>,
    /// The recommendations that await an answer.
    pub recommendations: Vec<DecisionView>,
    /// The moment asked about; null for now.
    #[serde(serialize_with = "moment")]
    pub as_of: Option<DateTime<Utc>>,
    /// The requested position; null for everything known now.
    pub known_at: Option<Position>,
    /// The last position that the agenda takes into account.
    pub position: Position,
    /// The day of the moment in the committee's time zone.
    #[serde(skip)]
    pub today: NaiveDate,
    /// The lowest classification whose readers are told the same.
    #[serde(skip)]
    pub mark: Classification,
}

/// The meeting that an agenda is for.
#[derive(Debug, Clone, Serialize)]
pub struct AgendaMeeting {
    /// The day of the meeting.
    pub held_on: NaiveDate,
    /// The meeting's reference; null if the day is announced and the meeting not yet convened.
    pub reference: Option<MeetingRef>,
    /// The time at which it begins, in the committee's time zone: `10:00`.
    pub starts_at: Option<String>,
    /// The time at which it ends.
    pub ends_at: Option<String>,
    /// The place of the meeting.
    pub venue: Option<Name>,
    /// The meeting that announced the day; null if the meeting is convened.
    pub announced_at: Option<MeetingRef>,
}

#[expect(clippy::ref_option, reason = "serde passes the field by reference")]
fn moment<S: Serializer>(time: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(timestamp::exact).serialize(serializer)
}

/// Returns the agenda of a committee's next meeting. The query must name the committee.
pub async fn agenda(log: &Log, committee: &CommitteeCode, query: &ReadQuery) -> Result<Agenda, ReadError> {
    let query = ReadQuery { committee: Some(committee.clone()), ..query.clone() };
    let scopes = committee_scopes(log, &query, DefaultMoment::Now).await?;
    let Some(scope) = scopes.first() else {
        return Err(QueryError::UnknownCommittee { given: committee.clone(), known: Vec::new() }.into());
    };
    let position = log.known_whole(scope.at.known_at).await?;
    // Every list is read at one position, so that none of them takes into account what another does not.
    let query = ReadQuery { known_at: Some(KnownAt::Position(position)), ..query };
    let mut agenda = gather(log, scope, &query, position).await?;
    let all = agenda.printed();
    for (mark, lower) in lower_readers(&query, &scopes, agenda.marks()) {
        let scopes = match committee_scopes(log, &lower, DefaultMoment::Now).await {
            // Readers with the lower clearance may not know the committee.
            Err(QueryError::UnknownCommittee { .. }) => continue,
            scopes => scopes?,
        };
        if let Some(scope) = scopes.first()
            && gather(log, scope, &lower, position).await?.printed() == all
        {
            agenda.mark = mark;
            break;
        }
    }
    Ok(agenda)
}

/// Reads the lists.
async fn gather(log: &Log, scope: &CommitteeScope, query: &ReadQuery, position: Position) -> Result<Agenda, ReadError> {
    let meetings = MeetingView::list(log, query, &MeetingFilter::default()).await?.rows;
    let next = next_meeting(&meetings, scope);
    let last = last_meetings(&meetings, scope);
    let meeting = next.map(|(held_on, convened)| AgendaMeeting {
        held_on,
        reference: convened.map(|meeting| meeting.reference.clone()),
        starts_at: convened.and_then(|meeting| meeting.starts_at).map(clock_time),
        ends_at: convened.and_then(|meeting| meeting.ends_at).map(clock_time),
        venue: convened.and_then(|meeting| meeting.venue.clone()),
        announced_at: meetings
            .iter()
            .find(|meeting| convened.is_none() && meeting.announces_next)
            .map(|meeting| meeting.reference.clone()),
    });
    let items = next.and_then(|(_, convened)| convened).map(|meeting| meeting.items.clone()).unwrap_or_default();
    let standing_items = standing_items(log, scope, position, &last, &items).await?;
    let minutes = MinutesFilter { unapproved: true, meeting: None };
    let mut minutes = MinutesView::list(log, query, &minutes).await?.rows;
    minutes.retain(|minutes| next.is_none_or(|(day, _)| minutes.held_on < day));
    let matters = match last.first() {
        Some(last) => {
            let filter = MatterFilter { meeting: Some(last.reference.clone()), ..MatterFilter::default() };
            MatterView::list(log, query, &filter).await?.rows
        }
        None => Vec::new(),
    };
    let mut deferred = DeferralView::list(log, query, &DeferralFilter::default()).await?.rows;
    deferred.retain(|deferral| {
        let is_later = |day: NaiveDate| last.first().is_none_or(|last| day > last.held_on);
        deferral.deferred_to.is_some_and(|day| is_later(day) && next.is_none_or(|(next, _)| day <= next))
    });
    let outstanding = ActionFilter { statuses: vec![ActionStatus::Outstanding], ..ActionFilter::default() };
    let outstanding = ActionView::list(log, query, &outstanding).await?.rows;
    let is_due = |action: &ActionView| {
        action.overdue || action.due_on.is_some_and(|due| next.is_some_and(|(day, _)| due <= day))
    };
    let (mut due, others): (Vec<ActionView>, Vec<ActionView>) = outstanding.into_iter().partition(is_due);
    due.sort_by_key(|action| action.due_on);
    Ok(Agenda {
        committee: scope.committee.code.clone(),
        name: scope.committee.name.clone(),
        meeting,
        last_meeting: last.first().map(|last| last.reference.clone()),
        items,
        standing_items,
        minutes_to_approve: minutes,
        matters_arising: matters,
        deferred,
        actions_due: due,
        other_actions: by_owner(&others),
        recommendations: unanswered(log, query).await?.rows,
        as_of: query.as_of.as_ref().map(|_| scope.at.as_of),
        known_at: scope.at.known_at,
        position,
        today: scope.today,
        mark: scope.clearance.highest(),
    })
}

fn clock_time(time: chrono::NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// Returns the standing items of the last meeting that are not among `tabled`: those recorded as standing, and those that
/// each of the last [`RECURRING`] meetings had.
async fn standing_items(
    log: &Log,
    scope: &CommitteeScope,
    position: Position,
    last: &[&MeetingView],
    tabled: &[ItemView],
) -> Result<Vec<ItemView>, ReadError> {
    let Some(latest) = last.first() else { return Ok(Vec::new()) };
    let recorded = recorded_as_standing(log, scope, position, latest).await?;
    let has = |items: &[ItemView], wanted: &ItemView| {
        items.iter().any(|item| is_same_name(item.title.as_str(), wanted.title.as_str()))
    };
    let before = last.get(1..RECURRING).unwrap_or_default();
    let recurs = |item: &ItemView| !before.is_empty() && before.iter().all(|meeting| has(&meeting.items, item));
    let standing = latest.items.iter().filter(|item| recorded.contains(&item.number) || recurs(item));
    Ok(standing.filter(|item| !has(tabled, item)).cloned().collect())
}

/// Returns the items of a meeting that were recorded as standing, as far as the reader may know. No row says it, so the
/// meeting's own events are read.
async fn recorded_as_standing(
    log: &Log,
    scope: &CommitteeScope,
    position: Position,
    meeting: &MeetingView,
) -> Result<BTreeSet<ItemLabel>, ReadError> {
    let history = StreamHistory::read(log, &StreamId::Meeting(meeting.first_reference().clone())).await?;
    let known = history.known_at(position, scope.clearance);
    let valid: HashMap<_, _> = known.iter().map(|event| (event.version, event.metadata.valid_at)).collect();
    let events: Vec<_> = known.into_iter().map(|event| (event.version, event.event)).collect();
    let standing = Event::standing(&events).into_iter();
    let valid = standing.filter(|at| valid.get(&at.brought_in_by).is_some_and(|valid| *valid <= scope.at.as_of));
    let items = valid.filter_map(|at| match at.event {
        Event::Meeting(MeetingEvent::AgendaItemTabled(item)) if item.standing => Some(item.number),
        _ => None,
    });
    Ok(items.collect())
}

impl Agenda {
    /// The marks of the agenda's texts.
    fn marks(&self) -> Vec<Classification> {
        let actions = self.other_actions.iter().flat_map(|owner| &owner.actions).chain(&self.actions_due);
        let mut marks: Vec<Classification> = actions.map(|action| action.classification).collect();
        marks.extend(self.matters_arising.iter().map(|matter| matter.classification));
        marks.extend(self.recommendations.iter().map(|decision| decision.classification));
        marks.extend(self.deferred.iter().filter_map(|deferral| deferral.classification));
        marks
    }

    /// What a paper prints of the agenda.
    fn printed(&self) -> Vec<String> {
        let mut printed = vec![format!("{:?}", self.meeting)];
        printed.extend(self.items.iter().chain(&self.standing_items).map(ItemView::line));
        printed.extend(self.minutes_to_approve.iter().map(|minutes| format!("{minutes:?}")));
        printed.extend(self.matters_arising.iter().map(|matter| format!("{matter:?}")));
        printed.extend(self.deferred.iter().map(|deferral| format!("{deferral:?}")));
        printed.extend(self.actions_due.iter().flat_map(|action| self::printed(std::slice::from_ref(action))));
        printed.extend(self.other_actions.iter().flat_map(|owner| self::printed(&owner.actions)));
        printed.extend(self.recommendations.iter().map(|decision| format!("{decision:?}")));
        printed
    }
}

//! Reads the rows of a read model for a reader, committee by committee, as of the requested moment.

use super::clearances::ClearanceByCommittee;
use super::list::ListPage;
use super::meeting_names::{MeetingNames, first_reference};
use super::moment::{KnownAt, KnownMoment, PointInTime};
use super::visible_row::{VisibleRow, sees_all};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use minutebook_domain::{Position, StreamId};
use minutebook_ledger::{BitemporalMoment, Log, RowFilter, StoreError};
use minutebook_projections::committees::{CommitteeRow, Committees};
use minutebook_projections::meetings::Meetings;
use minutebook_projections::projection::Projection;
use minutebook_projections::words::{NoWords, Search};
use std::collections::{BTreeMap, BTreeSet};

/// What every read asks: both clocks, the reader's clearances and the committee.
#[derive(Debug, Clone)]
pub struct ReadQuery {
    /// The valid-time moment; `None` for the list's [`DefaultMoment`].
    pub as_of: Option<PointInTime>,
    /// The record-time moment; `None` for everything known now.
    pub known_at: Option<KnownAt>,
    /// The reader's clearances.
    pub clearances: ClearanceByCommittee,
    /// A single committee; `None` for all of them.
    pub committee: Option<CommitteeCode>,
}

/// The valid-time moment of a list when the query names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultMoment {
    /// The current time.
    Now,
    /// The end of all recorded time, so that planned meetings are listed too.
    EndOfTime,
}

/// Why a query has no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum QueryError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The ledger has no such committee.
    #[error("there is no committee {given} in the ledger")]
    UnknownCommittee {
        /// The requested committee.
        given: CommitteeCode,
        /// The committees of the ledger.
        known: Vec<CommitteeCode>,
    },
    /// The words to search for hold no letter and no digit.
    #[error(transparent)]
    NoWords(#[from] NoWords),
    /// A moment names a meeting that the ledger does not hold, or that the reader may not know.
    #[error("there is no meeting {0} in the ledger")]
    UnknownMeeting(MeetingRef),
    /// The position is beyond the end of the log.
    #[error("position {given} is beyond the end of the log")]
    BeyondEnd {
        /// The requested position.
        given: Position,
        /// The last position of the log.
        head: Position,
    },
}

/// One committee with the moment and the clearance with which a reader sees it.
#[derive(Debug, Clone)]
pub struct CommitteeScope {
    /// The committee with its current settings.
    pub committee: CommitteeRow,
    /// The committee's time zone.
    pub zone: Tz,
    /// The moment on both clocks.
    pub at: BitemporalMoment,
    /// The day of the moment in the committee's time zone, from which overdue is judged. The current day if the list is of
    /// all times.
    pub today: NaiveDate,
    /// The reader's clearance in this committee.
    pub clearance: Clearance,
    /// Whether the reader may know who recorded the committee's events, and from where.
    pub audits: bool,
    /// The references in force of renumbered meetings, once [`CommitteeScope::name_meetings`] has read them.
    pub names: MeetingNames,
    pinned: Option<Position>,
}

/// Returns a moment after every recorded one: the end of the year 9999.
pub(crate) fn end_of_time() -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Returns a scope for each committee that the query covers.
pub async fn committee_scopes(
    log: &Log,
    query: &ReadQuery,
    default: DefaultMoment,
) -> Result<Vec<CommitteeScope>, QueryError> {
    let mut scopes = Vec::new();
    let now = log.environment().clock.now();
    let committees = visible_committees(log, &query.clearances).await?;
    if let Some(given) = &query.committee
        && !committees.iter().any(|row| row.code == *given)
    {
        let known = committees.into_iter().map(|row| row.code).collect();
        return Err(QueryError::UnknownCommittee { given: given.clone(), known });
    }
    // A position inside a command stands for the whole command: readers are told the last of its events that they may know.
    let known_whole = match query.known_at {
        Some(KnownAt::Position(given)) => Some(log.end_of_command(within(log, given).await?).await?),
        _ => None,
    };
    let as_of_moment = match &query.as_of {
        Some(moment) => Some(known_moment(log, moment, &query.clearances).await?),
        None => None,
    };
    let known_at_moment = match &query.known_at {
        Some(KnownAt::Time(moment)) => Some(known_moment(log, moment, &query.clearances).await?),
        _ => None,
    };
    // A day means the same in every committee of a time zone.
    let mut moments: BTreeMap<String, (Option<DateTime<Utc>>, Option<Position>)> = BTreeMap::new();
    for committee in committees {
        if query.committee.as_ref().is_some_and(|code| *code != committee.code) {
            continue;
        }
        let zone = zone(&committee);
        let known = moments.get(zone.name()).copied();
        let (as_of, known_at) = if let Some(known) = known {
            known
        } else {
            let as_of = as_of_moment.map(|moment| moment.in_zone(zone));
            let known_at = match known_at_moment {
                Some(moment) => Some(log.position_at(moment.in_zone(zone)).await?),
                None => known_whole,
            };
            moments.insert(zone.name().to_owned(), (as_of, known_at));
            (as_of, known_at)
        };
        let clearance = query.clearances.of(&committee.code);
        let audits = query.clearances.audits(&committee.code);
        let today = as_of.unwrap_or(now).with_timezone(&zone).date_naive();
        let as_of = as_of.unwrap_or(if default == DefaultMoment::Now { now } else { end_of_time() });
        scopes.push(CommitteeScope {
            committee,
            zone,
            at: BitemporalMoment { as_of, known_at },
            today,
            clearance,
            audits,
            names: MeetingNames::default(),
            pinned: None,
        });
    }
    Ok(scopes)
}

/// Returns every committee of the ledger with its current settings, those that only some readers may know included.
pub async fn committees(log: &Log) -> Result<Vec<CommitteeRow>, StoreError> {
    committees_known_to(log, Clearance::full()).await
}

/// Returns the committees that a reader may know of, as the reader's clearance in each knows it.
async fn visible_committees(log: &Log, clearances: &ClearanceByCommittee) -> Result<Vec<CommitteeRow>, StoreError> {
    let mut visible = Vec::new();
    for clearance in clearances.distinct() {
        let known = committees_known_to(log, clearance).await?.into_iter();
        visible.extend(known.filter(|row| clearances.of(&row.code) == clearance));
    }
    visible.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(visible)
}

async fn committees_known_to(log: &Log, clearance: Clearance) -> Result<Vec<CommitteeRow>, StoreError> {
    let all = RowFilter::Listed { scope: "", facets: Committees::FACETS };
    let view = log.rows::<Committees>(all, BitemporalMoment::as_known_now(end_of_time()), clearance).await?;
    Ok(view.rows.into_iter().map(|keyed| keyed.row).collect())
}

/// Returns a committee's time zone. The domain rules refuse unknown zones.
pub fn zone(committee: &CommitteeRow) -> Tz {
    committee.time_zone.parse().unwrap_or(chrono_tz::Europe::London)
}

/// Looks up the day of the meeting that a moment may name, as far as the reader may know the meeting.
pub async fn known_moment(
    log: &Log,
    moment: &PointInTime,
    clearances: &ClearanceByCommittee,
) -> Result<KnownMoment, QueryError> {
    let meeting = match moment {
        PointInTime::EndOfDay(day) => return Ok(KnownMoment::EndOfDay(*day)),
        PointInTime::Exact(time) => return Ok(KnownMoment::Exact(*time)),
        PointInTime::Meeting(meeting) => meeting,
    };
    let held_on = meeting_day(log, meeting, clearances).await?;
    held_on.map(KnownMoment::EndOfDay).ok_or_else(|| QueryError::UnknownMeeting((**meeting).clone()))
}

/// Returns the day on which a meeting is held, if the reader may know it.
pub async fn meeting_day(
    log: &Log,
    meeting: &MeetingRef,
    clearances: &ClearanceByCommittee,
) -> Result<Option<NaiveDate>, QueryError> {
    let clearance = clearances.of(meeting.committee());
    let stream = StreamId::Meeting(first_reference(log, clearance, meeting).await?);
    let now = BitemporalMoment::as_known_now(end_of_time());
    let rows = log.rows::<Meetings>(RowFilter::Stream(&stream), now, clearance).await?.rows;
    Ok(rows.first().map(|keyed| keyed.row.held_on))
}

/// Refuses a position beyond the end of the log.
pub(super) async fn within(log: &Log, given: Position) -> Result<Position, QueryError> {
    let head = log.head().await?;
    if given > head { Err(QueryError::BeyondEnd { given, head }) } else { Ok(given) }
}

/// Selects rows of a read model.
#[derive(Debug, Clone, Copy)]
pub struct RowSelection<'a> {
    /// The projection's facets to read.
    pub facets: &'a [&'a str],
    /// Selects rows that matched the search at any time. The caller must check that the visible texts match at the
    /// requested moment.
    pub search: Option<&'a Search>,
    /// Reads only the rows of these streams, each by its key. Facets and the search then do not apply.
    pub streams: Option<&'a [StreamId]>,
}

impl RowSelection<'_> {
    /// Selects all rows of `P`.
    pub fn all<P: Projection>() -> Self {
        Self { facets: P::FACETS, search: None, streams: None }
    }
}

impl<'a> RowSelection<'a> {
    /// Selects the rows of these streams.
    pub fn of_streams(streams: &'a [StreamId]) -> Self {
        Self { facets: &[], search: None, streams: Some(streams) }
    }

    /// Returns whether a committee can have rows of the selection.
    fn concerns(&self, committee: &CommitteeCode) -> bool {
        self.streams.is_none_or(|streams| streams.iter().any(|stream| stream.committee() == Some(committee)))
    }
}

/// Reads the rows of `P` of each committee and converts them with `view`. All rows are read at one position, unless
/// `known_at` is a day that ends at different positions in different time zones.
pub async fn page<P: Projection, V>(
    log: &Log,
    query: &ReadQuery,
    default: DefaultMoment,
    selection: RowSelection<'_>,
    view: impl Fn(Vec<VisibleRow<P::Row>>, &CommitteeScope) -> Vec<V>,
) -> Result<ListPage<V>, QueryError> {
    let mut scopes = committee_scopes(log, query, default).await?;
    let mut page = ListPage::of_moment(&scopes, query, default);
    scopes.retain(|scope| selection.concerns(&scope.committee.code));
    let (rows, position) = rows_by_committee::<P>(log, &mut scopes, selection).await?;
    name_meetings(log, &mut scopes, position).await?;
    page.rows = rows.into_iter().zip(&scopes).flat_map(|(rows, scope)| view(rows, scope)).collect();
    page.position = position;
    Ok(page)
}

/// Returns the rows of `P` of each committee, and the last position that they were read at. Committees that are seen at
/// one moment with one clearance are read together, so that many of them cost as many reads as one.
pub async fn rows_by_committee<P: Projection>(
    log: &Log,
    scopes: &mut [CommitteeScope],
    selection: RowSelection<'_>,
) -> Result<(Vec<Vec<VisibleRow<P::Row>>>, Position), QueryError> {
    let mut rows: Vec<Vec<VisibleRow<P::Row>>> = scopes.iter().map(|_| Vec::new()).collect();
    let (mut pinned, mut last) = (None, Position::START);
    for group in groups(scopes) {
        let Some(first) = group.first().and_then(|first| scopes.get_mut(*first)) else { continue };
        first.pin(pinned);
        let (at, clearance) = (first.moment(), first.clearance);
        let codes: Vec<String> = group.iter().map(|index| scopes[*index].committee.code.to_string()).collect();
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let RowSelection { facets, search, streams } = selection;
        let filter = match (streams, search, codes.as_slice()) {
            (Some([stream]), ..) => RowFilter::Stream(stream),
            (Some(streams), ..) => RowFilter::Streams(streams),
            (None, Some(search), [scope]) => RowFilter::Searched { scope, facets, search },
            (None, None, [scope]) => RowFilter::Listed { scope, facets },
            (None, search, scopes) => RowFilter::AcrossCommittees { scopes, facets, search },
        };
        let places: BTreeMap<&str, usize> = codes.iter().copied().zip(group.iter().copied()).collect();
        let read = log.rows::<P>(filter, at, clearance).await?;
        for keyed in read.rows {
            let place = keyed.stream.committee().and_then(|code| places.get(code.as_str()));
            if let Some(rows) = place.and_then(|place| rows.get_mut(*place)) {
                rows.push(VisibleRow { row: keyed.row, clearance, known_from: keyed.known_from });
            }
        }
        last = last.max(read.position);
        pinned = Some(read.position);
    }
    for scope in scopes.iter_mut() {
        scope.pin(pinned);
    }
    Ok((rows, last))
}

/// Reads the references in force of the committees' renumbered meetings, at the position of other rows.
pub async fn name_meetings(log: &Log, scopes: &mut [CommitteeScope], position: Position) -> Result<(), StoreError> {
    for group in groups(scopes) {
        let Some(first) = group.first().and_then(|first| scopes.get(*first)) else { continue };
        let at = BitemporalMoment { known_at: first.at.known_at.or(Some(position)), ..first.at };
        let clearance = first.clearance;
        let codes: Vec<CommitteeCode> = group.iter().map(|index| scopes[*index].committee.code.clone()).collect();
        let names = MeetingNames::read(log, &codes, at, clearance).await?;
        for index in group {
            if let Some(scope) = scopes.get_mut(index) {
                scope.names = names.clone();
            }
        }
    }
    Ok(())
}

/// Returns the places of the committees that are seen at one moment with one clearance, group by group.
fn groups(scopes: &[CommitteeScope]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<(DateTime<Utc>, Option<Position>, Clearance), Vec<usize>> = BTreeMap::new();
    for (index, scope) in scopes.iter().enumerate() {
        groups.entry((scope.at.as_of, scope.at.known_at, scope.clearance)).or_default().push(index);
    }
    groups.into_values().collect()
}

/// The largest number of rows that are read one by one; more are read with their whole lists.
const MAX_SINGLE_READS: usize = 500;

/// Returns the names of the rows of `P` that a reader may see at the moment of `page`, for the committees where rows are
/// hidden from this reader. A visible row must not name a hidden one. Only rows of `streams` are looked for.
pub async fn visible_names<P: Projection, V, N: Ord>(
    log: &Log,
    query: &ReadQuery,
    page: &ListPage<V>,
    streams: &[StreamId],
    name: impl Fn(&VisibleRow<P::Row>, &MeetingNames) -> Option<N>,
) -> Result<BTreeSet<N>, QueryError> {
    let is_short = streams.len() <= MAX_SINGLE_READS;
    let selection = if is_short { RowSelection::of_streams(streams) } else { RowSelection::all::<P>() };
    // The rows that are named may be of other committees than the query's.
    let query = ReadQuery { committee: None, ..query.clone() };
    let mut scopes = committee_scopes(log, &query, DefaultMoment::Now).await?;
    scopes.retain(|scope| !sees_all(scope.clearance) && selection.concerns(&scope.committee.code));
    for scope in &mut scopes {
        scope.pin(Some(page.position));
    }
    let (rows, _) = rows_by_committee::<P>(log, &mut scopes, selection).await?;
    name_meetings(log, &mut scopes, page.position).await?;
    let named = rows.iter().zip(&scopes).flat_map(|(rows, scope)| rows.iter().map(move |row| (row, &scope.names)));
    Ok(named.filter_map(|(row, names)| name(row, names)).collect())
}

impl<V> ListPage<V> {
    /// Creates an empty page of the query's moment.
    pub fn of_moment(scopes: &[CommitteeScope], query: &ReadQuery, default: DefaultMoment) -> Self {
        let timeless = query.as_of.is_none() && default == DefaultMoment::EndOfTime;
        Self {
            rows: Vec::new(),
            total: 0,
            // A day ends at different times in different zones: use the latest.
            as_of: scopes.iter().map(|scope| scope.at.as_of).max().filter(|_| !timeless),
            known_at: scopes.iter().filter_map(|scope| scope.at.known_at).max(),
            position: Position::START,
        }
    }
}

impl CommitteeScope {
    /// Fixes the position for reads of what is known now, so that later reads agree with earlier ones.
    pub fn pin(&mut self, position: Option<Position>) {
        if self.at.known_at.is_none() {
            self.pinned = position;
        }
    }

    /// Returns the moment to read at: the scope's, with the position that was fixed.
    fn moment(&self) -> BitemporalMoment {
        BitemporalMoment { known_at: self.at.known_at.or(self.pinned), ..self.at }
    }

    /// Reads the references in force of renumbered meetings, at the position of other rows.
    pub async fn name_meetings(&mut self, log: &Log, position: Position) -> Result<(), StoreError> {
        name_meetings(log, std::slice::from_mut(self), position).await
    }

    /// Returns the committee's rows of `P`, ordered by stream and key, and the position at which they were read.
    pub async fn rows<P: Projection>(
        &self,
        log: &Log,
        selection: RowSelection<'_>,
    ) -> Result<(Vec<VisibleRow<P::Row>>, Position), QueryError> {
        let (rows, position) = rows_by_committee::<P>(log, &mut [self.clone()], selection).await?;
        Ok((rows.into_iter().flatten().collect(), position))
    }
}

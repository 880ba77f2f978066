//! Events that a query by time leaves out because the clock had run ahead.
//!
//! The time of recording never goes backwards: after a clock that ran ahead, the events of the following days, or years,
//! carry the time that it showed. A query for what was known on a day before that time leaves them out, although they were
//! recorded by then. Their ids hold what the clock showed when they were made.

use super::moment::KnownAt;
use super::read_query::{DefaultMoment, QueryError, ReadQuery, committee_scopes, known_moment};
use chrono::{DateTime, TimeDelta, Utc};
use minutebook_domain::Position;
use minutebook_ledger::{Log, StoreError};
use minutebook_projections::timestamp;
use serde::Serialize;

/// How far the time in an id may be before the time of recording: the clocks of two servers differ by less.
const SKEW: TimeDelta = TimeDelta::minutes(1);

/// What a query by time of recording leaves out because the clock had run ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ClockGap {
    /// The time that the clock showed when it ran ahead, and that the events left out carry.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: DateTime<Utc>,
    /// The last position that was recorded by the requested time. `known_at` takes it.
    pub known_at: Position,
}

/// Returns what a query leaves out because the clock had run ahead, if its `known_at` is a time before.
pub async fn clock_gap(log: &Log, query: &ReadQuery) -> Result<Option<ClockGap>, QueryError> {
    let Some(KnownAt::Time(point)) = &query.known_at else { return Ok(None) };
    let point = known_moment(log, point, &query.clearances).await?;
    let scopes = committee_scopes(log, query, DefaultMoment::Now).await?;
    let mut times: Vec<DateTime<Utc>> = scopes.iter().map(|scope| point.in_zone(scope.zone)).collect();
    times.sort_unstable();
    times.dedup();
    let mut last: Option<ClockGap> = None;
    for time in times {
        last = last.into_iter().chain(gap_at(log, time).await?).max_by_key(|gap| gap.known_at);
    }
    Ok(last)
}

/// Looks for the last event that was made by `time`, and whether it carries a later time of recording.
async fn gap_at(log: &Log, time: DateTime<Utc>) -> Result<Option<ClockGap>, StoreError> {
    let Some(event) = log.last_made_by(time).await? else { return Ok(None) };
    let held_back = event.event_id.made_at().is_some_and(|made| event.recorded_at - made > SKEW);
    let left_out = held_back && event.recorded_at > time;
    Ok(left_out.then_some(ClockGap { recorded_at: event.recorded_at, known_at: event.position }))
}

//! The valid time of an event whose metadata sets none.

use super::aggregate_state::AggregateState;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};

/// Returns the time that the payload states, or else the beginning of its meeting; `now` if that is earlier.
///
/// `occurred` and `time_of_day` are the payload's own; a time of day applies to the meeting's day.
pub(crate) fn natural_valid_time(
    occurred: Option<(NaiveDate, Option<NaiveTime>)>,
    time_of_day: Option<NaiveTime>,
    state: &AggregateState,
    zone: chrono_tz::Tz,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let meeting = match state {
        AggregateState::Meeting(meeting) => meeting.begins(),
        _ => None,
    };
    let meeting = meeting.map(|(held_on, begins)| (held_on, time_of_day.or(begins)));
    let Some((date, time)) = occurred.or(meeting) else { return now };
    let local = date.and_time(time.unwrap_or(NaiveTime::MIN));
    // A local time that the clocks skip does not exist; it is read as UTC.
    let natural = zone.from_local_datetime(&local).earliest().unwrap_or_else(|| zone.from_utc_datetime(&local));
    natural.to_utc().min(now)
}

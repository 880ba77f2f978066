//! The valid time of an event whose metadata sets none.

use super::aggregate_state::AggregateState;
use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, Utc};
use minutebook_domain::Event;
use minutebook_domain::local_time;
use minutebook_domain::meeting::MeetingEvent;

/// A day, and the time if it is known.
type DayAndTime = (NaiveDate, Option<NaiveTime>);

/// Returns the time that the event states, or else the beginning of its meeting; `now` if that is earlier.
///
/// `occurred` is what its payload states. A time of day in the payload applies to the meeting's day.
pub(crate) fn natural_valid_time(
    event: &Event,
    occurred: Option<DayAndTime>,
    state: &AggregateState,
    zone: chrono_tz::Tz,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let meeting = match state {
        AggregateState::Meeting(meeting) => meeting.begins(),
        _ => None,
    };
    let meeting = meeting.map(|(held_on, begins)| match (event.payload().time_of_day(), begins) {
        (Some(time), Some(begins)) => during_meeting(held_on, begins, time),
        (time, begins) => (held_on, time.or(begins)),
    });
    let natural = match change_of_calendar(event, state) {
        Some((MeetingEvent::MeetingRenumbered(_), _)) if occurred.is_none() => None,
        // Lists hold a meeting from the day that it was convened for: an earlier change of it would have nothing to change.
        Some((_, first)) => Some(later(occurred, first)),
        None => occurred.or(meeting),
    };
    // The log holds microseconds.
    let now = now.trunc_subsecs(6);
    let Some((date, time)) = natural else { return now };
    let local = date.and_time(time.unwrap_or(NaiveTime::MIN));
    local_time::instant(local, zone).min(now)
}

/// Returns when a time of day occurred in a meeting: after midnight if the meeting may have lasted so long, and never before it
/// began.
fn during_meeting(held_on: NaiveDate, begins: NaiveTime, time: NaiveTime) -> DayAndTime {
    if time < begins && !local_time::is_in_order(begins, time) {
        return (held_on, Some(begins));
    }
    let occurred = local_time::end_of_meeting(held_on, begins, time);
    (occurred.date(), Some(occurred.time()))
}

/// Returns the cancellation, postponement or renumbering that the event is or brings in, and when the meeting was first to
/// begin.
fn change_of_calendar<'e>(event: &'e Event, state: &AggregateState) -> Option<(&'e MeetingEvent, DayAndTime)> {
    let (Event::Meeting(event), AggregateState::Meeting(meeting)) = (event, state) else { return None };
    let event = event.or_correcting().filter(|event| {
        matches!(
            event,
            MeetingEvent::MeetingCancelled(_) | MeetingEvent::MeetingPostponed(_) | MeetingEvent::MeetingRenumbered(_)
        )
    })?;
    Some((event, meeting.first_begins()?))
}

/// The later of the two, or `first`; a day without a time begins at midnight.
fn later(occurred: Option<DayAndTime>, first: DayAndTime) -> DayAndTime {
    let start = |(day, time): &DayAndTime| day.and_time(time.unwrap_or(NaiveTime::MIN));
    occurred.filter(|occurred| start(occurred) > start(&first)).unwrap_or(first)
}

//! Judges the machine's clock before an event is stamped with it: a wrong time of recording stays in the log for ever.
//!
//! Two comparisons find a wrong clock. Since the ledger was opened, the clock and the monotonic time must have advanced
//! alike. And the clock must be neither before the last event's time of recording nor far past it, unless a person
//! confirmed the day that the clock showed when the ledger was opened. A clock in doubt stops recording, not reading, and
//! the doubt ends by itself once the clock is set right.

use super::environment::Environment;
use super::log::Log;
use super::store::{Head, StoreError};
use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use std::fmt;
use std::time::Duration;

/// How far the clock and the monotonic time may differ. A correction by NTP moves the clock by seconds; a person or a
/// broken time source moves it by hours.
const LARGEST_JUMP: TimeDelta = TimeDelta::hours(1);
/// How far behind the last event the clock may be: the clocks of two servers of one ledger differ by less, also where only
/// a hypervisor keeps them.
const SKEW: TimeDelta = TimeDelta::minutes(1);
/// How far past the last event the clock may be. A committee that meets once a year records within it.
const LONGEST_SILENCE: TimeDelta = TimeDelta::days(400);

/// The wall clock and the monotonic time, read together.
#[derive(Debug, Clone, Copy)]
struct ClockReading {
    wall: DateTime<Utc>,
    monotonic: Duration,
}

/// The clock as it was when the ledger was opened, against which it is judged later.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClockCheck {
    opened: ClockReading,
    /// The day that a person confirmed.
    accepted_day: Option<NaiveDate>,
}

/// A clock that is in doubt, so that nothing is recorded. It says what the clock shows, what contradicts it, and how to
/// confirm it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockFault {
    /// The time that the clock shows.
    now: DateTime<Utc>,
    contradiction: ClockContradiction,
    /// The day that was confirmed and is another than the clock's.
    other_day: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClockContradiction {
    /// By the monotonic time, the clock should show this.
    Jumped { expected: DateTime<Utc> },
    /// The last event was recorded later.
    BehindHead { last: DateTime<Utc> },
    /// The last event was recorded more than 400 days before.
    FarPastHead { last: DateTime<Utc> },
}

impl ClockReading {
    fn of(environment: &Environment) -> Self {
        Self { wall: environment.clock.now(), monotonic: environment.clock.monotonic() }
    }
}

impl ClockCheck {
    /// Reads the clock to judge it by later.
    pub(crate) fn start(environment: &Environment) -> Self {
        Self { opened: ClockReading::of(environment), accepted_day: environment.accepted_day }
    }

    /// Returns what contradicts the clock of `environment`, for a log that ends at `head`.
    pub(crate) fn fault(&self, environment: &Environment, head: &Head) -> Option<ClockFault> {
        // An empty log has no time to compare with.
        let last = (head.position > 0).then(|| DateTime::from_timestamp_micros(head.recorded_at)).flatten();
        self.judge(ClockReading::of(environment), last)
    }

    /// As [`ClockCheck::fault`], for a log that other clocks stamped long ago: that it ended long before is no contradiction.
    pub(crate) fn fault_behind(&self, environment: &Environment, head: &Head) -> Option<ClockFault> {
        let is_old = |fault: &ClockFault| matches!(fault.contradiction, ClockContradiction::FarPastHead { .. });
        self.fault(environment, head).filter(|fault| !is_old(fault))
    }

    /// As [`ClockCheck::fault`], for the time `last` of the last event.
    fn judge(&self, reading: ClockReading, last: Option<DateTime<Utc>>) -> Option<ClockFault> {
        let now = reading.wall;
        let day = self.opened.wall.date_naive();
        let other_day = self.accepted_day.filter(|accepted| *accepted != day);
        let fault = |contradiction| Some(ClockFault { now, contradiction, other_day });
        let passed = TimeDelta::from_std(reading.monotonic.saturating_sub(self.opened.monotonic)).ok();
        let expected = passed.and_then(|passed| self.opened.wall.checked_add_signed(passed));
        if let Some(expected) = expected.filter(|expected| (now - *expected).abs() > LARGEST_JUMP) {
            return fault(ClockContradiction::Jumped { expected });
        }
        if self.accepted_day == Some(day) {
            return None;
        }
        match last {
            Some(last) if last - now > SKEW => fault(ClockContradiction::BehindHead { last }),
            Some(last) if now - last > LONGEST_SILENCE => fault(ClockContradiction::FarPastHead { last }),
            _ => None,
        }
    }
}

impl fmt::Display for ClockFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = |time: &DateTime<Utc>| time.trunc_subsecs(0).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let (now, day) = (second(&self.now), self.now.date_naive());
        write!(f, "the clock of this machine says {now}, and ")?;
        match &self.contradiction {
            ClockContradiction::Jumped { expected } => {
                let expected = second(expected);
                write!(
                    f,
                    "by the time passed since the ledger was opened it should say {expected}: set the clock right, or "
                )?;
                write!(f, "restart with `--accept-clock {day}`")?;
            }
            ClockContradiction::BehindHead { last } => {
                let last = second(last);
                write!(f, "the last event was recorded later, at {last}: set the clock right, or ")?;
                write!(f, "confirm it with `--accept-clock {day}`")?;
            }
            ClockContradiction::FarPastHead { last } => {
                let (last, days) = (second(last), LONGEST_SILENCE.num_days());
                write!(
                    f,
                    "the last event was recorded more than {days} days before, at {last}: set the clock right, or "
                )?;
                write!(f, "confirm it with `--accept-clock {day}`")?;
            }
        }
        match self.other_day {
            Some(other) => write!(f, " (`{other}` was confirmed, which is another day)"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ClockFault {}

impl Log {
    /// Asks the store for the last event, and returns what contradicts the clock. While something does, nothing is recorded.
    pub async fn clock_fault(&self) -> Result<Option<ClockFault>, StoreError> {
        let head = self.store().head().await?;
        Ok(self.clock_check().fault(self.environment(), &head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENED: &str = "2026-03-01T12:00:00Z";

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// The fault of a clock that shows `now` when `hours` have passed since the ledger was opened.
    fn fault(accepted: Option<&str>, now: &str, hours: u64, last: Option<&str>) -> Option<String> {
        let accepted_day = accepted.map(|day| day.parse().unwrap());
        let monotonic = Duration::from_hours(7);
        let check = ClockCheck { opened: ClockReading { wall: time(OPENED), monotonic }, accepted_day };
        let reading = ClockReading { wall: time(now), monotonic: monotonic + Duration::from_hours(hours) };
        check.judge(reading, last.map(time)).map(|fault| fault.to_string())
    }

    #[test]
    fn a_clock_that_jumps_by_more_than_an_hour_is_in_doubt_whatever_was_confirmed() {
        for accepted in [None, Some("2026-03-01")] {
            for (now, hours, in_doubt) in [
                ("2026-03-01T12:00:00Z", 0, false),
                ("2026-03-01T12:59:00Z", 0, false),
                ("2026-03-01T11:01:00Z", 0, false),
                ("2026-03-01T13:01:00Z", 0, true),
                ("2026-03-01T10:59:00Z", 0, true),
                ("2026-03-11T12:00:00Z", 240, false),
                ("2026-03-11T12:00:00Z", 238, true),
                ("2026-03-01T12:00:00Z", 2, true),
            ] {
                assert_eq!(fault(accepted, now, hours, None).is_some(), in_doubt, "{now} after {hours} hours");
            }
        }
        assert_eq!(
            fault(None, "2026-03-02T15:00:00.5Z", 25, None).unwrap(),
            "the clock of this machine says 2026-03-02T15:00:00Z, and by the time passed since the ledger was opened it \
             should say 2026-03-02T13:00:00Z: set the clock right, or restart with `--accept-clock 2026-03-02`"
        );
    }

    #[test]
    fn a_clock_behind_the_last_event_or_far_past_it_is_in_doubt_until_its_day_is_confirmed() {
        for (last, in_doubt) in [
            (None, false),
            (Some("2026-03-01T12:00:59Z"), false),
            (Some("2026-03-01T12:01:01Z"), true),
            (Some("2026-03-02T12:00:00Z"), true),
            (Some("2025-01-26T12:00:00Z"), false),
            (Some("2025-01-24T12:00:00Z"), true),
        ] {
            assert_eq!(fault(None, OPENED, 0, last).is_some(), in_doubt, "{last:?}");
            assert_eq!(fault(Some("2026-03-01"), OPENED, 0, last), None, "{last:?}");
            let other = fault(Some("2026-03-02"), OPENED, 0, last);
            assert_eq!(other.is_some(), in_doubt, "{last:?}");
            assert!(other.is_none_or(|text| text.ends_with("(`2026-03-02` was confirmed, which is another day)")));
        }
        assert_eq!(
            fault(None, OPENED, 0, Some("2026-03-02T12:00:00Z")).unwrap(),
            "the clock of this machine says 2026-03-01T12:00:00Z, and the last event was recorded later, at \
             2026-03-02T12:00:00Z: set the clock right, or confirm it with `--accept-clock 2026-03-01`"
        );
    }

    #[test]
    fn a_confirmation_lasts_as_long_as_the_clock_goes_on_from_it() {
        let last = Some("2031-01-01T00:00:00Z");
        assert_eq!(fault(Some("2026-03-01"), "2026-03-11T12:00:00Z", 240, last), None);
        assert!(fault(Some("2026-03-11"), "2026-03-11T12:00:00Z", 240, last).is_some());
    }
}

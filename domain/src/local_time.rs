//! Local times of a committee as instants: one rule for lists, calendars and the valid time of events.
//!
//! The rule is that of iCalendar (RFC 5545, section 3.3.5). A local time that occurs twice, because the clocks were set
//! back, is the first of the two. A local time that does not occur, because the clocks were set forward, is read with the
//! offset that was in force before: half past one in the skipped hour is half an hour after the jump.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// A meeting that ends earlier in the day than it starts passes midnight if it lasts no longer than this. A longer one is
/// more likely a typing error.
const LONGEST_OVER_MIDNIGHT: TimeDelta = TimeDelta::hours(12);

/// Returns the instant of a local time.
pub fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    // Offsets are whole quarter hours, and the longest gap is a day (Samoa, 30 December 2011).
    let before_gap = (0..=96).find_map(|quarters| {
        let passed = TimeDelta::minutes(15 * quarters);
        Some(zone.from_local_datetime(&local.checked_sub_signed(passed)?).earliest()?.to_utc() + passed)
    });
    before_gap.unwrap_or_else(|| local.and_utc())
}

/// Returns the beginning of a day.
pub fn start_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    instant(day.and_time(NaiveTime::MIN), zone)
}

/// Returns whether a meeting may end at `ends`: later in the day than it starts, or within twelve hours after midnight.
pub fn is_in_order(starts: NaiveTime, ends: NaiveTime) -> bool {
    // The difference of two times of day wraps over midnight.
    starts < ends || (starts > ends && TimeDelta::days(1) - (starts - ends) <= LONGEST_OVER_MIDNIGHT)
}

/// Returns the local end of a meeting, which is on the next day if it passes midnight.
pub fn end_of_meeting(held_on: NaiveDate, starts: NaiveTime, ends: NaiveTime) -> NaiveDateTime {
    let over_midnight = if starts > ends { held_on.succ_opt() } else { None };
    over_midnight.unwrap_or(held_on).and_time(ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{Africa::Cairo, America::Sao_Paulo, Europe::London, Pacific::Apia};

    fn at(local: &str, zone: Tz) -> String {
        instant(local.parse().unwrap(), zone).format("%Y-%m-%dT%H:%MZ").to_string()
    }

    #[test]
    fn a_skipped_local_time_is_read_with_the_offset_before_the_gap() {
        assert_eq!(at("2024-03-31T00:59:00", London), "2024-03-31T00:59Z");
        assert_eq!(at("2024-03-31T01:30:00", London), "2024-03-31T01:30Z");
        assert_eq!(at("2024-03-31T02:00:00", London), "2024-03-31T01:00Z");
        // The day began at 01:00.
        assert_eq!(at("2023-04-28T00:00:00", Cairo), "2023-04-27T22:00Z");
        assert_eq!(at("2018-11-04T00:30:00", Sao_Paulo), "2018-11-04T03:30Z");
        // The whole day was skipped.
        assert_eq!(at("2011-12-30T12:00:00", Apia), "2011-12-30T22:00Z");
    }

    #[test]
    fn a_repeated_local_time_is_the_first_of_the_two() {
        assert_eq!(at("2024-10-27T01:30:00", London), "2024-10-27T00:30Z");
        assert_eq!(at("2024-10-27T02:00:00", London), "2024-10-27T02:00Z");
    }

    #[test]
    fn a_meeting_may_pass_midnight_but_not_the_clock() {
        let time = |text: &str| text.parse::<NaiveTime>().unwrap();
        for (starts, ends, allowed) in [
            ("10:00:00", "16:00:00", true),
            ("22:00:00", "01:00:00", true),
            ("18:00:00", "06:00:00", true),
            ("10:00:00", "09:00:00", false),
            ("16:00:00", "10:00:00", false),
            ("10:00:00", "10:00:00", false),
        ] {
            assert_eq!(is_in_order(time(starts), time(ends)), allowed, "{starts} to {ends}");
        }
        let day = "2024-03-30".parse().unwrap();
        assert_eq!(end_of_meeting(day, time("22:00:00"), time("01:00:00")).to_string(), "2024-03-31 01:00:00");
        assert_eq!(end_of_meeting(day, time("10:00:00"), time("16:00:00")).to_string(), "2024-03-30 16:00:00");
    }
}

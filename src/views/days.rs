//! Days and months in a committee's time zone.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The last microsecond of a day.
pub(crate) fn end_of_day(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN);
    // Where the clocks go forward at midnight the day begins an hour later; the hour before it is the same everywhere.
    let begins = zone.from_local_datetime(&midnight).earliest().map(|begins| begins.to_utc());
    let begins = begins.unwrap_or_else(|| {
        let later = zone.from_local_datetime(&(midnight + TimeDelta::hours(1))).earliest();
        later.map_or_else(|| midnight.and_utc(), |later| later.to_utc())
    });
    begins - TimeDelta::microseconds(1)
}

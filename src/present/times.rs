//! Times as text: exact for programs, short for people.

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use chrono_tz::Tz;

/// RFC 3339 in UTC, to the microsecond: `2019-02-27T10:00:00.000000Z`.
pub fn exact(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The day in the committee's world, and the time of day where one is known: `27 Feb 2019 10:00`.
pub fn day(time: DateTime<Utc>, zone: Tz) -> String {
    let local = time.with_timezone(&zone);
    let format = if local.time() == NaiveTime::MIN { "%-d %b %Y" } else { "%-d %b %Y %H:%M" };
    local.format(format).to_string()
}

/// A day for people, or nothing: `27 Feb 2019`.
pub fn date(day: Option<NaiveDate>) -> String {
    day.map(|day| day.format("%-d %b %Y").to_string()).unwrap_or_default()
}

//! Times as text: exact for programs, short for people.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
pub use minutebook_projections::timestamp::exact;

/// Formats a time in `zone`: `27 Feb 2019 10:00`, or `27 Feb 2019` at midnight, which stands for an unknown time of day.
pub fn day(time: DateTime<Utc>, zone: Tz) -> String {
    let local = time.with_timezone(&zone);
    let format = if local.time() == NaiveTime::MIN { "%-d %b %Y" } else { "%-d %b %Y %H:%M" };
    local.format(format).to_string()
}

/// Formats a day: `27 Feb 2019`. Empty for `None`.
pub fn date(day: Option<NaiveDate>) -> String {
    day.map(|day| day.format("%-d %b %Y").to_string()).unwrap_or_default()
}

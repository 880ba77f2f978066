//! Parsers of option values that several commands share.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use minutebook_domain::calendar_day;

/// Parses a date such as `2019-02-27`.
pub(super) fn date(text: &str) -> Result<NaiveDate, String> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| "a date such as 2019-02-27 was expected")?;
    if calendar_day::is_recordable(date) { Ok(date) } else { Err("a date of the years 1 to 9999 was expected".into()) }
}

/// Parses a time of day such as `10:00`.
pub(super) fn time_of_day(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| "a time of day such as 10:00 was expected".to_owned())
}

/// Parses a time in RFC 3339, such as `2019-02-27T10:00:00Z`.
pub(super) fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    let expected = "a time such as 2019-02-27T10:00:00Z was expected";
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| expected)?.to_utc();
    let is_recordable = calendar_day::is_recordable(time.date_naive());
    if is_recordable { Ok(time) } else { Err("a time of the years 1 to 9999 was expected".into()) }
}

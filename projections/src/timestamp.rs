//! Exact times as text: RFC 3339 in UTC with microseconds.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serializer;

/// Formats a time as `2019-02-27T10:00:00.000000Z`.
pub fn exact(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Serializes a time with [`exact`], for `#[serde(serialize_with)]`.
pub fn serialize<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&exact(*time))
}

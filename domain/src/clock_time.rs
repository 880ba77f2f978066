//! A time of day as minutes print it: `10:00`, with no seconds.

use chrono::NaiveTime;
use serde::{Deserialize, Deserializer, Serializer};

const FORMAT: &str = "%H:%M";

#[expect(clippy::ref_option, reason = "the shape that serde asks for")]
pub(crate) fn serialize<S: Serializer>(time: &Option<NaiveTime>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.collect_str(&time.format(FORMAT)),
        None => serializer.serialize_none(),
    }
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveTime>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    NaiveTime::parse_from_str(&text, FORMAT)
        .map(Some)
        .map_err(|_| serde::de::Error::custom(format!("`{text}` is not a time of day such as `10:00`")))
}

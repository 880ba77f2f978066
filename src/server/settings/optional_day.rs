//! A day as a setting; an empty text stands for none.

use chrono::NaiveDate;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
pub(super) fn serialize<S: Serializer>(day: &Option<NaiveDate>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&day.map(|day| day.to_string()).unwrap_or_default())
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let day = Some(text.trim()).filter(|text| !text.is_empty()).map(str::parse).transpose();
    day.map_err(|_| D::Error::custom("expected a day such as 2027-02-27, or an empty text"))
}

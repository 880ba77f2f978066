//! A calendar day of the years 1 to 9999, as events hold it: `2019-02-27`.
//!
//! ISO 8601 writes these years with four digits, and PostgreSQL's `date` has no year 0.

use chrono::{Datelike, NaiveDate};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serializer};

/// Returns whether `day` lies in the years 1 to 9999.
pub fn is_recordable(day: NaiveDate) -> bool {
    (1..=9999).contains(&day.year())
}

/// A day that cannot be recorded.
fn refusal(given: impl std::fmt::Display) -> String {
    format!("`{given}` cannot be recorded: a day of the years 1 to 9999 such as `2019-02-27` was expected")
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
pub(crate) fn serialize<S: Serializer>(day: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    if is_recordable(*day) { serializer.collect_str(day) } else { Err(S::Error::custom(refusal(day))) }
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let day = NaiveDate::deserialize(deserializer)?;
    if is_recordable(day) { Ok(day) } else { Err(D::Error::custom(refusal(day))) }
}

/// The same for an optional day.
pub(crate) mod option {
    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serializer};

    #[derive(Deserialize)]
    struct Day(#[serde(with = "super")] NaiveDate);

    #[expect(clippy::ref_option, reason = "the shape that serde asks for")]
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    pub(crate) fn serialize<S: Serializer>(day: &Option<NaiveDate>, serializer: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => super::serialize(day, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
        Ok(Option::<Day>::deserialize(deserializer)?.map(|Day(day)| day))
    }
}

/// A moment of the years 1 to 9999, in UTC; optional.
pub(crate) mod moment {
    use chrono::{DateTime, Utc};
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "the shape that serde asks for")]
    pub(crate) fn serialize<S: Serializer>(time: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
        time.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
        let time = Option::<DateTime<Utc>>::deserialize(deserializer)?;
        match time.filter(|time| !super::is_recordable(time.date_naive())) {
            Some(other) => Err(D::Error::custom(super::refusal(other))),
            None => Ok(time),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Days {
        #[serde(with = "super")]
        on: NaiveDate,
        #[serde(default, with = "super::option", skip_serializing_if = "Option::is_none")]
        to: Option<NaiveDate>,
    }

    #[test]
    fn days_of_the_years_1_to_9999_are_read_and_written() {
        for json in [r#"{"on":"2019-02-27"}"#, r#"{"on":"0001-01-01","to":"9999-12-31"}"#] {
            let days: Days = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&days).unwrap(), json);
        }
    }

    #[test]
    fn other_days_are_neither_read_nor_written() {
        for day in ["0000-12-31", "-0001-01-01", "+10000-01-01", "+262142-12-31"] {
            for json in [format!(r#"{{"on":"{day}"}}"#), format!(r#"{{"on":"2019-02-27","to":"{day}"}}"#)] {
                let refusal = serde_json::from_str::<Days>(&json).unwrap_err().to_string();
                assert!(refusal.contains(day) && refusal.contains("the years 1 to 9999"), "{refusal}");
            }
            let on: NaiveDate = day.parse().unwrap();
            assert!(serde_json::to_string(&Days { on, to: None }).is_err(), "{day}");
        }
    }
}

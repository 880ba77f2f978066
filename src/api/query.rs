//! What can be asked of every list: the moment, the page, the form of the answer. What is not understood is refused.

use super::problem::Problem;
use crate::query::clearances::ClearanceByCommittee;
use crate::query::listed::{Listed, Sort};
use crate::query::moment::{KnownAt, When};
use crate::query::read_query::ReadQuery;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, OptionalFromRequestParts, Query as AxumQuery};
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use minutebook_domain::Position;
use minutebook_domain::reference::CommitteeCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use std::fmt::{self, Display};
use std::str::FromStr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// Some of the parameters of a query. Those that no handler of the route knows are refused before it is called.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let parsed = AxumQuery::<T>::try_from_uri(&parts.uri);
        parsed.map(|AxumQuery(query)| Self(query)).map_err(|rejection| {
            let QueryRejection::FailedToDeserializeQueryString(error) = &rejection else {
                return Problem::malformed("query", rejection.body_text());
            };
            // `as_of: a day such as 2019-02-27 … was expected`
            let text = std::error::Error::source(error).map_or_else(|| rejection.body_text(), ToString::to_string);
            if let Some(field) = text.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
                return Problem::malformed(field, "this parameter is needed here");
            }
            match text.split_once(": ") {
                Some((field, detail)) if !field.contains(' ') => Problem::malformed(field, detail),
                _ => Problem::malformed("query", text),
            }
        })
    }
}

impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Problem> {
        <Self as FromRequestParts<S>>::from_request_parts(parts, state).await.map(Some)
    }
}

/// The moment that is asked about, on both clocks.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Moment {
    /// As it was then: a day, which stands for its end where the committee is, or a time (RFC 3339). Now, if it is not
    /// given.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<DayOrTime>, example = "2019-03-12")]
    pub(super) as_of: Option<When>,
    /// As was then known: a position of the log, a day, or a time. All that is known, if it is not given.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<PositionOrTime>, example = "2019-03-12")]
    pub(super) known_at: Option<KnownAt>,
    /// Wait, for two seconds at most, until the server has seen this position: the one that a write was answered with is
    /// then read back through whatever server.
    #[serde(default, deserialize_with = "position")]
    #[param(inline, value_type = Option<Position>, example = 1)]
    pub(super) at_least: Option<u64>,
}

/// How much of a list, and in what form.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// At most so many, 100 if it is not given. CSV and iCalendar hold all of them then.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<u32>, minimum = 1, maximum = 1000, example = 100)]
    pub(super) limit: Option<Limit>,
    /// Where the page before this one ended, as it said in `next`. What is appended meanwhile does not come in between.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^[0-9]{1,15}\\.[0-9]{1,9}\\.(-|[0-9]{1,16})$", example = "96.100.-")]
    pub(super) cursor: Option<Cursor>,
}

/// How many of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit(pub(super) usize);

impl FromStr for Limit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(limit @ 1..=1000) => Ok(Self(limit)),
            _ => Err("a number from 1 to 1000 was expected"),
        }
    }
}

/// Where a page ended: the position that its list was known at, how many came before, and the moment it was of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) position: Position,
    pub(super) offset: usize,
    pub(super) as_of: Option<DateTime<Utc>>,
}

impl Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.", self.position, self.offset)?;
        match self.as_of {
            Some(as_of) => write!(f, "{}", as_of.timestamp_micros()),
            None => f.write_str("-"),
        }
    }
}

impl FromStr for Cursor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (position, rest) = text.split_once('.')?;
            let (offset, as_of) = rest.split_once('.')?;
            let as_of = match as_of {
                "-" => None,
                micros => Some(DateTime::from_timestamp_micros(micros.parse().ok()?)?),
            };
            Some(Self { position: Position::new(position.parse().ok()?), offset: offset.parse().ok()?, as_of })
        };
        parse().ok_or("what `next` of an earlier page said was expected")
    }
}

impl Moment {
    /// The question for a reader.
    pub(super) fn question(&self, reach: &ClearanceByCommittee, committee: Option<CommitteeCode>) -> ReadQuery {
        ReadQuery { as_of: self.as_of, known_at: self.known_at, reach: reach.clone(), committee }
    }
}

/// Reads a parameter as the program reads it everywhere.
pub(super) fn from_text<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

/// The largest whole number that every reader of JSON has exactly: 2⁵³ − 1.
const LARGEST: u64 = 9_007_199_254_740_991;

/// Reads a position, which is at most the largest that the answers could name.
pub(super) fn position<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    match from_text(deserializer)? {
        Some(larger) if larger > LARGEST => {
            Err(serde::de::Error::custom(format_args!("{larger} is larger than any position: {LARGEST} at most")))
        }
        position => Ok(position),
    }
}

/// Reads several, with commas between them.
pub(super) fn from_texts<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let parts = text.split(',').filter(|_| !text.is_empty());
    parts.map(|part| part.parse().map_err(serde::de::Error::custom)).collect()
}

/// Reads the field to sort by.
pub(super) fn sort<'de, D: Deserializer<'de>, V: Listed>(deserializer: D) -> Result<Option<Sort<V>>, D::Error> {
    from_text(deserializer)
}

fn formatted(format: KnownFormat) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(format)))
}

/// Describes a day, or a time.
pub(super) struct DayOrTime;

impl PartialSchema for DayOrTime {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new().item(formatted(KnownFormat::Date)).item(formatted(KnownFormat::DateTime)).into()
    }
}

impl ToSchema for DayOrTime {}

/// Describes a position, a day, or a time.
pub(super) struct PositionOrTime;

impl PartialSchema for PositionOrTime {
    fn schema() -> RefOr<Schema> {
        let position = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(i64::MAX));
        let (day, time) = (formatted(KnownFormat::Date), formatted(KnownFormat::DateTime));
        OneOfBuilder::new().item(position).item(day).item(time).into()
    }
}

impl ToSchema for PositionOrTime {}

/// Describes the field that a list is sorted by, under a name.
macro_rules! sorted_by {
    ($name:ident: $view:ty) => {
        #[doc = concat!("Describes what a list of `", stringify!($view), "` is sorted by.")]
        pub(in crate::api) struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::api::query::fields::<$view>()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
pub(super) use sorted_by;

/// The fields that a list can be sorted by.
pub(super) fn fields<V: Listed>() -> RefOr<Schema> {
    let names = V::FIELDS.iter().flat_map(|field| [field.name.to_owned(), format!("-{}", field.name)]);
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_what_it_writes() {
        for text in ["96.100.-", "0.0.1551225600000000"] {
            assert_eq!(text.parse::<Cursor>().unwrap().to_string(), text);
        }
        for text in ["", "96", "96.100", "96.100.x", "-1.0.-", "a.b.c"] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}

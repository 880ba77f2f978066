//! Query parameters that routes share: the moment, the page, sorting. A parameter that cannot be parsed is refused by name.

use super::problem::Problem;
use crate::query::clearances::ClearanceByCommittee;
use crate::query::list::{ListItem, Sort};
use crate::query::moment::{KnownAt, PointInTime};
use crate::query::read_query::ReadQuery;
use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use minutebook_domain::Position;
use minutebook_domain::json::{self, WrongField};
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use std::fmt::{self, Display};
use std::str::FromStr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// Extracts some of a request's query parameters. A layer refuses the parameters that the route does not take.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let parameters = form_urlencoded::parse(query.as_bytes());
        json::from_parameters(parameters.map(|(name, value)| (name.into_owned(), value.into_owned())))
            .map(Self)
            .map_err(|WrongField { field, message }| Problem::malformed(&field, message))
    }
}

/// The moment to read at, on both clocks.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MomentParams {
    /// Read the state at this moment: a time (RFC 3339); a day, which means its end in the committee's time zone; or a meeting,
    /// which means the end of its day. Default: now.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<DayOrTime>, example = "2019-03-12")]
    pub(super) as_of: Option<PointInTime>,
    /// Read only what was recorded by then: a log position, a day, a time, or a meeting. Default: everything recorded so far.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<PositionOrTime>, example = "2019-03-12")]
    pub(super) known_at: Option<KnownAt>,
    /// Wait up to two seconds until the server has read this log position. Pass the position that a write returned to read
    /// your own write through any server.
    #[serde(default, deserialize_with = "position")]
    #[param(inline, value_type = Option<Position>, example = 1)]
    pub(super) at_least: Option<u64>,
}

/// The page of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageParams {
    /// The maximum number of rows. Default: 100 for JSON, all rows for CSV and iCalendar.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<u32>, minimum = 1, maximum = 1000, example = 100)]
    pub(super) limit: Option<PageSize>,
    /// The end of the previous page, taken from its `next`. Events recorded since then do not shift the pages.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<String>, pattern = "^[0-9]{1,15}\\.[0-9]{1,9}\\.(-|[0-9]{1,16})$", example = "96.100.-")]
    pub(super) cursor: Option<PageCursor>,
    /// Begin CSV with a byte order mark, by which Excel reads it as UTF-8. Other formats ignore it.
    #[serde(default, deserialize_with = "from_text")]
    #[param(inline, value_type = Option<bool>)]
    pub(super) bom: Option<bool>,
}

/// The number of rows on a page, from 1 to 1000.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageSize(pub(super) usize);

impl FromStr for PageSize {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(limit @ 1..=1000) => Ok(Self(limit)),
            _ => Err("expected a number from 1 to 1000"),
        }
    }
}

/// The end of a page: the position that the list was read at, the number of rows so far, and `as_of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PageCursor {
    pub(super) position: Position,
    pub(super) offset: usize,
    pub(super) as_of: Option<DateTime<Utc>>,
}

impl Display for PageCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.", self.position, self.offset)?;
        match self.as_of {
            Some(as_of) => write!(f, "{}", as_of.timestamp_micros()),
            None => f.write_str("-"),
        }
    }
}

impl FromStr for PageCursor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (position, rest) = text.split_once('.')?;
            let (offset, as_of) = rest.split_once('.')?;
            let as_of = match as_of {
                "-" => None,
                micros => {
                    let time = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
                    Some(Some(time).filter(|time| minutebook_domain::calendar_day::is_recordable(time.date_naive()))?)
                }
            };
            Some(Self { position: Position::new(position.parse().ok()?), offset: offset.parse().ok()?, as_of })
        };
        parse().ok_or("expected the `cursor` of a page's `next`")
    }
}

impl MomentParams {
    /// The query at this moment, with a reader's clearances.
    pub(super) fn read_query(&self, clearances: &ClearanceByCommittee, committee: Option<CommitteeCode>) -> ReadQuery {
        let (as_of, known_at) = (self.as_of.clone(), self.known_at.clone());
        ReadQuery { as_of, known_at, clearances: clearances.clone(), committee }
    }
}

/// Parses a parameter with the type's `FromStr`, as the command line does.
pub(super) fn from_text<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

/// The largest integer that every JSON parser reads exactly: 2⁵³ − 1.
const LARGEST: u64 = 9_007_199_254_740_991;

/// Parses a position of at most 2⁵³ − 1.
pub(super) fn position<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(from_text::<D, GivenPosition>(deserializer)?.map(|position| position.0))
}

/// A position of at most 2⁵³ − 1, as a query gives it.
struct GivenPosition(u64);

impl FromStr for GivenPosition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let position = text.parse().ok().filter(|position| *position <= LARGEST);
        position.map(Self).ok_or_else(|| format!("expected a position: a whole number from 0 to {LARGEST}"))
    }
}

/// Returns a position among the parameters of a query, if it is there and well formed.
pub(super) fn position_in_query(uri: &Uri, name: &str) -> Option<u64> {
    let query = uri.query()?;
    let given = form_urlencoded::parse(query.as_bytes()).find(|(given, _)| given == name)?.1.parse().ok()?;
    (given <= LARGEST).then_some(given)
}

/// Parses a list of values, separated by commas.
pub(super) fn from_list<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let parts = text.split(',').filter(|_| !text.is_empty());
    parts.map(|part| part.parse().map_err(serde::de::Error::custom)).collect()
}

/// Parses the field to sort by.
pub(super) fn sort<'de, D: Deserializer<'de>, V: ListItem>(deserializer: D) -> Result<Option<Sort<V>>, D::Error> {
    from_text(deserializer)
}

fn formatted(format: KnownFormat) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(format)))
}

/// The schema of a day, a time or a meeting.
pub(super) struct DayOrTime;

impl PartialSchema for DayOrTime {
    fn schema() -> RefOr<Schema> {
        let (day, time) = (formatted(KnownFormat::Date), formatted(KnownFormat::DateTime));
        OneOfBuilder::new().item(day).item(time).item(MeetingRef::schema()).into()
    }
}

impl ToSchema for DayOrTime {}

/// The schema of a position, a day, a time or a meeting.
pub(super) struct PositionOrTime;

impl PartialSchema for PositionOrTime {
    fn schema() -> RefOr<Schema> {
        let position = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(i64::MAX));
        let (day, time) = (formatted(KnownFormat::Date), formatted(KnownFormat::DateTime));
        OneOfBuilder::new().item(position).item(day).item(time).item(MeetingRef::schema()).into()
    }
}

impl ToSchema for PositionOrTime {}

/// Declares a type with the schema of the parameter `sort` of a list.
macro_rules! sort_schema {
    ($name:ident: $view:ty) => {
        #[doc = concat!("The schema of the fields that a list of `", stringify!($view), "` is sorted by.")]
        pub(in crate::api) struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::api::parameters::fields::<$view>()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
pub(super) use sort_schema;

/// The schema of the fields that a list can be sorted by.
pub(super) fn fields<V: ListItem>() -> RefOr<Schema> {
    let names = V::FIELDS.iter().flat_map(|field| [field.name.to_owned(), format!("-{}", field.name)]);
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_display_and_parse() {
        for text in ["96.100.-", "0.0.1551225600000000"] {
            assert_eq!(text.parse::<PageCursor>().unwrap().to_string(), text);
        }
        let after_9999 = "1.0.8210266876799000000";
        for text in ["", "96", "96.100", "96.100.x", "-1.0.-", "a.b.c", after_9999] {
            assert!(text.parse::<PageCursor>().is_err(), "{text}");
        }
    }
}

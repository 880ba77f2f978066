//! The OpenAPI 3.1 schemas of the domain's types.

use crate::classification::{Classification, Scheme};
use crate::reference::{
    ActionRef, CommitteeCode, DecisionId, ItemLabel, MeetingRef, Name, PartyCategory, PartyName, Prose, Reference,
    TokenId,
};
use crate::{EventId, Position, StreamId, StreamVersion};
use std::collections::HashSet;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, OneOfBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A text of a fixed form: the pattern is no looser than what `FromStr` takes, so that what is described is accepted.
macro_rules! texts {
    ($($type:ty: $description:literal, $pattern:expr, $example:literal;)+) => {
        $(impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                text($description, $pattern, $example)
            }
        }

        impl ToSchema for $type {})+
    };
}

impl PartialSchema for ItemLabel {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(i32::MAX));
        let label = text("a label", "^[A-Za-z0-9][A-Za-z0-9./()-]{0,14}$", "1a");
        OneOfBuilder::new().item(number).item(label).description(Some("an agenda item's number, or its label")).into()
    }
}

impl ToSchema for ItemLabel {}

/// A whole number.
macro_rules! numbers {
    ($($type:ty: $description:literal, $minimum:literal, $example:literal;)+) => {
        $(impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::Integer)
                    .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
                    .minimum(Some($minimum))
                    .maximum(Some(9_007_199_254_740_991_u64))
                    .description(Some($description))
                    .examples([$example])
                    .into()
            }
        }

        impl ToSchema for $type {})+
    };
}

/// What a meeting's reference has after the committee: the number and ddmm, of a leap year, or the day.
const MEETING: &str = "([1-9][0-9]{0,8}_((0[1-9]|[12][0-9])(0[1-9]|1[0-2])|30(0[13-9]|1[0-2])|31(0[13578]|1[02]))|[1-9][0-9]{3}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31))";
const ACTION: &str = "[A-Z][A-Z0-9]{0,10}[A-Z][1-9][0-9]{0,8}/[0-9]{1,4}";
/// A category of the code or of the committee, and letters or a number.
const PARTY: &str = "([A-Z][a-z]{1,19}( [A-Z][A-Za-z]{1,19}){0,2} ([A-Z]{1,3}|[0-9]{1,4})|DCC)";
const CODE: &str = "[A-Z][A-Z0-9]{1,11}";
/// One line that is not blank, of at most 200 characters.
const LINE: &str = "^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\s\\x00-\\x1f\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f]*$";

texts! {
    CommitteeCode: "a committee's code", &format!("^{CODE}$"), "SSC";
    MeetingRef: "a meeting's reference: committee, number and ddmm, or committee and day", &format!("^{CODE}_{MEETING}$"),
        "SSC_72_2702";
    ActionRef: "an action's reference: committee and meeting number, and its number there",
        &format!("^{ACTION}$"), "SSC72/01";
    DecisionId: "a decision's id: its meeting, and its number there",
        &format!("^{CODE}_{MEETING}/D[1-9][0-9]{{0,8}}$"), "SSC_72_2702/D3";
    PartyName: "a party's pseudonym: its category, and letters",
        &format!("^{PARTY}$"), "Other User L";
    TokenId: "a token's id", "^[0-9a-f]{12}$", "1f0c9a7e2b34";
    Name: "a person, a body, a role or a place, on one line", LINE, "SECAS";
    Reference: "anything that another record can be followed by, on one line", LINE, "SECMP0037";
    Prose: "a text, of any length", "^[^\\x00]*[^\\s\\x00][^\\x00]*$", "The SSC NOTED the update.";
    StreamId: "a committee, a meeting, an action, a party or a token, whose events are numbered together",
        &format!("^(committee:{CODE}|meeting:{CODE}_{MEETING}|action:{ACTION}|party:{CODE}:{PARTY}|token:[0-9a-f]{{12}})$"),
        "meeting:SSC_72_2702";
    EventId: "an event's identity (UUID)",
        "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", "0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10";
}

numbers! {
    Position: "a place in the order of all events, from 1", 0, 96;
    StreamVersion: "a place among the events of one stream, from 1", 0, 3;
}

impl PartialSchema for PartyCategory {
    fn schema() -> RefOr<Schema> {
        let names = Self::names().collect::<Vec<_>>().join(", ");
        text(&format!("a category of parties: {names}, or one that the committee has added"), LINE, "Other User")
    }
}

impl ToSchema for PartyCategory {}

impl PartialSchema for Classification {
    fn schema() -> RefOr<Schema> {
        let labels = Scheme::all().iter().flat_map(Scheme::levels).map(|level| level.label.as_str());
        one_of("who may read something", labels)
    }
}

impl ToSchema for Classification {}

/// Something and its mark, as an event has them: `{"classification": "RED", "text": …}`.
macro_rules! marked {
    ($($name:ident: $of:ty;)+) => {
        $(#[doc = concat!("Describes a classified `", stringify!($of), "`.")]
        pub(crate) struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .description(Some("something, and who may read it"))
                    .property("classification", <$crate::classification::Classification as utoipa::PartialSchema>::schema())
                    .property("text", <$of as utoipa::PartialSchema>::schema())
                    .required("classification")
                    .required("text")
                    .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::<utoipa::openapi::Schema>::FreeForm(false)))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {})+
    };
}

pub(crate) use marked;

marked! {
    MarkedProse: Prose;
    MarkedName: Name;
}

impl PartialSchema for crate::Reason {
    fn schema() -> RefOr<Schema> {
        MarkedProse::schema()
    }
}

impl ToSchema for crate::Reason {}

/// Describes a time of day, as minutes print it.
pub(crate) struct TimeOfDay;

impl PartialSchema for TimeOfDay {
    fn schema() -> RefOr<Schema> {
        text("a time of day, in the committee's time zone", "^([01][0-9]|2[0-3]):[0-5][0-9]$", "10:00")
    }
}

impl ToSchema for TimeOfDay {}

/// One line of text.
pub(crate) fn line(description: &str, example: &str) -> RefOr<Schema> {
    text(description, LINE, example)
}

fn text(description: &str, pattern: &str, example: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .pattern(Some(pattern))
        .max_length((pattern == LINE).then_some(200))
        .examples([example])
        .into()
}

pub(crate) fn one_of<'a>(description: &str, words: impl Iterator<Item = &'a str>) -> RefOr<Schema> {
    // Two schemes may have a label in common. A generated client has one name for each value.
    let mut words: Vec<&str> = words.collect();
    let mut seen = HashSet::new();
    words.retain(|word| seen.insert(*word));
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).enum_values(Some(words)).into()
}

//! Events as bodies have them: a type and its data, in a correction or in a command.

use crate::api::problem::Problem;
use minutebook_domain::Event;
use minutebook_domain::event::DecodeError;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::to_raw_value;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// An event by itself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventBody {
    #[serde(rename = "type")]
    event_type: String,
    #[serde(default = "first_schema")]
    schema_version: u32,
    data: Value,
}

fn first_schema() -> u32 {
    1
}

impl EventBody {
    /// The event. What is wrong with it stands at `place` in the body.
    pub(super) fn decode(&self, place: &str) -> Result<Event, Problem> {
        let data = to_raw_value(&self.data).map_err(|error| Problem::unprocessable(error.to_string()))?;
        let event = Event::decode_by_type(&self.event_type, self.schema_version, &data);
        event.map_err(|error| of_event(&error).of_field(&field(&error, place)))
    }
}

/// An event that cannot be read, as a problem.
pub(super) fn of_event(error: &DecodeError) -> Problem {
    match error {
        DecodeError::UnknownType { event_type, accepted, .. } => {
            Problem::unprocessable(format!("`{event_type}` is no event of that stream")).accepted(accepted.clone())
        }
        error => Problem::unprocessable(error.to_string()),
    }
}

fn field(error: &DecodeError, place: &str) -> String {
    match error {
        DecodeError::UnknownType { .. } => format!("{place}.type"),
        DecodeError::NewerSchema { .. } => format!("{place}.schema_version"),
        DecodeError::Malformed { source, .. } => match super::recording::named(&source.to_string()) {
            Some(name) => format!("{place}.data.{name}"),
            None => format!("{place}.data"),
        },
    }
}

/// The types that can be recorded over HTTP, each with the kind of stream it belongs to. Those of tokens are recorded
/// where tokens are made; a correction is recorded by naming the event that was wrong.
fn types() -> impl Iterator<Item = (&'static str, &'static str)> {
    Event::catalogue().filter(|(kind, name)| *kind != "token" && *name != "EventCorrected")
}

fn of_type(name: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .property("type", ObjectBuilder::new().schema_type(Type::String).enum_values(Some([name])))
        .property("data", Ref::from_schema_name(name))
        .required("type")
        .required("data")
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
}

impl PartialSchema for EventBody {
    fn schema() -> RefOr<Schema> {
        let all = types().fold(OneOfBuilder::new(), |all, (_, name)| all.item(of_type(name)));
        all.description(Some("an event: its type, and its data")).into()
    }
}

impl ToSchema for EventBody {}

/// Describes a command: an event, and the stream that it is recorded in.
pub(super) struct CommandBody;

impl PartialSchema for CommandBody {
    fn schema() -> RefOr<Schema> {
        let stream = |kind: &str| {
            let pattern = match kind {
                "committee" => "^committee:[A-Z][A-Z0-9]{1,11}$".to_owned(),
                kind => format!("^{kind}:[A-Z].*$"),
            };
            ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern))
        };
        let all = types().fold(OneOfBuilder::new(), |all, (kind, name)| {
            all.item(of_type(name).property("stream", stream(kind)).required("stream"))
        });
        all.description(Some("an event, and the stream that it is recorded in")).into()
    }
}

impl ToSchema for CommandBody {}

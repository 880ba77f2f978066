//! Events inside a body: a type and its data, in a correction or in a command.

use crate::api::problem::Problem;
use minutebook_domain::Event;
use minutebook_domain::stored_event::DecodeError;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::to_raw_value;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// An event type and its data.
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
    /// Decodes the event. `path` is where it stands in the body, for the `field` of a problem.
    pub(super) fn decode(&self, path: &str) -> Result<Event, Problem> {
        let data = to_raw_value(&self.data).map_err(|error| Problem::unprocessable(error.to_string()))?;
        let event = Event::decode_by_type(&self.event_type, self.schema_version, &data);
        event.map_err(|error| undecodable(&error).with_field(&format!("{path}.{}", error.field())))
    }
}

/// The problem of an event that cannot be decoded.
pub(super) fn undecodable(error: &DecodeError) -> Problem {
    match error {
        DecodeError::UnknownType { event_type, accepted, .. } => {
            Problem::unprocessable(format!("`{event_type}` is not an event type of that stream"))
                .with_accepted(accepted.clone())
        }
        error => Problem::unprocessable(error.to_string()),
    }
}

/// The event types that a body may contain, each with its kind of stream. Events of tokens are recorded where tokens are
/// issued, and a correction has a route of its own.
fn types() -> impl Iterator<Item = (&'static str, &'static str)> {
    Event::catalogue().filter(|(kind, name)| *kind != "token" && *name != "EventCorrected")
}

fn event_schema(name: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .property("type", ObjectBuilder::new().schema_type(Type::String).enum_values(Some([name])))
        .property("data", Ref::from_schema_name(name))
        .required("type")
        .required("data")
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
}

impl PartialSchema for EventBody {
    fn schema() -> RefOr<Schema> {
        let all = types().fold(OneOfBuilder::new(), |all, (_, name)| all.item(event_schema(name)));
        all.description(Some("An event: its type and its data")).into()
    }
}

impl ToSchema for EventBody {}

/// The schema of a command: an event, and the stream to record it in.
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
            all.item(event_schema(name).property("stream", stream(kind)).required("stream"))
        });
        all.description(Some("An event, and the stream to record it in")).into()
    }
}

impl ToSchema for CommandBody {}

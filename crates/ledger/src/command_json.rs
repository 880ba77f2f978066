//! Requests as JSON, as scripts and API clients send them.
//!
//! ```json
//! {"stream": "action:SSC72/01", "type": "ActionRaised", "data": {}, "idempotency_key": "monday-1"}
//! {"commands": [{"stream": "…", "type": "…", "data": {}}, {"stream": "…", "type": "…", "data": {}}], "actor": "jane"}
//! {"corrects": "0190a6e0-…", "change": "struck", "reason": "…"}
//! {"corrects": "0190a6e0-…", "change": {"marked": {"classification": "RED", "field": "text"}}, "reason": "…"}
//! {"corrects": "0190a6e0-…", "change": {"set": {"completed_on": "2019-03-12"}}, "reason": "…"}
//! {"corrects": "0190a6e0-…", "change": {"replaced": {"type": "…", "data": {}}}, "reason": "…"}
//! ```

use super::recorder::{Command, Request};
use chrono::{DateTime, Utc};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::{Change, Marking};
use minutebook_domain::json::{self, WrongField};
use minutebook_domain::merge::Merge;
use minutebook_domain::reference::Name;
use minutebook_domain::stored_event::DecodeError;
use minutebook_domain::{Event, EventId, RequestMetadata, StreamId, StreamVersion};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

/// JSON that is no request.
#[derive(Debug, thiserror::Error)]
pub enum CommandJsonError {
    /// A part of the text is not JSON, or has another shape.
    #[error("{what}: {source}")]
    Shape {
        /// The part, and what was expected of it.
        what: &'static str,
        /// What is wrong, and the field.
        source: WrongField,
    },
    /// The event in it is malformed or of an unknown type.
    #[error(transparent)]
    Event(#[from] DecodeError),
}

impl CommandJsonError {
    /// The path of the wrong field in the command, or in the data of its event; empty if it is no single field.
    pub fn field(&self) -> &str {
        match self {
            Self::Shape { source, .. } | Self::Event(DecodeError::Malformed { source, .. }) => &source.field,
            Self::Event(_) => "",
        }
    }
}

/// An event without a stream: its type and its data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedEvent {
    #[serde(rename = "type")]
    event_type: String,
    #[serde(default = "first_schema")]
    schema_version: u32,
    data: Value,
}

fn first_schema() -> u32 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordJson {
    stream: StreamId,
    #[serde(rename = "type")]
    event_type: String,
    #[serde(default = "first_schema")]
    schema_version: u32,
    data: Value,
    classification: Option<Classification>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CorrectJson {
    corrects: EventId,
    change: ChangeJson,
    authority: Option<Name>,
    classification: Option<Classification>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ChangeJson {
    Struck,
    Replaced(TypedEvent),
    Supplemented(TypedEvent),
    Marked(Marking),
    Set(Merge),
}

/// The metadata that a request may set; the rest comes from the sender's defaults.
#[derive(Deserialize, Default)]
struct MetadataFields {
    idempotency_key: Option<String>,
    actor: Option<String>,
    on_behalf_of: Option<String>,
    reason: Option<String>,
    valid_at: Option<DateTime<Utc>>,
    correlation_id: Option<String>,
    expected_version: Option<u64>,
    planned: Option<bool>,
}

const METADATA_KEYS: [&str; 8] =
    ["idempotency_key", "actor", "on_behalf_of", "reason", "valid_at", "correlation_id", "expected_version", "planned"];

/// Reads a request; metadata that it does not set comes from `defaults`.
pub fn request(text: &str, defaults: RequestMetadata) -> Result<Request, CommandJsonError> {
    let mut object: Map<String, Value> = json::from_str(text)
        .map_err(|source| CommandJsonError::Shape { what: "a JSON object was expected", source })?;
    let fields: Map<String, Value> = METADATA_KEYS.iter().filter_map(|key| object.remove_entry(*key)).collect();
    let given: MetadataFields = shaped("the metadata is not as expected", Value::Object(fields))?;
    let commands = match object.remove("commands") {
        None => vec![command(object)?],
        Some(commands) if object.is_empty() => {
            let commands: Vec<Map<String, Value>> = shaped("`commands` is a list of objects", commands)?;
            commands.into_iter().map(command).collect::<Result<_, _>>()?
        }
        Some(_) => {
            let keys: Vec<&str> = object.keys().map(String::as_str).collect();
            let field = keys.first().map_or_else(String::new, |key| (*key).to_owned());
            let source = WrongField { field, message: format!("found `{}` beside `commands`", keys.join("`, `")) };
            return Err(CommandJsonError::Shape { what: "only metadata may stand beside `commands`", source });
        }
    };
    let metadata = RequestMetadata {
        actor: given.actor.unwrap_or(defaults.actor),
        on_behalf_of: given.on_behalf_of.or(defaults.on_behalf_of),
        command_id: given.idempotency_key.unwrap_or(defaults.command_id),
        correlation_id: given.correlation_id.or(defaults.correlation_id),
        reason: given.reason.or(defaults.reason),
        valid_at: given.valid_at.or(defaults.valid_at),
        ..defaults
    };
    let expected = given.expected_version.map(StreamVersion::new);
    Ok(Request { commands, metadata, expected, planned: given.planned.unwrap_or_default() })
}

/// Reads an event without a stream: `{"type": "ActionCompleted", "data": {…}}`.
pub fn event(text: &str) -> Result<Event, CommandJsonError> {
    let tagged: TypedEvent = json::from_str(text)
        .map_err(|source| CommandJsonError::Shape { what: "an event with its type and data was expected", source })?;
    tagged.decode()
}

fn command(object: Map<String, Value>) -> Result<Command, CommandJsonError> {
    if object.contains_key("corrects") {
        let CorrectJson { corrects: event, change, authority, classification } =
            shaped("the correction is not as expected", Value::Object(object))?;
        let source = None;
        let change = match change {
            ChangeJson::Set(merge) => {
                let clearance = Clearance::full();
                return Ok(Command::Merge { event, merge, clearance, authority, source, classification });
            }
            ChangeJson::Struck => Change::Struck,
            ChangeJson::Replaced(by) => Change::Replaced(Box::new(by.decode()?)),
            ChangeJson::Supplemented(by) => Change::Supplemented(Box::new(by.decode()?)),
            ChangeJson::Marked(marking) => Change::Marked(marking),
        };
        return Ok(Command::Correct { event, change, authority, source, classification });
    }
    let record: RecordJson = shaped("the command is not as expected", Value::Object(object))?;
    let data = raw(&record.data)?;
    let event = Event::decode(&record.stream, &record.event_type, record.schema_version, &data)?;
    Ok(Command::Record { stream: record.stream, event, source: None, classification: record.classification })
}

impl TypedEvent {
    fn decode(&self) -> Result<Event, CommandJsonError> {
        Ok(Event::decode_by_type(&self.event_type, self.schema_version, &raw(&self.data)?)?)
    }
}

fn raw(data: &Value) -> Result<Box<RawValue>, CommandJsonError> {
    to_raw_value(data).map_err(|error| CommandJsonError::Shape {
        what: "the data is not as expected",
        source: WrongField::whole(error),
    })
}

fn shaped<T: DeserializeOwned>(what: &'static str, value: Value) -> Result<T, CommandJsonError> {
    json::from_value(value).map_err(|source| CommandJsonError::Shape { what, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_command_or_several_with_an_envelope() {
        let completed = r#""stream":"action:SSC72/01","type":"ActionCompleted","data":{"completed_on":"2019-03-13"}"#;
        let one =
            request(&format!(r#"{{{completed},"actor":"jane","expected_version":3}}"#), RequestMetadata::default())
                .unwrap();
        assert_eq!(
            (one.commands.len(), one.metadata.actor.as_str(), one.expected),
            (1, "jane", Some(StreamVersion::new(3)))
        );
        let two = request(&format!(r#"{{"commands":[{{{completed}}},{{{completed}}}]}}"#), RequestMetadata::default())
            .unwrap();
        assert_eq!(two.commands.len(), 2);
    }

    #[test]
    fn a_mistyped_field_is_named() {
        for (json, named) in [
            (
                r#"{"stream":"action:SSC72/01","type":"ActionCompleted","data":{"completed":"2019-03-13"}}"#,
                "`completed`",
            ),
            (r#"{"stream":"action:SSC72/01","type":"ActionDone","data":{}}"#, "`ActionDone`"),
            (r#"{"stream":"SSC72/01","type":"ActionCompleted","data":{}}"#, "`SSC72/01`"),
            (r#"{"strem":"action:SSC72/01","type":"ActionCompleted","data":{}}"#, "`strem`"),
            (r#"{"commands":[],"actr":"jane"}"#, "`actr`"),
            ("[1]", "JSON object"),
        ] {
            let error = request(json, RequestMetadata::default()).unwrap_err().to_string();
            assert!(error.contains(named), "{json}: {error}");
        }
    }
}

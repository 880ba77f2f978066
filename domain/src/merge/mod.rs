//! A merge: named fields of an event get other values, and the rest of the event stays.
//!
//! A marked text keeps its mark unless the merge names the mark (`text.classification`); a list gains and loses entries.

mod json;
mod steps;

use crate::event::Event;
use crate::field_form::{FieldShape, PayloadField};
use crate::json::WrongField;
use crate::stored_event::DecodeError;
use crate::stream::StreamId;
use serde::Serialize;
use serde_json::value::to_raw_value;
use serde_json::{Map, Value};
use steps::{check_parts, set, set_part, shown};

/// Fields of an event, or the parts of its texts, with what becomes of each.
///
/// In JSON: `{"completed_on": "2019-03-12", "text": {"classification": "RED"}, "due_on": null,
/// "owners": {"add": ["SECAS"], "remove": ["DCC"]}}`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merge(Vec<(String, MergeStep)>);

/// What becomes of one field.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeStep {
    /// It gets this value. Null removes it.
    Value(Value),
    /// It gets this value, as a person types it: numbers and flags are read by the field's shape, and nothing removes it.
    Typed(String),
    /// The list gains and loses entries.
    List {
        /// The new entries, which come last.
        add: Vec<Value>,
        /// The entries to remove.
        remove: Vec<Value>,
    },
}

/// A merge that does not fit its event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {accepted}")]
pub struct MergeError {
    /// The field, as a path in the merge: `text.classification`.
    pub field: String,
    /// What is wrong.
    pub what: String,
    /// What would be accepted.
    pub accepted: String,
}

impl MergeError {
    fn new(field: &str, what: impl Into<String>, accepted: impl Into<String>) -> Self {
        Self { field: field.to_owned(), what: what.into(), accepted: accepted.into() }
    }
}

impl Merge {
    /// The value that a field is given as a person types it.
    pub fn typed(&self, path: &str) -> Option<&str> {
        self.0.iter().find_map(|(known, step)| match step {
            MergeStep::Typed(value) if known == path => Some(value.as_str()),
            _ => None,
        })
    }

    /// Adds a step. Entries for one list are gathered; anything else may be given once.
    pub fn add(&mut self, path: &str, step: MergeStep) -> Result<(), MergeError> {
        let same = self.0.iter_mut().find(|(known, _)| known == path).map(|(_, step)| step);
        match (same, step) {
            (None, step) => self.0.push((path.to_owned(), step)),
            (Some(MergeStep::List { add, remove }), MergeStep::List { add: more, remove: fewer }) => {
                add.extend(more);
                remove.extend(fewer);
            }
            (Some(_), _) => return Err(MergeError::new(path, format!("`{path}` is given twice"), "each field once")),
        }
        Ok(())
    }

    /// The names of the fields, without the parts of texts.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(path, _)| name_and_part(path).0)
    }

    /// Returns `event` of `stream` with the merge applied. It may be the same event.
    pub fn apply(&self, stream: &StreamId, event: &Event) -> Result<Event, MergeError> {
        let event_type = event.event_type();
        let fields = Event::fields_of(event_type);
        let unreadable = |error: serde_json::Error| MergeError::new("", error.to_string(), "an event of the log");
        let mut data = match event.data().map_err(unreadable)? {
            Value::Object(data) => data,
            _ => Map::new(),
        };
        for (path, step) in &self.0 {
            let (name, part) = name_and_part(path);
            let field = fields.iter().find(|field| field.name == name);
            let field = field.ok_or_else(|| unknown(name, event_type, &fields))?;
            match part {
                Some(part) => set_part(&mut data, field, part, step)?,
                None => set(&mut data, field, step)?,
            }
        }
        for field in fields.iter().filter(|field| field.shape == FieldShape::Text) {
            check_parts(&data, field)?;
        }
        let raw = to_raw_value(&data).map_err(unreadable)?;
        Event::decode(stream, event_type, event.schema_version(), &raw).map_err(|error| match error {
            DecodeError::Malformed { source, .. } => wrong_form(&data, &fields, source),
            other => MergeError::new("", other.to_string(), "an event that this program knows"),
        })
    }
}

fn name_and_part(path: &str) -> (&str, Option<&str>) {
    path.split_once('.').map_or((path, None), |(name, part)| (name, Some(part)))
}

fn unknown(name: &str, event_type: &str, fields: &[PayloadField]) -> MergeError {
    let own: Vec<&str> = fields.iter().map(|field| field.name).collect();
    let own = if own.is_empty() { "it has no fields".to_owned() } else { format!("one of: {}", own.join(", ")) };
    let has = |other: &&str| Event::fields_of(other).iter().any(|field| field.name == name);
    // The types that the same kind of stream can hold come first to mind.
    let kind = Event::catalogue().find(|(_, known)| *known == event_type).map(|(kind, _)| kind);
    let others = Event::catalogue().filter(|(of, _)| Some(*of) == kind).map(|(_, other)| other);
    let others: Vec<&str> = others.filter(has).collect();
    let what = if others.is_empty() {
        format!("{event_type} has no field `{name}`")
    } else {
        format!("{event_type} has no field `{name}`; it is a field of {}", others.join(", "))
    };
    MergeError::new(name, what, own)
}

/// The error of a value that its field does not accept.
fn wrong_form(data: &Map<String, Value>, fields: &[PayloadField], source: WrongField) -> MergeError {
    let name = source.field.split(['.', '[']).next().unwrap_or_default();
    let Some(field) = fields.iter().find(|field| field.name == name) else {
        return MergeError::new(&source.field, source.message, "an event of the same type");
    };
    match (field.shape, data.get(name)) {
        (_, None) => MergeError::new(name, format!("`{name}` is required: it cannot be removed"), (field.expected)()),
        // The message of a text's part does not repeat the text.
        (FieldShape::Text | FieldShape::Texts, _) => {
            MergeError::new(&source.field, format!("`{}` is not as expected", source.field), source.message)
        }
        (FieldShape::List, _) => MergeError::new(&source.field, source.message, (field.expected)()),
        (_, Some(value)) => MergeError::new(name, format!("`{name}` cannot be {}", shown(value)), (field.expected)()),
    }
}

//! Short constructors of events and commands, from their JSON form.

use minutebook_domain::StreamVersion;
use minutebook_domain::classification::Classification;
use minutebook_domain::correction::{Change, Correction, Marking};
use minutebook_domain::rules::{AggregateCommand, Rules};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The event of this type with this data, at schema version 1.
pub(crate) fn event<E: DeserializeOwned>(event_type: &str, data: &Value) -> E {
    // Read from text, as the log and the API do.
    let text = json!({ "type": event_type, "data": data }).to_string();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The command to record the event of this type with this data.
pub(crate) fn record<E: DeserializeOwned>(event_type: &str, data: &Value) -> AggregateCommand<E> {
    AggregateCommand::Record(event(event_type, data))
}

/// A text of the record with its mark, in its stored form.
pub(crate) fn marked(classification: &str, text: &str) -> Value {
    json!({ "classification": classification, "text": text })
}

/// The correction of the event at `version`.
pub(crate) fn correction<E>(version: u64, change: Change<E>) -> Correction<E> {
    Correction { version: StreamVersion::new(version), change, authority: None, corrected_references: Vec::new() }
}

/// The event that strikes the one at `version`.
pub(crate) fn mark<R: Rules>(version: u64, field: Option<&str>) -> R::Event {
    let marking =
        Marking { classification: Classification::highest(), field: field.map(ToOwned::to_owned), omitted: false };
    R::Event::from(correction(version, Change::Marked(marking)))
}

pub(crate) fn strike<R: Rules>(version: u64) -> R::Event {
    R::Event::from(correction(version, Change::Struck))
}

/// The event that replaces the one at `version` by `by`.
pub(crate) fn replace<R: Rules>(version: u64, by: R::Event) -> R::Event {
    R::Event::from(correction(version, Change::Replaced(Box::new(by))))
}

/// The event that adds `omitted` after the one at `version`.
pub(crate) fn supplement<R: Rules>(version: u64, omitted: R::Event) -> R::Event {
    R::Event::from(correction(version, Change::Supplemented(Box::new(omitted))))
}

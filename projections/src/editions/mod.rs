//! What each edition of a meeting's documents states.
//!
//! A fact that several editions state is one event. The edition that was imported first recorded it; each other one either
//! replaced it with its own version, under its own mark, or changed its mark to the lower of the two. So the last event of
//! an edition about a fact says what the edition states of it now.

mod slot;
mod view;

pub use slot::{Slot, innermost, slots};
pub use view::{editions_of, stated_by};

use crate::redaction::redacted_history;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::Change;
use minutebook_domain::reference::DocumentEdition;
use minutebook_domain::{Event, RecordedEvent, StreamVersion};
use serde_json::Value;
use std::collections::BTreeMap;

/// What one edition states of one fact.
#[derive(Debug, Clone, PartialEq)]
pub struct EditionStatement {
    /// The fact's place in its stream.
    pub slot: Slot,
    /// The edition that states it.
    pub edition: DocumentEdition,
    /// The version of the event that holds the edition's words.
    pub carried_by: StreamVersion,
    /// The version of the event that the edition's document recorded: the words, or that it says what they say.
    pub stated_by: StreamVersion,
    /// The fact as the edition states it.
    pub event: Event,
    /// Whether the edition only repeated what another one had recorded.
    pub is_repeated: bool,
}

/// Returns what each edition states of the facts of a stream, ordered by fact and edition. `history` begins with version 1.
pub fn statements(history: &[RecordedEvent]) -> Vec<EditionStatement> {
    let places = slots(history);
    let mut stated: BTreeMap<(Slot, DocumentEdition), EditionStatement> = BTreeMap::new();
    let mut silent_on: BTreeMap<StreamVersion, &[String]> = BTreeMap::new();
    for recorded in history {
        let (Some(edition), Some(slot)) = (&recorded.metadata.source.edition, places.get(&recorded.version)) else {
            continue;
        };
        let key = (*slot, edition.clone());
        let statement = |carried_by, event: &Event, is_repeated| EditionStatement {
            slot: *slot,
            edition: edition.clone(),
            carried_by,
            stated_by: recorded.version,
            event: innermost(event).unwrap_or_else(|| event.clone()),
            is_repeated,
        };
        silent_on.insert(recorded.version, &recorded.metadata.source.silent_on);
        match recorded.event.as_change() {
            Some((_, Change::Struck)) => drop(stated.remove(&key)),
            Some((_, Change::Marked(marking))) if marking.field.is_some() => {}
            Some((_, Change::Marked(marking))) if marking.omitted => drop(stated.remove(&key)),
            Some((target, Change::Marked(_))) => {
                if let Some(marked) = history.iter().find(|earlier| earlier.version == target) {
                    stated.insert(key, statement(target, &marked.event, true));
                }
            }
            _ => drop(stated.insert(key, statement(recorded.version, &recorded.event, false))),
        }
    }
    if stated.values().any(|statement| statement.is_repeated) {
        read_repeated(history, &mut stated);
    }
    for statement in stated.values_mut() {
        if let Some(fields) = silent_on.get(&statement.stated_by).filter(|fields| !fields.is_empty()) {
            statement.event = without(&statement.event, fields);
        }
    }
    stated.into_values().collect()
}

/// Gives each statement that repeats another edition's words those that its own readers may read.
fn read_repeated(history: &[RecordedEvent], stated: &mut BTreeMap<(Slot, DocumentEdition), EditionStatement>) {
    let marks: BTreeMap<StreamVersion, Classification> = readable_by(history, Classification::highest())
        .into_iter()
        .map(|(version, (mark, _))| (version, mark))
        .collect();
    let mut readable: BTreeMap<Classification, BTreeMap<StreamVersion, (Classification, Event)>> = BTreeMap::new();
    for statement in stated.values_mut().filter(|statement| statement.is_repeated) {
        // What an edition says of an action that others raised has the action's mark, which can be above its own.
        let own = statement.edition.classification;
        let mark = marks.get(&statement.carried_by).filter(|mark| mark.rank() > own.rank()).copied().unwrap_or(own);
        let readable = readable.entry(mark).or_insert_with(|| readable_by(history, mark));
        // An edition repeats no more of an event than its own readers may read.
        if let Some(event) = readable.get(&statement.carried_by).and_then(|(_, event)| innermost(event)) {
            statement.event = event;
        }
    }
}

/// The event without the fields on which its edition is silent.
fn without(event: &Event, fields: &[String]) -> Event {
    let Ok(Value::Object(mut data)) = event.data() else { return event.clone() };
    data.retain(|name, _| !fields.contains(name));
    event.with_data(&Value::Object(data)).unwrap_or_else(|| event.clone())
}

/// The events that readers up to a mark may read, by version, each with its own mark.
fn readable_by(history: &[RecordedEvent], mark: Classification) -> BTreeMap<StreamVersion, (Classification, Event)> {
    let known = redacted_history(history, history.len(), Clearance::up_to(mark));
    let marked = |recorded: RecordedEvent| (recorded.version, (recorded.metadata.classification, recorded.event));
    known.into_iter().map(marked).collect()
}

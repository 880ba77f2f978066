//! Raises the marks in earlier events to those they have today, so that a text printed too widely once is not printed too
//! widely again when someone reads the past.

use super::data_of;
use super::mark::{TextMark, is_above};
use crate::projection::FoldError;
use minutebook_domain::classification::{Clearance, Scheme};
use minutebook_domain::{Event, EventId, RecordedEvent};
use serde_json::Value;
use std::collections::HashMap;

/// Returns `history` with the marks that later corrections put above the clearance. A text that was struck later gets the
/// highest mark.
///
/// `history` is a stream as it was known at some position, `today` the same stream in full.
pub fn with_current_marks(
    history: &[RecordedEvent],
    today: &[RecordedEvent],
    clearance: Clearance,
) -> Result<Vec<RecordedEvent>, FoldError> {
    let mut marked = history.to_vec();
    apply_corrections(&mut marked, today.get(history.len()..).unwrap_or_default(), clearance)?;
    Ok(marked)
}

/// Applies to `marked` the marks of the corrections in `since` that are above the clearance.
pub(super) fn apply_corrections(
    marked: &mut [RecordedEvent],
    since: &[RecordedEvent],
    clearance: Clearance,
) -> Result<(), FoldError> {
    // Maps each replacement in `since` to the event it replaces, since a replacement may be corrected in turn.
    let mut replaces: HashMap<EventId, EventId> = HashMap::new();
    for later in since.iter().filter(|later| later.event.is_correction()) {
        let Some(corrects) = later.metadata.corrects else { continue };
        let corrects = replaces.get(&corrects).copied().unwrap_or(corrects);
        let data = data_of(&later.event)?;
        let by = innermost(&data).filter(|_| data["change"].get("replaced").is_some());
        if by.is_some() {
            replaces.insert(later.event_id, corrects);
        }
        if let Some(corrected) = marked.iter_mut().find(|event| event.event_id == corrects) {
            match by {
                Some(by) => re_mark(corrected, &|payload| raise(payload, by, clearance))?,
                None if later.event.strikes() => re_mark(corrected, &|payload| raise_to_highest(payload, clearance))?,
                None => {}
            }
        }
    }
    Ok(())
}

/// Returns the payload of an event, or of the event that a correction brings in.
fn innermost(data: &Value) -> Option<&Value> {
    match data.get("change") {
        None => Some(data),
        Some(change) => innermost(change.get("replaced").or_else(|| change.get("supplemented"))?.get("data")?),
    }
}

fn innermost_mut(data: &mut Value) -> Option<&mut Value> {
    if data.get("change").is_none() {
        return Some(data);
    }
    let (_, brought_in) = data.get_mut("change")?.as_object_mut()?.iter_mut().next()?;
    innermost_mut(brought_in.get_mut("data")?)
}

/// Rewrites the marks in an event's payload with `mark`.
fn re_mark(recorded: &mut RecordedEvent, mark: &dyn Fn(&mut Value)) -> Result<(), FoldError> {
    let data = data_of(&recorded.event)?;
    let mut raised = data.clone();
    if let Some(payload) = innermost_mut(&mut raised) {
        mark(payload);
    }
    if raised == data {
        return Ok(());
    }
    let unreadable = |what: String| FoldError(format!("the event at {} cannot be marked: {what}", recorded.position));
    let raw = serde_json::value::to_raw_value(&raised).map_err(|error| unreadable(error.to_string()))?;
    let (event_type, schema) = (recorded.event.event_type(), recorded.event.schema_version());
    let event = Event::decode(&recorded.stream, event_type, schema, &raw);
    recorded.event = event.map_err(|error| unreadable(error.to_string()))?;
    Ok(())
}

/// Gives each classified value the mark of its counterpart in `by` if that mark is above the clearance.
fn raise(value: &mut Value, by: &Value, clearance: Clearance) {
    if let (Some(_), Some(now)) = (TextMark::of(value), TextMark::of(by)) {
        if !now.permits(clearance) {
            value["classification"] = by["classification"].clone();
        }
        return;
    }
    match (value, by) {
        (Value::Object(values), Value::Object(by)) => {
            // A meeting's document has its mark in a field beside the others.
            if let (Some(mark), Some(now)) = (values.get_mut("classification"), by.get("classification"))
                && is_above(now, clearance)
            {
                *mark = now.clone();
            }
            for (name, value) in values {
                match by.get(name) {
                    Some(by) => raise(value, by, clearance),
                    // A text that the correction left out has no current mark.
                    None => raise_to_highest(value, clearance),
                }
            }
        }
        (Value::Array(values), Value::Array(by)) => {
            let same_length = values.len() == by.len();
            for (index, value) in values.iter_mut().enumerate() {
                // Match list entries by their text, since an entry may have moved, and otherwise by index.
                let same_text = |by: &&Value| TextMark::of(value).is_some() && by.get("text") == value.get("text");
                match by.iter().find(same_text).or_else(|| by.get(index).filter(|_| same_length)) {
                    Some(by) => raise(value, by, clearance),
                    None => raise_to_highest(value, clearance),
                }
            }
        }
        _ => {}
    }
}

/// Gives each classified value the highest mark of any scheme, unless the clearance permits it.
fn raise_to_highest(value: &mut Value, clearance: Clearance) {
    let highest = Scheme::all().iter().flat_map(Scheme::levels).max_by_key(|level| level.rank);
    let label = highest.map(|level| Value::from(level.label.clone())).unwrap_or_default();
    if value.get("classification").is_some_and(Value::is_string) && is_above(&label, clearance) {
        value["classification"] = label;
    }
    match value {
        Value::Object(values) => values.values_mut().for_each(|value| raise_to_highest(value, clearance)),
        Value::Array(values) => values.iter_mut().for_each(|value| raise_to_highest(value, clearance)),
        _ => {}
    }
}

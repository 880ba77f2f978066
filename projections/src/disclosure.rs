//! What a reader may know of a row, whatever the row is of.

use crate::projection::FoldError;
use minutebook_domain::classification::{Classification, Clearance, Scheme};
use minutebook_domain::{Event, EventId, RecordedEvent};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The fields of a row, as a reader sees them. A classified text is a string with its mark in a field beside it:
/// `text` and `text_classification`. Both are null where the reader may not see it, as they are where there is none.
pub type Fields = Map<String, Value>;

/// The field that says what a row, or a part of one, is about. Who may not read it does not know of the row, or the part.
const MAIN: [&str; 2] = ["text", "title"];
/// The mark of a row as a whole, and the audience of a part: a document that is not for the reader does not exist.
const WHOLE: [&str; 2] = ["classification", "audience"];

/// What a reader with this clearance sees of a row; nothing if the row is not for them.
pub fn disclosed<R: Serialize>(row: &R, clearance: Clearance) -> Result<Option<Fields>, FoldError> {
    let unwritable = |what: String| FoldError(format!("the row cannot be shown: {what}"));
    let Value::Object(stored) = serde_json::to_value(row).map_err(|error| unwritable(error.to_string()))? else {
        return Err(unwritable("it has no fields".to_owned()));
    };
    let mut fields = Fields::new();
    let above = |(name, value): (&String, &Value)| WHOLE.contains(&name.as_str()) && is_above(value, clearance);
    if stored.iter().any(above) {
        return Ok(None);
    }
    for (name, value) in stored {
        match Mark::of(&value) {
            None => drop(fields.insert(name, without_hidden(value, clearance))),
            Some(mark) if mark.permits(clearance) => {
                fields.insert(format!("{name}_classification"), value["classification"].clone());
                fields.insert(name, value["text"].clone());
            }
            Some(_) if MAIN.contains(&name.as_str()) => return Ok(None),
            // A reader cannot tell what is hidden from what is not there.
            Some(_) => drop(fields.insert(name, Value::Null)),
        }
    }
    Ok(Some(fields))
}

/// The mark of a classified value in its stored form; none if it is not understood, which permits nobody.
#[derive(Clone, Copy)]
pub(crate) struct Mark(Option<Classification>);

impl Mark {
    pub(crate) fn of(value: &Value) -> Option<Self> {
        let object = value.as_object().filter(|object| object.len() == 2 && object.contains_key("text"))?;
        let label = object.get("classification")?;
        Some(Self(label.as_str().and_then(|label| label.parse().ok())))
    }

    pub(crate) fn permits(self, clearance: Clearance) -> bool {
        self.0.is_some_and(|mark| clearance.permits(mark))
    }
}

/// Whether a label stands for a classification above the clearance. One that is not understood does.
pub(crate) fn is_above(label: &Value, clearance: Clearance) -> bool {
    label.as_str().is_some_and(|label| !Mark(label.parse().ok()).permits(clearance))
}

/// The value, without the classified parts of it that are above the clearance.
fn without_hidden(value: Value, clearance: Clearance) -> Value {
    let hidden = |value: &Value| Mark::of(value).is_some_and(|mark| !mark.permits(clearance));
    let is_for_others = |part: &Value| {
        MAIN.iter().any(|name| part.get(name).is_some_and(hidden))
            || part.get("audience").is_some_and(|audience| is_above(audience, clearance))
    };
    match value {
        Value::Array(values) => {
            let visible = values.into_iter().filter(|value| !hidden(value) && !is_for_others(value));
            visible.map(|value| without_hidden(value, clearance)).collect()
        }
        Value::Object(_) if hidden(&value) => Value::Null,
        Value::Object(object) => {
            let of = |(name, value)| (name, without_hidden(value, clearance));
            Value::Object(object.into_iter().map(of).collect())
        }
        plain => plain,
    }
}

/// Whether a reader may see every level of every scheme.
pub fn sees_all(clearance: Clearance) -> bool {
    let mut labels = Scheme::all().iter().flat_map(Scheme::levels).map(|level| level.label.parse());
    labels.all(|mark| mark.is_ok_and(|mark| clearance.permits(mark)))
}

/// Whether a reader with this clearance may read all that an event says.
pub fn is_open(event: &Event, clearance: Clearance) -> bool {
    event.data().is_ok_and(|data| without_hidden(data.clone(), clearance) == data)
}

/// Events, each text that a correction has put above the clearance since with the mark that it has now. A text that was
/// struck since has no mark of today: it is for those alone who may read everything.
///
/// `history` is a stream as it was known then, and `today` the same stream as it is known today. What was once printed
/// too widely is not printed so again because somebody asks for the past.
pub fn as_readable_today(
    history: &[RecordedEvent],
    today: &[RecordedEvent],
    clearance: Clearance,
) -> Result<Vec<RecordedEvent>, FoldError> {
    let mut marked = history.to_vec();
    mark_by(&mut marked, today.get(history.len()..).unwrap_or_default(), clearance)?;
    Ok(marked)
}

/// Gives events the marks that what was recorded `since` puts above the clearance.
pub(crate) fn mark_by(
    marked: &mut [RecordedEvent],
    since: &[RecordedEvent],
    clearance: Clearance,
) -> Result<(), FoldError> {
    // A replacement that was not known then, and the event in whose place it stands: it may be corrected in its turn.
    let mut stands_for: HashMap<EventId, EventId> = HashMap::new();
    for later in since.iter().filter(|later| later.event.is_correction()) {
        let Some(corrects) = later.corrects else { continue };
        let corrects = stands_for.get(&corrects).copied().unwrap_or(corrects);
        let data = data_of(&later.event)?;
        let by = innermost(&data).filter(|_| data["change"].get("replaced").is_some());
        if by.is_some() {
            stands_for.insert(later.event_id, corrects);
        }
        if let Some(corrected) = marked.iter_mut().find(|event| event.event_id == corrects) {
            match by {
                Some(by) => re_mark(corrected, &|said| raise(said, by, clearance))?,
                None if later.event.strikes() => re_mark(corrected, &|said| raise_to_highest(said, clearance))?,
                None => {}
            }
        }
    }
    Ok(())
}

pub(crate) fn data_of(event: &Event) -> Result<Value, FoldError> {
    event.data().map_err(|error| FoldError(format!("the event cannot be read: {error}")))
}

/// What an event says; of a correction, what it brings in.
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

/// Has an event say what it says under other marks.
fn re_mark(recorded: &mut RecordedEvent, mark: &dyn Fn(&mut Value)) -> Result<(), FoldError> {
    let data = data_of(&recorded.event)?;
    let mut raised = data.clone();
    if let Some(said) = innermost_mut(&mut raised) {
        mark(said);
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

/// Gives each classified value the mark of its counterpart, if that is above the clearance.
fn raise(value: &mut Value, by: &Value, clearance: Clearance) {
    if let (Some(_), Some(now)) = (Mark::of(value), Mark::of(by)) {
        if !now.permits(clearance) {
            value["classification"] = by["classification"].clone();
        }
        return;
    }
    match (value, by) {
        (Value::Object(values), Value::Object(by)) => {
            // The mark of a meeting's document stands beside what else is said of the meeting.
            if let (Some(mark), Some(now)) = (values.get_mut("classification"), by.get("classification"))
                && is_above(now, clearance)
            {
                *mark = now.clone();
            }
            for (name, value) in values {
                match by.get(name) {
                    Some(by) => raise(value, by, clearance),
                    // What was left out since has no mark of today.
                    None => raise_to_highest(value, clearance),
                }
            }
        }
        (Value::Array(values), Value::Array(by)) => {
            let same_places = values.len() == by.len();
            for (index, value) in values.iter_mut().enumerate() {
                // An entry may have moved: it is known by what it says, or else by its place.
                let says_so = |by: &&Value| Mark::of(value).is_some() && by.get("text") == value.get("text");
                match by.iter().find(says_so).or_else(|| by.get(index).filter(|_| same_places)) {
                    Some(by) => raise(value, by, clearance),
                    None => raise_to_highest(value, clearance),
                }
            }
        }
        _ => {}
    }
}

/// Gives each classified value the highest mark there is, unless the reader may read even that.
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

//! One step of a merge, applied to the data of an event.

use super::{MergeError, MergeStep};
use crate::field_form::{FieldShape, PayloadField};
use serde_json::{Map, Value};

/// The two parts of a marked text.
const PARTS: [&str; 2] = ["classification", "text"];

/// Gives one field its value.
pub(super) fn set(data: &mut Map<String, Value>, field: &PayloadField, step: &MergeStep) -> Result<(), MergeError> {
    let name = field.name;
    let value = match (field.shape, step) {
        (FieldShape::List | FieldShape::Texts, MergeStep::List { add, remove }) => {
            return change_list(data, name, add, remove);
        }
        (_, MergeStep::List { .. }) => {
            let what = format!("`{name}` is not a list: nothing can be added to it or removed from it");
            return Err(MergeError::new(name, what, (field.expected)()));
        }
        (FieldShape::List, MergeStep::Typed(text)) if text.is_empty() => Value::Array(Vec::new()),
        (FieldShape::List, MergeStep::Typed(text)) => Value::Array(vec![text.as_str().into()]),
        (FieldShape::Texts, MergeStep::Typed(text)) if !text.is_empty() => {
            let what = format!("`{name}` is a list of texts, each with its mark");
            return Err(MergeError::new(name, what, "the whole event with --replace"));
        }
        (_, MergeStep::Typed(text)) if text.is_empty() => Value::Null,
        (FieldShape::Number, MergeStep::Typed(text)) => text.parse::<u64>().map_or(text.as_str().into(), Value::from),
        (FieldShape::Flag, MergeStep::Typed(text)) => text.parse::<bool>().map_or(text.as_str().into(), Value::from),
        (_, MergeStep::Typed(text)) => text.as_str().into(),
        (_, MergeStep::Value(value)) => value.clone(),
    };
    match value {
        Value::Null => {
            data.remove(name);
        }
        // A text keeps its mark.
        Value::String(text) if field.shape == FieldShape::Text => part_of(data, name, "text", text.into()),
        value => {
            data.insert(name.to_owned(), value);
        }
    }
    Ok(())
}

/// Gives the mark or the words of a text their value.
pub(super) fn set_part(
    data: &mut Map<String, Value>,
    field: &PayloadField,
    part: &str,
    step: &MergeStep,
) -> Result<(), MergeError> {
    let name = field.name;
    let path = format!("{name}.{part}");
    if field.shape != FieldShape::Text || !PARTS.contains(&part) {
        let accepted = match field.shape {
            FieldShape::Text => format!("`{name}.classification` or `{name}.text`"),
            _ => format!("`{name}`: {}", (field.expected)()),
        };
        return Err(MergeError::new(&path, format!("`{name}` has no part `{part}`"), accepted));
    }
    match step {
        MergeStep::Value(value) => part_of(data, name, part, value.clone()),
        MergeStep::Typed(text) => part_of(data, name, part, text.as_str().into()),
        MergeStep::List { .. } => {
            return Err(MergeError::new(&path, format!("`{path}` is not a list"), "one value"));
        }
    }
    Ok(())
}

fn part_of(data: &mut Map<String, Value>, name: &str, part: &str, value: Value) {
    let text = data.entry(name).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(text) = text {
        text.insert(part.to_owned(), value);
    }
}

/// Refuses a text without a mark, and a mark without a text.
pub(super) fn check_parts(data: &Map<String, Value>, field: &PayloadField) -> Result<(), MergeError> {
    let name = field.name;
    let Some(Value::Object(text)) = data.get(name) else { return Ok(()) };
    let Some(missing) = PARTS.iter().find(|part| !text.contains_key(**part)) else { return Ok(()) };
    let (what, accepted) = match *missing {
        "text" => (format!("the event has no `{name}` that could be marked"), format!("`{name}` beside its mark")),
        _ => (format!("`{name}` needs a mark"), format!("`{name}.classification` beside it, such as GREEN")),
    };
    Err(MergeError::new(&format!("{name}.{missing}"), what, accepted))
}

fn change_list(data: &mut Map<String, Value>, name: &str, add: &[Value], remove: &[Value]) -> Result<(), MergeError> {
    let list = data.entry(name).or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(entries) = list else {
        return Err(MergeError::new(name, format!("`{name}` is not a list in this event"), "a whole list"));
    };
    for entry in remove {
        let Some(place) = entries.iter().position(|known| known == entry) else {
            let known: Vec<String> = entries.iter().map(shown).collect();
            let accepted = if known.is_empty() { "its list is empty".to_owned() } else { known.join(", ") };
            return Err(MergeError::new(name, format!("{} is not among `{name}`", shown(entry)), accepted));
        };
        entries.remove(place);
    }
    for entry in add {
        if entries.contains(entry) {
            let what = format!("{} is among `{name}` already", shown(entry));
            return Err(MergeError::new(name, what, "an entry that the list does not hold"));
        }
        entries.push(entry.clone());
    }
    Ok(())
}

/// A value in an error message.
pub(super) fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut shown: String = text.chars().take(80).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("`{shown}`")
}

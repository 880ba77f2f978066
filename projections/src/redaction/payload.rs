//! Redacts the payload of one event.

use super::mark::{TextMark, is_above};
use minutebook_domain::classification::Clearance;
use serde_json::{Map, Value};

/// The optional classified fields. Every other classified field is the event's main text.
const OPTIONAL: [&str; 3] = ["note", "value", "amendments"];

/// Returns the payload without what is above the clearance, or `None` if the main text is.
pub(super) fn redact_payload(data: Value, event_type: &str, clearance: Clearance) -> Option<Value> {
    let Value::Object(mut fields) = data else { return None };
    if event_type == "EventCorrected" {
        if let Some(brought_in) = fields.get_mut("change").and_then(brought_in_by) {
            let of_type = brought_in.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
            let inner = brought_in.get_mut("data")?;
            *inner = redact_payload(inner.take(), &of_type, clearance)?;
        }
        return Some(Value::Object(fields));
    }
    let whole = match event_type {
        "HeadlinesPublished" => Some("audience"),
        "MeetingConvened" => Some("classification"),
        _ => None,
    };
    // The real name behind a pseudonym is RED, whatever its own mark.
    let is_red = event_type == "PartyIdentified" && is_above(&Value::from("RED"), clearance);
    if is_red || whole.and_then(|name| fields.get(name)).is_some_and(|label| is_above(label, clearance)) {
        return None;
    }
    let names: Vec<String> = fields.keys().cloned().collect();
    for name in names {
        let Some(value) = fields.get_mut(&name) else { continue };
        let optional = OPTIONAL.contains(&name.as_str());
        if TextMark::of(value).is_some_and(|mark| !mark.permits(clearance)) {
            fields.remove(&name).filter(|_| optional)?;
        } else if without_hidden_entries(&mut fields, &name, clearance) && !optional {
            return None;
        }
    }
    Some(Value::Object(fields))
}

/// Removes the entries above the clearance from a list, and the list if no entry is left. Returns whether it removed
/// the list.
fn without_hidden_entries(fields: &mut Map<String, Value>, name: &str, clearance: Clearance) -> bool {
    let Some(Value::Array(entries)) = fields.get_mut(name) else { return false };
    let visible = |entry: &Value| TextMark::of(entry).is_none_or(|mark| mark.permits(clearance));
    let kept: Vec<bool> = entries.iter().map(visible).collect();
    if kept.iter().all(|kept| *kept) {
        return false;
    }
    let mut keep = kept.iter();
    entries.retain(|_| keep.next().copied().unwrap_or(false));
    if entries.is_empty() {
        fields.remove(name);
        return true;
    }
    // The references of a list belong to all its entries: keep those that a visible entry mentions.
    let texts: Vec<String> = entries.iter().filter_map(|entry| entry.get("text")?.as_str()).map(letters).collect();
    if let Some(Value::Array(depths)) = fields.get_mut("depths") {
        let mut keep = kept.iter();
        depths.retain(|_| keep.next().copied().unwrap_or(false));
    }
    if let Some(Value::Array(references)) = fields.get_mut("references") {
        references.retain(|reference| {
            reference.as_str().map(letters).is_some_and(|name| texts.iter().any(|text| text.contains(&name)))
        });
        if references.is_empty() {
            fields.remove("references");
        }
    }
    false
}

/// Returns the letters and digits of a text in lower case, so that `Other User ‘L’` mentions `Other User L`.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the event that a correction's change brings in, tagged with its type.
fn brought_in_by(change: &mut Value) -> Option<&mut Value> {
    change.as_object_mut()?.iter_mut().next().map(|(_, brought_in)| brought_in)
}

/// Removes the `corrected_references` that are not in `named`.
pub(super) fn keep_references(data: &mut Value, named: &[String]) {
    let Some(fields) = data.as_object_mut() else { return };
    if let Some(Value::Array(references)) = fields.get_mut("corrected_references") {
        references.retain(|reference| reference.as_str().is_some_and(|name| named.iter().any(|named| named == name)));
        if references.is_empty() {
            fields.remove("corrected_references");
        }
    }
    if let Some(inner) = fields.get_mut("change").and_then(brought_in_by).and_then(|by| by.get_mut("data")) {
        keep_references(inner, named);
    }
}

/// Returns every unclassified string in a payload: names, references, days.
pub fn strings(data: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect_strings(data, &mut found);
    found
}

fn collect_strings(data: &Value, found: &mut Vec<String>) {
    match data {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| collect_strings(value, found)),
        Value::Object(_) if TextMark::of(data).is_some() => {}
        Value::Object(fields) => fields.values().for_each(|value| collect_strings(value, found)),
        _ => {}
    }
}

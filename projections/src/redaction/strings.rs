//! The unclassified strings of a payload: names, references, days.

use super::mark::TextMark;
use serde_json::Value;

/// Returns every unclassified string in a payload.
pub fn strings(data: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(data, &mut found);
    found
}

fn collect(data: &Value, found: &mut Vec<String>) {
    match data {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(_) if TextMark::of(data).is_some() => {}
        Value::Object(fields) => fields.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

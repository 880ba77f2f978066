//! Values and names of a row's fields, in a cell of a table.

use minutebook_domain::StreamId;
use minutebook_projections::disclosure::Fields;
use minutebook_projections::provenance::is_blank;
use serde_json::Value;

/// The value as a person writes it: no quotes, lists with commas, `none` where there is nothing; a classified text with
/// its mark behind it, and of anything else that has parts those that say something.
pub fn value(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) => {
            let between = if values.iter().any(Value::is_object) { "; " } else { ", " };
            values.iter().map(self::value).collect::<Vec<_>>().join(between)
        }
        Value::Object(parts) => {
            if let (Some(text), Some(mark)) = (parts.get("text"), parts.get("classification")) {
                return format!("{} ({})", self::value(text), self::value(mark));
            }
            let parts = parts.iter().filter(|(_, part)| !is_blank(part));
            parts.map(|(part, said)| format!("{} {}", name(part), self::value(said))).collect::<Vec<_>>().join(", ")
        }
        Value::Number(_) => value.to_string(),
    }
}

/// The name of a field in words: `due_on` is `due on`.
pub fn name(field: &str) -> String {
    field.replace('_', " ")
}

/// What a row is of: an action, a decision, a meeting, or a party's status at a meeting.
pub fn subject(stream: &StreamId, key: &str, row: &Fields) -> String {
    match row.get("reference").or_else(|| row.get("id")) {
        Some(name) => value(name),
        None => format!("{}, {key}", stream.subject()),
    }
}

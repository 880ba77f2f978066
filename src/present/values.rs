//! The fields of a row as words in a table.

use minutebook_domain::StreamId;
use minutebook_projections::provenance::is_blank;
use minutebook_projections::redaction::RowFields;
use serde_json::Value;

/// Formats a value without quotes: lists with commas, `none` for no value, a classified text with its mark in brackets, and
/// objects as their non-empty parts.
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
            parts.map(|(part, value)| format!("{} {}", name(part), self::value(value))).collect::<Vec<_>>().join(", ")
        }
        Value::Number(_) => value.to_string(),
    }
}

/// Returns the name of a field in words: `due on` for `due_on`.
pub fn name(field: &str) -> String {
    field.replace('_', " ")
}

/// Returns the name of a row: its reference or id, or its stream's subject with its key.
pub fn subject(stream: &StreamId, key: &str, row: &RowFields) -> String {
    match row.get("reference").or_else(|| row.get("id")) {
        Some(name) => value(name),
        None => format!("{}, {key}", stream.subject()),
    }
}

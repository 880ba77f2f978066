//! Values and names of a row's fields, in a cell of a table.

use serde_json::Value;

/// The value as a person writes it: no quotes, lists with commas, `none` where there is nothing.
pub fn value(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) => values.iter().map(self::value).collect::<Vec<_>>().join(", "),
        Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// The name of a field in words: `due_on` is `due on`.
pub fn name(field: &str) -> String {
    field.replace('_', " ")
}

//! Redacts a row of any projection, by the classifications stored in its fields.

use super::mark::{TextMark, is_above};
use crate::projection::FoldError;
use minutebook_domain::classification::Clearance;
use serde::Serialize;
use serde_json::{Map, Value};

/// A row's fields as a reader sees them. A classified text becomes two fields, `text` and `text_classification`; both are
/// null when the row has no such text and when the reader may not see it.
pub type RowFields = Map<String, Value>;

/// Main texts. A row or list entry whose main text is hidden does not exist for the reader.
const MAIN: [&str; 2] = ["text", "title"];
/// Classifications of a whole row or entry, such as a meeting's document.
const WHOLE: [&str; 2] = ["classification", "audience"];

/// Returns the fields of a row that the clearance permits, or `None` if the whole row is hidden.
pub fn redact_row<R: Serialize>(row: &R, clearance: Clearance) -> Result<Option<RowFields>, FoldError> {
    let unwritable = |what: String| FoldError(format!("the row cannot be redacted: {what}"));
    let Value::Object(stored) = serde_json::to_value(row).map_err(|error| unwritable(error.to_string()))? else {
        return Err(unwritable("it has no fields".to_owned()));
    };
    let mut fields = RowFields::new();
    let above = |(name, value): (&String, &Value)| WHOLE.contains(&name.as_str()) && is_above(value, clearance);
    if stored.iter().any(above) {
        return Ok(None);
    }
    for (name, value) in stored {
        match TextMark::of(&value) {
            None => drop(fields.insert(name, without_hidden(value, clearance))),
            Some(mark) if mark.permits(clearance) => {
                fields.insert(format!("{name}_classification"), value["classification"].clone());
                fields.insert(name, value["text"].clone());
            }
            Some(_) if MAIN.contains(&name.as_str()) => return Ok(None),
            // A hidden optional text looks like an absent one.
            Some(_) => drop(fields.insert(name, Value::Null)),
        }
    }
    Ok(Some(fields))
}

/// Returns the value without the classified parts that are above the clearance.
fn without_hidden(value: Value, clearance: Clearance) -> Value {
    let hidden = |value: &Value| TextMark::of(value).is_some_and(|mark| !mark.permits(clearance));
    let is_hidden_part = |part: &Value| {
        MAIN.iter().any(|name| part.get(name).is_some_and(hidden))
            || part.get("audience").is_some_and(|audience| is_above(audience, clearance))
    };
    match value {
        Value::Array(values) => {
            let visible = values.into_iter().filter(|value| !hidden(value) && !is_hidden_part(value));
            visible.map(|value| without_hidden(value, clearance)).collect()
        }
        Value::Object(_) if hidden(&value) => Value::Null,
        Value::Object(object) => {
            let redacted = |(name, value)| (name, without_hidden(value, clearance));
            Value::Object(object.into_iter().map(redacted).collect())
        }
        plain => plain,
    }
}

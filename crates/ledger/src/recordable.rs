//! What a reader's store cannot hold, found in a JSON value: the last check before an event is recorded or restored.
//!
//! The domain's types refuse such values where they enter, with the field's name. This check also covers what a library
//! puts together by itself. One value that PostgreSQL cannot cast would make a whole SQL view fail.

use serde_json::Value;

/// The largest number that an event may hold: the SQL views cast numbers to 32-bit integers.
const LARGEST_NUMBER: u64 = 2_147_483_647;

/// What is wrong with the first part of `value` that no store can hold, and what would be accepted.
pub(crate) fn unrecordable(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => {
            let is_too_large = number.as_u64().is_some_and(|whole| whole > LARGEST_NUMBER);
            is_too_large.then(|| format!("`{number}` is too large: a number up to {LARGEST_NUMBER} was expected"))
        }
        Value::String(text) => unrecordable_text(text).map(|what| format!("a text {what}")),
        Value::Array(values) => values.iter().find_map(unrecordable),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| match value {
            Value::String(text) => unrecordable_text(text).map(|what| format!("`{name}` {what}")),
            _ => unrecordable(value),
        }),
        Value::Null | Value::Bool(_) => None,
    }
}

/// What is wrong with a text that no store can hold.
pub(crate) fn unrecordable_text(text: &str) -> Option<&'static str> {
    text.contains('\0').then_some("holds U+0000: a text without it was expected")
}

#[cfg(test)]
mod tests {
    use super::unrecordable;
    use serde_json::json;

    #[test]
    fn the_first_unrecordable_part_is_named() {
        assert_eq!(
            unrecordable(&json!({ "text": "a\u{1}b", "number": 2_147_483_647, "list": [null, true, -1] })),
            None
        );
        for (value, named) in [
            (json!({ "text": { "text": "a\0b" } }), "`text` holds U+0000"),
            (json!({ "rows": [["a", "\0"]] }), "a text holds U+0000"),
            (json!({ "number": 2_147_483_648_u64 }), "`2147483648` is too large"),
        ] {
            assert!(unrecordable(&value).is_some_and(|what| what.starts_with(named)), "{value}");
        }
    }
}

//! How large a number in an event may be.

use serde_json::{Number, Value};

/// The largest number that an event may hold. In the SQL views it stands as an integer of 32 bits; one that did not fit
/// would make an error of the whole view, for every reader.
pub(super) const LARGEST_NUMBER: u64 = 2_147_483_647;

/// A number in `value` that is larger.
pub(super) fn too_large(value: &Value) -> Option<&Number> {
    match value {
        Value::Number(number) => number.as_u64().is_some_and(|whole| whole > LARGEST_NUMBER).then_some(number),
        Value::Array(values) => values.iter().find_map(too_large),
        Value::Object(fields) => fields.values().find_map(too_large),
        Value::Null | Value::Bool(_) | Value::String(_) => None,
    }
}

//! The largest number that an event may hold.

use serde_json::{Number, Value};

/// The largest number that an event may hold. The SQL views cast numbers to 32-bit integers, and one that does not fit
/// would make the whole view fail.
pub(super) const LARGEST_NUMBER: u64 = 2_147_483_647;

/// The first number in `value` that exceeds the limit.
pub(super) fn too_large(value: &Value) -> Option<&Number> {
    match value {
        Value::Number(number) => number.as_u64().is_some_and(|whole| whole > LARGEST_NUMBER).then_some(number),
        Value::Array(values) => values.iter().find_map(too_large),
        Value::Object(fields) => fields.values().find_map(too_large),
        Value::Null | Value::Bool(_) | Value::String(_) => None,
    }
}

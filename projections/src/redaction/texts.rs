//! The words of an event's texts, by the roles of its fields.

use minutebook_domain::Event;
use serde_json::Value;

/// Returns the words of each text of an event; of a table, those of each cell. A redacted event has the texts that its
/// reader may read.
pub fn words_of_texts(event: &Event) -> Vec<String> {
    let mut words = Vec::new();
    event.clone().redactable().texts(&mut |_, text| collect(text.value(), &mut words));
    words
}

fn collect(value: Value, words: &mut Vec<String>) {
    match value {
        Value::String(text) => words.push(text),
        Value::Array(values) => values.into_iter().for_each(|value| collect(value, words)),
        Value::Object(fields) => fields.into_iter().for_each(|(_, value)| collect(value, words)),
        _ => {}
    }
}

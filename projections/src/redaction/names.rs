//! The names of other subjects in an event's stored data, by the roles of its fields.

use minutebook_domain::Event;
use minutebook_domain::fragment::{CHANGE, CHANGES_WITH_EVENT, FragmentKind};
use serde_json::{Map, Value};

/// Returns every name of another subject in the data of an event; for a correction also those in the event that it brings
/// in.
pub fn names(event_type: &str, schema_version: u32, data: &Value) -> Vec<String> {
    let mut found = Vec::new();
    // Nothing is taken out of the copy.
    retain_names(event_type, schema_version, &mut data.clone(), &mut |_, name| {
        found.push(name.to_owned());
        true
    });
    found
}

/// Takes the names out of the data of an event for which `keep` does not say so, and the fields that hold nothing else.
/// `keep` gets the kind of the field that a name stands in, and the name.
pub fn retain_names(
    event_type: &str,
    schema_version: u32,
    data: &mut Value,
    keep: &mut dyn FnMut(FragmentKind, &str) -> bool,
) {
    let Some(fields) = data.as_object_mut() else { return };
    for slot in Event::slots_of(event_type, schema_version).filter(|slot| slot.kind.is_name()) {
        let is_emptied = match fields.get_mut(slot.name) {
            Some(Value::Array(entries)) if !entries.is_empty() => {
                entries.retain(|entry| entry.as_str().is_none_or(|name| keep(slot.kind, name)));
                entries.is_empty()
            }
            Some(Value::String(name)) => !keep(slot.kind, name),
            _ => false,
        };
        if is_emptied {
            fields.remove(slot.name);
        }
    }
    if let Some((event_type, schema_version, data)) = fields.get_mut(CHANGE).and_then(inner_event) {
        retain_names(&event_type, schema_version, data, keep);
    }
}

/// The event that the change of a correction brings in: its type, the version of its schema, and its data.
fn inner_event(change: &mut Value) -> Option<(String, u32, &mut Value)> {
    let change: &mut Map<String, Value> = change.as_object_mut()?;
    let word = CHANGES_WITH_EVENT.into_iter().find(|word| change.contains_key(*word))?;
    let event = change.get_mut(word)?.as_object_mut()?;
    let event_type = event.get("type")?.as_str()?.to_owned();
    let schema_version = u32::try_from(event.get("schema_version")?.as_u64()?).ok()?;
    Some((event_type, schema_version, event.get_mut("data")?))
}

//! Matching the events of a new document with those of the earlier ones.

use minutebook_domain::Event;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::ItemLabel;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::HashMap;

/// Returns, for each event of `new`, the index of the event of `old` that it repeats or replaces. Indexes ascend.
///
/// Events with the same content match. Between two such matches, an event replaces one of its kind under the same item.
pub(super) fn pairs(old: &[Event], new: &[Event]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; new.len()];
    let (old_content, new_content) = (keys(old, content), keys(new, content));
    for op in capture_diff_slices(Algorithm::Myers, &old_content, &new_content) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                (0..len).for_each(|offset| pairs[new_index + offset] = Some(old_index + offset));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                let old_kinds = keys(&old[old_index..old_index + old_len], kind);
                let new_kinds = keys(&new[new_index..new_index + new_len], kind);
                for op in capture_diff_slices(Algorithm::Myers, &old_kinds, &new_kinds) {
                    if let DiffOp::Equal { old_index: from, new_index: to, len } = op {
                        (0..len).for_each(|offset| pairs[new_index + to + offset] = Some(old_index + from + offset));
                    }
                }
            }
            DiffOp::Delete { .. } | DiffOp::Insert { .. } => {}
        }
    }
    unpair_under_moved_items(new, &mut pairs);
    pairs
}

fn keys(events: &[Event], key: fn(&Event) -> String) -> Vec<String> {
    events.iter().map(key).collect()
}

/// Removes the matches under an item that has none: an item that moved is struck with all that stands under it.
fn unpair_under_moved_items(new: &[Event], pairs: &mut [Option<usize>]) {
    let mut is_paired: HashMap<ItemLabel, bool> = HashMap::new();
    for (event, pair) in new.iter().zip(&*pairs) {
        if let Event::Meeting(MeetingEvent::AgendaItemTabled(item)) = event {
            is_paired.insert(item.number, pair.is_some());
        }
    }
    for (event, pair) in new.iter().zip(pairs) {
        let item = matches!(event, Event::Meeting(_)).then(|| item_of(event)).flatten();
        if item.is_some_and(|item| is_paired.get(&item) == Some(&false)) {
            *pair = None;
        }
    }
}

fn item_of(event: &Event) -> Option<ItemLabel> {
    event.data().ok().and_then(|data| serde_json::from_value(data.get("item")?.clone()).ok())
}

/// The event's type and data, without the numbers that the ledger assigned.
fn content(event: &Event) -> String {
    let mut data = event.data().unwrap_or_default();
    if let Some(fields) = data.as_object_mut() {
        fields.remove("passage");
        fields.remove("decision");
        if !matches!(event, Event::Meeting(MeetingEvent::AgendaItemTabled(_))) {
            fields.remove("number");
        }
    }
    format!("{} {data}", event.event_type())
}

/// What an event and its replacement have in common: the type, and the item or the minutes.
fn kind(event: &Event) -> String {
    let subject = match event {
        Event::Meeting(MeetingEvent::AgendaItemTabled(item)) => item.number.to_string(),
        Event::Meeting(MeetingEvent::MinutesApproved(minutes)) => format!("{} {}", minutes.minutes_of, minutes.edition),
        Event::Meeting(_) => item_of(event).map_or_else(String::new, |item| item.to_string()),
        _ => String::new(),
    };
    format!("{} {subject}", event.event_type())
}

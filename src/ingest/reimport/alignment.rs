//! RowSelection event of the new document is which event of the earlier ones.

use minutebook_domain::Event;
use minutebook_domain::meeting::MeetingEvent;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::HashMap;

/// For each of `new`, in order, the place in `old` of the event that it is, or takes the place of. Places ascend.
///
/// What says the same is the same; between two such, an event takes the place of one of its kind under the same item.
pub(super) fn pairs(old: &[Event], new: &[Event]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; new.len()];
    let (old_says, new_says) = (keys(old, says), keys(new, says));
    for op in capture_diff_slices(Algorithm::Myers, &old_says, &new_says) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                (0..len).for_each(|at| pairs[new_index + at] = Some(old_index + at));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                let theirs = keys(&old[old_index..old_index + old_len], kind);
                let ours = keys(&new[new_index..new_index + new_len], kind);
                for op in capture_diff_slices(Algorithm::Myers, &theirs, &ours) {
                    if let DiffOp::Equal { old_index: from, new_index: to, len } = op {
                        (0..len).for_each(|at| pairs[new_index + to + at] = Some(old_index + from + at));
                    }
                }
            }
            DiffOp::Delete { .. } | DiffOp::Insert { .. } => {}
        }
    }
    part_from_moved_items(new, &mut pairs);
    pairs
}

fn keys(events: &[Event], key: fn(&Event) -> String) -> Vec<String> {
    events.iter().map(key).collect()
}

/// What stands under an item can stay only if the item itself does: an item that moved is struck with all it holds.
fn part_from_moved_items(new: &[Event], pairs: &mut [Option<usize>]) {
    let mut stays: HashMap<u64, bool> = HashMap::new();
    for (event, pair) in new.iter().zip(&*pairs) {
        if let Event::Meeting(MeetingEvent::AgendaItemTabled(item)) = event {
            stays.insert(u64::from(item.number), pair.is_some());
        }
    }
    for (event, pair) in new.iter().zip(pairs) {
        let item = matches!(event, Event::Meeting(_)).then(|| item_of(event)).flatten();
        if item.is_some_and(|item| stays.get(&item) == Some(&false)) {
            *pair = None;
        }
    }
}

fn item_of(event: &Event) -> Option<u64> {
    event.data().ok().and_then(|data| data.get("item").and_then(serde_json::Value::as_u64))
}

/// Everything the event says but the numbers that the record gave it.
fn says(event: &Event) -> String {
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

/// What an event must have in common with one whose place it takes.
fn kind(event: &Event) -> String {
    let of = match event {
        Event::Meeting(MeetingEvent::AgendaItemTabled(item)) => item.number.to_string(),
        Event::Meeting(MeetingEvent::MinutesApproved(minutes)) => format!("{} {}", minutes.minutes_of, minutes.edition),
        Event::Meeting(_) => item_of(event).map_or_else(String::new, |item| item.to_string()),
        _ => String::new(),
    };
    format!("{} {of}", event.event_type())
}

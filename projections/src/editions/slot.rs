//! The places of facts in a stream. A correction belongs to the place of the fact that it corrects.

use minutebook_domain::correction::Change;
use minutebook_domain::{Event, RecordedEvent, StreamVersion};
use std::collections::BTreeMap;

/// The place of a fact in its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// The version of the fact, or of the event that it was added after.
    pub place: StreamVersion,
    /// The version of the correction that added it, if one did.
    pub supplement: Option<StreamVersion>,
}

impl Slot {
    /// The version of the event that a correction of the fact names.
    pub fn target(self) -> StreamVersion {
        self.supplement.unwrap_or(self.place)
    }
}

/// Returns the slot of each event of a stream, by version.
pub fn slots(history: &[RecordedEvent]) -> BTreeMap<StreamVersion, Slot> {
    let mut slots: BTreeMap<StreamVersion, Slot> = BTreeMap::new();
    for recorded in history {
        let own = recorded.version;
        let slot = match recorded.event.as_change() {
            None => Some(Slot { place: own, supplement: None }),
            Some((place, Change::Supplemented(_))) => Some(Slot { place, supplement: Some(own) }),
            Some((target, _)) => slots.get(&target).copied(),
        };
        slots.extend(slot.map(|slot| (own, slot)));
    }
    slots
}

/// Returns the fact that an event brings in: the event itself, or what its innermost correction brings in. None for a
/// correction that brings in nothing.
pub fn innermost(event: &Event) -> Option<Event> {
    let mut event = event.clone();
    while let Some((_, change)) = event.as_change() {
        event = match change {
            Change::Replaced(by) | Change::Supplemented(by) => *by,
            Change::Struck | Change::Marked(_) => return None,
        };
    }
    Some(event)
}

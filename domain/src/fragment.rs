//! The fragments of a stored event: the parts that some reader of the event may be denied.
//!
//! The roles of the fields say which parts those are ([`roles!`](crate::roles)). In the skeleton of an event, over which its
//! leaf is computed, each of them is replaced by a salted digest, so that it can be disclosed or withheld by itself. Where a
//! field has no value its fragment has a digest all the same, so that a hidden value looks like an absent one.

/// The fragments that a field of a payload, or a member of the metadata, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FragmentKind {
    /// One text with its mark.
    Text,
    /// A text with its mark for each entry of a list.
    Texts,
    /// The name of a subject, or another value that is hidden as a whole.
    Name,
    /// A name for each entry of a list.
    Names,
    /// A name for each entry of a list, that a text of the event mentions.
    Mentions,
    /// A value for each entry of a list, hidden with the entry of a list of texts beside it.
    Entries,
}

impl FragmentKind {
    /// Whether each entry of a list is a fragment of its own.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Texts | Self::Names | Self::Mentions | Self::Entries)
    }

    /// Whether the fragments are names of subjects.
    pub fn is_name(self) -> bool {
        matches!(self, Self::Name | Self::Names | Self::Mentions)
    }
}

/// A field that is a fragment, or a list of fragments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FragmentSlot {
    /// The field's name in JSON.
    pub name: &'static str,
    /// The fragments.
    pub kind: FragmentKind,
    /// The first version of the schema that has them.
    pub since: u32,
}

impl FragmentSlot {
    /// A field that is fragments in every version of the schema.
    pub const fn new(name: &'static str, kind: FragmentKind) -> Self {
        Self { name, kind, since: 1 }
    }
}

/// The members of the metadata that are fragments, in the order of the stored bytes.
pub const METADATA_SLOTS: [FragmentSlot; 9] = [
    FragmentSlot::new("actor", FragmentKind::Name),
    FragmentSlot::new("causation_id", FragmentKind::Name),
    FragmentSlot::new("command_id", FragmentKind::Name),
    FragmentSlot::new("corrects", FragmentKind::Name),
    FragmentSlot::new("correlation_id", FragmentKind::Name),
    FragmentSlot::new("on_behalf_of", FragmentKind::Name),
    FragmentSlot::new("reason", FragmentKind::Text),
    FragmentSlot::new("references", FragmentKind::Names),
    FragmentSlot::new("source", FragmentKind::Name),
];

/// The member of a correction's data that may hold another event: `{"replaced": {"type", "schema_version", "data"}}`.
pub const CHANGE: &str = "change";

/// The members of a change that hold another event.
pub const CHANGES_WITH_EVENT: [&str; 2] = ["replaced", "supplemented"];

/// A payload whose fragments are known.
pub trait FragmentSlots {
    /// The fields that are fragments, sorted by name as in the skeleton.
    fn slots() -> &'static [FragmentSlot];
}

/// Sorts the fields of a payload as canonical JSON does.
pub fn in_skeleton_order<const N: usize>(fields: [Option<FragmentSlot>; N]) -> Vec<FragmentSlot> {
    let mut slots: Vec<FragmentSlot> = fields.into_iter().flatten().collect();
    slots.sort_by_key(|slot| slot.name);
    slots
}

/// The entries that redaction took out of the lists of a payload, each by its index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HiddenEntries {
    /// The number of corrections around the payload that is being redacted.
    depth: usize,
    entries: Vec<(usize, &'static str, usize)>,
}

impl HiddenEntries {
    /// Keeps the entries of a list for which `keep` says so, and notes the others.
    pub(crate) fn retain<T>(&mut self, name: &'static str, list: &mut Vec<T>, keep: impl Fn(&T) -> bool) {
        let kept: Vec<bool> = list.iter().map(keep).collect();
        self.retain_by_index(name, list, |index| kept[index]);
    }

    /// Keeps the entries of a list at the indexes for which `keep` says so, and notes the others.
    pub(crate) fn retain_by_index<T>(&mut self, name: &'static str, list: &mut Vec<T>, keep: impl Fn(usize) -> bool) {
        let mut indexes = 0..list.len();
        list.retain(|_| {
            let Some(index) = indexes.next() else { return false };
            let kept = keep(index);
            if !kept {
                self.entries.push((self.depth, name, index));
            }
            kept
        });
    }

    /// Redacts the event inside a correction.
    pub(crate) fn inside<T>(&mut self, redact: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let outcome = redact(self);
        self.depth -= 1;
        outcome
    }

    /// Returns whether the entry of a list was taken out; `depth` is the number of corrections around its payload.
    pub fn holds(&self, depth: usize, name: &str, index: usize) -> bool {
        self.entries.iter().any(|(at, field, entry)| *at == depth && *field == name && *entry == index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Event;

    #[test]
    fn fragments_are_sorted_as_canonical_json_is() {
        assert!(METADATA_SLOTS.map(|slot| slot.name).is_sorted());
        for (_, event_type) in Event::catalogue() {
            let names: Vec<&str> = Event::slots_of(event_type, u32::MAX).map(|slot| slot.name).collect();
            assert!(names.is_sorted(), "{event_type}: {names:?}");
        }
    }

    #[test]
    fn a_fragment_that_came_later_is_in_no_earlier_skeleton() {
        let names = |version| Event::slots_of("ListRecorded", version).map(|slot| slot.name).collect::<Vec<_>>();
        assert_eq!(names(1), ["entries", "references"]);
        assert_eq!(names(2), ["depths", "entries", "references"]);
    }

    #[test]
    fn no_payload_has_a_field_with_the_name_of_a_digest() {
        for (_, event_type) in Event::catalogue() {
            assert!(Event::fields_of(event_type).iter().all(|field| field.name != "sd"), "{event_type}");
        }
    }
}

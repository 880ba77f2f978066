//! The facts that other editions of the meeting's documents state too, matched with the statements of a new document.

use super::similarity::{Likeness, is_equal, likeness};
use minutebook_domain::Event;
use minutebook_domain::reference::{DocumentEdition, MeetingRef};
use minutebook_import::SourcedEvent;
use minutebook_projections::editions::{EditionStatement, Slot};
use std::collections::{BTreeMap, BTreeSet};

/// The facts of one stream by the edition that states them.
pub(super) struct StatedFacts<'a> {
    edition: &'a DocumentEdition,
    by_slot: BTreeMap<Slot, BTreeMap<DocumentEdition, EditionStatement>>,
}

/// A statement of the new document about a fact that another edition states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SharedMatch {
    pub(super) slot: Slot,
    /// The index of the statement among the new document's events of the stream.
    pub(super) new: usize,
}

impl<'a> StatedFacts<'a> {
    /// `edition` is that of the new document. Only what editions of its own meeting state is taken into account.
    pub(super) fn new(edition: &'a DocumentEdition, statements: Vec<EditionStatement>) -> Self {
        let mut by_slot: BTreeMap<Slot, BTreeMap<DocumentEdition, EditionStatement>> = BTreeMap::new();
        let of_meeting = |meeting: &MeetingRef| *meeting == edition.meeting;
        for statement in statements.into_iter().filter(|statement| of_meeting(&statement.edition.meeting)) {
            by_slot.entry(statement.slot).or_default().insert(statement.edition.clone(), statement);
        }
        Self { edition, by_slot }
    }

    /// What each edition states of a fact.
    pub(super) fn of(&self, slot: Slot) -> impl Iterator<Item = &EditionStatement> {
        self.by_slot.get(&slot).into_iter().flat_map(BTreeMap::values)
    }

    /// What the new document's edition stated of a fact before.
    pub(super) fn own(&self, slot: Slot) -> Option<&EditionStatement> {
        self.by_slot.get(&slot)?.get(self.edition)
    }

    /// What the new document's edition stated before.
    pub(super) fn by_own_edition(&self) -> impl Iterator<Item = &EditionStatement> {
        self.by_slot.values().filter_map(|stated| stated.get(self.edition))
    }

    /// The facts that the new document's edition alone states, in their order.
    pub(super) fn exclusive(&self) -> impl Iterator<Item = &EditionStatement> {
        let alone = self.by_slot.values().filter(|stated| stated.len() == 1);
        alone.filter_map(|stated| stated.get(self.edition))
    }

    /// The facts that another edition states, in their order.
    fn shared(&self) -> impl Iterator<Item = Slot> {
        let by_others =
            |stated: &BTreeMap<DocumentEdition, EditionStatement>| stated.keys().any(|by| by != self.edition);
        self.by_slot.iter().filter(move |(_, stated)| by_others(stated)).map(|(slot, _)| *slot)
    }

    /// Whether another edition states the first event of the stream.
    pub(super) fn states_a_beginning(&self) -> bool {
        self.shared().any(|slot| slot.place.number() == 1 && slot.supplement.is_none())
    }

    /// The shared facts that the edition stated before and that no statement of the new document matches.
    pub(super) fn omitted(&self, matches: &[SharedMatch]) -> Vec<Slot> {
        let is_matched = |slot: &Slot| matches.iter().any(|matched| matched.slot == *slot);
        self.shared().filter(|slot| self.own(*slot).is_some() && !is_matched(slot)).collect()
    }

    /// Returns the pairs of shared facts and statements in `new` that are one fact: the closest first, and each once.
    pub(super) fn matches(&self, new: &[SourcedEvent]) -> Vec<SharedMatch> {
        let mut free: BTreeSet<usize> = (0..new.len()).collect();
        // A statement that the edition alone makes, and made before, is not another edition's.
        for own in self.exclusive() {
            let is_own = |index: &usize| is_equal(&new[*index].event, &own.event);
            if let Some(index) = free.iter().copied().find(is_own) {
                free.remove(&index);
            }
        }
        let mut slots: BTreeSet<Slot> = self.shared().collect();
        let mut found = Vec::new();
        for (wanted, before) in [
            (Likeness::Equal, true),
            (Likeness::SameStatement, true),
            (Likeness::Equal, false),
            (Likeness::SameStatement, false),
            (Likeness::SameSubject, false),
        ] {
            let mut pairs: Vec<(f64, Slot, usize)> = Vec::new();
            for slot in &slots {
                let stated: Vec<&Event> = match (before, self.own(*slot)) {
                    (true, Some(own)) => vec![&own.event],
                    (true, None) => continue,
                    (false, _) => self.of(*slot).map(|statement| &statement.event).collect(),
                };
                for index in &free {
                    let event = &new[*index].event;
                    let closest =
                        stated.iter().filter_map(|stated| likeness(event, stated, wanted)).max_by(f64::total_cmp);
                    pairs.extend(closest.map(|share| (share, *slot, *index)));
                }
            }
            pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)).then(one.2.cmp(&other.2)));
            for (_, slot, index) in pairs {
                if slots.contains(&slot) && free.contains(&index) {
                    slots.remove(&slot);
                    free.remove(&index);
                    found.push(SharedMatch { slot, new: index });
                }
            }
        }
        found
    }
}

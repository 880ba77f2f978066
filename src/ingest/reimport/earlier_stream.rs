//! What the earlier versions of an edition alone stated in one stream, and the edits that turn it into a new version's events.

use super::similarity::content;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::Change;
use minutebook_domain::meeting::{MeetingEvent, MinutesApproved};
use minutebook_domain::party::PartyEvent;
use minutebook_domain::{Event, EventId, RecordedEvent, StreamId, StreamVersion};
use minutebook_projections::editions::{EditionStatement, Slot};
use minutebook_projections::redaction::redacted_history;
use std::collections::{HashMap, HashSet};

/// An event of the edition's earlier versions that is in force: neither struck nor replaced.
pub(super) struct EntryInForce {
    pub(super) event: Event,
    /// Where it stands in the stream.
    place: StreamVersion,
    /// The correction that added it after `place`, if a correction did.
    supplement: Option<StreamVersion>,
    /// Whether another edition recorded it, so that it names that edition's passage.
    is_repeated: bool,
    /// The mark that the event has by now.
    mark: Classification,
}

impl EntryInForce {
    /// The mark that the entry has by now, if `mark` is lower.
    pub(super) fn lowered_from(&self, mark: Option<Classification>) -> Option<Classification> {
        Some(self.mark).filter(|own| mark.is_some_and(|mark| mark.rank() < own.rank()))
    }

    /// The fact's place in the stream.
    pub(super) fn slot(&self) -> Slot {
        Slot { place: self.place, supplement: self.supplement }
    }

    /// The version of the event that a correction of this entry names.
    pub(super) fn target(&self) -> StreamVersion {
        self.supplement.unwrap_or(self.place)
    }

    /// The change that replaces this entry with `event`.
    pub(super) fn replaced_by(&self, event: Event) -> Change<Event> {
        let event = if self.supplement.is_some() { event.as_supplement(self.place) } else { event };
        Change::Replaced(Box::new(event))
    }
}

/// One stream, and what the edition's earlier versions alone stated in it.
pub(super) struct EarlierStream {
    pub(super) stream: StreamId,
    pub(super) history: Vec<RecordedEvent>,
    pub(super) entries: Vec<EntryInForce>,
    /// The event that additions follow until an event of the document comes before them.
    anchor: Option<StreamVersion>,
}

/// One change of a stream. `entry` and `new` are indexes into the entries and the new document's events.
pub(super) enum StreamEdit {
    Strike {
        entry: usize,
    },
    Replace {
        entry: usize,
        new: usize,
    },
    Insert {
        /// The event to insert after; none for a stream that has no event yet.
        after: Option<StreamVersion>,
        new: usize,
    },
}

impl EarlierStream {
    /// `stated` is what the edition alone states in the stream.
    pub(super) fn new<'s>(
        stream: &StreamId,
        history: Vec<RecordedEvent>,
        stated: impl Iterator<Item = &'s EditionStatement>,
        held_on: chrono::NaiveDate,
    ) -> Self {
        let known = redacted_history(&history, history.len(), Clearance::full());
        let mark_of = |version: StreamVersion| {
            let carried = known.iter().find(|recorded| recorded.version == version);
            carried.map_or(Classification::public(), |recorded| recorded.metadata.classification)
        };
        let entries = stated
            .filter(|statement| !matches!(statement.event, Event::Party(PartyEvent::PartyRegistered(_))))
            .map(|EditionStatement { slot, event, is_repeated, carried_by, .. }| EntryInForce {
                mark: mark_of(*carried_by),
                event: event.clone(),
                place: slot.place,
                supplement: slot.supplement,
                is_repeated: *is_repeated,
            })
            .collect();
        // In a party's or an action's stream, additions follow what happened up to the meeting and precede what came later.
        let by_the_meeting =
            |recorded: &&RecordedEvent| recorded.event.payload().occurred().is_none_or(|(day, _)| day <= held_on);
        let facts = history.iter().filter(|recorded| !recorded.event.is_correction());
        let anchor = match stream {
            StreamId::Meeting(_) => history.first(),
            _ => facts.clone().rfind(by_the_meeting).or_else(|| facts.clone().next()),
        };
        let anchor = anchor.map(|recorded| recorded.version);
        Self { stream: stream.clone(), anchor, entries, history }
    }

    /// The id of the event at this version.
    pub(super) fn event_id(&self, version: StreamVersion) -> EventId {
        let event = self.history.iter().find(|recorded| recorded.version == version);
        event.map_or_else(|| EventId::new(uuid::Uuid::nil()), |recorded| recorded.event_id)
    }

    /// Returns whether the earlier versions alone recorded that these minutes were approved.
    pub(super) fn approves(&self, minutes: &MinutesApproved) -> bool {
        self.entries.iter().any(|entry| {
            matches!(&entry.event, Event::Meeting(MeetingEvent::MinutesApproved(other))
                if (other.minutes_of, other.edition) == (minutes.minutes_of, minutes.edition))
        })
    }

    /// Returns the edits that turn the entries into `new`. `pairs` holds, for each new event, the entry that it matches;
    /// `shared`, for each that another edition states too, where it stands. Such an event is not edited here.
    pub(super) fn edits(
        &self,
        new: &[&Event],
        pairs: &[Option<usize>],
        shared: &HashMap<usize, Slot>,
    ) -> Vec<StreamEdit> {
        let paired: HashSet<usize> = pairs.iter().flatten().copied().collect();
        let mut strikes: Vec<usize> = (0..self.entries.len()).filter(|entry| !paired.contains(entry)).collect();
        let mut changes = Vec::new();
        // Where the events so far stand, and the furthest place at which one was inserted.
        let (mut after, mut last_inserted) = (None, None);
        for (index, (event, pair)) in new.iter().zip(pairs).enumerate() {
            if let Some(slot) = shared.get(&index) {
                // What follows a shared event in the document follows it in the stream, unless it is already further on.
                after = after.max(Some(slot.place));
                continue;
            }
            let Some(entry) = *pair else {
                let place = after.or(self.anchor);
                changes.push(StreamEdit::Insert { after: place, new: index });
                last_inserted = last_inserted.max(place);
                continue;
            };
            let old = &self.entries[entry];
            // An insertion comes last at its place; an entry that follows it but stands before it is struck and inserted again.
            let is_overtaken =
                last_inserted > Some(old.place) || (last_inserted == Some(old.place) && old.supplement.is_some());
            after = after.max(Some(old.place));
            if is_overtaken {
                strikes.push(entry);
                let place = after.max(last_inserted);
                changes.push(StreamEdit::Insert { after: place, new: index });
                last_inserted = place;
            } else if old.event != **event && !(old.is_repeated && content(&old.event) == content(event)) {
                changes.push(StreamEdit::Replace { entry, new: index });
            }
        }
        strikes.sort_unstable();
        strikes.into_iter().map(|entry| StreamEdit::Strike { entry }).chain(changes).collect()
    }
}

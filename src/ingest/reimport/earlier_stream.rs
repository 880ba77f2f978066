//! What the earlier documents of a meeting recorded in one stream, and the edits that turn it into a new document's events.

use minutebook_domain::correction::Change;
use minutebook_domain::meeting::{MeetingEvent, MinutesApproved};
use minutebook_domain::party::PartyEvent;
use minutebook_domain::{Event, EventId, RecordedEvent, StreamId, StreamVersion};
use std::collections::HashSet;

/// An event of the earlier documents that is in force: neither struck nor replaced.
pub(super) struct EntryInForce {
    pub(super) event: Event,
    /// Where it stands in the stream.
    place: StreamVersion,
    /// The correction that added it after `place`, if a correction did.
    supplement: Option<StreamVersion>,
}

impl EntryInForce {
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

/// One stream, and what the earlier documents of the meeting recorded in it.
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
    /// `documents` are the command ids of the meeting's earlier documents.
    pub(super) fn new(
        stream: &StreamId,
        history: Vec<RecordedEvent>,
        documents: &HashSet<String>,
        held_on: chrono::NaiveDate,
    ) -> Self {
        let from_documents: Vec<_> = history
            .iter()
            .filter(|recorded| documents.contains(&recorded.metadata.command_id))
            .map(|recorded| (recorded.version, recorded.event.clone()))
            .collect();
        // A document's corrections name only events of documents, so these events are a history of their own.
        let entries = Event::standing(&from_documents)
            .into_iter()
            .filter(|standing| !matches!(standing.event, Event::Party(PartyEvent::PartyRegistered(_))))
            .map(|standing| EntryInForce {
                event: standing.event,
                place: standing.place,
                supplement: standing.supplement,
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

    /// Returns whether the earlier documents recorded that these minutes were approved.
    pub(super) fn approves(&self, minutes: &MinutesApproved) -> bool {
        self.entries.iter().any(|entry| {
            matches!(&entry.event, Event::Meeting(MeetingEvent::MinutesApproved(other))
                if (other.minutes_of, other.edition) == (minutes.minutes_of, minutes.edition))
        })
    }

    /// Returns the edits that turn the entries into `new`. `pairs` holds, for each new event, the entry that it matches.
    pub(super) fn edits(&self, new: &[&Event], pairs: &[Option<usize>]) -> Vec<StreamEdit> {
        let paired: HashSet<usize> = pairs.iter().flatten().copied().collect();
        let mut strikes: Vec<usize> = (0..self.entries.len()).filter(|entry| !paired.contains(entry)).collect();
        let mut changes = Vec::new();
        let mut after = self.anchor;
        let mut inserted = false;
        for (index, (event, pair)) in new.iter().zip(pairs).enumerate() {
            let Some(entry) = *pair else {
                changes.push(StreamEdit::Insert { after, new: index });
                inserted = true;
                continue;
            };
            let old = &self.entries[entry];
            if after != Some(old.place) || old.supplement.is_none() {
                inserted = false;
            }
            after = Some(old.place);
            if inserted {
                // An insertion comes last at its place; an entry that follows it there is struck and inserted again.
                strikes.push(entry);
                changes.push(StreamEdit::Insert { after, new: index });
            } else if old.event != **event {
                changes.push(StreamEdit::Replace { entry, new: index });
            }
        }
        strikes.sort_unstable();
        strikes.into_iter().map(|entry| StreamEdit::Strike { entry }).chain(changes).collect()
    }
}

//! What the earlier documents said in one stream, and what is to be done about it.

use minutebook_domain::correction::Change;
use minutebook_domain::meeting::{MeetingEvent, MinutesApproved};
use minutebook_domain::party::PartyEvent;
use minutebook_domain::{Event, EventId, RecordedEvent, StreamId, StreamVersion};
use std::collections::HashSet;

/// An event that the earlier documents left in force.
pub(super) struct Entry {
    pub(super) event: Event,
    place: StreamVersion,
    supplement: Option<StreamVersion>,
}

impl Entry {
    /// The event that a correction of this one names.
    pub(super) fn target(&self) -> StreamVersion {
        self.supplement.unwrap_or(self.place)
    }

    /// The change that puts `event` where this one stands.
    pub(super) fn replaced_by(&self, event: Event) -> Change<Event> {
        let event = if self.supplement.is_some() { event.as_supplement(self.place) } else { event };
        Change::Replaced(Box::new(event))
    }
}

/// One stream, and what the earlier documents of the meeting said in it.
pub(super) struct Earlier {
    pub(super) stream: StreamId,
    pub(super) history: Vec<RecordedEvent>,
    pub(super) entries: Vec<Entry>,
    /// The event after which something new is put if nothing of the document stands before it.
    anchor: Option<StreamVersion>,
}

/// One change of a stream.
pub(super) enum Edit {
    Strike {
        entry: usize,
    },
    Replace {
        entry: usize,
        new: usize,
    },
    /// After the event with this version; at the stream's beginning if there is none yet.
    Insert {
        after: Option<StreamVersion>,
        new: usize,
    },
}

impl Earlier {
    pub(super) fn of(
        stream: &StreamId,
        history: Vec<RecordedEvent>,
        documents: &HashSet<String>,
        held_on: chrono::NaiveDate,
    ) -> Self {
        let theirs: Vec<_> = history
            .iter()
            .filter(|recorded| documents.contains(&recorded.command_id))
            .map(|recorded| (recorded.version, recorded.event.clone()))
            .collect();
        // A correction by a document names an event of a document: their events alone make a history.
        let entries = Event::standing(&theirs)
            .into_iter()
            .filter(|standing| !matches!(standing.event, Event::Party(PartyEvent::PartyRegistered(_))))
            .map(|standing| Entry { event: standing.event, place: standing.place, supplement: standing.supplement })
            .collect();
        // In another stream the new stands after what was so before the meeting or at it, and before what came later.
        let so_far =
            |recorded: &&RecordedEvent| recorded.event.payload().occurred().is_none_or(|(day, _)| day <= held_on);
        let facts = history.iter().filter(|recorded| !recorded.event.is_correction());
        let anchor = match stream {
            StreamId::Meeting(_) => history.first(),
            _ => facts.clone().rfind(so_far).or_else(|| facts.clone().next()),
        };
        let anchor = anchor.map(|recorded| recorded.version);
        Self { stream: stream.clone(), anchor, entries, history }
    }

    /// The id of the event with this version.
    pub(super) fn id(&self, version: StreamVersion) -> EventId {
        let found = self.history.iter().find(|recorded| recorded.version == version);
        found.map_or_else(|| EventId::new(uuid::Uuid::nil()), |recorded| recorded.event_id)
    }

    /// Whether the earlier documents said that these minutes were approved.
    pub(super) fn approves(&self, minutes: &MinutesApproved) -> bool {
        self.entries.iter().any(|entry| {
            matches!(&entry.event, Event::Meeting(MeetingEvent::MinutesApproved(other))
                if (other.minutes_of, other.edition) == (minutes.minutes_of, minutes.edition))
        })
    }

    /// What makes of the entries the events of `new`, where `pairs` says which takes the place of which.
    pub(super) fn edits(&self, new: &[&Event], pairs: &[Option<usize>]) -> Vec<Edit> {
        let paired: HashSet<usize> = pairs.iter().flatten().copied().collect();
        let mut edits: Vec<Edit> = (0..self.entries.len())
            .filter(|entry| !paired.contains(entry))
            .map(|entry| Edit::Strike { entry })
            .collect();
        let mut added = Vec::new();
        let mut after = self.anchor;
        let mut inserted = false;
        for (index, (event, pair)) in new.iter().zip(pairs).enumerate() {
            let Some(entry) = *pair else {
                added.push(Edit::Insert { after, new: index });
                inserted = true;
                continue;
            };
            let old = &self.entries[entry];
            if after != Some(old.place) || old.supplement.is_none() {
                inserted = false;
            }
            after = Some(old.place);
            if inserted {
                // What is put after a place comes last there, so that what is to follow it is put there anew.
                edits.push(Edit::Strike { entry });
                added.push(Edit::Insert { after, new: index });
            } else if old.event != **event {
                added.push(Edit::Replace { entry, new: index });
            }
        }
        edits.sort_by_key(|edit| if let Edit::Strike { entry } = edit { *entry } else { usize::MAX });
        edits.extend(added);
        edits
    }
}

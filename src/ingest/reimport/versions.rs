//! The versions of one fact: which of them each clearance reads, and the corrections after which it reads the right one.
//!
//! Of what the editions state, a reader gets the version of the most confidential edition that they may read.

use super::similarity::content;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::{Change, Marking};
use minutebook_domain::reference::DocumentEdition;
use minutebook_domain::{Event, EventId, RecordedEvent, Source, StreamVersion};
use minutebook_projections::editions::Slot;
use minutebook_projections::redaction::redacted_history;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What an edition says of the fact, and where the words come from.
#[derive(Debug, Clone)]
pub(super) struct EditionVersion {
    pub(super) event: Event,
    pub(super) source: Source,
}

/// A correction to record.
#[derive(Debug, Clone)]
pub(super) struct VersionChange {
    pub(super) corrected: EventId,
    pub(super) change: Change<Event>,
    /// The correction's own mark.
    pub(super) classification: Classification,
    pub(super) source: Source,
    /// The mark that the event had until now, if the change lowers it.
    pub(super) lowered_from: Option<Classification>,
}

/// The events of one fact, with those still to be recorded.
pub(super) struct FactVersions<'a> {
    slot: Slot,
    edition: &'a DocumentEdition,
    /// The source of what the new document says.
    source: Source,
    /// The mark below which nobody knows of the action that the fact is about.
    least: Option<Classification>,
    events: Vec<RecordedEvent>,
    recorded: usize,
    changes: Vec<VersionChange>,
}

impl<'a> FactVersions<'a> {
    /// `events` are those of the fact alone; `source` is that of what the new document says; `least` is the mark below
    /// which nobody knows of the action that the fact is about.
    pub(super) fn new(
        slot: Slot,
        edition: &'a DocumentEdition,
        source: Source,
        least: Option<Classification>,
        events: Vec<RecordedEvent>,
    ) -> Self {
        let recorded = events.len();
        Self { slot, edition, source, least, events, recorded, changes: Vec::new() }
    }

    /// The mark under which an edition states the fact.
    fn mark_of(&self, edition: &DocumentEdition) -> Classification {
        higher(edition.classification, self.least)
    }

    /// The version for readers up to a mark: that of the highest edition that they may read.
    fn version_for<'v>(
        &self,
        wanted: &'v BTreeMap<DocumentEdition, EditionVersion>,
        mark: Classification,
    ) -> Option<(&'v DocumentEdition, &'v EditionVersion)> {
        wanted.iter().rev().find(|(edition, _)| self.mark_of(edition).rank() <= mark.rank())
    }

    /// Returns the changes after which every reader reads the right version. `stated` is what each edition says, the new
    /// document's included; `before` is the version of the event that its edition's words stood in, if it says no more of
    /// the fact.
    pub(super) fn changes(
        mut self,
        stated: &BTreeMap<DocumentEdition, EditionVersion>,
        before: Option<StreamVersion>,
    ) -> Vec<VersionChange> {
        let wanted = completed(stated);
        if let Some(own) = wanted.get(self.edition) {
            self.source.silent_on.clone_from(&own.source.silent_on);
        }
        let own = self.mark_of(self.edition);
        let mut marks: Vec<Classification> = wanted.keys().map(|edition| self.mark_of(edition)).collect();
        marks.push(own);
        marks.sort();
        marks.dedup();
        if !self.all_read_the_right_one(&wanted, &marks) {
            self.try_marks(&wanted, &marks);
        }
        for mark in &marks {
            self.add_versions(&wanted, *mark);
        }
        match before {
            None => self.note_statement(&wanted),
            Some(before) => self.note_omission(before),
        }
        self.changes
    }

    /// Returns the strikes after which nobody reads the fact, which no edition states any more. Each is as confidential as what
    /// it strikes: a reader who knows an edition's version, and not the event that it replaced, learns that the version is
    /// gone.
    pub(super) fn gone(mut self) -> Vec<VersionChange> {
        for readers in [Clearance::up_to(self.mark_of(self.edition)), Clearance::full()] {
            while let Some((version, _, mark)) = self.read_at(readers) {
                let first = self.slot.target();
                let (version, mark) = self.mark_at(readers, first).map_or((version, mark), |mark| (first, mark));
                let changes = self.changes.len();
                let source = self.source.clone();
                self.push(version, Change::Struck, mark, source);
                if self.changes.len() == changes {
                    break;
                }
            }
        }
        self.changes
    }

    /// The mark of an event of the fact, as readers who know it know it.
    fn mark_at(&self, readers: Clearance, version: StreamVersion) -> Option<Classification> {
        let known = redacted_history(&self.events, self.events.len(), readers);
        known.iter().find(|event| event.version == version).map(|event| event.metadata.classification)
    }

    fn all_read_the_right_one(
        &self,
        wanted: &BTreeMap<DocumentEdition, EditionVersion>,
        marks: &[Classification],
    ) -> bool {
        marks.iter().all(|mark| {
            let read = self.read_at(Clearance::up_to(*mark)).map(|(_, event, _)| content(&event));
            read == self.version_for(wanted, *mark).map(|(_, version)| content(&version.event))
        })
    }

    /// What a reader reads: the event that holds it, the fact, and the event's mark.
    fn read_at(&self, clearance: Clearance) -> Option<(StreamVersion, Event, Classification)> {
        let known = redacted_history(&self.events, self.events.len(), clearance);
        let marks: BTreeMap<StreamVersion, Classification> =
            known.iter().map(|event| (event.version, event.metadata.classification)).collect();
        let events: Vec<(StreamVersion, Event)> = known.into_iter().map(|event| (event.version, event.event)).collect();
        let standing = Event::standing(&events)
            .into_iter()
            .find(|standing| Slot { place: standing.place, supplement: standing.supplement } == self.slot)?;
        let mark = marks.get(&standing.brought_in_by).copied()?;
        Some((standing.brought_in_by, standing.event, mark))
    }

    /// Gives the version that the highest clearance reads the lowest mark of the editions that say the same, if after that
    /// every reader reads the right version.
    fn try_marks(&mut self, wanted: &BTreeMap<DocumentEdition, EditionVersion>, marks: &[Classification]) {
        let Some((version, mut event, mark)) = self.read_at(Clearance::full()) else { return };
        let says_it = |version: &&EditionVersion| content(&completed_by(&version.event, &event)) == content(&event);
        let Some((edition, stated)) =
            wanted.iter().find(|(_, version)| says_it(version)).map(|(edition, version)| (edition, version.clone()))
        else {
            return;
        };
        let lowest = self.mark_of(edition);
        let mut said = BTreeSet::new();
        stated.event.clone().redactable().texts(&mut |field, text| {
            said.insert((field, text.value().to_string()));
        });
        let mut fields: BTreeSet<&'static str> = BTreeSet::new();
        event.redactable().texts(&mut |field, text| {
            if said.contains(&(field, text.value().to_string())) && text.mark().rank() != lowest.rank() {
                fields.insert(field);
            }
        });
        let (events, changes) = (self.events.len(), self.changes.len());
        let omitted = lowest.rank() > self.mark_of(self.edition).rank();
        let whole = (mark.rank() != lowest.rank()).then_some(None);
        let markings = whole.into_iter().chain(fields.into_iter().map(|field| Some(field.to_owned())));
        for field in markings {
            let marking = Marking { classification: lowest, field, omitted };
            let higher = if mark.rank() > lowest.rank() { mark } else { lowest };
            let source = self.source.clone();
            self.push(version, Change::Marked(marking), higher, source);
            if let Some(change) = self.changes.last_mut().filter(|_| mark.rank() > lowest.rank()) {
                change.lowered_from = Some(mark);
            }
        }
        if !self.all_read_the_right_one(wanted, marks) {
            self.events.truncate(events);
            self.changes.truncate(changes);
        }
    }

    /// Adds what readers up to `mark` have to read, if they read another version.
    fn add_versions(&mut self, wanted: &BTreeMap<DocumentEdition, EditionVersion>, mark: Classification) {
        let read = self.read_at(Clearance::up_to(mark));
        let want = self.version_for(wanted, mark);
        if read.as_ref().map(|(_, event, _)| content(event)) == want.map(|(_, version)| content(&version.event)) {
            return;
        }
        if self.takes_back(wanted, mark) {
            return;
        }
        if let Some((edition, version)) = want {
            let (least, source) = (self.mark_of(edition), version.source.clone());
            let event = marked_at_least(&version.event, least);
            let event = if self.slot.supplement.is_some() { event.as_supplement(self.slot.place) } else { event };
            self.push(self.slot.target(), Change::Replaced(Box::new(event)), least, source);
            return;
        }
        let higher = wanted.keys().map(|edition| self.mark_of(edition)).find(|higher| higher.rank() > mark.rank());
        let (Some((version, ..)), Some(higher)) = (read, higher) else { return };
        // The version that they still read was the edition's own; a higher one says more, and stands over it.
        let marking = Marking { classification: higher, field: None, omitted: true };
        let source = self.source.clone();
        self.push(version, Change::Marked(marking), higher, source);
    }

    /// Strikes the replacement that readers up to `mark` read, if without it they read the right version: an edition that
    /// comes to say what a lower one says leaves the fact to it, and to its mark.
    fn takes_back(&mut self, wanted: &BTreeMap<DocumentEdition, EditionVersion>, mark: Classification) -> bool {
        let Some((edition, want)) = self.version_for(wanted, mark) else { return false };
        let want = content(&want.event);
        let is_said_below = wanted.iter().any(|(lower, version)| lower < edition && content(&version.event) == want);
        let Some((version, ..)) = self.read_at(Clearance::up_to(mark)) else { return false };
        if version == self.slot.target() || !is_said_below {
            return false;
        }
        let (events, changes) = (self.events.len(), self.changes.len());
        let source = self.source.clone();
        self.push(version, Change::Struck, mark, source);
        let read = self.read_at(Clearance::up_to(mark)).map(|(_, event, _)| content(&event));
        let is_right = read == Some(want) && self.changes.len() > changes;
        if !is_right {
            self.events.truncate(events);
            self.changes.truncate(changes);
        }
        is_right
    }

    /// Records that the new document says what its readers read already, if no change records it.
    fn note_statement(&mut self, wanted: &BTreeMap<DocumentEdition, EditionVersion>) {
        let records_it = |change: &VersionChange| {
            let is_note =
                matches!(&change.change, Change::Marked(marking) if marking.field.is_none() && !marking.omitted);
            let is_own = change.source.edition.as_ref() == Some(self.edition);
            is_own && (is_note || matches!(change.change, Change::Replaced(_)))
        };
        let own = self.mark_of(self.edition);
        let (Some(stated), Some((version, event, mark))) =
            (wanted.get(self.edition), self.read_at(Clearance::up_to(own)))
        else {
            return;
        };
        if content(&stated.event) == content(&event) && !self.changes.iter().any(records_it) {
            let marking = Marking { classification: mark, field: None, omitted: false };
            let source = self.source.clone();
            self.push(version, Change::Marked(marking), own, source);
        }
    }

    /// Records that the new document no longer says it, if no change does.
    fn note_omission(&mut self, before: StreamVersion) {
        let records_it = |change: &VersionChange| matches!(&change.change, Change::Marked(marking) if marking.omitted);
        if self.changes.iter().any(records_it) {
            return;
        }
        let known = redacted_history(&self.events, self.events.len(), Clearance::full());
        let Some(mark) = known.iter().find(|event| event.version == before).map(|event| event.metadata.classification)
        else {
            return;
        };
        let marking = Marking { classification: mark, field: None, omitted: true };
        let (own, source) = (self.mark_of(self.edition), self.source.clone());
        self.push(before, Change::Marked(marking), higher(own, Some(mark)), source);
    }

    /// Adds a change of an event that is recorded already.
    fn push(&mut self, version: StreamVersion, change: Change<Event>, classification: Classification, source: Source) {
        let target = self.events.iter().take(self.recorded).find(|event| event.version == version).cloned();
        let Some(target) = target else { return };
        let Some(event) = target.event.correction(version, change.clone()) else { return };
        let corrected = target.event_id;
        let mut pending = target;
        pending.version = StreamVersion::new(u64::MAX / 2 + self.events.len() as u64);
        pending.event_id = EventId::new(Uuid::from_u128(self.events.len() as u128));
        pending.event = event;
        pending.metadata.classification = classification;
        pending.metadata.corrects = Some(corrected);
        pending.metadata.source = source.clone();
        self.events.push(pending);
        self.changes.push(VersionChange { corrected, change, classification, source, lowered_from: None });
    }
}

/// Completes each edition's version with what lower editions say and it leaves open: silence contradicts nothing.
fn completed(stated: &BTreeMap<DocumentEdition, EditionVersion>) -> BTreeMap<DocumentEdition, EditionVersion> {
    let mut completed: BTreeMap<DocumentEdition, EditionVersion> = BTreeMap::new();
    for (edition, version) in stated {
        let event = match completed.values().next_back() {
            Some(lower) => completed_by(&version.event, &lower.event),
            None => version.event.clone(),
        };
        let source = Source { silent_on: added_fields(&version.event, &event), ..version.source.clone() };
        completed.insert(edition.clone(), EditionVersion { event, source });
    }
    completed
}

/// The fields that `completed` has and `event` leaves out.
fn added_fields(event: &Event, completed: &Event) -> Vec<String> {
    let (Ok(Value::Object(own)), Ok(Value::Object(completed))) = (event.data(), completed.data()) else {
        return Vec::new();
    };
    completed.into_iter().map(|(name, _)| name).filter(|name| !own.contains_key(name)).collect()
}

/// Returns `event` with the fields that it leaves out and `other`, of the same type, has.
pub(super) fn completed_by(event: &Event, other: &Event) -> Event {
    let (Ok(mut data), Ok(of_other)) = (event.data(), other.data()) else { return event.clone() };
    let (Some(fields), Some(of_other)) = (data.as_object_mut(), of_other.as_object()) else { return event.clone() };
    if event.event_type() != other.event_type() {
        return event.clone();
    }
    for (name, value) in of_other.iter().filter(|(name, _)| *name != "passage") {
        fields.entry(name.clone()).or_insert_with(|| value.clone());
    }
    event.with_data(&data).unwrap_or_else(|| event.clone())
}

/// Returns the event with no text marked lower than `mark`: none may be lower than its event.
fn marked_at_least(event: &Event, mark: Classification) -> Event {
    let mut event = event.clone();
    event.redactable().texts(&mut |_, text| {
        if text.mark().rank() < mark.rank() {
            text.set_mark(mark);
        }
    });
    event
}

/// The higher of two marks.
fn higher(mark: Classification, other: Option<Classification>) -> Classification {
    other.filter(|other| other.rank() > mark.rank()).unwrap_or(mark)
}

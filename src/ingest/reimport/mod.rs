//! A later document of a meeting whose record came from documents: the differences become corrections.
//!
//! The document is a version of one edition: headlines or minutes, under a mark. It is compared with what the earlier
//! versions of its own edition stated: a statement in both is left alone, one that differs is replaced, one that is gone is
//! struck, and a new one is added after the event that it follows. What was recorded live stays, and so does what another
//! edition states. A statement that two editions make is one fact; `shared` finds it, and `versions` says what each reader
//! reads of it.

mod alignment;
mod carried_over;
mod earlier_stream;
mod number_map;
mod plan;
mod shared;
mod similarity;
mod versions;

pub(super) use plan::CorrectionStep;

use super::error::ImportError;
use super::intake::Intake;
use super::known_actions::ActionStates;
use carried_over::{complete, still_superseded, without_approved_elsewhere};
use chrono::NaiveDate;
use earlier_stream::EarlierStream;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{DocumentEdition, MeetingRef};
use minutebook_domain::{CommandId, Event, RecordedEvent, RejectionKind, StreamId};
use minutebook_import::{ImportFinding, ImportFindingKind, ParsedHeadlines, SourcedEvent};
use minutebook_ledger::{RecordError, Selection};
use minutebook_projections::editions::{Slot, slots, statements};
use minutebook_projections::redaction::standing_for;
use number_map::NumberMap;
use plan::CorrectionPlan;
use shared::{SharedMatch, StatedFacts};
use similarity::{content, contradictions, is_equal};
use std::collections::{BTreeMap, HashMap, HashSet};
use versions::{EditionVersion, FactVersions};

/// What a later document changes.
pub(super) struct LaterDocument {
    pub(super) steps: Vec<CorrectionStep>,
    /// Where the document contradicts another edition.
    pub(super) findings: Vec<ImportFinding>,
    /// Whether the ledger holds an earlier version of its edition.
    pub(super) is_known_edition: bool,
}

/// Returns the steps that turn the recorded meeting into `all`, the events of a new document; none if the ledger doesn't
/// hold the meeting yet.
pub(super) async fn later_document(
    intake: &Intake<'_>,
    headlines: &ParsedHeadlines,
    all: &[SourcedEvent],
) -> Result<Option<LaterDocument>, ImportError> {
    let log = intake.recorder.log();
    let meeting = &headlines.reference;
    let own = StreamId::Meeting(meeting.clone());
    let history = log.read_all(Selection::Stream(own.clone())).await.map_err(RecordError::from)?;
    let Some(first) = history.first() else { return Ok(None) };
    if !is_import(first) {
        return Err(ImportError::RecordedLive { meeting: meeting.clone() });
    }
    let days = days_of(&history);
    if let Some(recorded) = days.last().copied().filter(|_| !days.contains(&headlines.held_on)) {
        // An import never moves a meeting: a document of another day may be another meeting's.
        let given = headlines.held_on;
        return Err(ImportError::OtherDay { meeting: meeting.clone(), recorded, given });
    }
    let edition = headlines.edition();
    let documents = documents(&history, meeting);
    let is_known_edition = history.iter().any(|recorded| recorded.metadata.source.edition.as_ref() == Some(&edition));
    let mut streams = vec![own.clone()];
    for document in &documents {
        let receipt = intake.recorder.receipt(document).await?;
        streams.extend(receipt.into_iter().flat_map(|receipt| receipt.events).map(|placed| placed.stream));
    }
    streams.extend(all.iter().map(|sourced| sourced.stream.clone()));
    let mut visited = HashSet::new();
    streams.retain(|stream| !matches!(stream, StreamId::Committee(_)) && visited.insert(stream.clone()));

    let mut numbers = NumberMap::new(history.iter().map(|recorded| &recorded.event));
    let mut plan = CorrectionPlan::new(intake, meeting);
    let mut findings = Vec::new();
    // The events of the meeting's own stream, which comes first.
    let mut own_events: Vec<SourcedEvent> = Vec::new();
    for stream in streams {
        let history = log.read_all(Selection::Stream(stream.clone())).await.map_err(RecordError::from)?;
        let stated = StatedFacts::new(&edition, statements(&history));
        let earlier = EarlierStream::new(&stream, history, stated.exclusive(), headlines.held_on);
        let mut new: Vec<SourcedEvent> = all.iter().filter(|sourced| sourced.stream == stream).cloned().collect();
        if stream == own {
            new = without_approved_elsewhere(intake, meeting, new, &earlier).await?;
            keep_day(&mut new, &earlier.history);
        } else if matches!(stream, StreamId::Meeting(_)) {
            new = still_superseded(meeting, &own_events, &earlier);
        } else {
            complete(&mut new, &earlier, &stated, headlines);
        }
        let stream = StreamVersions::new(intake, headlines, &edition, stated, earlier);
        findings.extend(stream.leave_out_known(&mut new));
        let matches = stream.stated.matches(&new);
        for matched in &matches {
            findings.extend(stream.contradiction(matched, &new[matched.new]));
        }
        let shared: HashMap<usize, Slot> = matches.iter().map(|matched| (matched.new, matched.slot)).collect();
        let pairs = stream.pairs(&new, &shared);
        let old = |index: usize| match shared.get(&index) {
            Some(slot) => stream.stated.of(*slot).next().map(|statement| &statement.event),
            None => pairs[index].map(|entry| &stream.earlier.entries[entry].event),
        };
        for (index, sourced) in new.iter().enumerate() {
            numbers.assign(&sourced.event, old(index));
        }
        for sourced in &mut new {
            sourced.event = numbers.apply(meeting, sourced.event.clone());
        }
        if stream.earlier.stream == own {
            own_events.clone_from(&new);
        }
        stream.add_shared(&mut plan, &new, &matches);
        plan.add_stream(&stream.earlier, &new, &pairs, &shared, |slot, lines| stream.gone(slot, lines));
    }
    Ok(Some(LaterDocument { steps: plan.into_steps(), findings, is_known_edition }))
}

/// One stream with what the editions state in it, compared with a new document.
struct StreamVersions<'a> {
    intake: &'a Intake<'a>,
    edition: &'a DocumentEdition,
    stated: StatedFacts<'a>,
    /// What the edition alone states.
    earlier: EarlierStream,
    /// The states of the stream's action at the meeting, without what the meeting's editions state.
    elsewhere: ActionStates,
}

impl<'a> StreamVersions<'a> {
    fn new(
        intake: &'a Intake<'a>,
        headlines: &ParsedHeadlines,
        edition: &'a DocumentEdition,
        stated: StatedFacts<'a>,
        earlier: EarlierStream,
    ) -> Self {
        let elsewhere = ActionStates::of(&earlier.history, |standing| {
            let slot = Slot { place: standing.place, supplement: standing.supplement };
            let day = standing.event.payload().occurred().map(|(day, _)| day);
            stated.of(slot).next().is_none() && day.is_none_or(|day| day <= headlines.held_on)
        });
        Self { intake, edition, stated, earlier, elsewhere }
    }

    /// For each event of the new document, the index of the earlier event that it repeats or replaces. A shared one has
    /// none.
    fn pairs(&self, new: &[SourcedEvent], shared: &HashMap<usize, Slot>) -> Vec<Option<usize>> {
        let indexes: Vec<usize> = (0..new.len()).filter(|index| !shared.contains_key(index)).collect();
        let events: Vec<Event> = indexes.iter().map(|index| new[*index].event.clone()).collect();
        let old: Vec<Event> = self.earlier.entries.iter().map(|entry| entry.event.clone()).collect();
        let mut pairs = vec![None; new.len()];
        for (index, pair) in indexes.into_iter().zip(alignment::pairs(&old, &events)) {
            pairs[index] = pair;
        }
        pairs
    }

    /// Leaves out what the new document says of an action or a party and its readers know from elsewhere: from another
    /// meeting's document, an action log, or a live record. What an edition of the meeting states is compared with the
    /// document; of registrations none is ever taken back, so that one which the edition itself made is known too.
    fn leave_out_known(&self, new: &mut Vec<SourcedEvent>) -> Vec<ImportFinding> {
        let mut findings = Vec::new();
        let is_registered = |sourced: &SourcedEvent| {
            let registers = |event: &Event| matches!(event, Event::Party(PartyEvent::PartyRegistered(_)));
            let readers = sourced.classification.map_or(Clearance::full(), Clearance::up_to);
            registers(&sourced.event)
                && !self.stated.states_a_beginning()
                && standing_for(&self.earlier.history, readers).iter().any(|standing| registers(&standing.event))
        };
        new.retain(|sourced| !is_registered(sourced));
        let mut states = self.elsewhere.clone();
        new.retain_mut(|sourced| {
            // What the edition said before is compared with that alone.
            let said_before = self.stated.by_own_edition().any(|own| is_equal(&own.event, &sourced.event));
            let (kind, text, is_news) = match states.take_in(sourced) {
                _ if said_before => return true,
                Ok(None) => return true,
                Ok(Some(reason)) => (ImportFindingKind::MarkRaised, reason, true),
                Err(refusal) if refusal.kind() == RejectionKind::AlreadyRecorded => return false,
                Err(refusal) => (ImportFindingKind::NotRecorded, format!("not recorded: {refusal}"), false),
            };
            findings.push(ImportFinding { line: sourced.lines.0, kind, text });
            is_news
        });
        findings
    }

    /// The mark below which nobody knows what an event says of the stream's action.
    fn least_mark(&self, event: &Event) -> Option<Classification> {
        match event {
            Event::Action(event) => self.elsewhere.least_mark(event),
            _ => None,
        }
    }

    /// Adds the changes of the facts that another edition states too.
    fn add_shared(&self, plan: &mut CorrectionPlan<'_>, new: &[SourcedEvent], matches: &[SharedMatch]) {
        for matched in matches {
            let sourced = &new[matched.new];
            if !self.is_unchanged(matched.slot, &sourced.event) {
                let before = self.stated.own(matched.slot).map(|own| &own.event);
                plan.add_versions(self.versions(matched.slot, Some(sourced)), sourced, before);
            }
        }
        for slot in self.stated.omitted(matches) {
            let Some(before) = self.stated.own(slot) else { continue };
            let sourced = SourcedEvent {
                stream: self.earlier.stream.clone(),
                event: before.event.clone(),
                lines: new.first().map_or((1, 1), |sourced| sourced.lines),
                classification: None,
            };
            plan.add_versions(self.versions(slot, None), &sourced, Some(&before.event));
        }
    }

    /// Returns whether the edition says of a fact what it said before.
    fn is_unchanged(&self, slot: Slot, event: &Event) -> bool {
        self.stated.own(slot).is_some_and(|own| content(event) == content(&own.event))
    }

    /// Returns the changes of a fact if the new document says `sourced` of it, or says no more of it.
    fn versions(&self, slot: Slot, sourced: Option<&SourcedEvent>) -> Vec<versions::VersionChange> {
        let lines = sourced.map_or((1, 1), |sourced| sourced.lines);
        let source = self.intake.source_of(lines);
        let mut stated: BTreeMap<DocumentEdition, EditionVersion> = BTreeMap::new();
        for statement in self.stated.of(slot).filter(|statement| statement.edition != *self.edition) {
            let by = self.earlier.history.iter().find(|recorded| recorded.version == statement.stated_by);
            let source = by.map(|recorded| recorded.metadata.source.clone()).unwrap_or_default();
            let event = statement.event.clone();
            stated.insert(statement.edition.clone(), EditionVersion { event, source });
        }
        if let Some(sourced) = sourced {
            let (event, source) = (sourced.event.clone(), source.clone());
            stated.insert(self.edition.clone(), EditionVersion { event, source });
        }
        let before = self.stated.own(slot).filter(|_| sourced.is_none()).map(|own| own.carried_by);
        let least = stated.values().next().and_then(|version| self.least_mark(&version.event));
        FactVersions::new(slot, self.edition, source, least, self.events_of(slot)).changes(&stated, before)
    }

    /// The recorded events of one fact.
    fn events_of(&self, slot: Slot) -> Vec<RecordedEvent> {
        let slots = slots(&self.earlier.history);
        let of_slot = |recorded: &&RecordedEvent| slots.get(&recorded.version) == Some(&slot);
        self.earlier.history.iter().filter(of_slot).cloned().collect()
    }

    /// Strikes a fact that the edition alone stated.
    fn gone(&self, slot: Slot, lines: (u32, u32)) -> Vec<versions::VersionChange> {
        let least = self.stated.own(slot).and_then(|own| self.least_mark(&own.event));
        let source = self.intake.source_of(lines);
        FactVersions::new(slot, self.edition, source, least, self.events_of(slot)).gone()
    }

    /// The finding that the document contradicts another edition, with both places.
    fn contradiction(&self, matched: &SharedMatch, sourced: &SourcedEvent) -> Option<ImportFinding> {
        let others = self.stated.of(matched.slot).filter(|statement| statement.edition != *self.edition);
        let (other, differing) = others
            .map(|other| (other, contradictions(&sourced.event, &other.event)))
            .find(|(_, differing)| !differing.is_empty())?;
        let stated = self.earlier.history.iter().find(|recorded| recorded.version == other.stated_by)?;
        let source = &stated.metadata.source;
        let file = source.file.as_deref().unwrap_or("a document");
        let line = source.first_line.map_or_else(String::new, |line| format!(":{line}"));
        let place = format!("in {} ({file}{line})", other.edition.name());
        let text = format!("{} {place}", differing.join(&format!(" {place}; ")));
        Some(ImportFinding { line: sourced.lines.0, kind: ImportFindingKind::EditionsContradict, text })
    }
}

/// The command ids of the documents that the meeting's record came from. A later meeting's document may have recorded a
/// `DecisionSuperseded` here, and is not one of them.
fn documents(history: &[RecordedEvent], meeting: &MeetingRef) -> HashSet<String> {
    let of_meeting = |recorded: &&RecordedEvent| {
        recorded.metadata.source.edition.as_ref().is_some_and(|edition| edition.meeting == *meeting)
    };
    history.iter().filter(of_meeting).map(|recorded| recorded.metadata.command_id.clone()).collect()
}

/// The days that the meeting was ever convened for or postponed to, corrections taken in.
fn days_of(history: &[RecordedEvent]) -> Vec<NaiveDate> {
    let events: Vec<_> = history.iter().map(|recorded| (recorded.version, recorded.event.clone())).collect();
    let days = Event::standing(&events).into_iter().filter_map(|standing| match standing.event {
        Event::Meeting(MeetingEvent::MeetingConvened(convened)) => Some(convened.held_on),
        Event::Meeting(MeetingEvent::MeetingPostponed(postponed)) => Some(postponed.to),
        _ => None,
    });
    days.collect()
}

/// Gives the document's notice of the meeting the day and the reference that the ledger has: an import changes neither.
fn keep_day(new: &mut [SourcedEvent], history: &[RecordedEvent]) {
    let events: Vec<_> = history.iter().map(|recorded| (recorded.version, recorded.event.clone())).collect();
    let convened = Event::standing(&events).into_iter().find_map(|standing| match standing.event {
        Event::Meeting(MeetingEvent::MeetingConvened(convened)) => Some(convened),
        _ => None,
    });
    let Some(convened) = convened else { return };
    for sourced in new {
        if let Event::Meeting(MeetingEvent::MeetingConvened(noticed)) = &mut sourced.event {
            noticed.reference.clone_from(&convened.reference);
            noticed.held_on = convened.held_on;
        }
    }
}

fn is_import(recorded: &RecordedEvent) -> bool {
    CommandId::from(recorded.metadata.command_id.as_str()).is_import()
}

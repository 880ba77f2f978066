//! The corrections of a meeting's record, in the order that the rules accept them.

use super::earlier_stream::{EarlierStream, StreamEdit};
use super::versions::VersionChange;
use crate::ingest::intake::Intake;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::Classification;
use minutebook_domain::correction::Change;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{DecisionId, MeetingRef};
use minutebook_domain::{Event, StreamId, StreamVersion};
use minutebook_import::SourcedEvent;
use minutebook_ledger::Command;
use minutebook_projections::editions::Slot;
use std::collections::{HashMap, HashSet};

/// One command of a re-import, and the event that it is about.
pub(in crate::ingest) struct CorrectionStep {
    pub(in crate::ingest) command: Command,
    pub(in crate::ingest) sourced: SourcedEvent,
    /// `struck`, `replaced`, `added` or `marked`.
    pub(in crate::ingest) change: &'static str,
    /// The mark that the event had until now, if the step lowers it.
    pub(in crate::ingest) lowered_from: Option<Classification>,
}

/// The steps collected so far, stream by stream.
pub(super) struct CorrectionPlan<'a> {
    intake: &'a Intake<'a>,
    meeting: &'a MeetingRef,
    struck_decisions: HashSet<DecisionId>,
    /// Replacements that release a decision, then strikes, each stream's last event first.
    strikes: Vec<CorrectionStep>,
    /// Replacements and additions, in the order of the document.
    changes: Vec<CorrectionStep>,
}

impl<'a> CorrectionPlan<'a> {
    pub(super) fn new(intake: &'a Intake<'a>, meeting: &'a MeetingRef) -> Self {
        Self { intake, meeting, struck_decisions: HashSet::new(), strikes: Vec::new(), changes: Vec::new() }
    }

    /// Returns all steps, strikes first.
    pub(super) fn into_steps(self) -> Vec<CorrectionStep> {
        self.strikes.into_iter().chain(self.changes).collect()
    }

    /// Adds the steps that turn one stream into the events of `new`. The meeting's own stream comes first.
    pub(super) fn add_stream(
        &mut self,
        earlier: &EarlierStream,
        new: &[SourcedEvent],
        pairs: &[Option<usize>],
        shared: &HashMap<usize, Slot>,
        strikes_of: impl Fn(Slot, (u32, u32)) -> Vec<VersionChange>,
    ) {
        let is_meeting = matches!(earlier.stream, StreamId::Meeting(_));
        let events: Vec<&Event> = new.iter().map(|sourced| &sourced.event).collect();
        let mut lines = new.first().map_or((1, 1), |sourced| sourced.lines);
        let mut struck = Vec::new();
        for edit in earlier.edits(&events, pairs, shared) {
            match edit {
                StreamEdit::Strike { entry } => {
                    let old = &earlier.entries[entry];
                    if let Event::Meeting(MeetingEvent::DecisionRecorded(decision)) = &old.event {
                        self.struck_decisions.insert(DecisionId::new(self.meeting.clone(), decision.number));
                    }
                    let sourced = SourcedEvent {
                        stream: earlier.stream.clone(),
                        event: old.event.clone(),
                        lines,
                        // A strike is as confidential as what it strikes.
                        classification: None,
                    };
                    // The last is struck first, so that what it replaced is struck after it.
                    let strikes = strikes_of(old.slot(), lines).into_iter().rev();
                    struck.extend(strikes.map(|strike| version_step(strike, &sourced)));
                }
                StreamEdit::Replace { entry, new: index } => {
                    let sourced = &new[index];
                    lines = sourced.lines;
                    let old = &earlier.entries[entry];
                    if let Some(released) = self.without_struck_decision(&old.event) {
                        let change = old.replaced_by(released.clone());
                        let released = SourcedEvent { event: released, ..sourced.clone() };
                        self.strikes.insert(0, self.correct(earlier, old.target(), change, released));
                    }
                    let change = old.replaced_by(sourced.event.clone());
                    let step = self.correct(earlier, old.target(), change, sourced.clone());
                    self.changes
                        .push(CorrectionStep { lowered_from: old.lowered_from(sourced.classification), ..step });
                }
                StreamEdit::Insert { after, new: index } => {
                    let sourced = &new[index];
                    lines = sourced.lines;
                    self.changes.push(match after {
                        Some(after) => {
                            let change = Change::Supplemented(Box::new(sourced.event.clone()));
                            self.correct(earlier, after, change, sourced.clone())
                        }
                        None => self.record(sourced.clone()),
                    });
                }
            }
        }
        struck.reverse();
        // Events of parties and actions depend on the meeting's record, so they are struck before it.
        if is_meeting { self.strikes.extend(struck) } else { drop(self.strikes.splice(0..0, struck)) }
    }

    /// Adds changes of a fact that several editions state. `stated` is the fact as the new document states it, or as it
    /// stood; `before` is what the document's edition stated before.
    pub(super) fn add_versions(&mut self, changes: Vec<VersionChange>, stated: &SourcedEvent, before: Option<&Event>) {
        let rests_on_struck = before.is_some_and(|before| self.without_struck_decision(before).is_some());
        let mut released = Vec::new();
        for version in changes {
            // No version may name a decision when it is struck: each is replaced without it, and then as it is to be.
            let without = match &version.change {
                Change::Replaced(by) if rests_on_struck => Some(without_decision(by)),
                _ => None,
            };
            let is_final =
                matches!((&without, &version.change), (Some(without), Change::Replaced(by)) if *without == **by);
            if let Some(without) = without {
                let change = Change::Replaced(Box::new(without));
                released.push(version_step(VersionChange { change, ..version.clone() }, stated));
            }
            if !is_final {
                self.changes.push(version_step(version, stated));
            }
        }
        drop(self.strikes.splice(0..0, released));
    }

    /// Returns `event` without its decision if that decision is struck: no event may refer to a struck decision.
    fn without_struck_decision(&self, event: &Event) -> Option<Event> {
        let mut event = event.clone();
        let decision = decision_of(&mut event)?;
        decision.take().filter(|decision| self.struck_decisions.contains(decision)).map(|_| event)
    }

    fn correct(
        &self,
        earlier: &EarlierStream,
        target: StreamVersion,
        change: Change<Event>,
        sourced: SourcedEvent,
    ) -> CorrectionStep {
        let word = word(&change);
        let source = Some(self.intake.source_of(sourced.lines));
        let command = Command::Correct {
            event: earlier.event_id(target),
            change,
            authority: None,
            source,
            classification: sourced.classification,
        };
        CorrectionStep { command, sourced, change: word, lowered_from: None }
    }

    fn record(&self, sourced: SourcedEvent) -> CorrectionStep {
        let command = Command::Record {
            stream: sourced.stream.clone(),
            event: sourced.event.clone(),
            source: Some(self.intake.source_of(sourced.lines)),
            classification: sourced.classification,
        };
        CorrectionStep { command, sourced, change: "added", lowered_from: None }
    }
}

/// The decision that an event of an action or a party follows from.
fn decision_of(event: &mut Event) -> Option<&mut Option<DecisionId>> {
    match event {
        Event::Action(ActionEvent::ActionRaised(raised)) => Some(&mut raised.decision),
        Event::Party(PartyEvent::StatusAgreed(agreed)) => Some(&mut agreed.decision),
        _ => None,
    }
}

/// Returns the event without the decision that it follows from.
fn without_decision(event: &Event) -> Event {
    let mut event = event.clone();
    if let Some(decision) = decision_of(&mut event) {
        *decision = None;
    }
    event
}

/// The step that records one change of a fact that several editions state.
fn version_step(version: VersionChange, stated: &SourcedEvent) -> CorrectionStep {
    let VersionChange { corrected, change, classification, source, lowered_from } = version;
    let word = word(&change);
    let (source, classification) = (Some(source), Some(classification));
    let command = Command::Correct { event: corrected, change, authority: None, source, classification };
    CorrectionStep { command, sourced: stated.clone(), change: word, lowered_from }
}

/// The change in the word of the import's preview.
fn word(change: &Change<Event>) -> &'static str {
    match change {
        Change::Struck => "struck",
        Change::Replaced(_) => "replaced",
        Change::Supplemented(_) => "added",
        Change::Marked(_) => "marked",
    }
}

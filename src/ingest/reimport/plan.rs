//! The corrections of a meeting's record, in the order that the rules accept them.

use super::earlier_stream::{EarlierStream, StreamEdit};
use crate::ingest::intake::Intake;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::correction::Change;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{DecisionId, MeetingRef};
use minutebook_domain::{Event, StreamId, StreamVersion};
use minutebook_import::SourcedEvent;
use minutebook_ledger::Command;
use std::collections::HashSet;

/// One command of a re-import, and the event that it is about.
pub(in crate::ingest) struct CorrectionStep {
    pub(in crate::ingest) command: Command,
    pub(in crate::ingest) sourced: SourcedEvent,
    /// `struck`, `replaced` or `added`.
    pub(in crate::ingest) change: &'static str,
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
    pub(super) fn add_stream(&mut self, earlier: &EarlierStream, new: &[SourcedEvent], pairs: &[Option<usize>]) {
        let is_meeting = matches!(earlier.stream, StreamId::Meeting(_));
        let events: Vec<&Event> = new.iter().map(|sourced| &sourced.event).collect();
        let mut lines = new.first().map_or((1, 1), |sourced| sourced.lines);
        let mut struck = Vec::new();
        for edit in earlier.edits(&events, pairs) {
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
                    struck.push(self.correct(earlier, old.target(), Change::Struck, sourced));
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
                    self.changes.push(self.correct(earlier, old.target(), change, sourced.clone()));
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

    /// Returns `event` without its decision if that decision is struck: no event may refer to a struck decision.
    fn without_struck_decision(&self, event: &Event) -> Option<Event> {
        let mut event = event.clone();
        let decision = match &mut event {
            Event::Action(ActionEvent::ActionRaised(raised)) => &mut raised.decision,
            Event::Party(PartyEvent::StatusAgreed(agreed)) => &mut agreed.decision,
            _ => return None,
        };
        decision.take().filter(|decision| self.struck_decisions.contains(decision)).map(|_| event)
    }

    fn correct(
        &self,
        earlier: &EarlierStream,
        target: StreamVersion,
        change: Change<Event>,
        sourced: SourcedEvent,
    ) -> CorrectionStep {
        let word = match &change {
            Change::Struck => "struck",
            Change::Replaced(_) => "replaced",
            Change::Supplemented(_) => "added",
            Change::Marked(_) => "marked",
        };
        let source = Some(self.intake.source_of(sourced.lines));
        let command = Command::Correct {
            event: earlier.event_id(target),
            change,
            authority: None,
            source,
            classification: sourced.classification,
        };
        CorrectionStep { command, sourced, change: word }
    }

    fn record(&self, sourced: SourcedEvent) -> CorrectionStep {
        let command = Command::Record {
            stream: sourced.stream.clone(),
            event: sourced.event.clone(),
            source: Some(self.intake.source_of(sourced.lines)),
            classification: sourced.classification,
        };
        CorrectionStep { command, sourced, change: "added" }
    }
}

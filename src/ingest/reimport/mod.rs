//! A document of a meeting that the book has from an earlier one: what it says otherwise becomes corrections.
//!
//! The new document is held against what the earlier ones said, taken together, and not against what was recorded
//! live: that stays. What both say is left untouched; what takes another's place replaces it, what is gone is struck,
//! and what is new is put after the event that it follows.

mod alignment;
mod numbers;
mod stream;

use super::{ImportError, Incoming};
use minutebook_domain::action::{ActionEvent, ActionWithdrawn};
use minutebook_domain::correction::Change;
use minutebook_domain::meeting::{MeetingEvent, MinutesApproved, MinutesOutcome, supersessions};
use minutebook_domain::party::PartyEvent;
use minutebook_domain::reference::{DecisionId, MeetingRef};
use minutebook_domain::{Event, RecordedEvent, StreamId, StreamVersion};
use minutebook_import::{ParsedHeadlines, SourcedEvent};
use minutebook_ledger::{Command, Selection};
use numbers::Numbers;
use std::collections::HashSet;
use stream::{Earlier, Edit};

/// What begins the key of every command that records a document.
const KEY: &str = "import ";

/// One step of a correction, with what it was read from.
pub(super) struct Step {
    pub(super) command: Command,
    pub(super) sourced: SourcedEvent,
    /// `struck`, `replaced`, `added`.
    pub(super) word: &'static str,
}

/// The steps that bring the book's record of the meeting to what `all`, the events of a new document, say. None if the
/// book does not hold the meeting yet.
pub(super) async fn steps(
    incoming: &Incoming<'_>,
    headlines: &ParsedHeadlines,
    all: &[SourcedEvent],
) -> Result<Option<Vec<Step>>, ImportError> {
    let log = incoming.recorder.log();
    let meeting = &headlines.reference;
    let own = StreamId::Meeting(meeting.clone());
    let history = log.read_all(Selection::Stream(own.clone())).await.map_err(failed)?;
    let Some(first) = history.first() else { return Ok(None) };
    if !first.command_id.starts_with(KEY) {
        return Err(ImportError::OtherDocument { meeting: meeting.to_string() });
    }
    let documents = documents(&history);
    let mut streams = vec![own.clone()];
    for document in &documents {
        let receipt = incoming.recorder.receipt(document).await?;
        streams.extend(receipt.into_iter().flat_map(|receipt| receipt.events).map(|placed| placed.stream));
    }
    streams.extend(all.iter().map(|sourced| sourced.stream.clone()));
    let mut seen = HashSet::new();
    streams.retain(|stream| !matches!(stream, StreamId::Committee(_)) && seen.insert(stream.clone()));

    let mut numbers = Numbers::new(history.iter().map(|recorded| &recorded.event));
    let mut plan = Plan { incoming, meeting, freed: HashSet::new(), first: Vec::new(), main: Vec::new() };
    // Of the meeting's own stream, which comes first.
    let mut own_said: Vec<SourcedEvent> = Vec::new();
    for stream in streams {
        let history = log.read_all(Selection::Stream(stream.clone())).await.map_err(failed)?;
        let earlier = Earlier::of(&stream, history, &documents, headlines.held_on);
        let mut said: Vec<SourcedEvent> = all.iter().filter(|sourced| sourced.stream == stream).cloned().collect();
        if stream == own {
            said = plan.without_approved_elsewhere(said, &earlier).await?;
        } else if matches!(stream, StreamId::Meeting(_)) {
            said = still_superseded(meeting, &own_said, &earlier);
        } else {
            complete(&mut said, &earlier, headlines);
        }
        let events: Vec<Event> = said.iter().map(|sourced| sourced.event.clone()).collect();
        let old: Vec<Event> = earlier.entries.iter().map(|entry| entry.event.clone()).collect();
        let pairs = alignment::pairs(&old, &events);
        for (event, pair) in events.iter().zip(&pairs) {
            numbers.settle(event, pair.map(|place| &old[place]));
        }
        for sourced in &mut said {
            sourced.event = numbers.apply(meeting, sourced.event.clone());
        }
        if stream == own {
            own_said.clone_from(&said);
        }
        plan.stream(&earlier, &said, &pairs);
    }
    let Plan { first, main, .. } = plan;
    Ok(Some(first.into_iter().chain(main).collect()))
}

fn failed(error: minutebook_ledger::StoreError) -> ImportError {
    ImportError::Record(error.into())
}

/// The keys of the documents that the meeting's record comes from. That a decision was superseded says the document of
/// the later meeting, which is none of them.
fn documents(history: &[RecordedEvent]) -> HashSet<String> {
    let supersedes = |event: &Event| matches!(event, Event::Meeting(MeetingEvent::DecisionSuperseded(_)));
    let is_of_later = |recorded: &&RecordedEvent| match recorded.corrects {
        Some(corrected) => history.iter().any(|earlier| earlier.event_id == corrected && supersedes(&earlier.event)),
        None => supersedes(&recorded.event),
    };
    let own = history.iter().filter(|recorded| recorded.source.importer.is_some() && !is_of_later(recorded));
    own.map(|recorded| recorded.command_id.clone()).filter(|key| key.starts_with(KEY)).collect()
}

/// What the meeting's decisions still say of another meeting's: that one takes the place of another follows from it, and
/// is recorded with it.
fn still_superseded(meeting: &MeetingRef, own: &[SourcedEvent], earlier: &Earlier) -> Vec<SourcedEvent> {
    let follows = own.iter().flat_map(|sourced| match &sourced.event {
        Event::Meeting(MeetingEvent::DecisionRecorded(decision)) => supersessions(meeting, decision)
            .into_iter()
            .map(|(stream, event)| SourcedEvent { stream, event, lines: sourced.lines })
            .collect(),
        _ => Vec::new(),
    });
    let is_known = |sourced: &SourcedEvent| earlier.entries.iter().any(|entry| entry.event == sourced.event);
    follows.filter(|sourced| sourced.stream == earlier.stream && is_known(sourced)).collect()
}

struct Plan<'a> {
    incoming: &'a Incoming<'a>,
    meeting: &'a MeetingRef,
    /// The decisions that are struck.
    freed: HashSet<DecisionId>,
    /// What frees decisions, and then all that is struck, the last first.
    first: Vec<Step>,
    main: Vec<Step>,
}

impl Plan<'_> {
    /// An approval that the rules left out before, because another meeting had approved the minutes, is left out again.
    async fn without_approved_elsewhere(
        &self,
        said: Vec<SourcedEvent>,
        earlier: &Earlier,
    ) -> Result<Vec<SourcedEvent>, ImportError> {
        let mut kept = Vec::with_capacity(said.len());
        for sourced in said {
            if let Event::Meeting(MeetingEvent::MinutesApproved(minutes)) = &sourced.event
                && !earlier.approves(minutes)
                && self.approved_elsewhere(minutes).await?
            {
                continue;
            }
            kept.push(sourced);
        }
        Ok(kept)
    }

    async fn approved_elsewhere(&self, minutes: &MinutesApproved) -> Result<bool, ImportError> {
        let log = self.incoming.recorder.log();
        let reference = MinutesApproved::minutes_reference(&minutes.committee, minutes.minutes_of);
        let mut seen = HashSet::from([StreamId::Meeting(self.meeting.clone())]);
        for found in log.read_all(Selection::Reference(reference)).await.map_err(failed)? {
            if seen.insert(found.stream.clone()) {
                let history = log.read_all(Selection::Stream(found.stream)).await.map_err(failed)?;
                let history: Vec<_> = history.into_iter().map(|found| (found.version, found.event)).collect();
                let approves = |event: &Event| {
                    matches!(event, Event::Meeting(MeetingEvent::MinutesApproved(other))
                    if (other.minutes_of, other.edition) == (minutes.minutes_of, minutes.edition)
                        && other.outcome == MinutesOutcome::AsWritten)
                };
                if Event::standing(&history).iter().any(|standing| approves(&standing.event)) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The steps that bring one stream to what is `said`.
    fn stream(&mut self, earlier: &Earlier, said: &[SourcedEvent], pairs: &[Option<usize>]) {
        let of_meeting = matches!(earlier.stream, StreamId::Meeting(_));
        let events: Vec<&Event> = said.iter().map(|sourced| &sourced.event).collect();
        let mut line = said.first().map_or((1, 1), |sourced| sourced.lines);
        let mut struck = Vec::new();
        for edit in earlier.edits(&events, pairs) {
            match edit {
                Edit::Strike { entry } => {
                    let old = &earlier.entries[entry];
                    if let Event::Meeting(MeetingEvent::DecisionRecorded(decision)) = &old.event {
                        self.freed.insert(DecisionId::new(self.meeting.clone(), decision.number));
                    }
                    let sourced =
                        SourcedEvent { stream: earlier.stream.clone(), event: old.event.clone(), lines: line };
                    struck.push(self.step(earlier, old.target(), Change::Struck, sourced));
                }
                Edit::Replace { entry, new } => {
                    line = said[new].lines;
                    let old = &earlier.entries[entry];
                    if let Some(loose) = self.loosened(&old.event) {
                        let sourced = SourcedEvent { event: loose.clone(), ..said[new].clone() };
                        self.first.insert(0, self.step(earlier, old.target(), old.replaced_by(loose), sourced));
                    }
                    let change = old.replaced_by(said[new].event.clone());
                    self.main.push(self.step(earlier, old.target(), change, said[new].clone()));
                }
                Edit::Insert { after, new } => {
                    line = said[new].lines;
                    let step = match after {
                        Some(after) => {
                            let change = Change::Supplemented(Box::new(said[new].event.clone()));
                            self.step(earlier, after, change, said[new].clone())
                        }
                        None => Step {
                            command: Command::Record {
                                stream: earlier.stream.clone(),
                                event: said[new].event.clone(),
                                source: Some(self.incoming.source_of(said[new].lines)),
                            },
                            sourced: said[new].clone(),
                            word: "added",
                        },
                    };
                    self.main.push(step);
                }
            }
        }
        struck.reverse();
        // What rests on the meeting's record is struck before it.
        if of_meeting { self.first.extend(struck) } else { drop(self.first.splice(0..0, struck)) }
    }

    /// `old` without the decision that it names, if that is struck: nothing may rest on it then.
    fn loosened(&self, old: &Event) -> Option<Event> {
        let mut loose = old.clone();
        let decision = match &mut loose {
            Event::Action(ActionEvent::ActionRaised(raised)) => &mut raised.decision,
            Event::Party(PartyEvent::StatusAgreed(agreed)) => &mut agreed.decision,
            _ => return None,
        };
        decision.take().filter(|decision| self.freed.contains(decision)).map(|_| loose)
    }

    fn step(&self, earlier: &Earlier, target: StreamVersion, change: Change<Event>, sourced: SourcedEvent) -> Step {
        let word = match &change {
            Change::Struck => "struck",
            Change::Replaced(_) => "replaced",
            Change::Supplemented(_) => "added",
        };
        let source = Some(self.incoming.source_of(sourced.lines));
        let command = Command::Correct { event: earlier.id(target), change, authority: None, source };
        Step { command, sourced, word }
    }
}

/// What a document does not say of a party or an action because it is known: that a party is registered stays so,
/// and an action that is no longer raised at the meeting is kept as one that was withdrawn.
fn complete(said: &mut Vec<SourcedEvent>, earlier: &Earlier, headlines: &ParsedHeadlines) {
    let begins = |event: &Event| {
        matches!(event, Event::Party(PartyEvent::PartyRegistered(_)) | Event::Action(ActionEvent::ActionRaised(_)))
    };
    let raised = earlier.entries.iter().find_map(|entry| match &entry.event {
        Event::Action(ActionEvent::ActionRaised(raised)) => Some(raised),
        _ => None,
    });
    if !earlier.history.is_empty() && raised.is_none() {
        said.retain(|sourced| !begins(&sourced.event));
    }
    let Some(raised) = raised.filter(|_| !said.iter().any(|sourced| begins(&sourced.event))) else { return };
    let mut raised = raised.clone();
    (raised.raised_in, raised.item, raised.decision) = (None, None, None);
    // Not at the meeting: its document does not say so, and would otherwise be rendered as if it did.
    let withdrawn = ActionWithdrawn { note: None, withdrawn_on: headlines.held_on, at_meeting: None };
    let lines = headlines.convened_lines;
    for event in [ActionEvent::from(withdrawn), ActionEvent::from(raised)] {
        said.insert(0, SourcedEvent { stream: earlier.stream.clone(), event: Event::Action(event), lines });
    }
}

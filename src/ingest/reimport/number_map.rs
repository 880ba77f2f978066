//! Passage, matter and decision numbers: those of a new document are mapped to those that the ledger assigned.

use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::{DecisionId, MeetingRef};
use minutebook_domain::{Event, action::ActionEvent, party::PartyEvent};
use std::collections::HashMap;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum NumberedKind {
    Passage,
    Matter,
    Decision,
}

/// From the numbers of a new document to those of the ledger.
#[derive(Default)]
pub(super) struct NumberMap {
    ledger_numbers: HashMap<(NumberedKind, u32), u32>,
    highest: HashMap<NumberedKind, u32>,
}

impl NumberMap {
    /// `events` are all events of the meeting, struck ones too: a number is never assigned twice.
    pub(super) fn new<'e>(events: impl IntoIterator<Item = &'e Event>) -> Self {
        let mut numbers = Self::default();
        for event in events {
            let Event::Meeting(event) = event else { continue };
            let mut event = event.or_correcting().unwrap_or(event).clone();
            if let Some((kind, number)) = number_of(&mut event) {
                let highest = numbers.highest.entry(kind).or_default();
                *highest = (*highest).max(*number);
            }
        }
        numbers
    }

    /// Maps the number of `new` to that of `old`, the event it matches, or to the next free one.
    pub(super) fn assign(&mut self, new: &Event, old: Option<&Event>) {
        let number = |event: &Event| match event {
            Event::Meeting(event) => number_of(&mut event.clone()).map(|(kind, number)| (kind, *number)),
            _ => None,
        };
        let Some((kind, document_number)) = number(new) else { return };
        let ledger_number = old.and_then(number).map_or_else(
            || {
                let highest = self.highest.entry(kind).or_default();
                *highest += 1;
                *highest
            },
            |(_, number)| number,
        );
        self.ledger_numbers.insert((kind, document_number), ledger_number);
    }

    /// Returns `event` with the ledger's numbers.
    pub(super) fn apply(&self, meeting: &MeetingRef, mut event: Event) -> Event {
        let mapped = |kind, number: u32| self.ledger_numbers.get(&(kind, number)).copied().unwrap_or(number);
        let map_decision = |id: &mut Option<DecisionId>| {
            if let Some(id) = id.as_mut().filter(|id| id.meeting() == meeting) {
                *id = DecisionId::new(meeting.clone(), mapped(NumberedKind::Decision, id.number()));
            }
        };
        match &mut event {
            Event::Meeting(event) => {
                if let Some((kind, number)) = number_of(event) {
                    *number = mapped(kind, *number);
                }
                match event {
                    MeetingEvent::MatterArisingNoted(matter) => {
                        matter.passage = matter.passage.map(|passage| mapped(NumberedKind::Passage, passage));
                    }
                    MeetingEvent::DecisionRecorded(decision) => {
                        decision.passage = decision.passage.map(|passage| mapped(NumberedKind::Passage, passage));
                    }
                    _ => {}
                }
            }
            Event::Action(ActionEvent::ActionRaised(raised)) => map_decision(&mut raised.decision),
            Event::Party(PartyEvent::StatusAgreed(agreed)) => map_decision(&mut agreed.decision),
            _ => {}
        }
        event
    }
}

fn number_of(event: &mut MeetingEvent) -> Option<(NumberedKind, &mut u32)> {
    match event {
        MeetingEvent::ParagraphRecorded(passage) => Some((NumberedKind::Passage, &mut passage.passage)),
        MeetingEvent::ListRecorded(passage) => Some((NumberedKind::Passage, &mut passage.passage)),
        MeetingEvent::TableRecorded(passage) => Some((NumberedKind::Passage, &mut passage.passage)),
        MeetingEvent::MatterArisingNoted(matter) => Some((NumberedKind::Matter, &mut matter.number)),
        MeetingEvent::DecisionRecorded(decision) => Some((NumberedKind::Decision, &mut decision.number)),
        _ => None,
    }
}

//! The numbers that the record gave: the new document's are brought to those of the events that stand.

use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::reference::{DecisionId, MeetingRef};
use minutebook_domain::{Event, action::ActionEvent, party::PartyEvent};
use std::collections::HashMap;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Passage,
    Matter,
    Decision,
}

/// From the numbers of the new document to those of the book.
#[derive(Default)]
pub(super) struct Numbers {
    known: HashMap<(Kind, u32), u32>,
    highest: HashMap<Kind, u32>,
}

impl Numbers {
    /// The numbers, where `given_out` are all events of the meeting that ever had one.
    pub(super) fn new<'e>(given_out: impl IntoIterator<Item = &'e Event>) -> Self {
        let mut numbers = Self::default();
        for event in given_out {
            let Event::Meeting(event) = event else { continue };
            let mut event = event.or_correcting().unwrap_or(event).clone();
            if let Some((kind, number)) = own(&mut event) {
                let highest = numbers.highest.entry(kind).or_default();
                *highest = (*highest).max(*number);
            }
        }
        numbers
    }

    /// `new` takes the number of `old`, or the next one if there is none that it takes the place of.
    pub(super) fn settle(&mut self, new: &Event, old: Option<&Event>) {
        let number = |event: &Event| match event {
            Event::Meeting(event) => own(&mut event.clone()).map(|(kind, number)| (kind, *number)),
            _ => None,
        };
        let Some((kind, given)) = number(new) else { return };
        let settled = old.and_then(number).map_or_else(
            || {
                let highest = self.highest.entry(kind).or_default();
                *highest += 1;
                *highest
            },
            |(_, kept)| kept,
        );
        self.known.insert((kind, given), settled);
    }

    /// `event` with the numbers of the book.
    pub(super) fn apply(&self, meeting: &MeetingRef, mut event: Event) -> Event {
        let known = |kind, number: u32| self.known.get(&(kind, number)).copied().unwrap_or(number);
        let decision = |id: &mut Option<DecisionId>| {
            if let Some(id) = id.as_mut().filter(|id| id.meeting() == meeting) {
                *id = DecisionId::new(meeting.clone(), known(Kind::Decision, id.number()));
            }
        };
        match &mut event {
            Event::Meeting(event) => {
                if let Some((kind, number)) = own(event) {
                    *number = known(kind, *number);
                }
                match event {
                    MeetingEvent::MatterArisingNoted(matter) => {
                        matter.passage = matter.passage.map(|passage| known(Kind::Passage, passage));
                    }
                    MeetingEvent::DecisionRecorded(decision) => {
                        decision.passage = decision.passage.map(|passage| known(Kind::Passage, passage));
                    }
                    _ => {}
                }
            }
            Event::Action(ActionEvent::ActionRaised(raised)) => decision(&mut raised.decision),
            Event::Party(PartyEvent::StatusAgreed(agreed)) => decision(&mut agreed.decision),
            _ => {}
        }
        event
    }
}

fn own(event: &mut MeetingEvent) -> Option<(Kind, &mut u32)> {
    match event {
        MeetingEvent::ParagraphRecorded(passage) => Some((Kind::Passage, &mut passage.passage)),
        MeetingEvent::ListRecorded(passage) => Some((Kind::Passage, &mut passage.passage)),
        MeetingEvent::TableRecorded(passage) => Some((Kind::Passage, &mut passage.passage)),
        MeetingEvent::MatterArisingNoted(matter) => Some((Kind::Matter, &mut matter.number)),
        MeetingEvent::DecisionRecorded(decision) => Some((Kind::Decision, &mut decision.number)),
        _ => None,
    }
}

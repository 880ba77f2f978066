//! The mark of each event that is recorded: the sender's, or else that of its subject, its meeting or its committee.

use super::super::event_codec::NewEvent;
use super::attempt::Attempt;
use super::{AggregateState, RecordError};
use minutebook_domain::classification::{Classification, ClassifiedText};
use minutebook_domain::committee::{Committee, CommitteeEvent};
use minutebook_domain::{Event, Rejection, Requirement, StreamId};

impl Attempt<'_> {
    /// Returns the mark of an event of `stream`, whose state with the event in it is `state`.
    pub(super) async fn mark_of(
        &mut self,
        stream: &StreamId,
        event: &Event,
        state: &AggregateState,
    ) -> Result<Classification, RecordError> {
        let lowest_text = lowest_text(event);
        let Some(given) = self.mark.or(self.metadata.classification) else {
            let mark = self.default_mark(stream, event, state).await?;
            // What may be read of the event may also be known of it.
            return Ok(lowest_text.filter(|text| text.rank() < mark.rank()).unwrap_or(mark));
        };
        let scheme = self.committee(stream).await?.scheme();
        if !scheme.has(given) {
            return Err(Rejection::new("mark-of-its-scheme", scheme.lacks(given), scheme.labels()).into());
        }
        if let Some(text) = lowest_text.filter(|text| text.rank() < given.rank()) {
            let what = format!("a text marked {text} cannot stand in an event marked {given}");
            return Err(Rejection::new("text-not-below-its-event", what, format!("{given} or a higher mark")).into());
        }
        Ok(given)
    }

    /// Returns the mark of an event that is not recorded yet and whose own marks are still to be chosen.
    pub(super) async fn usual_mark(&mut self, stream: &StreamId, event: &Event) -> Result<Classification, RecordError> {
        if event.whole().is_some() {
            return Ok(self.committee(stream).await?.default_classification());
        }
        let state = self.state_of(stream).await?;
        self.default_mark(stream, event, &state).await
    }

    /// Marks the reason and the authority of an event: as the event, or as the highest text of it or of what it corrects,
    /// since they may mention it.
    pub(super) fn mark_remarks(&mut self, added: &mut NewEvent) {
        let mut highest = added.metadata.classification;
        let mut raise = |mark: Classification| {
            if mark.rank() > highest.rank() {
                highest = mark;
            }
        };
        added.event.set_authority_mark(added.metadata.classification);
        added.event.marks(&mut raise);
        added.event.whole().into_iter().chain(self.remark_mark).for_each(raise);
        added.event.set_authority_mark(highest);
        if let Some(reason) = &mut added.metadata.reason {
            reason.set_mark(highest);
        }
        self.remark_mark = Some(highest);
    }

    async fn default_mark(
        &mut self,
        stream: &StreamId,
        event: &Event,
        state: &AggregateState,
    ) -> Result<Classification, RecordError> {
        if matches!(stream, StreamId::Token(_)) {
            return Ok(Classification::highest());
        }
        if let Event::Committee(CommitteeEvent::CommitteeEstablished(_)) = event {
            return Ok(Classification::public());
        }
        if let Some(corrected) = self.cause_mark.filter(|_| event.is_correction()) {
            return Ok(corrected);
        }
        // What is recorded of a subject is as confidential as the subject, and what follows from an event as the event.
        let least = [subject_mark(state), self.cause_mark, event.whole()].into_iter().flatten();
        let least = least.max_by_key(|mark| mark.rank());
        let own = match event.whole() {
            Some(whole) => whole,
            None => match self.meeting_mark(stream, event, state).await? {
                Some(mark) => mark,
                None => self.committee(stream).await?.default_classification(),
            },
        };
        Ok(least.filter(|least| least.rank() > own.rank()).unwrap_or(own))
    }

    /// Returns the mark of the meeting at which the event happened.
    async fn meeting_mark(
        &mut self,
        stream: &StreamId,
        event: &Event,
        state: &AggregateState,
    ) -> Result<Option<Classification>, RecordError> {
        if let AggregateState::Meeting(meeting) = state {
            return Ok(meeting.classification());
        }
        let meeting = event.payload().requires().into_iter().find_map(|requirement| match requirement {
            Requirement::OpenMeeting(meeting) | Requirement::Meeting(meeting) => Some(StreamId::Meeting(meeting)),
            _ => None,
        });
        let Some(meeting) = meeting.filter(|meeting| meeting != stream) else { return Ok(None) };
        Ok(match self.state_of(&meeting).await? {
            AggregateState::Meeting(meeting) => meeting.classification(),
            _ => None,
        })
    }

    /// Returns the committee of a stream. It is read without a claim: it gives defaults and decides nothing.
    pub(super) async fn committee(&mut self, stream: &StreamId) -> Result<Committee, RecordError> {
        let Some(code) = stream.committee() else { return Ok(Committee::default()) };
        Ok(match self.state_of(&StreamId::Committee(code.clone())).await? {
            AggregateState::Committee(committee) => committee,
            _ => Committee::default(),
        })
    }
}

/// The mark of the subject of a stream.
fn subject_mark(state: &AggregateState) -> Option<Classification> {
    match state {
        AggregateState::Action(action) => action.classification(),
        AggregateState::Meeting(_)
        | AggregateState::Committee(_)
        | AggregateState::Party(_)
        | AggregateState::Token(_) => None,
    }
}

/// The lowest mark of the event's texts.
fn lowest_text(event: &Event) -> Option<Classification> {
    let mut lowest: Option<Classification> = None;
    event.marks(&mut |mark| {
        if lowest.is_none_or(|known| mark.rank() < known.rank()) {
            lowest = Some(mark);
        }
    });
    lowest
}

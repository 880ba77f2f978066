//! The mark of each event that is recorded: the sender's, or else that of its subject, its meeting or its committee.

use super::super::event_codec::NewEvent;
use super::attempt::Attempt;
use super::{AggregateState, RecordError};
use minutebook_domain::classification::{Classification, ClassifiedText, Clearance};
use minutebook_domain::committee::{Committee, CommitteeEvent};
use minutebook_domain::{Event, Rejection, Requirement, StreamId};
use minutebook_projections::redaction::{marks_of, standing_for};

impl Attempt<'_> {
    /// Returns the mark of an event of `stream`, whose state with the event in it is `state`.
    pub(super) async fn mark_of(
        &mut self,
        stream: &StreamId,
        event: &Event,
        state: &AggregateState,
    ) -> Result<Classification, RecordError> {
        let lowest_text = lowest_text(event);
        self.ensure_own_scheme(stream, event).await?;
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

    /// Refuses a mark of another scheme than the committee's: of a text, or as a document prints it.
    async fn ensure_own_scheme(&mut self, stream: &StreamId, event: &Event) -> Result<(), RecordError> {
        let mut marks = Vec::from_iter(event.payload().printed_mark());
        event.marks(&mut |mark| marks.push(mark));
        if marks.is_empty() {
            return Ok(());
        }
        let scheme = self.committee(stream).await?.scheme();
        match marks.into_iter().find(|mark| !scheme.has(*mark)) {
            Some(foreign) => Err(Rejection::new("mark-of-its-scheme", scheme.lacks(foreign), scheme.labels()).into()),
            None => Ok(()),
        }
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
        let subject = self.subject_mark(stream, event, state).await?;
        let least = [subject, self.cause_mark, event.whole()].into_iter().flatten();
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
        if matches!(state, AggregateState::Meeting(_)) {
            return self.mark_of_meeting(stream, state).await;
        }
        let meeting = event.payload().requires().into_iter().find_map(|requirement| match requirement {
            Requirement::OpenMeeting(meeting) | Requirement::Meeting(meeting) => Some(StreamId::Meeting(meeting)),
            _ => None,
        });
        let Some(meeting) = meeting.filter(|meeting| meeting != stream) else { return Ok(None) };
        let state = self.state_of(&meeting).await?;
        self.mark_of_meeting(&meeting, &state).await
    }

    async fn mark_of_meeting(
        &mut self,
        stream: &StreamId,
        state: &AggregateState,
    ) -> Result<Option<Classification>, RecordError> {
        match state {
            AggregateState::Meeting(meeting) if meeting.is_marked_anew() => self.known_from(stream).await,
            AggregateState::Meeting(meeting) => Ok(meeting.classification()),
            _ => Ok(None),
        }
    }

    /// Returns the mark of the subject of a stream.
    async fn subject_mark(
        &mut self,
        stream: &StreamId,
        event: &Event,
        state: &AggregateState,
    ) -> Result<Option<Classification>, RecordError> {
        match state {
            AggregateState::Action(action) if action.is_marked_anew() => self.known_from(stream).await,
            AggregateState::Action(action) => Ok(action.classification()),
            AggregateState::Party(_) if event.payload().begins().is_some() => Ok(None),
            AggregateState::Party(_) => self.mark_of_party(stream).await,
            AggregateState::Meeting(_) | AggregateState::Committee(_) | AggregateState::Token(_) => Ok(None),
        }
    }

    /// Returns the mark of a party that was given one. Of a party under the committee's default the meeting's mark decides: a
    /// register that nobody marked would otherwise hide what a public meeting agreed.
    async fn mark_of_party(&mut self, stream: &StreamId) -> Result<Option<Classification>, RecordError> {
        let default = self.committee(stream).await?.default_classification();
        let known = self.known_from(stream).await?;
        let history = self.states.history(stream).await?;
        let is_marked_anew = history.iter().any(|recorded| recorded.event.marking().is_some());
        Ok(known.filter(|known| is_marked_anew || known.rank() != default.rank()))
    }

    /// Returns the lowest mark at which a reader knows the subject of a stream, by the marks of today.
    async fn known_from(&mut self, stream: &StreamId) -> Result<Option<Classification>, RecordError> {
        let recorded = self.states.history(stream).await?;
        let added = self.pending.events.iter().filter(|added| added.stream == *stream);
        let added = added.filter(|added| added.event.payload().begins().as_ref() == Some(stream));
        let added: Vec<Classification> = added.map(|added| added.metadata.classification).collect();
        let knows = |mark: &Classification| {
            let mut standing = standing_for(&recorded, Clearance::up_to(*mark)).into_iter();
            standing.any(|standing| standing.event.payload().begins().as_ref() == Some(stream))
        };
        Ok(marks_of(&recorded).into_iter().find(knows).into_iter().chain(added).min_by_key(|mark| mark.rank()))
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

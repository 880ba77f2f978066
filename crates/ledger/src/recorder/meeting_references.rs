//! The references of a meeting: whichever a request uses, events hold the reference that the meeting's stream is named for.

use super::super::aggregate_state::AggregateState;
use super::super::batch::AppendCondition;
use super::super::rows::{BitemporalMoment, RowFilter};
use super::super::store::Selection;
use super::RecordError;
use super::attempt::Attempt;
use chrono::{DateTime, Utc};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::Change;
use minutebook_domain::meeting::{Meeting, MeetingEvent};
use minutebook_domain::reference::MeetingRef;
use minutebook_domain::{Event, Position, RecordedEvent, Rejection, StreamId};
use minutebook_projections::meetings::Meetings;
use minutebook_projections::projection::Projection;
use std::collections::BTreeMap;

impl Attempt<'_> {
    /// Gives the meetings that a stream and an event name by the references that their streams are named for.
    pub(super) async fn by_first_references(
        &mut self,
        stream: StreamId,
        mut event: Event,
    ) -> Result<(StreamId, Event), RecordError> {
        let stream = self.stream_by_first_reference(stream).await?;
        self.name_by_first_references(&mut event).await?;
        Ok((stream, event))
    }

    /// Returns the stream of the meeting, if the stream is named for one of its later references.
    pub(super) async fn stream_by_first_reference(&mut self, stream: StreamId) -> Result<StreamId, RecordError> {
        match stream {
            StreamId::Meeting(meeting) => Ok(StreamId::Meeting(self.first_reference(&meeting).await?)),
            other => Ok(other),
        }
    }

    /// Does the same for the event that a change brings in.
    pub(super) async fn change_by_first_references(
        &mut self,
        mut change: Change<Event>,
    ) -> Result<Change<Event>, RecordError> {
        if let Change::Replaced(event) | Change::Supplemented(event) = &mut change {
            self.name_by_first_references(event).await?;
        }
        Ok(change)
    }

    async fn name_by_first_references(&mut self, event: &mut Event) -> Result<(), RecordError> {
        let mut first = BTreeMap::new();
        event.meetings(&mut |meeting| {
            first.insert(meeting.clone(), None);
        });
        for (meeting, found) in &mut first {
            *found = Some(self.first_reference(meeting).await?).filter(|found| found != meeting);
        }
        if first.values().any(Option::is_some) {
            event.meetings(&mut |meeting| {
                if let Some(Some(found)) = first.get(meeting) {
                    *meeting = found.clone();
                }
            });
        }
        Ok(())
    }

    /// Returns the reference that the meeting's stream is named for; the given one if no meeting has it.
    pub(super) async fn first_reference(&mut self, given: &MeetingRef) -> Result<MeetingRef, RecordError> {
        if let AggregateState::Meeting(meeting) = self.checked_state(&StreamId::Meeting(given.clone()), false).await?
            && meeting.is_convened()
        {
            return Ok(given.clone());
        }
        let found = self.renumbered_as(given).await?.0;
        Ok(found.unwrap_or_else(|| given.clone()))
    }

    /// Returns the first reference of the meeting that was renumbered as `given`, and the last position that has to do with
    /// that reference.
    async fn renumbered_as(&mut self, given: &MeetingRef) -> Result<(Option<MeetingRef>, Position), RecordError> {
        let is_named =
            |state: &AggregateState| matches!(state, AggregateState::Meeting(meeting) if meeting.is_named(given));
        let pending = self.pending.streams.iter().find(|(_, stream_use)| is_named(&stream_use.state));
        let pending = pending.and_then(|(stream, _)| meeting_of(stream));
        let known = self.states.log().known_head();
        let naming = self.states.log().read_all(Selection::Reference(given.to_string())).await?;
        let last = naming.last().map_or(known, |event| event.position.max(known));
        if pending.is_some() {
            return Ok((pending, last));
        }
        for RecordedEvent { stream, .. } in naming.into_iter().filter(|naming| renumbers(&naming.event)) {
            // The state says whether the renumbering still stands.
            if is_named(&self.checked_state(&stream, false).await?) {
                return Ok((meeting_of(&stream), last));
            }
        }
        Ok((None, last))
    }

    /// Refuses a reference that another meeting has or had, and a number that another meeting has. Conditions refuse the
    /// append if one gets it meanwhile.
    pub(super) async fn require_free_reference(&mut self, stream: &StreamId, event: &Event) -> Result<(), RecordError> {
        let Event::Meeting(event) = event else { return Ok(()) };
        let reference = match event.or_correcting() {
            Some(MeetingEvent::MeetingRenumbered(renumbered)) => renumbered.reference.clone(),
            Some(MeetingEvent::MeetingConvened(convened)) => {
                let (_, position) = self.renumbered_as(&convened.reference).await?;
                let reference = convened.reference.to_string();
                self.pending.conditions.push(AppendCondition::UnusedSince { reference, position });
                return Ok(());
            }
            _ => return Ok(()),
        };
        let own = StreamId::Meeting(reference.clone());
        if own == *stream {
            return Ok(());
        }
        let convened =
            matches!(&self.stream_use(&own).await?.state, AggregateState::Meeting(meeting) if meeting.is_convened());
        let (other, position) = self.renumbered_as(&reference).await?;
        if convened || other.is_some_and(|other| meeting_of(stream).as_ref() != Some(&other)) {
            return Err(Rejection::already_recorded(
                "meeting-reference-used-once",
                // Which meeting it is may be above the sender.
                format!("{reference} is a reference of another meeting"),
                "a reference that no other meeting has or had",
            )
            .into());
        }
        if self.is_numbered(&reference, stream).await? {
            return Err(Rejection::already_recorded(
                "meeting-number-used-once",
                format!("{reference} has the number of another meeting"),
                "a number that no other meeting has",
            )
            .into());
        }
        let reference = reference.to_string();
        self.pending.conditions.push(AppendCondition::UnusedSince { reference, position });
        Ok(())
    }

    /// Returns whether another meeting of the committee has the number of `reference`.
    async fn is_numbered(&mut self, reference: &MeetingRef, stream: &StreamId) -> Result<bool, RecordError> {
        let same = |other: &MeetingRef| {
            other.committee() == reference.committee()
                && reference.number().is_some_and(|number| other.number() == Some(number))
        };
        let others = self.pending.streams.iter().filter(|(other, _)| *other != stream);
        let mut states = others.filter_map(|(_, stream_use)| match &stream_use.state {
            AggregateState::Meeting(meeting) => Meeting::reference(meeting),
            _ => None,
        });
        if states.any(same) {
            return Ok(true);
        }
        let scope = reference.committee().to_string();
        let listed = RowFilter::Listed { scope: &scope, facets: Meetings::FACETS };
        let everything = Clearance::up_to(Classification::highest());
        let at =
            BitemporalMoment::as_known_now(DateTime::<Utc>::from_timestamp(253_402_300_799, 0).unwrap_or_default());
        let rows = self.states.log().rows::<Meetings>(listed, at, everything).await?.rows;
        Ok(rows.iter().any(|keyed| keyed.stream != *stream && same(&keyed.row.reference)))
    }
}

fn meeting_of(stream: &StreamId) -> Option<MeetingRef> {
    match stream {
        StreamId::Meeting(meeting) => Some(meeting.clone()),
        _ => None,
    }
}

/// Whether the event renumbers a meeting, itself or as a correction.
fn renumbers(event: &Event) -> bool {
    matches!(event, Event::Meeting(event) if matches!(event.or_correcting(), Some(MeetingEvent::MeetingRenumbered(_))))
}

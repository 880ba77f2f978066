//! Corrections: the stream's whole history must be legal with the correction applied.

use super::super::aggregate_state::{AggregateState, LedgerAggregate};
use super::super::batch::{AppendCondition, AppendError};
use super::super::store::Selection;
use super::RecordError;
use super::attempt::{Attempt, ensure_belongs};
use cqrs_es::event_sink::EventSink;
use minutebook_domain::classification::{Classification, Classified, Clearance, Scheme};
use minutebook_domain::correction::{Change, Correction, Marking};
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::metadata::REASON;
use minutebook_domain::reference::{DecisionId, Name};
use minutebook_domain::{
    AggregateEvent, Event, EventId, Position, RecordedEvent, Rejection, Requirement, StreamId, StreamVersion,
    match_stream, rules,
};
use minutebook_projections::redaction::redacted_history;

impl Attempt<'_> {
    /// Adds the correction of an event, and the events that it entails. Without a mark of the request's, nobody below
    /// `least` knows of the correction.
    pub(super) async fn correct(
        &mut self,
        corrected: EventId,
        change: Change<Event>,
        authority: Option<Name>,
        least: Option<Classification>,
    ) -> Result<(), RecordError> {
        let stream = self.stream_of(corrected).await?;
        let change = self.change_by_first_references(change).await?;
        let history = self.history(&stream).await?;
        match_stream!(&stream, A => self.correct_in::<A>(&stream, history, corrected, change, authority, least).await)
    }

    /// The stream that holds the event.
    pub(super) async fn stream_of(&self, event: EventId) -> Result<StreamId, RecordError> {
        let stream = self.states.log().stream_of(event).await?;
        stream.ok_or_else(|| no_such_event(event).into())
    }

    /// The stream's events in the log, at the version that this attempt depends on.
    pub(super) async fn history(&mut self, stream: &StreamId) -> Result<Vec<RecordedEvent>, RecordError> {
        if let Some(history) = self.histories.get(stream) {
            return Ok(history.clone());
        }
        let expected = self.stream_use(stream).await?.read;
        let history = self.states.history(stream).await?;
        let actual = history.last().map_or(StreamVersion::NONE, |recorded| recorded.version);
        if actual != expected {
            return Err(AppendError::Conflict { stream: stream.clone(), expected, actual }.into());
        }
        self.histories.insert(stream.clone(), history.clone());
        Ok(history)
    }

    async fn correct_in<A: LedgerAggregate>(
        &mut self,
        stream: &StreamId,
        history: Vec<RecordedEvent>,
        corrected: EventId,
        change: Change<Event>,
        authority: Option<Name>,
        least: Option<Classification>,
    ) -> Result<(), RecordError> {
        let foreign =
            || RecordError::Malformed(format!("the event that the correction brings in does not belong in {stream}"));
        let change = match change {
            Change::Struck => Change::Struck,
            Change::Marked(marking) => Change::Marked(marking),
            Change::Replaced(by) => Change::Replaced(Box::new(AggregateEvent::from_event(*by).ok_or_else(foreign)?)),
            Change::Supplemented(by) => {
                Change::Supplemented(Box::new(AggregateEvent::from_event(*by).ok_or_else(foreign)?))
            }
        };
        let Some(target) = history.iter().find(|recorded| recorded.event_id == corrected).cloned() else {
            return Err(RecordError::Malformed(format!("{stream} does not hold event {corrected}")));
        };
        if let Change::Marked(marking) = &change {
            let scheme = self.committee(stream).await?.scheme();
            check_marking(self.mark_in_force(&target, &history), marking, scheme)?;
            if marking.field.as_deref() == Some(REASON) && target.metadata.reason.is_none() {
                return Err(Rejection::new(
                    "mark-of-a-text",
                    "the event has no text `reason`",
                    "the name of a text of the event, or none for the event as a whole",
                )
                .into());
            }
        }
        if matches!(change, Change::Struck) {
            self.require_nothing_rests_on(&target).await?;
        }
        self.cause_mark = None;
        if self.mark.is_none() && self.metadata.classification.is_none() {
            // A correction is as confidential as what it corrects; a change of mark, as the higher of the two.
            let higher = match &change {
                Change::Marked(Marking { classification, .. }) => Some(*classification),
                _ => least,
            };
            let corrected = self.mark_in_force(standing_for(&history, &target), &history);
            self.cause_mark = Some(higher.filter(|mark| mark.rank() > corrected.rank()).unwrap_or(corrected));
        }
        self.remark_mark = highest_mark(&history, &target);
        // It is marked with the correction.
        let authority = authority.map(|authority| Classified::new(Classification::highest(), authority));
        let supplements = matches!(change, Change::Supplemented(_));
        let subject = stream.subject();
        let named = target.references.iter().filter(|name| **name != subject);
        let corrected_references = named.filter_map(|name| name.parse().ok()).collect();
        let correction = Correction { version: target.version, change, authority, corrected_references };
        // Events that this request adds to the stream come after its history.
        let pending =
            self.pending.events.iter().filter(|added| added.stream == *stream).map(|added| added.event.clone());
        let mut events: Vec<Event> = history.into_iter().map(|recorded| recorded.event).chain(pending).collect();
        let own_history = events.iter().cloned().filter_map(AggregateEvent::from_event).collect();
        let sink = EventSink::<A>::default();
        let mut aggregate = A::from_state(AggregateState::fold(stream, &events)).unwrap_or_default();
        aggregate.handle(rules::AggregateCommand::Correct { correction, history: own_history }, &(), &sink).await?;
        for event in sink.collect().await.into_iter().map(Into::<Event>::into) {
            ensure_belongs(&event, stream)?;
            for requirement in event.payload().requires() {
                self.require(&requirement).await?;
            }
            self.require_free_reference(stream, &event).await?;
            events.push(event.clone());
            let state = AggregateState::fold(stream, &events);
            let before = if supplements { Vec::new() } else { target.event.entails(stream) };
            let after = event.entails(stream);
            if before.iter().any(|entailed| !after.contains(entailed)) && event.brings_in_something() {
                return Err(Rejection::new(
                    "supersessions-kept",
                    "the replacement no longer supersedes what the decision superseded",
                    "name the same decisions, or strike the marks on them first",
                )
                .into());
            }
            let occurs = event.payload().occurred().is_some();
            self.add(stream.clone(), event, state).await?;
            if let Some(added) = self.pending.events.last_mut() {
                added.metadata.corrects = Some(corrected);
                // The correction takes the valid time of the corrected event unless it has its own.
                if !occurs && self.metadata.valid_at.is_none() {
                    added.metadata.valid_at = target.metadata.valid_at;
                }
            }
            self.cause_mark = self.pending.events.last().map(|added| added.metadata.classification);
            for (stream, entailed) in after.into_iter().filter(|entailed| !before.contains(entailed)) {
                self.record(stream, entailed).await?;
            }
        }
        Ok(())
    }

    /// Returns the mark that an event has after every change of it, those of this request included.
    fn mark_in_force(&self, target: &RecordedEvent, history: &[RecordedEvent]) -> Classification {
        let recorded = history.iter().map(|recorded| (recorded.metadata.corrects, &recorded.event));
        let pending = self.pending.events.iter().map(|added| (added.metadata.corrects, &added.event));
        let of_target = recorded.chain(pending).filter(|(corrects, _)| *corrects == Some(target.event_id));
        let mut markings = of_target.filter_map(|(_, event)| event.marking()).filter(|marking| marking.field.is_none());
        markings.next_back().map_or(target.metadata.classification, |marking| marking.classification)
    }

    /// Refuses to strike a decision, or a meeting, that an effective event requires. A condition refuses the append if one is
    /// recorded meanwhile.
    async fn require_nothing_rests_on(&mut self, target: &RecordedEvent) -> Result<(), RecordError> {
        let StreamId::Meeting(meeting) = &target.stream else { return Ok(()) };
        let (reference, what, required) = match &target.event {
            Event::Meeting(MeetingEvent::DecisionRecorded(decision)) => {
                let id = DecisionId::new(meeting.clone(), decision.number);
                (id.to_string(), "decision", vec![Requirement::Decision(id)])
            }
            Event::Meeting(MeetingEvent::MeetingConvened(_)) => {
                let required = [Requirement::Meeting(meeting.clone()), Requirement::OpenMeeting(meeting.clone())];
                (meeting.to_string(), "meeting", required.into())
            }
            _ => return Ok(()),
        };
        let known = self.states.log().known_head();
        let naming = self.states.log().read_all(Selection::Reference(reference.clone())).await?;
        let last = naming.last().map_or(Position::START, |event| event.position);
        let requires = |event: &Event| event.payload().requires().iter().any(|needed| required.contains(needed));
        // For each event its id, the event it corrects, and its payload. Those of this request come last.
        let pending = self.pending.events.iter().map(|event| (None, event.metadata.corrects, &event.event));
        let logged = naming.iter().map(|event| (Some(event.event_id), event.metadata.corrects, &event.event));
        let all: Vec<_> = logged.chain(pending).collect();
        // A struck or replaced event is not effective; nor is a replaced replacement.
        let is_overruled = |place: usize| {
            let (own, corrects, event) = all[place];
            let replaces = corrects.filter(|_| !event.supplements());
            all[place + 1..]
                .iter()
                .any(|(_, later, by)| later.is_some() && !by.supplements() && (*later == own || *later == replaces))
        };
        let resting = (0..all.len()).find(|place| requires(all[*place].2) && !is_overruled(*place));
        if let Some(place) = resting {
            let at = naming.get(place).map_or_else(String::new, |event| format!(" at position {}", event.position));
            return Err(Rejection::relied_on(
                "nothing-rests-on-it",
                format!("{}{at} rests on {what} {reference}", all[place].2.event_type()),
                "correct that first",
            )
            .into());
        }
        self.pending.conditions.push(AppendCondition::UnusedSince { reference, position: known.max(last) });
        Ok(())
    }
}

/// The refusal of an id that no event has.
pub(super) fn no_such_event(event: EventId) -> Rejection {
    Rejection::unknown_event(
        "correction-names-its-event",
        format!("no event has the id {event}"),
        "an id that `minutebook history` or `log` shows",
    )
}

/// What stands for an event now: the event itself, or its last replacement.
pub(super) fn standing_for<'h>(history: &'h [RecordedEvent], target: &'h RecordedEvent) -> &'h RecordedEvent {
    let events: Vec<(StreamVersion, Event)> =
        history.iter().map(|recorded| (recorded.version, recorded.event.clone())).collect();
    let standing = Event::standing(&events);
    let standing = standing.iter().find(|standing| standing.place == target.version && standing.supplement.is_none());
    let brought_in_by = standing.map_or(target.version, |standing| standing.brought_in_by);
    history.iter().find(|recorded| recorded.version == brought_in_by).unwrap_or(target)
}

/// The highest mark of an event and of its texts today.
fn highest_mark(history: &[RecordedEvent], target: &RecordedEvent) -> Option<Classification> {
    let known = redacted_history(history, history.len(), Clearance::full());
    let target = known.iter().find(|known| known.event_id == target.event_id)?;
    let mut marks = vec![target.metadata.classification];
    marks.extend(target.event.whole());
    target.event.marks(&mut |mark| marks.push(mark));
    marks.into_iter().max_by_key(|mark| mark.rank())
}

/// Refuses a mark of another scheme, and one of a text that would be lower than its event's.
fn check_marking(of_event: Classification, marking: &Marking, scheme: &'static Scheme) -> Result<(), Rejection> {
    let mark = marking.classification;
    if !scheme.has(mark) {
        return Err(Rejection::new("mark-of-its-scheme", scheme.lacks(mark), scheme.labels()));
    }
    if marking.field.is_some() && mark.rank() < of_event.rank() {
        return Err(text_below_event(mark, of_event));
    }
    Ok(())
}

/// The refusal of a text whose mark is lower than that of its event.
pub(super) fn text_below_event(mark: Classification, of_event: Classification) -> Rejection {
    let what = format!("a text marked {mark} cannot stand in an event marked {of_event}");
    let accepted = format!("{of_event} or a higher mark, or first a lower mark of the event as a whole");
    Rejection::new("text-not-below-its-event", what, accepted)
}

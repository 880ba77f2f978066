//! A stream as readers with one clearance see it.

use super::current_marks::apply_corrections;
use super::payload::{keep_references, redact_payload, strings};
use super::{data_of, sees_all};
use crate::projection::{FoldError, facts};
use minutebook_domain::action::ActionEvent;
use minutebook_domain::classification::Clearance;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, EventId, RecordedEvent, StreamId};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// A whole stream, redacted for one clearance.
#[derive(Debug, Clone)]
pub struct RedactedStream {
    stream: Arc<[RecordedEvent]>,
    clearance: Clearance,
    indexes: HashMap<EventId, usize>,
    /// Whether the stream's subject exists for the reader, from each event index on.
    subject: Vec<(usize, bool)>,
}

/// An event that the reader may know of.
#[derive(Debug, Clone, PartialEq)]
pub struct RedactedEvent {
    /// The payload without the hidden texts.
    pub data: Value,
    /// Whether nothing is hidden, in this event and in the event that it corrects.
    pub is_complete: bool,
    /// Whether the event that this one corrects exists for the reader.
    pub target_exists: bool,
}

impl RedactedStream {
    /// Redacts `stream`, which holds every event from version 1 on.
    pub fn new(stream: Arc<[RecordedEvent]>, clearance: Clearance) -> Self {
        let indexes: HashMap<EventId, usize> =
            stream.iter().enumerate().map(|(index, event)| (event.event_id, index)).collect();
        let mut redacted = Self { stream, clearance, indexes, subject: Vec::new() };
        redacted.subject = redacted.subject_existence();
        redacted
    }

    /// The events before redaction.
    pub fn stream(&self) -> &[RecordedEvent] {
        &self.stream
    }

    /// Returns the index of an event in the stream.
    pub fn index_of(&self, event: EventId) -> Option<usize> {
        self.indexes.get(&event).copied()
    }

    /// Returns whether the stream's subject, such as an action, exists for the reader today.
    pub fn subject_exists(&self) -> bool {
        self.subject.last().is_some_and(|(_, exists)| *exists)
    }

    /// Returns whether a decision of this meeting's stream exists for the reader today.
    pub fn decision_exists(&self, number: u32) -> bool {
        self.subject_exists() && self.decision_known(number, self.stream.len())
    }

    /// Returns the event at `index` redacted, or `None` if it does not exist for the reader.
    ///
    /// It exists if its main text was readable when it was recorded and is readable today.
    pub fn event(&self, index: usize) -> Result<Option<RedactedEvent>, FoldError> {
        let Some(recorded) = self.stream.get(index) else { return Ok(None) };
        if !self.subject_exists() || !self.subject_existed(index) {
            return Ok(None);
        }
        let Some(data) = self.readable(index, self.stream.len())? else { return Ok(None) };
        let is_complete = data == data_of(&recorded.event)?;
        let mut event = RedactedEvent { data, is_complete, target_exists: false };
        let Some(target) = self.target(index) else { return Ok(Some(event)) };
        // A strike exists only for readers who could see the struck event.
        if recorded.event.strikes() && !self.struck_event_existed(index)? {
            return Ok(None);
        }
        let corrected = self.readable(target, self.stream.len())?.filter(|_| self.subject_existed(target));
        event.target_exists = corrected.is_some();
        event.is_complete &= match &corrected {
            Some(corrected) => *corrected == data_of(&self.stream[target].event)?,
            None => false,
        };
        let named = corrected.as_ref().map(strings).unwrap_or_default();
        keep_references(&mut event.data, &named);
        Ok(Some(event))
    }

    /// Returns the index of the event that the one at `index` corrects.
    fn target(&self, index: usize) -> Option<usize> {
        let corrects = self.stream[index].metadata.corrects?;
        // A target always has a smaller index, so that following targets ends even in a damaged log.
        self.index_of(corrects).filter(|target| *target < index)
    }

    /// Returns whether the reader could see the event struck at `index` when it was struck.
    fn struck_event_existed(&self, index: usize) -> Result<bool, FoldError> {
        let mut struck_at = index;
        while let Some(target) = self.target(struck_at) {
            if !self.stream[target].event.strikes() {
                let known = self.subject_existed(target) && self.readable(target, struck_at)?.is_some();
                return Ok(known);
            }
            struck_at = target;
        }
        Ok(false)
    }

    /// Returns the payload at `index` redacted by its own marks and by those that the first `known` events give it, or
    /// `None` if its main text is hidden. Later marks only ever raise its own, so the result was readable at both times.
    fn readable(&self, index: usize, known: usize) -> Result<Option<Value>, FoldError> {
        let mut marked = [self.stream[index].clone()];
        apply_corrections(&mut marked, self.stream.get(index + 1..known).unwrap_or_default(), self.clearance)?;
        let [marked] = marked;
        let superseded = superseded(&marked.event);
        if superseded.is_some_and(|number| [index + 1, known].iter().any(|known| !self.decision_known(number, *known)))
        {
            return Ok(None);
        }
        Ok(redact_payload(data_of(&marked.event)?, marked.event.event_type(), self.clearance))
    }

    /// Returns whether a decision exists for the reader by the first `known` events.
    fn decision_known(&self, number: u32, known: usize) -> bool {
        let readable = |event: &Event| match event {
            Event::Meeting(MeetingEvent::DecisionRecorded(decision)) if decision.number == number => {
                Some(self.clearance.permits(decision.text.classification()))
            }
            _ => None,
        };
        let facts = facts(&self.stream[..known]);
        let mut marks = facts.iter().filter_map(|sourced| readable(&sourced.fact.event)).peekable();
        sees_all(self.clearance) || (marks.peek().is_some() && marks.all(|permitted| permitted))
    }

    fn subject_existed(&self, index: usize) -> bool {
        let latest = self.subject.iter().rev().find(|(from, _)| *from <= index);
        latest.is_some_and(|(_, exists)| *exists)
    }

    /// Returns the indexes where the subject's existence may change, with its existence from there on. Only the founding
    /// event and its corrections change it.
    fn subject_existence(&self) -> Vec<(usize, bool)> {
        let mut existence = Vec::new();
        // For each event, the index at the end of its chain of targets.
        let mut corrected: Vec<usize> = Vec::with_capacity(self.stream.len());
        for index in 0..self.stream.len() {
            corrected.push(self.target(index).map_or(index, |target| corrected[target]));
            let event_type = self.stream[corrected[index]].event.event_type();
            if index == 0 || event_type == "ActionRaised" || event_type == "MeetingConvened" {
                existence.push((index, self.subject_is_readable(index + 1)));
            }
        }
        existence
    }

    fn subject_is_readable(&self, known: usize) -> bool {
        let founding = |event: &Event| match event {
            Event::Action(ActionEvent::ActionRaised(raised)) => Some(raised.text.classification()),
            Event::Meeting(MeetingEvent::MeetingConvened(convened)) => Some(convened.classification),
            _ => None,
        };
        if sees_all(self.clearance) {
            return true;
        }
        match self.stream.first().map(|first| &first.stream) {
            Some(StreamId::Committee(_) | StreamId::Party(..)) => true,
            Some(StreamId::Action(_) | StreamId::Meeting(_)) => {
                let facts = facts(&self.stream[..known]);
                let mut marks = facts.iter().filter_map(|sourced| founding(&sourced.fact.event)).peekable();
                marks.peek().is_some() && marks.all(|mark| self.clearance.permits(mark))
            }
            Some(StreamId::Token(_)) | None => false,
        }
    }
}

/// Returns the number of the decision that an event, or the event that a correction brings in, supersedes.
fn superseded(event: &Event) -> Option<u32> {
    let Event::Meeting(event) = event else { return None };
    let mut event = event;
    while let MeetingEvent::EventCorrected(correction) = event {
        event = correction.change.event()?;
    }
    match event {
        MeetingEvent::DecisionSuperseded(superseded) => Some(superseded.decision.number()),
        _ => None,
    }
}

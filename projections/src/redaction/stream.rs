//! A stream as readers with one clearance see it today.

use super::data_of;
use super::history::{redact_history, without_hidden_decisions};
use crate::projection::FoldError;
use minutebook_domain::classification::Clearance;
use minutebook_domain::fragment::HiddenEntries;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, EventId, RecordedEvent};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// A whole stream, redacted for one clearance.
#[derive(Debug, Clone)]
pub struct RedactedStream {
    stream: Arc<[RecordedEvent]>,
    indexes: HashMap<EventId, usize>,
    /// The events that exist for the reader, by id.
    visible: HashMap<EventId, RecordedEvent>,
    /// The entries of lists that were taken out of them.
    hidden: HashMap<EventId, HiddenEntries>,
}

/// An event that the reader may know of.
#[derive(Debug, Clone, PartialEq)]
pub struct RedactedEvent {
    /// The event without its hidden texts.
    pub recorded: RecordedEvent,
    /// The payload without the hidden texts.
    pub data: Value,
    /// The entries of lists that were taken out.
    pub hidden: HiddenEntries,
    /// Whether the event that this one corrects exists for the reader.
    pub target_exists: bool,
}

impl RedactedStream {
    /// Redacts `stream`, which holds every event from version 1 on.
    pub fn new(stream: Arc<[RecordedEvent]>, clearance: Clearance) -> Self {
        let indexes = stream.iter().enumerate().map(|(index, event)| (event.event_id, index)).collect();
        let mut hidden = HashMap::new();
        let mut history = redact_history(&stream, stream.len(), clearance, |event, entries| {
            if entries != HiddenEntries::default() {
                hidden.insert(event, entries);
            }
        });
        without_hidden_decisions(&mut history);
        let visible = history.into_iter().map(|event| (event.event_id, event)).collect();
        Self { stream, indexes, visible, hidden }
    }

    /// The events before redaction.
    pub fn stream(&self) -> &[RecordedEvent] {
        &self.stream
    }

    /// Returns the index of an event in the stream.
    pub fn index_of(&self, event: EventId) -> Option<usize> {
        self.indexes.get(&event).copied()
    }

    /// Returns whether the reader knows anything of the stream's subject, such as an action.
    pub fn subject_exists(&self) -> bool {
        !self.visible.is_empty()
    }

    /// Returns whether a decision of this meeting's stream exists for the reader.
    pub fn decision_exists(&self, number: u32) -> bool {
        self.visible.values().any(|recorded| match &recorded.event {
            Event::Meeting(event) => {
                matches!(event.or_correcting(), Some(MeetingEvent::DecisionRecorded(decision)) if decision.number == number)
            }
            _ => false,
        })
    }

    /// Returns the event at `index` redacted, or `None` if it does not exist for the reader.
    pub fn event(&self, index: usize) -> Result<Option<RedactedEvent>, FoldError> {
        let Some(stored) = self.stream.get(index) else { return Ok(None) };
        let Some(recorded) = self.visible.get(&stored.event_id) else { return Ok(None) };
        let target = stored.metadata.corrects.and_then(|corrects| self.visible.get(&corrects));
        Ok(Some(RedactedEvent {
            recorded: recorded.clone(),
            data: data_of(&recorded.event)?,
            hidden: self.hidden.get(&stored.event_id).cloned().unwrap_or_default(),
            target_exists: target.is_some(),
        }))
    }
}

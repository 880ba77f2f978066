//! Recorded events.

use crate::classification::{Classification, VisitText};
use crate::event::Event;
use crate::event_id::EventId;
use crate::metadata::{Metadata, REASON};
use crate::position::Position;
use crate::stream::{StreamId, StreamVersion};
use chrono::{DateTime, Utc};

/// An event as it was appended: its payload, its place in the log and in its stream, and its metadata.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedEvent {
    /// Its place in the log.
    pub position: Position,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Its place in the stream.
    pub version: StreamVersion,
    /// Its identity.
    pub event_id: EventId,
    /// What happened.
    pub event: Event,
    /// The time of the append; never earlier than that of the event before it.
    pub recorded_at: DateTime<Utc>,
    /// Who recorded it, why and from where, and when it was valid.
    pub metadata: Metadata,
    /// Every reference that the event can be found by, sorted.
    pub references: Vec<String>,
}

impl RecordedEvent {
    /// Visits each text of the event: those of its payload, and the reason.
    pub fn texts(&mut self, visit: &mut VisitText<'_>) {
        self.event.redactable().texts(visit);
        if let Some(reason) = &mut self.metadata.reason {
            visit(REASON, reason);
        }
    }

    /// Visits the mark of each text.
    pub fn marks(&self, visit: &mut dyn FnMut(Classification)) {
        self.event.marks(visit);
        if let Some(reason) = &self.metadata.reason {
            visit(reason.classification());
        }
    }
}

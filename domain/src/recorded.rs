//! Recorded events and their positions in the log.

use crate::event::Event;
use crate::event_id::EventId;
use crate::metadata::Metadata;
use crate::stream::{StreamId, StreamVersion};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An event's place in the total order of the log: 1, 2, 3, … without gaps. 0 stands before the first event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(u64);

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);

    /// The position with this number.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number, from 1; 0 for [`Position::START`].
    pub fn number(self) -> u64 {
        self.0
    }

    /// The position of the next event.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

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

//! An event as the log holds it: with its place, its times, and who recorded it, why and from where.

use crate::event::Event;
use crate::stream::{StreamId, StreamVersion};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// An event's place in the one total order of the log: 1, 2, 3, … with no gaps. 0 stands before the first.
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

/// An event's identity, a UUID of version 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(Uuid);

impl EventId {
    /// The identity with this value.
    pub fn new(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for EventId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

/// Where an event came from: a document and lines of it, or the program that sent it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// The client that sent the command: `command line`, an API client's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The imported document's file name, without its folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The SHA-256 of the document's bytes, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The first line that the event was read from, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_line: Option<u32>,
    /// The last line that the event was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_line: Option<u32>,
    /// The version of the importer that read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importer: Option<String>,
}

/// An event in its envelope, as it was appended.
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
    /// When it was so in the committee's world.
    pub valid_at: DateTime<Utc>,
    /// When the ledger came to know it; never earlier than that of the event before it.
    pub recorded_at: DateTime<Utc>,
    /// Who recorded it.
    pub actor: String,
    /// On whose behalf.
    pub on_behalf_of: Option<String>,
    /// The command that led to it: the idempotency key it was sent with.
    pub command_id: String,
    /// What it belongs together with: a meeting's minuting, an import.
    pub correlation_id: Option<String>,
    /// The event that led to it.
    pub causation_id: Option<EventId>,
    /// The event that it corrects.
    pub corrects: Option<EventId>,
    /// Why it was recorded; always given with a correction.
    pub reason: Option<String>,
    /// Where it came from.
    pub source: Source,
    /// Everything it can be followed by.
    pub references: Vec<String>,
}

//! An event as a reader sees it.

use chrono::{DateTime, Utc};
use minutebook_domain::classification::Classification;
use minutebook_domain::fragment::HiddenEntries;
use minutebook_domain::{EventId, Position, Source, StreamId, StreamVersion};
use minutebook_ledger::Disclosure;
use minutebook_projections::timestamp;
use serde::Serialize;
use serde_json::Value;

/// An event as a reader may see it, in the shape that `minutebook log` prints. Hidden metadata is null; hidden parts of
/// `data` are absent. Who recorded the event, how and from where is for auditors of its committee alone.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct EventView {
    /// The event's position in the log.
    pub position: Position,
    /// The stream to which the event belongs.
    pub stream: StreamId,
    /// The event's version within its stream, from 1.
    pub version: StreamVersion,
    /// The event's id.
    pub event_id: EventId,
    /// The event's type.
    #[serde(rename = "type")]
    #[schema(example = "DecisionRecorded")]
    pub event_type: &'static str,
    /// The version of the schema of `data`.
    #[schema(minimum = 1, example = 1)]
    pub schema_version: u32,
    /// The lowest clearance that may know of the event.
    pub classification: Classification,
    /// When the event happened.
    #[serde(serialize_with = "timestamp::serialize")]
    pub valid_at: DateTime<Utc>,
    /// When the event was recorded.
    #[serde(serialize_with = "timestamp::serialize")]
    pub recorded_at: DateTime<Utc>,
    /// Who recorded the event; null for readers who may not audit the committee.
    pub actor: Option<String>,
    /// The person or body on whose behalf it was recorded; null for readers who may not audit the committee.
    pub on_behalf_of: Option<String>,
    /// The idempotency key of the command that led to the event; null for readers who may not audit the
    /// committee.
    pub command_id: Option<String>,
    /// The id that this event shares with related ones; null for readers who may not audit the committee.
    pub correlation_id: Option<String>,
    /// The id of the event that led to this one; null if that event is hidden from the reader, and for readers who may not
    /// audit the committee.
    pub causation_id: Option<EventId>,
    /// The id of the event that this one corrects; null if that event is hidden from the reader.
    pub corrects: Option<EventId>,
    /// Why the event was recorded; null for readers who may not read it.
    #[schema(value_type = Option<minutebook_domain::Reason>)]
    pub reason: Option<Value>,
    /// The document and lines from which the event was read, or the program that sent it; null for readers who may not
    /// audit the committee.
    pub source: Option<Source>,
    /// Every reference by which the event can be found.
    pub references: Vec<String>,
    /// The event's payload, as docs/events.md describes it for each type.
    #[schema(value_type = Object)]
    pub data: Value,
    /// What the reader may know, in the form that can be checked against the event's leaf; left out unless the request has
    /// `disclosure=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disclosure: Option<Disclosure>,
    /// The entries of lists that redaction took out.
    #[serde(skip)]
    pub(super) hidden: HiddenEntries,
}

//! Metadata: who recorded an event, for whom, why and from where, and when it was valid.

use crate::classification::{Classification, Classified, ClassifiedText, Clearance, stored};
use crate::event_id::EventId;
use crate::reference::{DocumentEdition, TokenId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// What authenticated the sender of a command. It tells two people of one name apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SenderIdentity {
    /// A token of the ledger, by its id.
    Token(TokenId),
    /// A person at an OpenID provider.
    Provider(ProviderSubject),
}

/// A person at an OpenID provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProviderSubject {
    /// The provider's `iss`.
    pub issuer: String,
    /// The provider's `sub` for the person.
    pub subject: String,
}

/// Where an event came from: the lines of a document, or the client that sent it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// The client that sent the command: `command line`, `http`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What authenticated the sender; left out of what came from the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<SenderIdentity>,
    /// The imported document's file name, without its folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The SHA-256 of the document's bytes, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The edition of a meeting's document that the file is a version of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "SSC_72_2702 headlines WHITE"))]
    pub edition: Option<DocumentEdition>,
    /// The first line that the event was read from, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_line: Option<u32>,
    /// The last line that the event was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_line: Option<u32>,
    /// The version of the importer that read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importer: Option<String>,
    /// The fields on which the document is silent. The event has them from a less confidential edition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silent_on: Vec<String>,
}

/// The name of the reason, by which a change of a mark names it as it does a text of the payload.
pub const REASON: &str = "reason";

/// Why an event was recorded: a text with a mark of its own.
#[derive(Debug, Clone)]
pub struct Reason(Classified<String>);

impl Reason {
    /// Marks a reason.
    pub fn new(mark: Classification, text: impl Into<String>) -> Self {
        Self(Classified::new(mark, text.into()))
    }

    /// The mark.
    pub fn classification(&self) -> Classification {
        self.0.classification()
    }

    /// The text, if the clearance permits it.
    pub fn disclose(&self, clearance: Clearance) -> Option<&str> {
        self.0.disclose(clearance).map(String::as_str)
    }

    /// The stored form, `{"classification": "RED", "text": …}`. It is for the log and for readers who may read it.
    pub fn stored(&self) -> Result<Value, serde_json::Error> {
        stored::serialize(&self.0, serde_json::value::Serializer)
    }
}

impl ClassifiedText for Reason {
    fn mark(&self) -> Classification {
        self.0.classification()
    }

    fn set_mark(&mut self, mark: Classification) {
        self.0.set_mark(mark);
    }

    fn value(&self) -> Value {
        self.0.value()
    }
}

impl PartialEq for Reason {
    fn eq(&self, other: &Self) -> bool {
        self.0.classification() == other.0.classification() && self.0.value() == other.0.value()
    }
}

impl Eq for Reason {}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        stored::deserialize(deserializer).map(Self)
    }
}

/// Everything an event carries besides its payload and its place in the log.
///
/// An event has a mark and a valid time; a request may leave both to its events ([`RequestMetadata`]).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata<Mark = Classification, ValidAt = DateTime<Utc>, Why = Reason> {
    /// The lowest clearance that may know that the event happened. A text in it may have a higher mark, never a lower one.
    pub classification: Mark,
    /// The person or program that recorded the event. Never empty.
    pub actor: String,
    /// The body or person that the actor recorded it for.
    pub on_behalf_of: Option<String>,
    /// The idempotency key of the command that led to the event.
    pub command_id: String,
    /// The activity that the event belongs to, shared by many events: the minuting of a meeting, an import.
    pub correlation_id: Option<String>,
    /// The event that led to this one.
    pub causation_id: Option<EventId>,
    /// The event that this one corrects.
    pub corrects: Option<EventId>,
    /// The reason for recording it; a correction always has one.
    pub reason: Option<Why>,
    /// The document or client that it came from.
    pub source: Source,
    /// The moment from which it holds in the committee's world.
    pub valid_at: ValidAt,
}

/// The metadata of a request. Without a mark or a valid time, each event takes its own: from its payload, its meeting or
/// its committee. The reason is marked when it is known what the event and the event that it corrects say.
pub type RequestMetadata = Metadata<Option<Classification>, Option<DateTime<Utc>>, String>;

impl Metadata {
    /// The same metadata as a request's.
    #[must_use]
    pub fn into_request(self) -> RequestMetadata {
        let (classification, valid_at) = (Some(self.classification), Some(self.valid_at));
        self.with(classification, valid_at, |reason| reason.0.into_value())
    }
}

impl<Mark, ValidAt, Why> Metadata<Mark, ValidAt, Why> {
    /// The same metadata with another mark, valid time and form of the reason.
    fn with<OtherMark, OtherTime, OtherWhy>(
        self,
        mark: OtherMark,
        valid_at: OtherTime,
        reason: impl FnOnce(Why) -> OtherWhy,
    ) -> Metadata<OtherMark, OtherTime, OtherWhy> {
        Metadata {
            classification: mark,
            actor: self.actor,
            on_behalf_of: self.on_behalf_of,
            command_id: self.command_id,
            correlation_id: self.correlation_id,
            causation_id: self.causation_id,
            corrects: self.corrects,
            reason: self.reason.map(reason),
            source: self.source,
            valid_at,
        }
    }
}

impl RequestMetadata {
    /// The metadata of one of the request's events; `mark` and `valid_at` apply where the request sets none. The reason
    /// gets the mark of the event.
    #[must_use]
    pub fn for_event(&self, mark: Classification, valid_at: DateTime<Utc>) -> Metadata {
        let (mark, valid_at) = (self.classification.unwrap_or(mark), self.valid_at.unwrap_or(valid_at));
        self.clone().with(mark, valid_at, |reason| Reason::new(mark, reason))
    }
}

//! Who records, why, and from where: what a command carries besides what happened.
//!
//! The `cqrs-es` traits hand metadata about as a map of strings; the envelope travels in it.

use super::event_codec::NewEvent;
use chrono::{DateTime, SecondsFormat, Utc};
use minutebook_domain::{Event, EventId, Source, StreamId};
use std::collections::HashMap;

/// What a command carries besides what happened.
#[derive(Debug, Clone, Default)]
pub struct Envelope {
    /// Who records. Never empty.
    pub actor: String,
    /// On whose behalf.
    pub on_behalf_of: Option<String>,
    /// The idempotency key.
    pub command_id: String,
    /// What it belongs together with.
    pub correlation_id: Option<String>,
    /// The event that led to it.
    pub causation_id: Option<EventId>,
    /// The event that it corrects.
    pub corrects: Option<EventId>,
    /// Why.
    pub reason: Option<String>,
    /// Where it came from.
    pub source: Source,
    /// When it was so in the committee's world, if that is to be other than what the events themselves say.
    pub valid_at: Option<DateTime<Utc>>,
}

/// Metadata that is no envelope.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the metadata's `{key}` is {what}")]
pub struct EnvelopeError {
    key: &'static str,
    what: String,
}

impl Envelope {
    /// The envelope as metadata.
    pub fn to_metadata(&self) -> HashMap<String, String> {
        let source = serde_json::to_string(&self.source).ok();
        let id = |id: Option<EventId>| id.map(|id| id.to_string());
        [
            ("actor", Some(self.actor.clone())),
            ("on_behalf_of", self.on_behalf_of.clone()),
            ("command_id", Some(self.command_id.clone())),
            ("correlation_id", self.correlation_id.clone()),
            ("causation_id", id(self.causation_id)),
            ("corrects", id(self.corrects)),
            ("reason", self.reason.clone()),
            ("source", source),
            ("valid_at", self.valid_at.map(|time| time.to_rfc3339_opts(SecondsFormat::Micros, true))),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
    }

    /// The envelope that the metadata holds.
    pub fn from_metadata(metadata: &HashMap<String, String>) -> Result<Self, EnvelopeError> {
        let text = |key: &'static str| metadata.get(key).cloned();
        let required = |key: &'static str| {
            text(key).filter(|value| !value.is_empty()).ok_or_else(|| EnvelopeError { key, what: "missing".into() })
        };
        let id = |key: &'static str| {
            let parse = |value: String| value.parse().map_err(|_| EnvelopeError { key, what: "no event's id".into() });
            text(key).map(parse).transpose()
        };
        let malformed = |key: &'static str, error: &dyn std::fmt::Display| EnvelopeError {
            key,
            what: format!("malformed: {error}"),
        };
        let source =
            text("source").map(|json| serde_json::from_str(&json).map_err(|error| malformed("source", &error)));
        let valid_at = text("valid_at").map(|time| {
            DateTime::parse_from_rfc3339(&time).map(|time| time.to_utc()).map_err(|error| malformed("valid_at", &error))
        });
        Ok(Self {
            actor: required("actor")?,
            on_behalf_of: text("on_behalf_of"),
            command_id: required("command_id")?,
            correlation_id: text("correlation_id"),
            causation_id: id("causation_id")?,
            corrects: id("corrects")?,
            reason: text("reason"),
            source: source.transpose()?.unwrap_or_default(),
            valid_at: valid_at.transpose()?,
        })
    }

    /// `event` in this envelope, valid at `valid_at` unless the envelope says otherwise.
    pub(crate) fn dress(&self, stream: StreamId, event: Event, valid_at: DateTime<Utc>) -> NewEvent {
        NewEvent {
            stream,
            event,
            valid_at: self.valid_at.unwrap_or(valid_at),
            actor: self.actor.clone(),
            on_behalf_of: self.on_behalf_of.clone(),
            correlation_id: self.correlation_id.clone(),
            causation_id: self.causation_id,
            corrects: self.corrects,
            reason: self.reason.clone(),
            source: self.source.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_survives_the_metadata() {
        let envelope = Envelope {
            actor: "jane.smith".into(),
            on_behalf_of: Some("SECAS".into()),
            command_id: "monday-1".into(),
            corrects: Some("0190a6e0-0000-7000-8000-000000000001".parse().unwrap()),
            reason: Some("a slip of the pen".into()),
            source: Source { file: Some("minutes.md".into()), first_line: Some(3), ..Source::default() },
            valid_at: Some("2019-02-27T10:00:00Z".parse().unwrap()),
            ..Envelope::default()
        };
        let back = Envelope::from_metadata(&envelope.to_metadata()).unwrap();
        assert_eq!(format!("{back:?}"), format!("{envelope:?}"));
        assert!(Envelope::from_metadata(&HashMap::new()).unwrap_err().to_string().contains("`actor` is missing"));
    }
}

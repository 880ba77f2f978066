//! The codec of stored events: canonical JSON, written once and read many times.
//!
//! Only the position, the version and the time of recording are unknown before the writer's turn. So the bytes and the
//! skeleton, over which the leaf is computed, are made in two steps: the appending tasks make drafts in parallel, with the
//! digests of the fragments, and the writer joins the pieces.

use super::canonical::NotCanonical;
use super::commitment::{CommitmentError, EventSalt, SALT, SkeletonWriter, leaf_of_skeleton};
use super::merkle::Hash;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use minutebook_domain::classification::Classification;
use minutebook_domain::stored_event::DecodeError;
use minutebook_domain::{Event, EventId, Metadata, Position, Reason, RecordedEvent, Source, StreamId, StreamVersion};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// An event with its metadata, before it has a place in the log.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// The stream that it goes to.
    pub stream: StreamId,
    /// What happened.
    pub event: Event,
    /// Who records it, why and from where, and when it was valid. Its command is the batch's.
    pub metadata: Metadata,
}

/// An event's bytes and its skeleton, except for the members that only the writer knows.
pub(crate) struct Draft {
    pub(crate) stream: StreamId,
    pub(crate) stream_text: String,
    pub(crate) event_id: EventId,
    pub(crate) event_type: &'static str,
    pub(crate) references: Vec<String>,
    pub(crate) salt: [u8; SALT],
    outer_salt: [u8; SALT],
    bytes: Pieces,
    skeleton: Pieces,
}

/// The members that sort before `position`, from there to `recorded_at`, and from there to `version`, without braces.
struct Pieces([Vec<u8>; 3]);

impl Pieces {
    fn len(&self) -> usize {
        self.0.iter().map(Vec::len).sum::<usize>() + 100
    }

    /// Joins the pieces at a place in the log.
    fn joined(&self, position: &str, recorded_at: &str, version: &str) -> Vec<u8> {
        let Self([before_position, before_recorded_at, before_version]) = self;
        let separator: &[u8] = if before_recorded_at.is_empty() { b"" } else { b"," };
        let parts: [&[u8]; 13] = [
            b"{",
            before_position,
            b",\"position\":",
            position.as_bytes(),
            b",",
            before_recorded_at,
            separator,
            b"\"recorded_at\":\"",
            recorded_at.as_bytes(),
            b"\",",
            before_version,
            b",\"version\":",
            version.as_bytes(),
        ];
        let mut joined = Vec::with_capacity(self.len());
        for part in parts {
            joined.extend_from_slice(part);
        }
        joined.push(b'}');
        joined
    }
}

/// An event's stored bytes, and its leaf.
pub(crate) struct PlacedEvent {
    pub(crate) bytes: Vec<u8>,
    pub(crate) leaf: Hash,
}

/// A time as the stored bytes have it: in UTC with six decimals, so that texts sort as times do.
pub(crate) fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

impl Draft {
    /// Drafts an event of the command with this id.
    pub(crate) fn new(
        new: &NewEvent,
        event_id: EventId,
        salt: [u8; SALT],
        command_id: &str,
    ) -> Result<Self, CommitmentError> {
        let NewEvent { stream, event, metadata } = new;
        let references = event.references(stream);
        let stream_text = stream.to_string();
        let text = |text: &str| Value::String(text.to_owned());
        let optional = |value: &Option<String>| value.as_deref().map(text);
        let id = |value: Option<EventId>| value.map(|id| Value::String(id.to_string()));
        let json = NotCanonical::Json;
        let keyed = EventSalt::new(&salt)?;
        let outer_salt = keyed.outer();
        let mut writer = SkeletonWriter::new(keyed, |_| ());
        let first = members([
            ("actor", Some(text(&metadata.actor))),
            ("causation_id", id(metadata.causation_id)),
            ("classification", Some(text(metadata.classification.label()))),
            ("command_id", Some(text(command_id))),
            ("correlation_id", optional(&metadata.correlation_id)),
            ("corrects", id(metadata.corrects)),
            ("data", Some(event.data().map_err(json)?)),
            ("event_id", id(Some(event_id))),
            ("on_behalf_of", optional(&metadata.on_behalf_of)),
        ]);
        let reason = metadata.reason.as_ref().map(Reason::stored).transpose().map_err(json)?;
        let last = members([
            ("references", Some(Value::from(references.clone()))),
            ("schema_version", Some(Value::from(event.schema_version()))),
            ("source", Some(serde_json::to_value(&metadata.source).map_err(json)?)),
            ("stream", Some(text(&stream_text))),
            ("type", Some(text(event.event_type()))),
            ("valid_at", Some(text(&timestamp(metadata.valid_at)))),
        ]);
        let payload = Some((event.event_type(), event.schema_version()));
        writer.metadata(&first, payload, |name| name < "position")?;
        let (first_bytes, first_skeleton) = writer.take();
        writer.metadata(&members([("reason", reason)]), None, |name| name == "reason")?;
        let (reason_bytes, reason_skeleton) = writer.take();
        writer.metadata(&last, None, |name| name > "recorded_at")?;
        let (last_bytes, last_skeleton) = writer.take();
        Ok(Self {
            stream: stream.clone(),
            stream_text,
            event_id,
            event_type: event.event_type(),
            references,
            salt,
            outer_salt,
            bytes: Pieces([first_bytes, reason_bytes, last_bytes]),
            skeleton: Pieces([first_skeleton, reason_skeleton, last_skeleton]),
        })
    }

    /// The approximate size of the event in bytes.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The event at its place in the log.
    pub(crate) fn at(&self, position: Position, version: StreamVersion, recorded_at: DateTime<Utc>) -> PlacedEvent {
        let (position, recorded_at, version) = (position.to_string(), timestamp(recorded_at), version.to_string());
        let skeleton = self.skeleton.joined(&position, &recorded_at, &version);
        PlacedEvent {
            bytes: self.bytes.joined(&position, &recorded_at, &version),
            leaf: leaf_of_skeleton(&self.outer_salt, &skeleton),
        }
    }
}

/// The members that have a value.
fn members<const N: usize>(members: [(&str, Option<Value>); N]) -> Map<String, Value> {
    members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// An event as the stored bytes have it, its metadata flat among the other members.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredEvent<'a> {
    #[serde(borrow)]
    actor: Cow<'a, str>,
    causation_id: Option<EventId>,
    classification: Classification,
    #[serde(borrow)]
    command_id: Cow<'a, str>,
    correlation_id: Option<String>,
    corrects: Option<EventId>,
    #[serde(borrow)]
    data: &'a RawValue,
    event_id: EventId,
    on_behalf_of: Option<String>,
    position: Position,
    reason: Option<Reason>,
    #[serde(deserialize_with = "stored_time")]
    recorded_at: DateTime<Utc>,
    references: Vec<String>,
    schema_version: u32,
    source: Source,
    stream: StreamId,
    #[serde(borrow, rename = "type")]
    event_type: Cow<'a, str>,
    #[serde(deserialize_with = "stored_time")]
    valid_at: DateTime<Utc>,
    version: StreamVersion,
}

/// Reads a time. The form that [`timestamp`] writes has its digits in fixed places and is read without a general
/// parser, which took a sixth of the time to read an event.
fn stored_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let text = Cow::<'de, str>::deserialize(deserializer)?;
    let time = time_in_place(text.as_bytes()).map_or_else(|| text.parse(), Ok);
    time.map_err(serde::de::Error::custom)
}

/// The time in `2019-02-27T10:00:00.000000Z`; `None` if the text has another form, or names no valid time.
fn time_in_place(text: &[u8]) -> Option<DateTime<Utc>> {
    let template = b"0000-00-00T00:00:00.000000Z";
    let fits = |(byte, place): (&u8, &u8)| if *place == b'0' { byte.is_ascii_digit() } else { byte == place };
    if text.len() != template.len() || !text.iter().zip(template).all(fits) {
        return None;
    }
    let number =
        |from: usize, to: usize| text[from..to].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let date = NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)).ok()?, number(5, 7), number(8, 10))?;
    Some(date.and_hms_micro_opt(number(11, 13), number(14, 16), number(17, 19), number(20, 26))?.and_utc())
}

/// Stored bytes that are no event.
#[derive(Debug, thiserror::Error)]
pub enum StoredEventError {
    /// The bytes lack a member, or have one that is malformed or unknown.
    #[error("the stored event is malformed: {0}")]
    Members(#[from] serde_json::Error),
    /// The payload is malformed.
    #[error(transparent)]
    Event(#[from] DecodeError),
}

/// Reads an event from its stored bytes.
pub fn decode(bytes: &[u8]) -> Result<RecordedEvent, StoredEventError> {
    // UTF-8 is checked once for the whole event. Other bytes are left to the parser, which reports where they are.
    let stored: StoredEvent<'_> = match std::str::from_utf8(bytes) {
        Ok(text) => serde_json::from_str(text)?,
        Err(_) => serde_json::from_slice(bytes)?,
    };
    let event = Event::decode(&stored.stream, &stored.event_type, stored.schema_version, stored.data)?;
    Ok(RecordedEvent {
        position: stored.position,
        stream: stored.stream,
        version: stored.version,
        event_id: stored.event_id,
        event,
        recorded_at: stored.recorded_at,
        metadata: Metadata {
            classification: stored.classification,
            actor: stored.actor.into_owned(),
            on_behalf_of: stored.on_behalf_of,
            command_id: stored.command_id.into_owned(),
            correlation_id: stored.correlation_id,
            causation_id: stored.causation_id,
            corrects: stored.corrects,
            reason: stored.reason,
            source: stored.source,
            valid_at: stored.valid_at,
        },
        references: stored.references,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_stored_time_is_read_back(micros in -62_135_596_800_000_000_i64..253_402_300_800_000_000) {
            let time = DateTime::from_timestamp_micros(micros).unwrap();
            prop_assert_eq!(time_in_place(timestamp(time).as_bytes()), Some(time));
        }
    }

    #[test]
    fn a_time_in_another_form_is_read_by_the_general_parser() {
        for text in ["2019-02-27T10:00:00Z", "2019-02-27T10:00:00.000000000Z", "2019-02-27T11:00:00.000000+01:00"] {
            assert_eq!(time_in_place(text.as_bytes()), None);
            let read = stored_time(serde_json::Value::from(text)).unwrap();
            assert_eq!(timestamp(read), "2019-02-27T10:00:00.000000Z");
        }
        for text in ["2019-02-30T10:00:00.000000Z", "2019-02-27T24:00:00.000000Z", ""] {
            assert!(stored_time(serde_json::Value::from(text)).is_err(), "{text}");
        }
    }
}

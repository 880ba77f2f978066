//! Redacts events for an audience, including what they say of other streams.

use super::{Audience, EventReader, EventView};
use crate::query::stream::ReadError;
use crate::query::visible_row::sees_all;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::fragment::FragmentKind;
use minutebook_domain::reference::{ActionRef, DecisionId, MeetingRef};
use minutebook_domain::{EventId, Reason, RecordedEvent, StreamId};
use minutebook_projections::projection::FoldError;
use minutebook_projections::redaction::{RedactedEvent, RedactedStream, names, retain_names, words_of_texts};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Redacts a batch of events. Each stream is read once, so that all events agree on one state of it.
pub(super) struct Redactor<'a> {
    reader: &'a EventReader,
    audience: &'a Audience,
    streams: HashMap<StreamId, Arc<RedactedStream>>,
}

impl<'a> Redactor<'a> {
    pub(super) fn new(reader: &'a EventReader, audience: &'a Audience) -> Self {
        Self { reader, audience, streams: HashMap::new() }
    }

    /// Returns the event as the audience may see it, or `None` if it does not exist for it.
    pub(super) async fn view(&mut self, recorded: &RecordedEvent) -> Result<Option<EventView>, ReadError> {
        let Some(clearance) = self.audience.clearance_for(&recorded.stream) else { return Ok(None) };
        let event = self.event(&recorded.stream, clearance, recorded.event_id).await?;
        let Some(RedactedEvent { recorded: known, mut data, hidden, target_exists }) = event else {
            return Ok(None);
        };
        let mut references = known.references.clone();
        let all = sees_all(clearance) && sees_all(self.audience.clearances.everywhere());
        if !all {
            let (event_type, schema_version) = (recorded.event.event_type(), recorded.event.schema_version());
            let named = names(event_type, schema_version, &data);
            let hidden = self.hidden_references(&recorded.stream, named).await?;
            if !hidden.is_empty() {
                let texts = words_of_texts(&known.event);
                // What a text that the reader may read says in so many words is known to them, but not what follows from it.
                let mut said: HashSet<String> = HashSet::new();
                retain_names(event_type, schema_version, &mut data, &mut |kind, name| {
                    let is_said = kind == FragmentKind::Mentions && texts.iter().any(|text| text.contains(name));
                    if is_said {
                        said.insert(name.to_owned());
                    }
                    is_said || !hidden.contains(name)
                });
                references.retain(|name| !hidden.contains(name) || said.contains(name));
            }
        }
        let reason = known.metadata.reason.as_ref().map(Reason::stored).transpose();
        let reason = reason.map_err(|error| unreadable(&recorded.stream, error.to_string()))?;
        let audits = self.audience.audits(&recorded.stream);
        let causation = match recorded.metadata.causation_id.filter(|_| audits) {
            Some(event) if self.exists(event).await? => Some(event),
            _ => None,
        };
        Ok(Some(EventView {
            position: recorded.position,
            stream: recorded.stream.clone(),
            version: recorded.version,
            event_id: recorded.event_id,
            event_type: recorded.event.event_type(),
            schema_version: recorded.event.schema_version(),
            classification: known.metadata.classification,
            valid_at: recorded.metadata.valid_at,
            recorded_at: recorded.recorded_at,
            actor: audits.then(|| recorded.metadata.actor.clone()),
            on_behalf_of: recorded.metadata.on_behalf_of.clone().filter(|_| audits),
            command_id: audits.then(|| recorded.metadata.command_id.clone()),
            correlation_id: recorded.metadata.correlation_id.clone().filter(|_| audits),
            causation_id: causation,
            corrects: recorded.metadata.corrects.filter(|_| target_exists),
            reason,
            source: audits.then(|| recorded.metadata.source.clone()),
            references,
            data,
            disclosure: None,
            hidden,
        }))
    }

    async fn stream(&mut self, id: &StreamId, clearance: Clearance) -> Result<Arc<RedactedStream>, ReadError> {
        if let Some(stream) = self.streams.get(id) {
            return Ok(stream.clone());
        }
        let stream = self.reader.redacted_stream(id, clearance).await?;
        self.streams.insert(id.clone(), stream.clone());
        Ok(stream)
    }

    async fn event(
        &mut self,
        id: &StreamId,
        clearance: Clearance,
        event: EventId,
    ) -> Result<Option<RedactedEvent>, ReadError> {
        let stream = self.stream(id, clearance).await?;
        let event = stream.index_of(event).map(|index| stream.event(index)).transpose();
        Ok(event.map_err(|error| ReadError::Fold { stream: id.clone(), error })?.flatten())
    }

    async fn exists(&mut self, event: EventId) -> Result<bool, ReadError> {
        let Some(stream) = self.reader.log.stream_of(event).await? else { return Ok(false) };
        let Some(clearance) = self.audience.clearance_for(&stream) else { return Ok(false) };
        Ok(self.event(&stream, clearance, event).await?.is_some())
    }

    /// Returns those of the names that are of actions, decisions and meetings that do not exist for the audience.
    async fn hidden_references(&mut self, stream: &StreamId, names: Vec<String>) -> Result<HashSet<String>, ReadError> {
        let mut hidden = HashSet::new();
        for name in names {
            let (named, decision) = if let Ok(action) = name.parse::<ActionRef>() {
                (StreamId::Action(action), None)
            } else if let Ok(meeting) = name.parse::<MeetingRef>() {
                (StreamId::Meeting(meeting), None)
            } else if let Ok(decision) = name.parse::<DecisionId>() {
                (StreamId::Meeting(decision.meeting().clone()), Some(decision.number()))
            } else {
                continue;
            };
            if decision.is_none() && named == *stream {
                continue;
            }
            let public = || Clearance::up_to(Classification::public());
            let clearance = self.audience.clearance_for(&named).unwrap_or_else(public);
            let redacted = self.stream(&named, clearance).await?;
            let exists = match decision {
                // A reference to a stream that the ledger does not hold reveals nothing.
                _ if redacted.stream().is_empty() => true,
                Some(number) => redacted.decision_exists(number),
                None => redacted.subject_exists(),
            };
            if !exists {
                hidden.insert(name);
            }
        }
        Ok(hidden)
    }
}

fn unreadable(stream: &StreamId, what: String) -> ReadError {
    ReadError::Fold { stream: stream.clone(), error: FoldError(format!("an event cannot be read: {what}")) }
}

//! The events of the log as a reader may know them: what of each is for them, without a trace of what is not.
//!
//! `minutebook_projections::told` says what of one stream's events a reader is told. What an event says of other streams
//! is seen to here: it names no action, decision or meeting that does not exist for the reader.

use super::clearances::ClearanceByCommittee;
use super::stream::ViewError;
use super::visible_row::sees_all;
use crate::present::times::exact;
use chrono::{DateTime, Utc};
use lru::LruCache;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::{ActionRef, CommitteeCode, DecisionId, MeetingRef};
use minutebook_domain::{EventId, Position, RecordedEvent, Source, StreamId, StreamVersion};
use minutebook_ledger::{Log, Selection};
use minutebook_projections::redaction::{RedactedStream, Said, strings};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Events of streams that are kept, at most.
const KEPT: usize = 20_000;
/// Events that are looked at for one page, roughly.
const LOOKED_AT: usize = 10_000;

/// Who is told of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// What they may see.
    pub reach: ClearanceByCommittee,
    /// Whether the streams of tokens are for them.
    pub audits: bool,
}

impl Audience {
    /// The public.
    pub fn public() -> Self {
        Self { reach: ClearanceByCommittee::public(), audits: false }
    }

    /// What they may see of a stream; nothing if it is not for them at all.
    fn of(&self, stream: &StreamId) -> Option<Clearance> {
        match stream.committee() {
            Some(committee) => Some(self.reach.of(committee)),
            None => Some(self.reach.everywhere()).filter(|clearance| self.audits && sees_all(*clearance)),
        }
    }
}

/// An event as a reader may know it, in the shape that `minutebook log` prints. A field that is not for them is null, and
/// one of what happened is not there.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct EventView {
    /// Its place in the log.
    pub position: Position,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Its place in the stream.
    pub version: StreamVersion,
    /// Its identity.
    pub event_id: EventId,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(example = "DecisionRecorded")]
    pub event_type: &'static str,
    /// The version of the shape of `data`.
    #[schema(minimum = 1, example = 1)]
    pub schema_version: u32,
    /// When it was so in the committee's world.
    #[serde(serialize_with = "at")]
    pub valid_at: DateTime<Utc>,
    /// When the ledger came to know it.
    #[serde(serialize_with = "at")]
    pub recorded_at: DateTime<Utc>,
    /// Who recorded it.
    pub actor: String,
    /// On whose behalf.
    pub on_behalf_of: Option<String>,
    /// The key of the command that led to it, for who may read everything.
    pub command_id: Option<String>,
    /// What it belongs together with, for who may read everything.
    pub correlation_id: Option<String>,
    /// The event that led to it.
    pub causation_id: Option<EventId>,
    /// The event that it corrects.
    pub corrects: Option<EventId>,
    /// Why it was recorded. It is told to those alone who may read all that the event says, and what it corrects.
    pub reason: Option<String>,
    /// Where it came from.
    pub source: Source,
    /// Everything it can be followed by.
    pub references: Vec<String>,
    /// What happened, as docs/events.md describes it for each type.
    #[schema(value_type = Object)]
    pub data: Value,
}

fn at<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&exact(*time))
}

/// RowSelection events are asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventFilter {
    /// Those of one type.
    pub event_type: Option<&'static str>,
    /// Those of one stream.
    pub stream: Option<StreamId>,
    /// Those that name this.
    pub reference: Option<String>,
    /// Those of one committee.
    pub committee: Option<CommitteeCode>,
}

impl EventFilter {
    /// Whether the event, as the reader is told it, is one of them. That it names something that was left out does not
    /// count.
    pub fn admits(&self, event: &EventView) -> bool {
        self.event_type.is_none_or(|wanted| wanted == event.event_type)
            && self.stream.as_ref().is_none_or(|wanted| *wanted == event.stream)
            && self.reference.as_ref().is_none_or(|wanted| event.references.contains(wanted))
            && self.committee.as_ref().is_none_or(|wanted| event.stream.committee() == Some(wanted))
    }

    /// The narrowest selection of the log that holds all of them.
    pub fn selection(&self) -> Selection {
        match (&self.stream, &self.reference, self.event_type) {
            (Some(stream), ..) => Selection::Stream(stream.clone()),
            (_, Some(reference), _) => Selection::Reference(reference.clone()),
            (.., Some(event_type)) => Selection::Type(event_type.to_owned()),
            _ => Selection::All,
        }
    }
}

/// Some events, and how far the log was read for them.
#[derive(Debug)]
pub struct EventPage {
    /// The events that were asked for, in order.
    pub events: Vec<EventView>,
    /// Every event up to this position was looked at.
    pub through: Position,
    /// Whether there may be more.
    pub more: bool,
}

/// Discloses events. Cheap to clone; the clones share the streams that they have read.
#[derive(Clone)]
pub struct Events {
    log: Log,
    kept: Arc<Mutex<Kept>>,
}

/// Streams as they were last read, and what readers are told of them, by the rank of their clearance.
struct Kept {
    streams: LruCache<StreamId, KeptStream>,
    events: usize,
}

#[derive(Clone)]
struct KeptStream {
    stream: Arc<[RecordedEvent]>,
    told: HashMap<u8, Arc<RedactedStream>>,
}

impl Events {
    /// Those of `log`.
    pub fn new(log: Log) -> Self {
        Self { log, kept: Arc::new(Mutex::new(Kept { streams: LruCache::unbounded(), events: 0 })) }
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Each of the events, for those readers; nothing in the place of one that does not exist for them.
    pub async fn disclose(&self, events: &[RecordedEvent], to: &Audience) -> Result<Vec<Option<EventView>>, ViewError> {
        let mut disclosing = Disclosing { events: self, to, told: HashMap::new() };
        let mut disclosed = Vec::with_capacity(events.len());
        for event in events {
            disclosed.push(disclosing.event(event).await?);
        }
        Ok(disclosed)
    }

    /// The events after a position, at most so many. Where few of many are for the reader, a page ends before it is full.
    pub async fn page(
        &self,
        filter: &EventFilter,
        after: Position,
        limit: usize,
        to: &Audience,
    ) -> Result<EventPage, ViewError> {
        let mut page = EventPage { events: Vec::new(), through: after, more: true };
        let mut looked_at = 0;
        let mut cursor = self.log.read(filter.selection(), after);
        while looked_at < LOOKED_AT {
            let recorded = cursor.next_page().await?;
            if recorded.is_empty() {
                page.more = false;
                break;
            }
            looked_at += recorded.len();
            for (event, recorded) in self.disclose(&recorded, to).await?.into_iter().zip(&recorded) {
                page.through = recorded.position;
                page.events.extend(event.filter(|event| filter.admits(event)));
                if page.events.len() == limit {
                    return Ok(page);
                }
            }
        }
        Ok(page)
    }

    /// The event with this id, if it exists for them.
    pub async fn find(&self, event: EventId, to: &Audience) -> Result<Option<EventView>, ViewError> {
        let Some(stream) = self.log.stream_of(event).await? else { return Ok(None) };
        let Some(clearance) = to.of(&stream) else { return Ok(None) };
        let told = self.told(&stream, clearance).await?;
        let found = told.place(event).and_then(|place| told.stream().get(place)).cloned();
        Ok(self.disclose(found.as_slice(), to).await?.pop().flatten())
    }

    /// A stream as it is known today, for a clearance.
    async fn told(&self, id: &StreamId, clearance: Clearance) -> Result<Arc<RedactedStream>, ViewError> {
        let before = self.kept().streams.get(id).cloned();
        let known = before.as_ref().and_then(|kept| kept.stream.last()).map(|last| last.position).unwrap_or_default();
        // What is kept may be behind the log: only what came since is read.
        let mut cursor = self.log.read(Selection::Stream(id.clone()), known);
        let mut since = Vec::new();
        loop {
            let page = cursor.next_page().await?;
            if page.is_empty() {
                break;
            }
            since.extend(page);
        }
        let mut kept = match before {
            Some(kept) if since.is_empty() => kept,
            before => {
                let known = before.map(|kept| kept.stream).unwrap_or_default();
                KeptStream { stream: known.iter().cloned().chain(since).collect(), told: HashMap::new() }
            }
        };
        let rank = clearance.rank();
        if let Some(told) = kept.told.get(&rank) {
            return Ok(told.clone());
        }
        let told = Arc::new(RedactedStream::new(kept.stream.clone(), clearance));
        kept.told.insert(rank, told.clone());
        self.kept().keep(id.clone(), kept);
        Ok(told)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A panic elsewhere leaves whole streams behind.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn keep(&mut self, id: StreamId, stream: KeptStream) {
        self.events += stream.stream.len();
        if let Some((_, before)) = self.streams.push(id, stream) {
            self.events -= before.stream.len();
        }
        while self.events > KEPT
            && let Some((_, least_used)) = self.streams.pop_lru()
        {
            self.events -= least_used.stream.len();
        }
    }
}

/// Events on their way to readers, all as of one moment: each stream is looked at once.
struct Disclosing<'a> {
    events: &'a Events,
    to: &'a Audience,
    told: HashMap<StreamId, Arc<RedactedStream>>,
}

impl Disclosing<'_> {
    async fn event(&mut self, recorded: &RecordedEvent) -> Result<Option<EventView>, ViewError> {
        let Some(clearance) = self.to.of(&recorded.stream) else { return Ok(None) };
        let Some(mut said) = self.said(&recorded.stream, clearance, recorded.event_id).await? else { return Ok(None) };
        let stored = recorded.event.data();
        let stored = stored.map_err(|error| unreadable(&recorded.stream, error.to_string()))?;
        let all = sees_all(clearance) && sees_all(self.to.reach.everywhere());
        if !all {
            let hidden = self.hidden(&recorded.stream, &said.data).await?;
            if !hidden.is_empty() {
                leave_out(&mut said.data, &hidden);
            }
        }
        let left: HashSet<String> = strings(&said.data).into_iter().collect();
        let gone: HashSet<String> = strings(&stored).into_iter().filter(|name| !left.contains(name)).collect();
        let causation = match recorded.causation_id {
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
            valid_at: recorded.valid_at,
            recorded_at: recorded.recorded_at,
            actor: recorded.actor.clone(),
            on_behalf_of: recorded.on_behalf_of.clone(),
            command_id: Some(recorded.command_id.clone()).filter(|_| all),
            correlation_id: recorded.correlation_id.clone().filter(|_| all),
            causation_id: causation,
            corrects: recorded.corrects.filter(|_| said.corrects_told),
            // It may speak of what the reader cannot see.
            reason: recorded.reason.clone().filter(|_| said.whole),
            source: recorded.source.clone(),
            references: recorded.references.iter().filter(|name| !gone.contains(*name)).cloned().collect(),
            data: said.data,
        }))
    }

    async fn told(&mut self, stream: &StreamId, clearance: Clearance) -> Result<Arc<RedactedStream>, ViewError> {
        if let Some(told) = self.told.get(stream) {
            return Ok(told.clone());
        }
        let told = self.events.told(stream, clearance).await?;
        self.told.insert(stream.clone(), told.clone());
        Ok(told)
    }

    async fn said(
        &mut self,
        stream: &StreamId,
        clearance: Clearance,
        event: EventId,
    ) -> Result<Option<Said>, ViewError> {
        let told = self.told(stream, clearance).await?;
        let said = told.place(event).map(|place| told.said(place)).transpose();
        Ok(said.map_err(|error| ViewError::Fold { stream: stream.clone(), error })?.flatten())
    }

    async fn exists(&mut self, event: EventId) -> Result<bool, ViewError> {
        let Some(stream) = self.events.log.stream_of(event).await? else { return Ok(false) };
        let Some(clearance) = self.to.of(&stream) else { return Ok(false) };
        Ok(self.said(&stream, clearance, event).await?.is_some())
    }

    /// Of what a payload names, the actions, decisions and meetings that do not exist for the reader.
    async fn hidden(&mut self, stream: &StreamId, data: &Value) -> Result<HashSet<String>, ViewError> {
        let mut hidden = HashSet::new();
        for name in strings(data) {
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
            let clearance = self.to.of(&named).unwrap_or_else(|| Clearance::up_to(Classification::public()));
            let told = self.told(&named, clearance).await?;
            let exists = match decision {
                // What the book has nothing of is no secret of it.
                _ if told.stream().is_empty() => true,
                Some(number) => told.decision_exists(number),
                None => told.subject_exists(),
            };
            if !exists {
                hidden.insert(name);
            }
        }
        Ok(hidden)
    }
}

/// Leaves these names out of a payload.
fn leave_out(data: &mut Value, names: &HashSet<String>) {
    let is_one = |value: &Value| value.as_str().is_some_and(|name| names.contains(name));
    match data {
        Value::Array(values) => {
            values.retain(|value| !is_one(value));
            for value in values {
                leave_out(value, names);
            }
        }
        Value::Object(fields) if !is_text(fields) => {
            let emptied =
                |value: &Value| value.as_array().is_some_and(|values| !values.is_empty() && values.iter().all(is_one));
            fields.retain(|_, value| !is_one(value) && !emptied(value));
            fields.values_mut().for_each(|value| leave_out(value, names));
        }
        _ => {}
    }
}

/// Whether these are the fields of a classified text, which says what it says.
fn is_text(fields: &Map<String, Value>) -> bool {
    fields.len() == 2 && fields.contains_key("text") && fields.contains_key("classification")
}

fn unreadable(stream: &StreamId, what: String) -> ViewError {
    let error = minutebook_projections::projection::FoldError(format!("an event cannot be read: {what}"));
    ViewError::Fold { stream: stream.clone(), error }
}

//! The events of the log as a reader may know them: what of each is for them, without a trace of what is not.
//!
//! `minutebook_projections::told` says what of one stream's events a reader is told. What an event says of other streams
//! is seen to here: it names no action, decision or meeting that does not exist for the reader.

use super::reach::Reach;
use super::seen::sees_all;
use super::stream::ViewError;
use crate::ledger::{Log, Selection};
use crate::render::times::exact;
use lru::LruCache;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::{ActionRef, DecisionId, MeetingRef};
use minutebook_domain::{EventId, RecordedEvent, StreamId};
use minutebook_projections::told::{Said, Told, strings};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Events of streams that are kept, at most.
const KEPT: usize = 20_000;

/// Who is told of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// What they may see.
    pub reach: Reach,
    /// Whether the streams of tokens are for them.
    pub audits: bool,
}

impl Audience {
    /// The public.
    pub fn public() -> Self {
        Self { reach: Reach::public(), audits: false }
    }

    /// What they may see of a stream; nothing if it is not for them at all.
    fn of(&self, stream: &StreamId) -> Option<Clearance> {
        match stream.committee() {
            Some(committee) => Some(self.reach.of(committee)),
            None => Some(self.reach.everywhere()).filter(|clearance| self.audits && sees_all(*clearance)),
        }
    }
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
    told: HashMap<u8, Arc<Told>>,
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

    /// Each of the events as JSON, in the shape that `minutebook log` has, for those readers; nothing in the place of one
    /// that does not exist for them. A field that is not for them is null, and one of the payload is not there.
    pub async fn disclose(&self, events: &[RecordedEvent], to: &Audience) -> Result<Vec<Option<Value>>, ViewError> {
        let mut disclosing = Disclosing { events: self, to, told: HashMap::new() };
        let mut disclosed = Vec::with_capacity(events.len());
        for event in events {
            disclosed.push(disclosing.event(event).await?);
        }
        Ok(disclosed)
    }

    /// The event with this id, if it exists for them.
    pub async fn find(&self, event: EventId, to: &Audience) -> Result<Option<Value>, ViewError> {
        let Some(stream) = self.log.stream_of(event).await? else { return Ok(None) };
        let Some(clearance) = to.of(&stream) else { return Ok(None) };
        let told = self.told(&stream, clearance).await?;
        let found = told.place(event).and_then(|place| told.stream().get(place)).cloned();
        Ok(self.disclose(found.as_slice(), to).await?.pop().flatten())
    }

    /// A stream as it is known today, for a clearance.
    async fn told(&self, id: &StreamId, clearance: Clearance) -> Result<Arc<Told>, ViewError> {
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
        let told = Arc::new(Told::new(kept.stream.clone(), clearance));
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
    told: HashMap<StreamId, Arc<Told>>,
}

impl Disclosing<'_> {
    async fn event(&mut self, recorded: &RecordedEvent) -> Result<Option<Value>, ViewError> {
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
        let references: Vec<&String> = recorded.references.iter().filter(|name| !gone.contains(*name)).collect();
        let causation = match recorded.causation_id {
            Some(event) if self.exists(event).await? => Some(event),
            _ => None,
        };
        Ok(Some(json!({
            "position": recorded.position,
            "stream": recorded.stream,
            "version": recorded.version,
            "event_id": recorded.event_id,
            "type": recorded.event.event_type(),
            "schema_version": recorded.event.schema_version(),
            "valid_at": exact(recorded.valid_at),
            "recorded_at": exact(recorded.recorded_at),
            "actor": recorded.actor,
            "on_behalf_of": recorded.on_behalf_of,
            "command_id": all.then_some(&recorded.command_id),
            "correlation_id": recorded.correlation_id.as_ref().filter(|_| all),
            "causation_id": causation,
            "corrects": recorded.corrects.filter(|_| said.corrects_told),
            // It may speak of what the reader cannot see.
            "reason": recorded.reason.as_ref().filter(|_| said.whole),
            "source": recorded.source,
            "references": references,
            "data": said.data,
        })))
    }

    async fn told(&mut self, stream: &StreamId, clearance: Clearance) -> Result<Arc<Told>, ViewError> {
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
            values.iter_mut().for_each(|value| leave_out(value, names));
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

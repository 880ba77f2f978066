//! The events of the log as a reader may see them, without a trace of hidden texts.
//!
//! [`minutebook_projections::redaction`] redacts the events of one stream. This module also removes what an event says of
//! other streams: references to actions, decisions and meetings that do not exist for the reader.

mod audience;
mod disclosure;
mod filter;
mod last_known;
mod redactor;
mod stream_cache;
mod view;

pub use audience::Audience;
pub use filter::EventFilter;
pub use view::EventView;

use super::stream::ReadError;
use last_known::LastKnown;
use minutebook_domain::classification::Clearance;
use minutebook_domain::{EventId, Position, RecordedEvent, StreamId};
use minutebook_ledger::{Log, Selection};
use minutebook_projections::redaction::RedactedStream;
use redactor::Redactor;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use stream_cache::StreamCache;

/// The number of events after which the scan for one page stops.
const MAX_SCANNED: usize = 10_000;

/// A page of events.
#[derive(Debug)]
pub struct EventPage {
    /// The matching events, in order.
    pub events: Vec<EventView>,
    /// The last position that was scanned.
    pub through: Position,
    /// Whether the log may hold more.
    pub more: bool,
}

/// Reads events for readers. Clones are cheap and share the cache of streams.
#[derive(Clone)]
pub struct EventReader {
    log: Log,
    cache: Arc<Mutex<StreamCache>>,
    last_known: Arc<Mutex<LastKnown>>,
}

impl EventReader {
    /// Creates a reader of `log` with an empty cache.
    pub fn new(log: Log) -> Self {
        Self { log, cache: Arc::default(), last_known: Arc::default() }
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Redacts each event for an audience; `None` stands for one that does not exist for it.
    pub async fn redact(
        &self,
        events: &[RecordedEvent],
        audience: &Audience,
    ) -> Result<Vec<Option<EventView>>, ReadError> {
        let mut redactor = Redactor::new(self, audience);
        let mut redacted = Vec::with_capacity(events.len());
        for event in events {
            redacted.push(redactor.view(event).await?);
        }
        Ok(redacted)
    }

    /// Returns at most `limit` events after a position. A page may end early when few of many scanned events match.
    pub async fn page(
        &self,
        filter: &EventFilter,
        after: Position,
        limit: usize,
        audience: &Audience,
    ) -> Result<EventPage, ReadError> {
        let mut page = EventPage { events: Vec::new(), through: after, more: true };
        let mut scanned = 0;
        let mut cursor = self.log.read(filter.selection(), after);
        while scanned < MAX_SCANNED {
            let recorded = cursor.next_page().await?;
            if recorded.is_empty() {
                page.more = false;
                break;
            }
            scanned += recorded.len();
            let mut redactor = Redactor::new(self, audience);
            for recorded in recorded {
                // One by one: to redact an event takes its stream, and those beyond the limit are not needed.
                let event = redactor.view(&recorded).await?;
                page.through = recorded.position;
                page.events.extend(event.filter(|event| filter.admits(event)));
                if page.events.len() == limit {
                    return Ok(page);
                }
            }
        }
        Ok(page)
    }

    /// Returns the event with this id if it exists for the audience.
    pub async fn find(&self, event: EventId, audience: &Audience) -> Result<Option<EventView>, ReadError> {
        let Some(stream) = self.log.stream_of(event).await? else { return Ok(None) };
        let Some(clearance) = audience.clearance_for(&stream) else { return Ok(None) };
        let redacted = self.redacted_stream(&stream, clearance).await?;
        let found = redacted.index_of(event).and_then(|index| redacted.stream().get(index)).cloned();
        Ok(self.redact(found.as_slice(), audience).await?.pop().flatten())
    }

    /// Returns the event at a position if it exists for the audience.
    pub async fn at(&self, position: Position, audience: &Audience) -> Result<Option<EventView>, ReadError> {
        let Some(before) = position.number().checked_sub(1) else { return Ok(None) };
        let found = self.log.events_between(Position::new(before), position).await?;
        Ok(self.redact(&found, audience).await?.pop().flatten())
    }

    /// Returns the current stream redacted for a clearance, from the cache and the events recorded since.
    async fn redacted_stream(&self, id: &StreamId, clearance: Clearance) -> Result<Arc<RedactedStream>, ReadError> {
        let before = self.cache().get(id);
        let known = before.as_ref().and_then(|cached| cached.events.last()).map(|last| last.position);
        let mut cursor = self.log.read(Selection::Stream(id.clone()), known.unwrap_or_default());
        let mut since = Vec::new();
        loop {
            let page = cursor.next_page().await?;
            if page.is_empty() {
                break;
            }
            since.extend(page);
        }
        let mut stream = match before {
            Some(cached) if since.is_empty() => cached,
            before => before.unwrap_or_default().extended(since),
        };
        if let Some(redacted) = stream.redacted.get(&clearance.rank()) {
            return Ok(redacted.clone());
        }
        let redacted = Arc::new(RedactedStream::new(stream.events.clone(), clearance));
        stream.redacted.insert(clearance.rank(), redacted.clone());
        self.cache().insert(id.clone(), stream);
        Ok(redacted)
    }

    fn cache(&self) -> MutexGuard<'_, StreamCache> {
        // Each entry is replaced as a whole, so a panic elsewhere cannot leave a broken one.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn last_known_cache(&self) -> MutexGuard<'_, LastKnown> {
        self.last_known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

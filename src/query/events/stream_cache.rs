//! A cache of streams and their redacted forms, limited by the number of events.
//!
//! `lru` keeps the order of use; the limit is on events and not on entries, since streams differ in length.

use lru::LruCache;
use minutebook_domain::{RecordedEvent, StreamId};
use minutebook_projections::redaction::RedactedStream;
use std::collections::HashMap;
use std::sync::Arc;

/// The largest number of events in the cache.
const MAX_EVENTS: usize = 20_000;

/// The least recently used streams leave the cache first.
pub(super) struct StreamCache {
    streams: LruCache<StreamId, CachedStream>,
    events: usize,
}

/// A stream as it was last read.
#[derive(Clone, Default)]
pub(super) struct CachedStream {
    pub(super) events: Arc<[RecordedEvent]>,
    /// The redacted stream by the rank of the clearance.
    pub(super) redacted: HashMap<u8, Arc<RedactedStream>>,
}

impl CachedStream {
    /// Appends events, which drops the redacted forms: later events may change how earlier ones are redacted.
    pub(super) fn extended(&self, since: Vec<RecordedEvent>) -> Self {
        Self { events: self.events.iter().cloned().chain(since).collect(), redacted: HashMap::new() }
    }
}

impl Default for StreamCache {
    fn default() -> Self {
        Self { streams: LruCache::unbounded(), events: 0 }
    }
}

impl StreamCache {
    pub(super) fn get(&mut self, id: &StreamId) -> Option<CachedStream> {
        self.streams.get(id).cloned()
    }

    pub(super) fn insert(&mut self, id: StreamId, stream: CachedStream) {
        self.events += stream.events.len();
        if let Some((_, replaced)) = self.streams.push(id, stream) {
            self.events -= replaced.events.len();
        }
        while self.events > MAX_EVENTS
            && let Some((_, least_used)) = self.streams.pop_lru()
        {
            self.events -= least_used.events.len();
        }
    }
}

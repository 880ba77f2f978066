//! The states of streams: folded from the log, and cached between commands.

use super::aggregate_state::AggregateState;
use super::log::Log;
use super::store::{Selection, StoreError};
use lru::LruCache;
use minutebook_domain::{Event, RecordedEvent, StreamId, StreamVersion};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

/// The number of cached states. A meeting's takes a few kilobytes, an action's a few hundred bytes.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// A stream's state and version.
#[derive(Debug, Clone)]
pub(crate) struct LoadedState {
    pub(crate) version: StreamVersion,
    pub(crate) state: AggregateState,
    /// Whether it is from the cache and was not compared with the log, to which another process may have appended.
    pub(crate) is_cached: bool,
}

/// Loads the states of streams, and caches them between commands. Clones share the cache.
///
/// A stale state is harmless: the writer refuses what was decided on it, and the recorder reads the stream again before
/// it returns a refusal by the rules.
#[derive(Clone)]
pub(crate) struct StateCache {
    log: Log,
    states: Arc<Mutex<LruCache<StreamId, (StreamVersion, AggregateState)>>>,
}

impl StateCache {
    pub(crate) fn new(log: Log) -> Self {
        Self { log, states: Arc::new(Mutex::new(LruCache::new(CAPACITY))) }
    }

    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// Returns the stream's state: the cached one, or a fold of the log if `fresh` or if none is cached.
    pub(crate) async fn load(&self, stream: &StreamId, fresh: bool) -> Result<LoadedState, StoreError> {
        let cached = self.lock().get(stream).cloned();
        if let Some((version, state)) = cached {
            if !fresh {
                return Ok(LoadedState { version, state, is_cached: true });
            }
            // A stream's state at a version never changes: at the same version, the cached state is current.
            if self.log.version(stream).await? == version {
                return Ok(LoadedState { version, state, is_cached: false });
            }
        }
        let events = self.history(stream).await?;
        let version = events.last().map_or(StreamVersion::NONE, |event| event.version);
        let events: Vec<Event> = events.into_iter().map(|recorded| recorded.event).collect();
        let state = AggregateState::fold(stream, &events);
        self.put(stream.clone(), version, state.clone());
        Ok(LoadedState { version, state, is_cached: false })
    }

    /// The stream's events, in order.
    pub(crate) async fn history(&self, stream: &StreamId) -> Result<Vec<RecordedEvent>, StoreError> {
        self.log.read_all(Selection::Stream(stream.clone())).await
    }

    /// Caches a state, unless a later version of the stream is cached.
    pub(crate) fn put(&self, stream: StreamId, version: StreamVersion, state: AggregateState) {
        let mut states = self.lock();
        // Two commands may finish in either order.
        if states.peek(&stream).is_none_or(|(cached, _)| *cached <= version) {
            states.put(stream, (version, state));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<StreamId, (StreamVersion, AggregateState)>> {
        // A panic under the lock leaves whole entries: each is put in one step.
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The live feed: events as Server-Sent Events, for many readers at once, each from a position of their own.
//!
//! A reader has a position and no backlog: the next chunk is read when the previous one was accepted. `ring.rs` holds the
//! latest events, redacted once per audience; `follower.rs` is the task of one reader.

mod follower;
mod ring;

pub(super) use follower::{Subscription, follow};

use crate::query::ReadError;
use crate::query::events::{Audience, EventFilter, EventReader, EventView};
use axum::body::Bytes;
use minutebook_domain::Position;
use minutebook_ledger::Cursor;
use ring::Ring;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore, watch};

/// The approximate size of a chunk, in bytes.
const CHUNK: usize = 256 << 10;
/// Readers behind the ring whose next page is read at a time.
const REPLAYS: usize = 4;

/// Timing of the live feed.
#[derive(Debug, Clone, Copy)]
pub struct FeedSettings {
    /// The interval between heartbeats.
    pub heartbeat: Duration,
    /// How long a reader may take to accept a chunk before it is disconnected.
    pub patience: Duration,
    /// How long the feed collects further events after a chunk, to send them together.
    pub together: Duration,
}

impl Default for FeedSettings {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_secs(15),
            patience: Duration::from_secs(30),
            together: Duration::from_millis(40),
        }
    }
}

/// The live feed of one ledger.
pub(super) struct LiveFeed {
    events: EventReader,
    settings: FeedSettings,
    ring: Mutex<Ring>,
    /// The places of those who read the log and not the ring.
    replays: Semaphore,
    readers: AtomicUsize,
    ended: watch::Sender<bool>,
}

/// An event, redacted for an audience and encoded once for all of its readers.
#[derive(Debug)]
struct EncodedEvent {
    event: EventView,
    frame: Bytes,
}

/// Readers who get the same frames.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::api) struct Recipients {
    /// Their access to events.
    pub(in crate::api) audience: Audience,
    /// Whether each event comes with the disclosure of what they may know of it.
    pub(in crate::api) disclosures: bool,
}

/// How far a reader has read.
struct FeedPosition {
    after: Position,
    /// Reads the log for a reader who is behind the ring.
    catching_up: Option<Cursor>,
}

/// The frames of the next chunk.
struct FeedBatch {
    frames: Vec<Bytes>,
    /// The number of token events so far: a change may concern the reader's own token.
    token_events: u64,
    /// Whether the known log has events after this batch.
    has_more: bool,
}

impl FeedBatch {
    /// The frames in one chunk; a single frame is shared by all of its readers.
    fn into_chunk(self) -> Bytes {
        match <[Bytes; 1]>::try_from(self.frames) {
            Ok([frame]) => frame,
            Err(frames) => frames.concat().into(),
        }
    }
}

impl LiveFeed {
    pub(super) fn new(events: EventReader, settings: FeedSettings) -> Self {
        let ring = Mutex::new(Ring::new(events.log().known_head()));
        let replays = Semaphore::new(REPLAYS);
        Self { events, settings, ring, replays, readers: AtomicUsize::new(0), ended: watch::Sender::new(false) }
    }

    pub(super) fn events(&self) -> &EventReader {
        &self.events
    }

    /// The number of connected readers.
    pub(super) fn readers(&self) -> usize {
        self.readers.load(Ordering::Relaxed)
    }

    pub(super) fn is_ended(&self) -> bool {
        *self.ended.borrow()
    }

    /// Disconnects every reader. Their clients reconnect to the server that answers then.
    pub(super) fn end(&self) {
        self.ended.send_replace(true);
    }

    /// Returns the next batch for a reader and advances `position` past it.
    async fn next(
        &self,
        position: &mut FeedPosition,
        filter: &EventFilter,
        recipients: &Recipients,
    ) -> Result<FeedBatch, ReadError> {
        let mut ring = self.ring.lock().await;
        ring.catch_up(self.events.log()).await?;
        let token_events = ring.token_events();
        let mut frames = Vec::new();
        if let Some(from) = ring.index_after(position.after) {
            position.catching_up = None;
            let mut bytes = 0;
            for (event_position, encoded) in ring.encoded(from, &self.events, recipients).await? {
                position.after = event_position;
                if let Some(encoded) = encoded.filter(|encoded| filter.admits(&encoded.event)) {
                    bytes += encoded.frame.len();
                    frames.push(encoded.frame.clone());
                }
                if bytes > CHUNK {
                    break;
                }
            }
            return Ok(FeedBatch { frames, token_events, has_more: position.after < ring.end() });
        }
        drop(ring);
        // Many readers may begin at the start of the log at once.
        let _place = self.replays.acquire().await;
        self.read_page(position, filter, recipients, &mut frames).await?;
        Ok(FeedBatch { frames, token_events, has_more: position.after < self.events.log().known_head() })
    }

    /// Reads the next page of the log for a reader who is behind the ring.
    async fn read_page(
        &self,
        position: &mut FeedPosition,
        filter: &EventFilter,
        recipients: &Recipients,
        frames: &mut Vec<Bytes>,
    ) -> Result<(), ReadError> {
        let head = self.events.log().head().await?;
        let after = position.after;
        let cursor = position.catching_up.get_or_insert_with(|| self.events.log().read(filter.selection(), after));
        let page = cursor.next_page().await?;
        let Some(last) = page.last() else {
            // No event up to the head matches the filter.
            position.after = position.after.max(head);
            position.catching_up = None;
            return Ok(());
        };
        position.after = last.position;
        for event in self.events.redact(&page, &recipients.audience).await?.into_iter().flatten() {
            if filter.admits(&event) {
                frames.push(frame(&recipients.form_of(event, &self.events).await?));
            }
        }
        Ok(())
    }
}

impl Recipients {
    /// The event in the form that they get it.
    async fn form_of(&self, event: EventView, events: &EventReader) -> Result<EventView, ReadError> {
        if self.disclosures { events.disclose(event).await } else { Ok(event) }
    }
}

/// Encodes an event as a Server-Sent Event. The JSON is one line: it escapes line breaks in texts.
fn frame(event: &EventView) -> Bytes {
    let data = serde_json::to_string(event).unwrap_or_default();
    format!("id: {}\nevent: {}\ndata: {data}\n\n", event.position, event.event_type).into()
}

/// Counts a reader until it is dropped.
struct ConnectedReader(Arc<LiveFeed>);

impl ConnectedReader {
    fn new(feed: Arc<LiveFeed>) -> Self {
        feed.readers.fetch_add(1, Ordering::Relaxed);
        Self(feed)
    }
}

impl Drop for ConnectedReader {
    fn drop(&mut self) {
        self.0.readers.fetch_sub(1, Ordering::Relaxed);
    }
}

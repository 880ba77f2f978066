//! The live feed: every event as it comes, for many readers at once, from wherever each of them left off.
//!
//! A reader has a place in the log and no backlog: what they are sent next is taken from the log when they have taken what
//! was sent before. The latest events are kept in `ring.rs`, read once and told once for all readers of one kind;
//! `follower.rs` is one reader's way along them.

mod follower;
mod ring;

pub(super) use follower::{Following, follow};

use crate::query::ViewError;
use crate::query::events::{Audience, EventFilter, EventView, Events};
use axum::body::Bytes;
use minutebook_domain::Position;
use minutebook_ledger::Cursor;
use ring::Ring;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, watch};

/// What is sent at a time, in bytes, roughly.
const AT_ONCE: usize = 256 << 10;

/// How long events are waited for that are sent together: too short for anyone to notice.
const TOGETHER: Duration = Duration::from_millis(40);

/// How the feed treats its readers.
#[derive(Debug, Clone, Copy)]
pub struct FeedSettings {
    /// How often a reader is sent a sign of life.
    pub heartbeat: Duration,
    /// How long a reader may take to take what they are sent, before they are dropped.
    pub patience: Duration,
    /// How long after something was sent the next is waited for, so that events which come close upon each other are sent
    /// together.
    pub together: Duration,
}

impl Default for FeedSettings {
    fn default() -> Self {
        Self { heartbeat: Duration::from_secs(15), patience: Duration::from_secs(30), together: TOGETHER }
    }
}

/// The feed of one ledger.
pub(crate) struct Feed {
    events: Events,
    settings: FeedSettings,
    ring: Mutex<Ring>,
    readers: AtomicUsize,
    ended: watch::Sender<bool>,
}

/// An event as it is sent to readers of one kind.
#[derive(Debug)]
struct RedactedStream {
    event: EventView,
    /// As Server-Sent Events have it.
    frame: Bytes,
}

/// How far a reader has come.
struct Place {
    after: Position,
    /// Where they are in what came before the latest events.
    catching_up: Option<Cursor>,
}

/// What a reader is sent next.
struct Batch {
    frames: Vec<Bytes>,
    /// How many events of tokens there were when it was read: one of them may be the reader's.
    tokens: u64,
    /// Whether it ends before what is known of the log does.
    more: bool,
}

impl Feed {
    pub(crate) fn new(events: Events, settings: FeedSettings) -> Self {
        let ring = Mutex::new(Ring::new(events.log().known_head()));
        Self { events, settings, ring, readers: AtomicUsize::new(0), ended: watch::Sender::new(false) }
    }

    /// What discloses the events.
    pub(crate) fn events(&self) -> &Events {
        &self.events
    }

    /// How many readers there are.
    pub(crate) fn readers(&self) -> usize {
        self.readers.load(Ordering::Relaxed)
    }

    /// Whether its readers were let go.
    pub(crate) fn is_ended(&self) -> bool {
        *self.ended.borrow()
    }

    /// Lets every reader go: they come back to whoever answers then.
    pub(crate) fn end(&self) {
        self.ended.send_replace(true);
    }

    /// What comes after a place, for these readers; the place is after it then.
    async fn next(&self, place: &mut Place, filter: &EventFilter, to: &Audience) -> Result<Batch, ViewError> {
        let mut ring = self.ring.lock().await;
        ring.catch_up(self.events.log()).await?;
        let tokens = ring.tokens();
        let mut frames = Vec::new();
        if let Some(from) = ring.place_after(place.after) {
            place.catching_up = None;
            let mut bytes = 0;
            for told in ring.told(from, &self.events, to).await? {
                let (position, told) = told;
                place.after = position;
                if let Some(told) = told.filter(|told| filter.admits(&told.event)) {
                    bytes += told.frame.len();
                    frames.push(told.frame.clone());
                }
                if bytes > AT_ONCE {
                    break;
                }
            }
            return Ok(Batch { frames, tokens, more: place.after < ring.end() });
        }
        drop(ring);
        self.catch_up(place, filter, to, &mut frames).await?;
        Ok(Batch { frames, tokens, more: place.after < self.events.log().known_head() })
    }

    /// The next page of what came before the latest events.
    async fn catch_up(
        &self,
        place: &mut Place,
        filter: &EventFilter,
        to: &Audience,
        frames: &mut Vec<Bytes>,
    ) -> Result<(), ViewError> {
        let head = self.events.log().head().await?;
        let after = place.after;
        let cursor = place.catching_up.get_or_insert_with(|| self.events.log().read(filter.selection(), after));
        let page = cursor.next_page().await?;
        let Some(last) = page.last() else {
            // There is nothing of what is asked for up to here.
            place.after = place.after.max(head);
            place.catching_up = None;
            return Ok(());
        };
        place.after = last.position;
        for event in self.events.disclose(&page, to).await?.into_iter().flatten() {
            if filter.admits(&event) {
                frames.push(frame(&event));
            }
        }
        Ok(())
    }
}

/// An event as Server-Sent Events have it. JSON has no line breaks outside its texts, and escapes those within.
fn frame(event: &EventView) -> Bytes {
    let data = serde_json::to_string(event).unwrap_or_default();
    format!("id: {}\nevent: {}\ndata: {data}\n\n", event.position, event.event_type).into()
}

/// A reader who is counted as long as they are there.
struct Counted(Arc<Feed>);

impl Counted {
    fn new(feed: Arc<Feed>) -> Self {
        feed.readers.fetch_add(1, Ordering::Relaxed);
        Self(feed)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.readers.fetch_sub(1, Ordering::Relaxed);
    }
}

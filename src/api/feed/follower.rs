//! One reader of the live feed: sends frames, sends heartbeats, and disconnects a reader who is slow or no longer admitted.

use super::{ConnectedReader, FeedPosition, LiveFeed, Recipients};
use crate::query::events::EventFilter;
use axum::body::Bytes;
use minutebook_domain::Position;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Tells a client to wait three seconds before it reconnects.
const RETRY: &str = "retry: 3000\n\n";
/// How often a token is checked again although no token was issued or revoked: it may have expired.
const TOKEN_CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// What a reader subscribes to.
pub(in crate::api) struct Subscription<F> {
    /// Whether the reader has a token, which the feed checks again from time to time.
    pub(in crate::api) has_token: bool,
    /// Checks that the token still stands for the same principal.
    pub(in crate::api) is_still_admitted: F,
    pub(in crate::api) recipients: Recipients,
    pub(in crate::api) filter: EventFilter,
    /// The position before the first event to send.
    pub(in crate::api) after: Position,
}

/// Starts a task that sends the events of a subscription. The channel closes when the reader is disconnected.
pub(in crate::api) fn follow<F, A>(feed: Arc<LiveFeed>, subscription: Subscription<F>) -> mpsc::Receiver<Bytes>
where
    F: Fn() -> A + Send + Sync + 'static,
    A: Future<Output = bool> + Send + 'static,
{
    // At most one chunk waits in the channel: the events after it are in the log.
    let (sender, receiver) = mpsc::channel(1);
    let position = FeedPosition { after: subscription.after, catching_up: None };
    let send_timeout = feed.settings.patience;
    let connected = ConnectedReader::new(feed);
    let follower =
        Follower { connected, subscription, position, sender, send_timeout, token_events: None, checked_at: None };
    tokio::spawn(follower.run());
    receiver
}

struct Follower<F> {
    connected: ConnectedReader,
    subscription: Subscription<F>,
    position: FeedPosition,
    sender: mpsc::Sender<Bytes>,
    send_timeout: Duration,
    /// The number of token events at the last check of the reader's token.
    token_events: Option<u64>,
    checked_at: Option<Instant>,
}

impl<F, A> Follower<F>
where
    F: Fn() -> A + Send + Sync,
    A: Future<Output = bool> + Send + 'static,
{
    /// Returns when the reader disconnects, is too slow or no longer admitted, or when the feed ends.
    async fn run(mut self) -> Option<()> {
        let feed = self.connected.0.clone();
        let log = feed.events.log().clone();
        let mut ended = feed.ended.subscribe();
        // The last position that the client has seen as an id, and would resume from.
        let mut resumable = self.position.after;
        let mut heartbeat = Instant::now() + feed.settings.heartbeat;
        self.send(RETRY.into()).await?;
        loop {
            let Subscription { filter, recipients, .. } = &self.subscription;
            let batch = feed.next(&mut self.position, filter, recipients).await;
            let batch = batch.inspect_err(|error| tracing::error!(%error, "the live feed cannot read the log")).ok()?;
            self.is_admitted(batch.token_events).await.then_some(())?;
            if *ended.borrow() {
                return None;
            }
            let (has_frames, has_more) = (!batch.frames.is_empty(), batch.has_more);
            if has_frames {
                self.send(batch.into_chunk()).await?;
                resumable = self.position.after;
            }
            if Instant::now() >= heartbeat {
                // An id without data moves the client past events that the filter or the audience leaves out.
                let is_ahead = resumable < self.position.after;
                let id = if is_ahead { format!("id: {}\n", self.position.after) } else { String::new() };
                self.send(format!(":\n{id}\n").into()).await?;
                resumable = self.position.after;
                heartbeat = Instant::now() + feed.settings.heartbeat;
            }
            if has_more {
                continue;
            }
            if has_frames {
                // Events that follow closely are sent in one chunk: a packet for every event and reader is too many.
                tokio::select! {
                    () = sleep(feed.settings.together) => {}
                    () = self.sender.closed() => return None,
                    _ = ended.changed() => return None,
                }
            }
            tokio::select! {
                () = log.reached(self.position.after.next()) => {}
                () = log.broken_off() => return None,
                () = sleep_until(heartbeat) => {}
                () = self.sender.closed() => return None,
                _ = ended.changed() => return None,
            }
        }
    }

    /// Sends a chunk. Returns none if the reader has disconnected or does not accept it in time.
    async fn send(&self, chunk: Bytes) -> Option<()> {
        let sent = timeout(self.send_timeout, self.sender.send(chunk)).await;
        if sent.is_err() {
            tracing::info!("a reader of the live feed was too slow and was disconnected");
        }
        sent.ok()?.ok()
    }

    /// Checks the reader's token if a token was issued or revoked since the last check, or after the interval.
    async fn is_admitted(&mut self, token_events: u64) -> bool {
        if !self.subscription.has_token {
            return true;
        }
        let is_recent = self.checked_at.is_some_and(|at| at.elapsed() < TOKEN_CHECK_INTERVAL);
        if is_recent && self.token_events == Some(token_events) {
            return true;
        }
        (self.token_events, self.checked_at) = (Some(token_events), Some(Instant::now()));
        (self.subscription.is_still_admitted)().await
    }
}

//! One reader of the feed: what they are sent, and when they are let go.

use super::{Counted, Feed, Place};
use crate::access::Principal;
use crate::api::guard::Service;
use crate::query::events::{Audience, EventFilter};
use axum::body::Bytes;
use axum::http::HeaderMap;
use minutebook_domain::Position;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// How long a reader is to wait before they come back, in milliseconds.
const RETRY: &str = "retry: 3000\n\n";
/// How often a token is looked at anew, if none was issued or revoked meanwhile: it may have expired.
const LOOKED_AT: Duration = Duration::from_secs(1);

/// A reader of the feed.
pub(in crate::api) struct Following {
    /// The server, which is asked whether the reader's token is still good.
    pub(in crate::api) service: Service,
    /// The headers that they were let in by.
    pub(in crate::api) headers: HeaderMap,
    /// Whom they were let in as.
    pub(in crate::api) principal: Principal,
    /// What they may know.
    pub(in crate::api) audience: Audience,
    /// What they ask for.
    pub(in crate::api) filter: EventFilter,
    /// Where they left off.
    pub(in crate::api) after: Position,
}

/// Begins to send events to a reader. What comes out is what they are sent; it ends when they are let go.
pub(in crate::api) fn follow(feed: Arc<Feed>, following: Following) -> mpsc::Receiver<Bytes> {
    // One piece waits at most: what comes after it is in the log.
    let (sender, receiver) = mpsc::channel(1);
    let place = Place { after: following.after, catching_up: None };
    let patience = feed.settings.patience;
    let follower =
        Follower { feed: Counted::new(feed), following, place, sender, patience, tokens: None, looked_at: None };
    tokio::spawn(follower.run());
    receiver
}

struct Follower {
    feed: Counted,
    following: Following,
    place: Place,
    sender: mpsc::Sender<Bytes>,
    patience: Duration,
    /// How many events of tokens there were when the reader's was last looked at, and when that was.
    tokens: Option<u64>,
    looked_at: Option<Instant>,
}

impl Follower {
    /// Ends when the reader is gone, too slow, or no longer let in, or when the feed ends.
    async fn run(mut self) -> Option<()> {
        let feed = self.feed.0.clone();
        let log = feed.events.log().clone();
        let mut ended = feed.ended.subscribe();
        // The position that the reader knows to come back to.
        let mut known = self.place.after;
        let mut beat = Instant::now() + feed.settings.heartbeat;
        self.send(RETRY.into()).await?;
        loop {
            let batch = feed.next(&mut self.place, &self.following.filter, &self.following.audience).await;
            let batch = batch.inspect_err(|error| tracing::error!(%error, "the feed could not be read")).ok()?;
            self.is_let_in(batch.tokens).await.then_some(())?;
            if *ended.borrow() {
                return None;
            }
            let sent = !batch.frames.is_empty();
            if sent {
                self.send(batch.frames.concat().into()).await?;
                known = self.place.after;
            }
            if Instant::now() >= beat {
                // What was not for them moves their place on, too.
                let place =
                    if known < self.place.after { format!("id: {}\n", self.place.after) } else { String::new() };
                self.send(format!(":\n{place}\n").into()).await?;
                known = self.place.after;
                beat = Instant::now() + feed.settings.heartbeat;
            }
            if batch.more {
                continue;
            }
            if sent {
                // What comes now is sent together: many readers and many events are otherwise a packet for each of both.
                tokio::select! {
                    () = sleep(feed.settings.together) => {}
                    () = self.sender.closed() => return None,
                    _ = ended.changed() => return None,
                }
            }
            tokio::select! {
                () = log.reached(self.place.after.next()) => {}
                () = sleep_until(beat) => {}
                () = self.sender.closed() => return None,
                _ = ended.changed() => return None,
            }
        }
    }

    /// Sends something; nothing if the reader is gone, or does not take it.
    async fn send(&self, piece: Bytes) -> Option<()> {
        let sent = timeout(self.patience, self.sender.send(piece)).await;
        if sent.is_err() {
            tracing::info!("a reader of the feed was too slow, and was dropped");
        }
        sent.ok()?.ok()
    }

    /// Whether the reader's token lets them in as what they were.
    async fn is_let_in(&mut self, tokens: u64) -> bool {
        if self.following.principal.is_anonymous() {
            return true;
        }
        let lately = self.looked_at.is_some_and(|at| at.elapsed() < LOOKED_AT);
        if lately && self.tokens == Some(tokens) {
            return true;
        }
        (self.tokens, self.looked_at) = (Some(tokens), Some(Instant::now()));
        let admitted = self.following.service.admit(&self.following.headers).await;
        admitted.is_ok_and(|principal| principal == self.following.principal)
    }
}

//! The one way to the ledger. What a handler may do follows from whom it is handed: a [`Reader`] was asked for their token
//! and found to be who they say, and a [`Writer`] to be one who may record. A handler that takes neither has no ledger:
//!
//! ```compile_fail,E0616
//! # use minutebook::api::Service;
//! # fn handler(service: Service) {
//! let log = service.inner.log; // the field is private
//! # }
//! ```
//!
//! nor can a handler that is handed a reader record anything:
//!
//! ```compile_fail,E0599
//! # use minutebook::api::guard::Reader;
//! # use minutebook_ledger::Request;
//! # async fn handler(reader: Reader, request: Request) {
//! reader.record(&request).await;
//! # }
//! ```

mod administrator;
mod operator;
mod reader;
mod visibility;
mod writer;

pub use administrator::Administrator;
pub(super) use administrator::Wanted;
pub use reader::Reader;
pub use writer::Writer;

use super::feed::{Feed, FeedSettings};
use super::operating::figures::Figures;
use super::response_cache::Answers;
use crate::access::oidc::OidcProvider;
use crate::access::{Authenticator, Tokens};
use crate::query::events::Events;
use crate::webhooks::{Deliverer, WebhookSettings};
use chrono::{DateTime, Utc};
use minutebook_domain::Position;
use minutebook_ledger::{Log, Recorder};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What the server serves: one ledger. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

struct Inner {
    gate: Authenticator,
    recorder: Recorder,
    answers: Answers,
    feed: Arc<Feed>,
    webhooks: WebhookSettings,
    figures: Figures,
    /// Turns at reading a document: each may take a multiple of its size in memory.
    imports: Semaphore,
}

/// Documents that are read at a time.
const IMPORTS: usize = 2;

impl Service {
    /// Serves the ledger that `log` holds, to its own tokens and to the public.
    pub fn new(log: Log) -> Self {
        Self::trusting(log, Vec::new())
    }

    /// Serves it to whoever one of these providers vouches for, too.
    pub fn trusting(log: Log, providers: Vec<OidcProvider>) -> Self {
        Self::feeding(log, providers, FeedSettings::default(), WebhookSettings::default())
    }

    /// As [`Service::trusting`], with a live feed that treats its readers so, and webhooks that are delivered to so.
    pub fn feeding(log: Log, providers: Vec<OidcProvider>, settings: FeedSettings, webhooks: WebhookSettings) -> Self {
        let gate = Authenticator::new(Tokens::new(log.clone()), providers);
        let feed = Arc::new(Feed::new(Events::new(log.clone()), settings));
        let figures = Figures::new(log.figures());
        let (recorder, answers, imports) = (Recorder::new(log), Answers::default(), Semaphore::new(IMPORTS));
        Self { inner: Arc::new(Inner { gate, recorder, answers, feed, webhooks, figures, imports }) }
    }

    /// How many follow the live feed.
    pub fn feed_readers(&self) -> usize {
        self.inner.feed.readers()
    }

    /// Lets the readers of the live feed go, for a server that is to stop: their answers would never end.
    pub fn end_feed(&self) {
        self.inner.feed.end();
    }

    /// What delivers to the webhooks, once it is run. It fails where no HTTP client can be made.
    pub fn deliverer(&self) -> Result<Arc<Deliverer>, reqwest::Error> {
        Deliverer::new(self.inner.feed.events().clone(), self.inner.webhooks)
    }

    /// Whether the server is about to stop.
    pub fn is_ending(&self) -> bool {
        self.inner.feed.is_ended()
    }

    /// The last position that this process knows of, and the time: what is answered is a function of both.
    pub(super) fn now(&self) -> (Position, DateTime<Utc>) {
        let log = self.inner.recorder.log();
        (log.known_head(), log.environment().clock.now())
    }

    /// Answers that are kept.
    pub(super) fn answers(&self) -> &Answers {
        &self.inner.answers
    }
}

//! The one way to the ledger. What a handler may do follows from whom it is handed: a [`Reader`] was asked for their token
//! and found to be who they say. A handler that takes none has no ledger:
//!
//! ```compile_fail,E0616
//! # use minutebook::api::Service;
//! # fn handler(service: Service) {
//! let log = service.inner.log; // the field is private
//! # }
//! ```

mod reader;

pub use reader::Reader;

use super::answers::Answers;
use super::feed::{Feed, FeedSettings};
use crate::access::oidc::Provider;
use crate::access::{Gate, Tokens};
use crate::ledger::{Log, Recorder};
use crate::views::events::Events;
use std::sync::Arc;

/// What the server serves: one ledger. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

struct Inner {
    gate: Gate,
    recorder: Recorder,
    answers: Answers,
    feed: Arc<Feed>,
}

impl Service {
    /// Serves the ledger that `log` holds, to its own tokens and to the public.
    pub fn new(log: Log) -> Self {
        Self::trusting(log, Vec::new())
    }

    /// Serves it to whoever one of these providers vouches for, too.
    pub fn trusting(log: Log, providers: Vec<Provider>) -> Self {
        Self::feeding(log, providers, FeedSettings::default())
    }

    /// As [`Service::trusting`], with a live feed that treats its readers so.
    pub fn feeding(log: Log, providers: Vec<Provider>, settings: FeedSettings) -> Self {
        let gate = Gate::new(Tokens::new(log.clone()), providers);
        let feed = Arc::new(Feed::new(Events::new(log.clone()), settings));
        Self { inner: Arc::new(Inner { gate, recorder: Recorder::new(log), answers: Answers::default(), feed }) }
    }

    /// How many follow the live feed.
    pub fn feed_readers(&self) -> usize {
        self.inner.feed.readers()
    }

    /// Lets the readers of the live feed go, for a server that is to stop: their answers would never end.
    pub fn end_feed(&self) {
        self.inner.feed.end();
    }

    /// Answers that are kept.
    pub(super) fn answers(&self) -> &Answers {
        &self.inner.answers
    }
}

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
//! # use minutebook::ledger::Request;
//! # async fn handler(reader: Reader, request: Request) {
//! reader.record(&request).await;
//! # }
//! ```

mod reader;
mod sight;
mod writer;

pub use reader::Reader;
pub use writer::Writer;

use super::answers::Answers;
use super::feed::{Feed, FeedSettings};
use crate::access::oidc::Provider;
use crate::access::{Gate, Tokens};
use crate::ledger::{Log, Recorder};
use crate::views::events::Events;
use std::sync::Arc;
use tokio::sync::Semaphore;

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
    pub fn trusting(log: Log, providers: Vec<Provider>) -> Self {
        Self::feeding(log, providers, FeedSettings::default())
    }

    /// As [`Service::trusting`], with a live feed that treats its readers so.
    pub fn feeding(log: Log, providers: Vec<Provider>, settings: FeedSettings) -> Self {
        let gate = Gate::new(Tokens::new(log.clone()), providers);
        let feed = Arc::new(Feed::new(Events::new(log.clone()), settings));
        let (recorder, answers, imports) = (Recorder::new(log), Answers::default(), Semaphore::new(IMPORTS));
        Self { inner: Arc::new(Inner { gate, recorder, answers, feed, imports }) }
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

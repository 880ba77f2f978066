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
use crate::access::oidc::Provider;
use crate::access::{Gate, Tokens};
use crate::ledger::{Log, Recorder};
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
        let gate = Gate::new(Tokens::new(log.clone()), providers);
        let (recorder, answers, imports) = (Recorder::new(log), Answers::default(), Semaphore::new(IMPORTS));
        Self { inner: Arc::new(Inner { gate, recorder, answers, imports }) }
    }

    /// Answers that are kept.
    pub(super) fn answers(&self) -> &Answers {
        &self.inner.answers
    }
}

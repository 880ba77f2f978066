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
use crate::access::oidc::Provider;
use crate::access::{Gate, Tokens};
use crate::ledger::{Log, Recorder};
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
}

impl Service {
    /// Serves the ledger that `log` holds, to its own tokens and to the public.
    pub fn new(log: Log) -> Self {
        Self::trusting(log, Vec::new())
    }

    /// Serves it to whoever one of these providers vouches for, too.
    pub fn trusting(log: Log, providers: Vec<Provider>) -> Self {
        let gate = Gate::new(Tokens::new(log.clone()), providers);
        Self { inner: Arc::new(Inner { gate, recorder: Recorder::new(log), answers: Answers::default() }) }
    }

    /// Answers that are kept.
    pub(super) fn answers(&self) -> &Answers {
        &self.inner.answers
    }
}

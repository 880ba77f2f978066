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
use crate::access::Tokens;
use crate::ledger::{Log, Recorder};
use std::sync::Arc;

/// What the server serves: one ledger. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

struct Inner {
    tokens: Tokens,
    recorder: Recorder,
    answers: Answers,
}

impl Service {
    /// Serves the ledger that `log` holds.
    pub fn new(log: Log) -> Self {
        let tokens = Tokens::new(log.clone());
        Self { inner: Arc::new(Inner { tokens, recorder: Recorder::new(log), answers: Answers::default() }) }
    }

    /// Answers that are kept.
    pub(super) fn answers(&self) -> &Answers {
        &self.inner.answers
    }
}

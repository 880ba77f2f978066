//! How the server stands: the little that is told of a ledger to whoever asks, and nothing of what is in it.

use super::Service;
use crate::api::operating::figures::{Figures, Levels};
use crate::api::operating::health::Checks;
use minutebook_ledger::{Condition, StoreError};
use std::time::Duration;
use tokio::time::timeout;

/// How long the store may take to say how it stands.
const PATIENCE: Duration = Duration::from_secs(2);

impl Service {
    /// What is looked at to tell whether the server can answer.
    pub(in crate::api) async fn checks(&self) -> Checks {
        let running = !self.is_ending();
        let amiss = Checks { store: false, migrations: false, read_models: false, running };
        match self.condition().await {
            Some(Ok(Condition { head, read_up_to, halted })) => {
                let read_models = halted.is_empty() && read_up_to == head;
                Checks { store: true, migrations: true, read_models, running }
            }
            Some(Err(StoreError::NotMigrated(_) | StoreError::Newer(_))) => Checks { store: true, ..amiss },
            Some(Err(error)) => {
                tracing::error!(%error, "the store does not say how it stands");
                amiss
            }
            None => amiss,
        }
    }

    /// The counts of the server, and of the ledger. Where the store does not answer, what was known last.
    pub(in crate::api) async fn metrics(&self) -> Result<String, std::fmt::Error> {
        let followed = self.inner.recorder.log().known_head().number();
        let (head, read_up_to, halted) = match self.condition().await {
            Some(Ok(condition)) => (condition.head.number(), condition.read_up_to.number(), condition.halted.len()),
            _ => (followed, followed, 0),
        };
        self.figures().text(&Levels { feed_readers: self.feed_readers(), head, followed, read_up_to, halted })
    }

    /// What the server counts.
    pub(crate) fn figures(&self) -> &Figures {
        &self.inner.figures
    }

    async fn condition(&self) -> Option<Result<Condition, StoreError>> {
        timeout(PATIENCE, self.inner.recorder.log().condition()).await.ok()
    }
}

//! Webhooks of a ledger: their definitions, their progress and their leases, beside the log.

use super::log::Log;
use super::store::{DeliveryProgress, Lease, StoreError, StoredWebhook};
use minutebook_domain::Position;

impl Log {
    /// Returns all webhooks, by id.
    pub async fn webhooks(&self) -> Result<Vec<StoredWebhook>, StoreError> {
        self.store().webhooks().await
    }

    /// Adds a webhook that receives events after `position`. Returns false if the id is taken.
    pub async fn add_webhook(&self, id: &str, definition: &str, position: Position) -> Result<bool, StoreError> {
        self.store().add_webhook(id, definition, position).await
    }

    /// Removes a webhook. Returns whether it existed.
    pub async fn remove_webhook(&self, id: &str) -> Result<bool, StoreError> {
        if !is_text(id) {
            return Ok(false);
        }
        self.store().remove_webhook(id).await
    }

    /// Takes or renews the lease of a webhook for the process `holder`. Another process's lease is taken over if it is still
    /// `ended`.
    pub async fn lease_webhook(&self, id: &str, holder: &str, ended: Option<&Lease>) -> Result<bool, StoreError> {
        self.store().lease_webhook(id, holder, ended).await
    }

    /// Gives back the leases of a process.
    pub async fn release_webhooks(&self, holder: &str) -> Result<(), StoreError> {
        self.store().release_webhooks(holder).await
    }

    /// Clears a webhook's failures, so that it is tried at once. Returns whether it existed.
    pub async fn enable_webhook(&self, id: &str) -> Result<bool, StoreError> {
        if !is_text(id) {
            return Ok(false);
        }
        self.store().enable_webhook(id).await
    }

    /// Stores how far delivery has come and renews the lease. Returns false if another process took the lease.
    pub async fn note_delivery(&self, id: &str, holder: &str, progress: &DeliveryProgress) -> Result<bool, StoreError> {
        self.store().note_delivery(id, holder, progress).await
    }
}

/// Whether a database can hold the id: PostgreSQL takes no U+0000 in a parameter.
fn is_text(id: &str) -> bool {
    !id.contains('\0')
}

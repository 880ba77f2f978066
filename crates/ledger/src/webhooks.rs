//! Webhooks of a ledger: their definitions, their progress and their leases, beside the log.

use super::log::Log;
use super::store::{DeliveryProgress, Lease, StoreError, StoredWebhook};
use chrono::{DateTime, Utc};
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
        self.store().remove_webhook(id).await
    }

    /// Takes the lease of a webhook for this process, unless another process holds it at `now`.
    pub async fn lease_webhook(&self, id: &str, now: DateTime<Utc>, lease: &Lease) -> Result<bool, StoreError> {
        self.store().lease_webhook(id, now, lease).await
    }

    /// Gives back the leases of a process.
    pub async fn release_webhooks(&self, holder: &str) -> Result<(), StoreError> {
        self.store().release_webhooks(holder).await
    }

    /// Clears a webhook's failures, so that it is tried at once. Returns whether it existed.
    pub async fn enable_webhook(&self, id: &str) -> Result<bool, StoreError> {
        self.store().enable_webhook(id).await
    }

    /// Stores how far delivery has come and extends the lease. Returns false if another process took the lease.
    pub async fn note_delivery(
        &self,
        id: &str,
        lease: &Lease,
        progress: &DeliveryProgress,
    ) -> Result<bool, StoreError> {
        self.store().note_delivery(id, lease, progress).await
    }
}

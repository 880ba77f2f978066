//! Errors of webhooks.

use minutebook_ledger::{NoEntropy, StoreError};

/// A webhook that cannot be created or read.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The address is not allowed.
    #[error("events are not sent to `{url}`: expected {expected}")]
    Refused {
        /// The requested address.
        url: String,
        /// The kind of address that is allowed.
        expected: &'static str,
    },
    /// A different webhook was created with the same idempotency key.
    #[error("webhook {0} was created with the same key and differs")]
    KeyReused(String),
    /// The stored definition cannot be parsed.
    #[error("the stored definition of webhook {0} is malformed")]
    Unreadable(String),
    /// The system gave no random bytes for the secret.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

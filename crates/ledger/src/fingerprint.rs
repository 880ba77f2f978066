//! The fingerprint of a command: a hash of its content, by which a reused idempotency key is noticed.

use super::canonical::{self, NotCanonical};
use super::merkle::{Hash, digest};
use serde_json::Value;

/// The SHA-256 of the canonical bytes of `content`.
pub(crate) fn fingerprint(content: &Value) -> Result<Hash, NotCanonical> {
    canonical::to_bytes(content).map(|bytes| digest(&bytes))
}

//! What a command asks, as a hash: so that a key used again for something else is noticed.

use super::canonical::{self, NotCanonical};
use super::merkle::{Hash, digest};
use serde_json::Value;

/// The SHA-256 of the canonical bytes of `asked`.
pub(crate) fn fingerprint(asked: &Value) -> Result<Hash, NotCanonical> {
    canonical::to_bytes(asked).map(|bytes| digest(&bytes))
}

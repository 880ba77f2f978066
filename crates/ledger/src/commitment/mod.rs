//! The commitment to an event: a salted digest of its skeleton, in which each part that a reader may be denied is a salted
//! digest of its own. So a part can be disclosed and checked, and the rest cannot even be guessed.
//!
//! ```text
//! fragment salt i = HMAC-SHA256(salt, "fragment" || u32 i, big-endian)
//! digest i        = SHA-256("minutebook/fragment/v2\n" || fragment salt i || span i)
//! outer salt      = HMAC-SHA256(salt, "outer")
//! commitment      = SHA-256("minutebook/commitment/v2\n" || outer salt || skeleton)
//! leaf            = SHA-256(0x00 || "minutebook/entry/v2\n" || commitment)
//! ```
//!
//! docs/events.md has the form byte by byte.

mod skeleton;

pub use skeleton::Fragment;
pub(crate) use skeleton::{SkeletonWriter, stored_skeleton};

use crate::canonical::NotCanonical;
use crate::merkle::{Hash, sha256};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The length of a salt.
pub(crate) const SALT: usize = 32;
/// The length of a block of SHA-256. HMAC fills up a shorter key with zeros.
const BLOCK: usize = 64;

/// An event that has no leaf.
#[derive(Debug, thiserror::Error)]
pub enum CommitmentError {
    /// The salt has another length.
    #[error("the salt has {0} bytes: 32 were expected")]
    Salt(usize),
    /// The bytes are no event in canonical form.
    #[error(transparent)]
    Bytes(#[from] NotCanonical),
}

/// The random salt of an event, from which those of its fragments are derived.
#[derive(Clone)]
pub(crate) struct EventSalt(Hmac<Sha256>);

impl EventSalt {
    pub(crate) fn new(salt: &[u8]) -> Result<Self, CommitmentError> {
        let salt: &[u8; SALT] = salt.try_into().map_err(|_| CommitmentError::Salt(salt.len()))?;
        let mut block = [0; BLOCK];
        block[..SALT].copy_from_slice(salt);
        Ok(Self(Hmac::new(&block.into())))
    }

    /// The salt of the skeleton.
    pub(crate) fn outer(&self) -> [u8; SALT] {
        self.derived(&[b"outer"])
    }

    /// The salt of a fragment.
    pub(crate) fn fragment(&self, index: u32) -> [u8; SALT] {
        self.derived(&[b"fragment", &index.to_be_bytes()])
    }

    fn derived(&self, message: &[&[u8]]) -> [u8; SALT] {
        let mut mac = self.0.clone();
        for part in message {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// The digest of a fragment with its salt.
pub fn fragment_digest(salt: &[u8; 32], span: &[u8]) -> Hash {
    sha256(&[b"minutebook/fragment/v2\n", salt, span])
}

/// The leaf of an event with this skeleton.
pub fn leaf_of_skeleton(outer_salt: &[u8; 32], skeleton: &[u8]) -> Hash {
    let commitment = sha256(&[b"minutebook/commitment/v2\n", outer_salt, skeleton]);
    sha256(&[&[0x00], b"minutebook/entry/v2\n", commitment.as_bytes()])
}

/// The leaf of an event with these stored bytes and this salt.
pub fn leaf(salt: &[u8], event_bytes: &[u8]) -> Result<Hash, CommitmentError> {
    let salt = EventSalt::new(salt)?;
    let skeleton = stored_skeleton(&salt, event_bytes, |_| ())?;
    Ok(leaf_of_skeleton(&salt.outer(), &skeleton))
}

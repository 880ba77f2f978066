//! The clock and the source of random bytes. Both are passed in, so that a test can fix them.

use chrono::{DateTime, Utc};
use minutebook_domain::EventId;
use std::sync::Arc;

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> DateTime<Utc>;
}

/// A source of random bytes, fit for salts and ids.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The operating system gave no random bytes, so nothing can be recorded.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the operating system gave no random bytes: {0}")]
pub struct NoEntropy(String);

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(bytes).map_err(|error| NoEntropy(error.to_string()))
    }
}

/// The clock and the entropy of a ledger.
#[derive(Clone)]
pub struct Environment {
    /// The time of recording, and the default valid time.
    pub clock: Arc<dyn Clock>,
    /// The randomness of salts, ids and token secrets.
    pub entropy: Arc<dyn Entropy>,
}

impl Environment {
    /// The machine's clock and randomness.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) }
    }

    /// A new event id: a UUID of version 7 (RFC 9562, section 5.7), which sorts by time.
    pub(crate) fn event_id(&self) -> Result<EventId, NoEntropy> {
        let millis = u64::try_from(self.clock.now().timestamp_millis()).unwrap_or(0);
        let mut random = [0; 10];
        self.entropy.fill(&mut random)?;
        Ok(EventId::new(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()))
    }

    /// A new salt of 32 bytes.
    pub(crate) fn salt(&self) -> Result<[u8; 32], NoEntropy> {
        let mut salt = [0; 32];
        self.entropy.fill(&mut salt)?;
        Ok(salt)
    }

    /// A new idempotency key, for a command that came without one.
    pub fn command_id(&self) -> Result<String, NoEntropy> {
        self.event_id().map(|id| id.to_string())
    }
}

//! What the ledger would otherwise take from the world: the time, and randomness. Both are handed in, so that a
//! test can fix them.

use chrono::{DateTime, Utc};
use minutebook_domain::EventId;
use std::sync::Arc;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> DateTime<Utc>;
}

/// Gives random bytes fit for salts and identities.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with them, or says why it cannot.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The operating system gave no random bytes. Nothing is recorded without them.
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

/// The clock and the randomness that a ledger works with.
#[derive(Clone)]
pub struct Environment {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Environment {
    /// The machine's own clock and randomness.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy) }
    }

    /// A new event's identity: a UUID of version 7 (RFC 9562, section 5.7), which sorts by time.
    pub(crate) fn event_id(&self) -> Result<EventId, NoEntropy> {
        let millis = u64::try_from(self.clock.now().timestamp_millis()).unwrap_or(0);
        let mut random = [0; 10];
        self.entropy.fill(&mut random)?;
        Ok(EventId::new(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()))
    }

    /// A new salt.
    pub(crate) fn salt(&self) -> Result<[u8; 32], NoEntropy> {
        let mut salt = [0; 32];
        self.entropy.fill(&mut salt)?;
        Ok(salt)
    }

    /// A new command's identity, for a command that was sent without one.
    pub fn command_id(&self) -> Result<String, NoEntropy> {
        self.event_id().map(|id| id.to_string())
    }
}

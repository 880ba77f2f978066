//! The clock and the source of random bytes. Both are passed in, so that a test can fix them.

use chrono::{DateTime, NaiveDate, Utc};
use minutebook_domain::EventId;
use std::sync::Arc;
use std::time::Duration;

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> DateTime<Utc>;
    /// The time since a moment that stays the same while the process runs. Setting the clock does not change it.
    fn monotonic(&self) -> Duration;
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

    /// The time since the machine started, in which it was suspended too: a laptop that wakes up has seen no jump.
    #[cfg(target_os = "linux")]
    fn monotonic(&self) -> Duration {
        let since_boot = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Duration::try_from(since_boot).unwrap_or_default()
    }

    #[cfg(not(target_os = "linux"))]
    fn monotonic(&self) -> Duration {
        static FIRST: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
        FIRST.elapsed()
    }
}

struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(bytes).map_err(|error| NoEntropy(error.to_string()))
    }
}

/// The clock and the entropy of a ledger, and what a person says of the clock.
#[derive(Clone)]
pub struct Environment {
    /// The time of recording, and the default valid time.
    pub clock: Arc<dyn Clock>,
    /// The randomness of salts, ids and token secrets.
    pub entropy: Arc<dyn Entropy>,
    /// The day that a person says the clock shows rightly, in UTC: on that day a ledger may be opened to record although
    /// the clock does not fit its last event.
    pub accepted_day: Option<NaiveDate>,
}

impl Environment {
    /// The machine's clock and randomness.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy), accepted_day: None }
    }

    /// The same, with the day that a person confirmed.
    #[must_use]
    pub fn accepting(self, day: Option<NaiveDate>) -> Self {
        Self { accepted_day: day, ..self }
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

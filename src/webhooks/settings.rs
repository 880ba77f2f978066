//! The settings of deliveries.

use std::time::Duration;

/// How events are delivered.
#[derive(Debug, Clone, Copy)]
pub struct WebhookSettings {
    /// Whether receivers may be on this machine or in a private network, and use plain HTTP.
    pub private_addresses: bool,
    /// Time limit for a receiver's answer. It must be shorter than the lease.
    pub response_timeout: Duration,
    /// Delay before the first retry; it doubles with each failure.
    pub first_retry: Duration,
    /// The longest delay between two retries.
    pub longest_retry: Duration,
    /// The time of continuous failure after which a webhook is disabled: the sum of the delays between its attempts.
    pub gives_up_after: Duration,
    /// How long a server keeps a webhook for itself after its last delivery, by the monotonic time of the others. It is the
    /// same on all servers of a ledger.
    pub lease: Duration,
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self {
            private_addresses: false,
            response_timeout: Duration::from_secs(15),
            first_retry: Duration::from_secs(5),
            longest_retry: Duration::from_hours(6),
            gives_up_after: Duration::from_hours(5 * 24),
            lease: Duration::from_mins(1),
        }
    }
}

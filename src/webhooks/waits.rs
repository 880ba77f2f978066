//! When this process tries a webhook next, and when it takes over another process's lease: by the monotonic time.
//!
//! The database holds the time of the next attempt by the clock of the server that failed, which may be set, and may differ
//! from the clocks of other servers. Each process therefore reads such a time once, when it first sees it, and waits from
//! then on by its own monotonic time, never longer than the delay that is stored with it. A lease has no time at all: its
//! holder counts it up with each delivery, and it has ended for a process that saw the same count for its whole length.

use super::settings::WebhookSettings;
use super::webhook::Webhook;
use chrono::{DateTime, Utc};
use minutebook_ledger::Lease;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// What one process waits for, by webhook.
#[derive(Default)]
pub(super) struct Waits {
    /// The failures and the time of the next attempt, as stored, and when it is due.
    retries: HashMap<String, (u32, DateTime<Utc>, Instant)>,
    /// The lease of another process, as stored, and when it ends unless it is renewed.
    leases: HashMap<String, (Lease, Instant)>,
}

impl Waits {
    /// Takes in the stored state of all webhooks. `now` is the clock's time, `at` the monotonic one.
    pub(super) fn observe(
        &mut self,
        webhooks: &[Webhook],
        holder: &str,
        settings: &WebhookSettings,
        now: DateTime<Utc>,
        at: Instant,
    ) {
        let (mut retries, mut leases) = (HashMap::new(), HashMap::new());
        for webhook in webhooks {
            let (failures, stored) = (webhook.progress.failures, webhook.progress.next_attempt_at);
            let known = self.retries.remove(&webhook.id).filter(|(of, time, _)| (*of, *time) == (failures, stored));
            let delay = || (stored - now).to_std().unwrap_or_default().min(webhook.progress.retry_delay);
            retries.insert(webhook.id.clone(), known.unwrap_or_else(|| (failures, stored, at + delay())));
            if let Some(lease) = webhook.lease.as_ref().filter(|lease| lease.holder != holder) {
                let known = self.leases.remove(&webhook.id).filter(|(seen, _)| seen == lease);
                leases.insert(webhook.id.clone(), known.unwrap_or_else(|| (lease.clone(), at + settings.lease)));
            }
        }
        (self.retries, self.leases) = (retries, leases);
    }

    /// Returns whether a webhook need not wait: neither for its next attempt nor for another process.
    pub(super) fn is_due(&self, id: &str, at: Instant) -> bool {
        self.ends(id).all(|end| end <= at)
    }

    /// Returns the time until some wait ends.
    pub(super) fn until_next(&self, at: Instant) -> Option<Duration> {
        let ends = self.retries.keys().flat_map(|id| self.ends(id));
        ends.filter(|end| *end > at).min().map(|end| end - at)
    }

    fn ends(&self, id: &str) -> impl Iterator<Item = Instant> {
        let retry = self.retries.get(id).map(|(_, _, due)| *due);
        retry.into_iter().chain(self.leases.get(id).map(|(_, end)| *end))
    }
}

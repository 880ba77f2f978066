//! Runs all webhooks: finds those with events to send, and delivers the events in order.

use super::backoff;
use super::delivery::{DeliveryFailure, WebhookSender};
use super::error::WebhookError;
use super::registry;
use super::settings::WebhookSettings;
use super::waits::Waits;
use super::webhook::Webhook;
use crate::query::ReadError;
use crate::query::events::{EventFilter, EventReader};
use chrono::{DateTime, Utc};
use minutebook_ledger::{DeliveryProgress, Log, StoreError};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// The time between two looks at the database for changes by other servers, and the pause after an internal error.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Events that are read from the log at a time.
const PAGE_SIZE: usize = 50;

/// Delivers events to the webhooks of a ledger.
pub struct Deliverer {
    events: EventReader,
    settings: WebhookSettings,
    sender: WebhookSender,
    /// This process's name in leases.
    holder: String,
}

/// An error that prevents a delivery, on our side.
#[derive(Debug, thiserror::Error)]
enum DeliveryError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    View(#[from] ReadError),
    #[error(transparent)]
    Webhook(#[from] WebhookError),
}

impl Deliverer {
    /// Creates a deliverer. It fails if the HTTP client cannot be built.
    pub fn new(events: EventReader, settings: WebhookSettings) -> Result<Arc<Self>, reqwest::Error> {
        let holder = uuid::Uuid::from_u64_pair(random(events.log()), random(events.log())).to_string();
        Ok(Arc::new(Self { events, settings, sender: WebhookSender::new(settings)?, holder }))
    }

    /// Delivers until `stopped` is true or its sender is dropped. Deliveries in progress finish, each within the response
    /// timeout, and the leases are released for other servers.
    pub async fn run(self: Arc<Self>, mut stopped: watch::Receiver<bool>) {
        let mut deliveries = JoinSet::new();
        let mut busy = HashSet::new();
        let mut webhooks: Vec<Webhook> = Vec::new();
        let mut waits = Waits::default();
        let mut reload = true;
        loop {
            let head = self.log().known_head();
            if reload {
                match registry::list(self.log()).await {
                    Ok(listed) => {
                        waits.observe(&listed, &self.holder, &self.settings, self.now(), Instant::now());
                        webhooks = listed;
                    }
                    Err(error) => tracing::error!(%error, "cannot read the webhooks"),
                }
            }
            for webhook in webhooks.iter().filter(|webhook| self.is_due(webhook, &waits)) {
                if busy.insert(webhook.id.clone()) {
                    deliveries.spawn(self.clone().deliver_and_log(webhook.clone(), stopped.clone()));
                }
            }
            reload = tokio::select! {
                Some(finished) = deliveries.join_next() => {
                    match finished {
                        Ok(id) => drop(busy.remove(&id)),
                        // The webhook stays busy in this process. Another server may take over after the lease.
                        Err(error) => tracing::error!(%error, "a delivery was aborted"),
                    }
                    true
                }
                () = self.log().reached(head.next()) => false,
                () = self.log().broken_off() => break,
                () = tokio::time::sleep(until_next(&waits)) => true,
                _ = stopped.wait_for(|stopped| *stopped) => break,
            };
        }
        while deliveries.join_next().await.is_some() {}
        if let Err(error) = self.log().release_webhooks(&self.holder).await {
            tracing::warn!(%error, "cannot release the webhooks; they stay leased to this process until the lease ends");
        }
    }

    fn log(&self) -> &Log {
        self.events.log()
    }

    fn now(&self) -> DateTime<Utc> {
        self.log().environment().clock.now()
    }

    /// Returns whether a webhook is enabled, has events to send, and waits for nothing.
    fn is_due(&self, webhook: &Webhook, waits: &Waits) -> bool {
        let DeliveryProgress { position, disabled_at, .. } = &webhook.progress;
        let has_events = *position < self.log().known_head();
        disabled_at.is_none() && has_events && waits.is_due(&webhook.id, Instant::now())
    }

    /// Delivers to one webhook, logs an error, and returns the id.
    async fn deliver_and_log(self: Arc<Self>, webhook: Webhook, mut stopped: watch::Receiver<bool>) -> String {
        let id = webhook.id.clone();
        if let Err(error) = self.deliver(webhook, &stopped).await {
            tracing::error!(webhook = %id, %error, "cannot deliver to webhook {id}");
            // The error would likely repeat at once.
            let _ = tokio::time::timeout(POLL_INTERVAL, stopped.wait_for(|stopped| *stopped)).await;
        }
        id
    }

    /// Sends the next page of events, until the receiver does not accept one.
    async fn deliver(&self, mut webhook: Webhook, stopped: &watch::Receiver<bool>) -> Result<(), DeliveryError> {
        if !self.log().lease_webhook(&webhook.id, &self.holder, webhook.lease.as_ref()).await? {
            return Ok(());
        }
        // Another server may have delivered between the listing and the lease.
        let Some(current) = registry::find(self.log(), &webhook.id).await? else { return Ok(()) };
        webhook.progress = current.progress;
        let (after, audience) = (webhook.progress.position, webhook.definition.audience());
        let page = self.events.page(&EventFilter::default(), after, PAGE_SIZE, &audience).await?;
        for event in page.events.iter().filter(|event| webhook.definition.selects(event)) {
            if *stopped.borrow() {
                return Ok(());
            }
            let outcome = self.sender.send(&webhook, event, self.now()).await;
            let is_accepted = outcome.is_ok();
            match outcome {
                Ok(outcome) => {
                    let position = event.position;
                    webhook.progress =
                        DeliveryProgress { position, last_outcome: Some(outcome), ..DeliveryProgress::default() };
                }
                Err(failure) => self.record_failure(&mut webhook.progress, failure),
            }
            // This also renews the lease. It fails if a slow delivery lost the lease to another server.
            if !self.save(&webhook).await? || !is_accepted {
                return Ok(());
            }
        }
        webhook.progress.position = page.through;
        self.save(&webhook).await?;
        Ok(())
    }

    /// Stores the progress and renews the lease. Returns false if another server holds the lease now.
    async fn save(&self, webhook: &Webhook) -> Result<bool, StoreError> {
        self.log().note_delivery(&webhook.id, &self.holder, &webhook.progress).await
    }

    fn record_failure(&self, progress: &mut DeliveryProgress, failure: DeliveryFailure) {
        let now = self.now();
        backoff::record_failure(progress, &self.settings, now, random(self.log()), failure);
    }
}

/// The time until a wait ends, at most the poll interval.
fn until_next(waits: &Waits) -> Duration {
    waits.until_next(Instant::now()).map_or(POLL_INTERVAL, |wait| wait.min(POLL_INTERVAL))
}

fn random(log: &Log) -> u64 {
    let mut bytes = [0; 8];
    // Without entropy the jitter is zero, which is harmless.
    let _ = log.environment().entropy.fill(&mut bytes);
    u64::from_be_bytes(bytes)
}

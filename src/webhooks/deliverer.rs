//! Looking after all webhooks: what is due is sent, in order, again until it is taken.

use super::backoff::{self, delta};
use super::delivery::{NotTaken, Sender};
use super::{Webhook, WebhookError, WebhookSettings};
use crate::query::ViewError;
use crate::query::events::{EventFilter, Events};
use chrono::{DateTime, Utc};
use minutebook_ledger::{DeliveryProgress, Lease, Log, StoreError};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How often it is looked for what is due, if nothing is recorded.
const LOOKED_FOR: Duration = Duration::from_secs(1);
/// Events that are taken up at a time.
const AT_ONCE: usize = 50;

/// Delivers to the webhooks of a ledger.
pub struct Deliverer {
    events: Events,
    settings: WebhookSettings,
    sender: Sender,
    /// What this process is known by to the others.
    holder: String,
}

#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    View(#[from] ViewError),
    #[error(transparent)]
    Webhook(#[from] WebhookError),
}

impl Deliverer {
    /// Delivers the events of one ledger. It fails where no HTTP client can be made.
    pub fn new(events: Events, settings: WebhookSettings) -> Result<Arc<Self>, reqwest::Error> {
        let holder = uuid::Uuid::from_u64_pair(random(events.log()), random(events.log())).to_string();
        Ok(Arc::new(Self { events, settings, sender: Sender::new(settings)?, holder }))
    }

    /// Delivers until `ended` says so, or whoever would say so is gone. What is being sent then is sent to its end, which
    /// takes no longer than a receiver may take; the webhooks are left to other servers.
    pub async fn run(self: Arc<Self>, mut ended: watch::Receiver<bool>) {
        let mut under_way = JoinSet::new();
        let mut busy = HashSet::new();
        let mut webhooks: Vec<Webhook> = Vec::new();
        let mut look_again = true;
        loop {
            let known = self.log().known_head();
            if look_again {
                match super::list(self.log()).await {
                    Ok(found) => webhooks = found,
                    Err(error) => tracing::error!(%error, "the webhooks could not be read"),
                }
            }
            for webhook in webhooks.iter().filter(|webhook| self.is_due(webhook)) {
                if busy.insert(webhook.id.clone()) {
                    under_way.spawn(self.clone().look_after(webhook.clone(), ended.clone()));
                }
            }
            look_again = tokio::select! {
                Some(through) = under_way.join_next() => {
                    match through {
                        Ok(id) => drop(busy.remove(&id)),
                        // It stays busy here. When the lease is over another server may try.
                        Err(error) => tracing::error!(%error, "a delivery was broken off"),
                    }
                    true
                }
                () = self.log().reached(known.next()) => false,
                () = tokio::time::sleep(self.until_next(&webhooks)) => true,
                _ = ended.wait_for(|ended| *ended) => break,
            };
        }
        while under_way.join_next().await.is_some() {}
        if let Err(error) = self.log().release_webhooks(&self.holder).await {
            tracing::warn!(%error, "the webhooks stay leased to this process until the lease is over");
        }
    }

    fn log(&self) -> &Log {
        self.events.log()
    }

    fn now(&self) -> DateTime<Utc> {
        self.log().environment().clock.now()
    }

    fn is_due(&self, webhook: &Webhook) -> bool {
        let DeliveryProgress { position, next_attempt_at, disabled_at, .. } = &webhook.progress;
        let now = self.now();
        let others = webhook.lease.as_ref().is_some_and(|lease| lease.holder != self.holder && lease.until >= now);
        disabled_at.is_none() && !others && *next_attempt_at <= now && *position < self.log().known_head()
    }

    /// How long it is until one is due, or it is looked for changes by others.
    fn until_next(&self, webhooks: &[Webhook]) -> Duration {
        let now = self.now();
        let waits = webhooks.iter().filter(|webhook| webhook.progress.disabled_at.is_none());
        let waits = waits.filter_map(|webhook| (webhook.progress.next_attempt_at - now).to_std().ok());
        waits.filter(|wait| !wait.is_zero()).min().unwrap_or(LOOKED_FOR).min(LOOKED_FOR)
    }

    async fn look_after(self: Arc<Self>, webhook: Webhook, mut ended: watch::Receiver<bool>) -> String {
        let id = webhook.id.clone();
        if let Err(error) = self.deliver(webhook, &ended).await {
            tracing::error!(webhook = %id, %error, "nothing could be delivered to webhook {id}");
            // What fails at once would fail again and again.
            let _ = tokio::time::timeout(LOOKED_FOR, ended.wait_for(|ended| *ended)).await;
        }
        id
    }

    /// Sends what comes next, until something is not taken.
    async fn deliver(&self, mut webhook: Webhook, ended: &watch::Receiver<bool>) -> Result<(), Failed> {
        if !self.log().lease_webhook(&webhook.id, self.now(), &self.lease()).await? {
            return Ok(());
        }
        // Another server may have delivered since it was read.
        let Some(now) = super::find(self.log(), &webhook.id).await? else { return Ok(()) };
        webhook.progress = now.progress;
        let (after, audience) = (webhook.progress.position, webhook.definition.audience());
        let page = self.events.page(&EventFilter::default(), after, AT_ONCE, &audience).await?;
        for event in page.events.iter().filter(|event| webhook.definition.wants(event)) {
            if *ended.borrow() {
                return Ok(());
            }
            let outcome = self.sender.send(&webhook, event, self.now()).await;
            let taken = outcome.is_ok();
            match outcome {
                Ok(outcome) => {
                    let position = event.position;
                    webhook.progress =
                        DeliveryProgress { position, last_outcome: Some(outcome), ..DeliveryProgress::default() };
                }
                Err(why) => self.failed(&mut webhook.progress, why),
            }
            // The lease is prolonged by it; whoever was long in sending may have lost the webhook to another.
            if !self.note(&webhook).await? || !taken {
                return Ok(());
            }
        }
        webhook.progress.position = page.through;
        self.note(&webhook).await?;
        Ok(())
    }

    async fn note(&self, webhook: &Webhook) -> Result<bool, StoreError> {
        self.log().note_delivery(&webhook.id, &self.lease(), &webhook.progress).await
    }

    fn lease(&self) -> Lease {
        Lease { holder: self.holder.clone(), until: self.now() + delta(self.settings.lease) }
    }

    fn failed(&self, progress: &mut DeliveryProgress, why: NotTaken) {
        let now = self.now();
        backoff::failed(progress, &self.settings, now, random(self.log()), why.outcome);
        if why.gone {
            progress.disabled_at = Some(now);
        }
    }
}

fn random(log: &Log) -> u64 {
    let mut bytes = [0; 8];
    // Without randomness nothing is recorded either; what is put off is put off all the same.
    let _ = log.environment().entropy.fill(&mut bytes);
    u64::from_be_bytes(bytes)
}

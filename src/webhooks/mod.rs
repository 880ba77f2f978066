//! Webhooks: events are sent to whoever asked for them, as CloudEvents, signed, until they were taken.
//!
//! A webhook has a place in the log, kept in the database. What comes after it is sent in order, one at a time, and the
//! place moves on when it was taken: so each event is delivered at least once, whatever happens in between. A lease makes
//! sure that of several servers one delivers at a time. `deliverer.rs` looks after all of them, `delivery.rs` sends one
//! event, `backoff.rs` says what follows when it is not taken, `addresses.rs` where nothing is sent to.

mod addresses;
mod backoff;
mod deliverer;
mod delivery;
mod signature;

pub use deliverer::Deliverer;
pub use signature::SigningSecret;

use crate::query::clearances::ClearanceByCommittee;
use crate::query::events::{Audience, EventView};
use chrono::{DateTime, Utc};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::{DeliveryProgress, Lease, Log, NoEntropy, StoreError, StoredWebhook};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How webhooks are delivered to.
#[derive(Debug, Clone, Copy)]
pub struct WebhookSettings {
    /// Whether events may be sent to addresses of this machine and of private networks, and there unencrypted.
    pub private_addresses: bool,
    /// How long a receiver may take to answer. It is less than the lease.
    pub patience: Duration,
    /// How long it is waited after the first failure. It doubles with each one that follows.
    pub first_retry: Duration,
    /// How long it is waited at most.
    pub longest_retry: Duration,
    /// For how long a receiver may fail before nothing more is sent.
    pub gives_up_after: Duration,
    /// How long a server has a webhook to itself after it last sent something.
    pub lease: Duration,
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self {
            private_addresses: false,
            patience: Duration::from_secs(15),
            first_retry: Duration::from_secs(5),
            longest_retry: Duration::from_hours(6),
            gives_up_after: Duration::from_hours(5 * 24),
            lease: Duration::from_mins(1),
        }
    }
}

/// Where events are sent to, and which.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDefinition {
    /// Where to.
    pub url: String,
    /// The highest classification that is sent.
    pub clearance: Classification,
    /// The committees whose events are sent; those of all if there are none.
    pub committees: Option<Vec<CommitteeCode>>,
    /// The types of events that are sent; every type if there are none.
    pub types: Option<Vec<String>>,
    /// Who asked for it.
    pub created_by: String,
}

impl WebhookDefinition {
    /// What the receiver may know. Tokens are nobody's business there, and of committees that are not the webhook's an
    /// event names what is public.
    fn audience(&self) -> Audience {
        let clearance = Clearance::up_to(self.clearance);
        let public = ClearanceByCommittee::public().everywhere();
        let reach = match &self.committees {
            None => clearance.into(),
            Some(codes) => {
                ClearanceByCommittee::new(public, codes.iter().map(|code| (code.clone(), clearance)).collect())
            }
        };
        Audience { reach, audits: false }
    }

    fn wants(&self, event: &EventView) -> bool {
        let of = |codes: &Vec<CommitteeCode>| event.stream.committee().is_some_and(|code| codes.contains(code));
        self.types.as_ref().is_none_or(|types| types.iter().any(|wanted| wanted == event.event_type))
            && self.committees.as_ref().is_none_or(of)
    }
}

/// A webhook, and how far it has come.
#[derive(Clone)]
pub struct Webhook {
    /// What it is known by.
    pub id: String,
    /// Where to, and which events.
    pub definition: WebhookDefinition,
    /// What is signed with.
    pub secret: SigningSecret,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// How far it has come.
    pub progress: DeliveryProgress,
    lease: Option<Lease>,
}

/// What the database keeps of a webhook and never changes.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    definition: WebhookDefinition,
    secret: SigningSecret,
    created_at: DateTime<Utc>,
}

impl Webhook {
    fn of(kept: StoredWebhook) -> Result<Self, WebhookError> {
        let StoredWebhook { id, definition, progress, lease } = kept;
        let Ok(Kept { definition, secret, created_at }) = serde_json::from_str(&definition) else {
            return Err(WebhookError::Unreadable(id));
        };
        Ok(Self { id, definition, secret, created_at, progress, lease })
    }
}

/// Why a webhook was not made, or not found.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// Events are not sent there.
    #[error("`{url}` is not where events are sent to: {expected} was expected")]
    Refused {
        /// Where to.
        url: String,
        /// What would be accepted.
        expected: &'static str,
    },
    /// There is another one that was made under the same key.
    #[error("the webhook {0} was made under the same key, and is another one")]
    KeyReused(String),
    /// The database has one that is not understood.
    #[error("the webhook {0} is not as this program writes them")]
    Unreadable(String),
    /// There was no randomness for its secret.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a webhook, which is sent what is recorded from now on. Whoever asks for the same one again, by the same id, is
/// given the one that is there.
pub async fn create(
    log: &Log,
    id: &str,
    definition: WebhookDefinition,
    settings: &WebhookSettings,
) -> Result<Webhook, WebhookError> {
    addresses::check(&definition.url, settings.private_addresses)?;
    let environment = log.environment();
    let kept = Kept { definition, secret: SigningSecret::generate(environment)?, created_at: environment.clock.now() };
    let text = serde_json::to_string(&kept).map_err(|_| WebhookError::Unreadable(id.to_owned()))?;
    log.add_webhook(id, &text, log.head().await?).await?;
    match find(log, id).await? {
        Some(found) if found.definition == kept.definition => Ok(found),
        _ => Err(WebhookError::KeyReused(id.to_owned())),
    }
}

/// All webhooks.
pub async fn list(log: &Log) -> Result<Vec<Webhook>, WebhookError> {
    log.webhooks().await?.into_iter().map(Webhook::of).collect()
}

/// The webhook with this id.
pub async fn find(log: &Log, id: &str) -> Result<Option<Webhook>, WebhookError> {
    log.webhooks().await?.into_iter().find(|kept| kept.id == id).map(Webhook::of).transpose()
}

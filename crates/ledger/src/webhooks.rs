//! Whom events are sent to, and how far each has come: beside the log, and no part of it.

use super::log::Log;
use super::store::{Bound, StoreError, read, stored};
use chrono::{DateTime, Utc};
use minutebook_domain::Position;

/// A webhook as the database keeps it.
#[derive(Clone)]
pub struct StoredWebhook {
    /// What it is known by.
    pub id: String,
    /// Where to, for whom: what only `webhooks/` reads.
    pub definition: String,
    /// How far it has come.
    pub progress: DeliveryProgress,
    /// The process that delivers at present, and until when the others leave it to that one.
    pub lease: Option<Lease>,
}

/// A process has a webhook to itself for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The process.
    pub holder: String,
    /// Until when the others leave it to that one.
    pub until: DateTime<Utc>,
}

/// How far a webhook has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryProgress {
    /// The last position that was delivered, or is not for it.
    pub position: Position,
    /// Attempts in a row that failed.
    pub failures: u32,
    /// Since when they fail.
    pub failing_since: Option<DateTime<Utc>>,
    /// Not before then is it tried again.
    pub next_attempt_at: DateTime<Utc>,
    /// What came of the last attempt.
    pub last_outcome: Option<String>,
    /// Since when it is no longer tried.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// A row of the table: id, definition, position, failures, since when it fails, when it is tried next, what came of the last
/// attempt, since when it is disabled, by whom and until when it is leased.
pub(crate) type WebhookFound =
    (String, String, i64, i64, Option<i64>, i64, Option<String>, Option<i64>, Option<String>, i64);

pub(crate) const SELECT_WEBHOOKS: &str = "SELECT id, definition, position, failures, failing_since, next_attempt_at, \
    last_outcome, disabled_at, leased_by, leased_until FROM webhooks ORDER BY id";
const INSERT: &str = "INSERT INTO webhooks (id, definition, position) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
const DELETE: &str = "DELETE FROM webhooks WHERE id = $1";
const LEASE: &str = "UPDATE webhooks SET leased_by = $2, leased_until = $4 \
    WHERE id = $1 AND disabled_at IS NULL AND (leased_until < $3 OR leased_by = $2)";
const RELEASE: &str = "UPDATE webhooks SET leased_by = NULL, leased_until = 0 WHERE leased_by = $1";
const ENABLE: &str = "UPDATE webhooks SET failures = 0, failing_since = NULL, next_attempt_at = 0, \
    disabled_at = NULL WHERE id = $1";
/// Whoever lost the lease meanwhile does not set back what another one has come to.
const NOTE: &str = "UPDATE webhooks SET position = $3, failures = $4, failing_since = $5, next_attempt_at = $6, \
    last_outcome = $7, disabled_at = $8, leased_until = $9 WHERE id = $1 AND leased_by = $2";

fn time(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

fn micros(time: DateTime<Utc>) -> Bound<'static> {
    Bound::Number(Some(time.timestamp_micros()))
}

fn perhaps(time: Option<DateTime<Utc>>) -> Bound<'static> {
    time.map_or(Bound::Number(None), micros)
}

fn text(text: &str) -> Bound<'_> {
    Bound::Text(Some(text))
}

fn kept(found: WebhookFound) -> StoredWebhook {
    let (id, definition, position, failures, failing_since, next_attempt_at, last_outcome, disabled_at, holder, until) =
        found;
    let progress = DeliveryProgress {
        position: Position::new(read(position)),
        failures: u32::try_from(failures).unwrap_or(u32::MAX),
        failing_since: failing_since.map(time),
        next_attempt_at: time(next_attempt_at),
        last_outcome,
        disabled_at: disabled_at.map(time),
    };
    let lease = holder.map(|holder| Lease { holder, until: time(until) });
    StoredWebhook { id, definition, progress, lease }
}

impl Log {
    /// All webhooks.
    pub async fn webhooks(&self) -> Result<Vec<StoredWebhook>, StoreError> {
        Ok(self.store().webhooks().await?.into_iter().map(kept).collect())
    }

    /// Keeps a new webhook, which is sent what comes after `position`; not if there is one of that id already.
    pub async fn add_webhook(&self, id: &str, definition: &str, position: Position) -> Result<bool, StoreError> {
        let values = [text(id), text(definition), Bound::Number(Some(stored(position.number())))];
        self.store().change_webhooks(INSERT, &values).await
    }

    /// Removes a webhook; whether it was there.
    pub async fn remove_webhook(&self, id: &str) -> Result<bool, StoreError> {
        self.store().change_webhooks(DELETE, &[text(id)]).await
    }

    /// Takes it on to deliver to a webhook for a while, unless another process has.
    pub async fn lease_webhook(&self, id: &str, now: DateTime<Utc>, lease: &Lease) -> Result<bool, StoreError> {
        let values = [text(id), text(&lease.holder), micros(now), micros(lease.until)];
        self.store().change_webhooks(LEASE, &values).await
    }

    /// Leaves all webhooks of a process to whichever takes them next.
    pub async fn release_webhooks(&self, holder: &str) -> Result<(), StoreError> {
        self.store().change_webhooks(RELEASE, &[text(holder)]).await.map(drop)
    }

    /// Has a webhook tried again at once, whatever failed; whether it was there.
    pub async fn enable_webhook(&self, id: &str) -> Result<bool, StoreError> {
        self.store().change_webhooks(ENABLE, &[text(id)]).await
    }

    /// Notes how far a webhook has come, and keeps it for a while longer; whether it is still this process's to deliver to.
    pub async fn note_delivery(&self, id: &str, lease: &Lease, so_far: &DeliveryProgress) -> Result<bool, StoreError> {
        let values = [
            text(id),
            text(&lease.holder),
            Bound::Number(Some(stored(so_far.position.number()))),
            Bound::Number(Some(i64::from(so_far.failures))),
            perhaps(so_far.failing_since),
            micros(so_far.next_attempt_at),
            Bound::Text(so_far.last_outcome.as_deref()),
            perhaps(so_far.disabled_at),
            micros(lease.until),
        ];
        self.store().change_webhooks(NOTE, &values).await
    }
}

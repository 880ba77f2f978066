//! The contract for what the program keeps beside the log: uses of tokens, webhooks, and the sessions of browsers. None of it is part of the
//! record; it changes in place and may be lost.

use super::error::StoreError;
use super::numbers::read;
use super::row::row;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use minutebook_domain::Position;
use std::time::Duration;

/// The tables beside the log. Times are microseconds since the epoch where they are numbers.
#[async_trait]
pub(crate) trait SidecarStore: Send + Sync {
    /// Notes that a token was used at a time, unless a later use is noted already.
    async fn note_token_use(&self, token_id: &str, at: i64) -> Result<(), StoreError>;
    /// Returns the last use of every token that was used.
    async fn token_uses(&self) -> Result<Vec<TokenUseRow>, StoreError>;
    /// Returns all webhooks, by id.
    async fn webhooks(&self) -> Result<Vec<StoredWebhook>, StoreError>;
    /// Adds a webhook that receives events after `position`. Returns false if the id is taken.
    async fn add_webhook(&self, id: &str, definition: &str, position: Position) -> Result<bool, StoreError>;
    /// Removes a webhook. Returns whether it existed.
    async fn remove_webhook(&self, id: &str) -> Result<bool, StoreError>;
    /// Clears a webhook's failures, so that it is tried at once. Returns whether it existed.
    async fn enable_webhook(&self, id: &str) -> Result<bool, StoreError>;
    /// Takes or renews the lease of a webhook for `holder`. Another process's lease is taken over if it is still `ended`.
    /// Returns whether it was taken.
    async fn lease_webhook(&self, id: &str, holder: &str, ended: Option<&Lease>) -> Result<bool, StoreError>;
    /// Gives back the leases of a process.
    async fn release_webhooks(&self, holder: &str) -> Result<(), StoreError>;
    /// Stores the progress of a webhook and renews the lease of `holder`. Returns false if the lease was lost: then the
    /// progress of another process stays.
    async fn note_delivery(&self, id: &str, holder: &str, progress: &DeliveryProgress) -> Result<bool, StoreError>;
    /// Adds a session.
    async fn add_session(&self, session: &StoredSession) -> Result<(), StoreError>;
    /// Returns the session whose secret has this hash.
    async fn session(&self, id_hash: &str) -> Result<Option<StoredSession>, StoreError>;
    /// Returns all sessions, in the order of their beginning.
    async fn sessions(&self) -> Result<Vec<StoredSession>, StoreError>;
    /// Notes that a session was used at a time, unless a later use is noted already.
    async fn note_session_use(&self, id_hash: &str, at: i64) -> Result<(), StoreError>;
    /// Removes a session.
    async fn remove_session(&self, id_hash: &str) -> Result<(), StoreError>;
    /// Removes the sessions that began or were last used by these times.
    async fn remove_old_sessions(&self, began_by: i64, used_by: i64) -> Result<(), StoreError>;
}

row! {
    /// A browser's session, by the hash of its secret.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct StoredSession {
        /// SHA-256 of the secret, in hexadecimal digits.
        pub id_hash: String,
        /// The id of the token that was presented.
        pub bearer: String,
        /// When it began, in microseconds since the epoch.
        pub began_at: i64,
        /// When it was last used.
        pub used_at: i64,
    }
}

row! {
    /// The last use of a token.
    pub(crate) struct TokenUseRow {
        pub(crate) token_id: String,
        /// Microseconds since the epoch.
        pub(crate) last_used_at: i64,
    }
}

/// A webhook with its progress.
#[derive(Clone)]
pub struct StoredWebhook {
    /// The id by which it is managed.
    pub id: String,
    /// The address, the secret and the audience, as JSON that only `src/webhooks` reads.
    pub definition: String,
    /// How far delivery has come.
    pub progress: DeliveryProgress,
    /// The process that delivers at present.
    pub lease: Option<Lease>,
}

/// The exclusive right of one process to deliver to a webhook, until another process finds that it renews it no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The process.
    pub holder: String,
    /// How often the webhook was leased or its lease renewed, by any process.
    pub renewals: u64,
}

/// How far delivery to a webhook has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryProgress {
    /// The last position that was delivered, or that the webhook's audience excludes.
    pub position: Position,
    /// The number of consecutive failed attempts.
    pub failures: u32,
    /// The time of the first of those failures.
    pub failing_since: Option<DateTime<Utc>>,
    /// The delay before the next attempt.
    pub retry_delay: Duration,
    /// The end of that delay, by the clock of the server that failed.
    pub next_attempt_at: DateTime<Utc>,
    /// The outcome of the last attempt, for people.
    pub last_outcome: Option<String>,
    /// The time when delivery was given up.
    pub disabled_at: Option<DateTime<Utc>>,
}

row! {
    /// A row of `webhooks`.
    pub(super) struct WebhookRow {
        id: String,
        definition: String,
        position: u64 = read,
        failures: i64,
        failing_since: Option<i64>,
        retry_delay: u64 = read,
        next_attempt_at: i64,
        last_outcome: Option<String>,
        disabled_at: Option<i64>,
        leased_by: Option<String>,
        lease_renewals: u64 = read,
    }
}

impl From<WebhookRow> for StoredWebhook {
    fn from(row: WebhookRow) -> Self {
        let progress = DeliveryProgress {
            position: Position::new(row.position),
            failures: u32::try_from(row.failures).unwrap_or(u32::MAX),
            failing_since: row.failing_since.map(time),
            retry_delay: Duration::from_micros(row.retry_delay),
            next_attempt_at: time(row.next_attempt_at),
            last_outcome: row.last_outcome,
            disabled_at: row.disabled_at.map(time),
        };
        let lease = row.leased_by.map(|holder| Lease { holder, renewals: row.lease_renewals });
        Self { id: row.id, definition: row.definition, progress, lease }
    }
}

fn time(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

/// Returns an optional time as its column holds it.
pub(super) fn micros(time: Option<DateTime<Utc>>) -> Option<i64> {
    time.map(|time| time.timestamp_micros())
}

/// Implements [`SidecarStore`] for a store with a pool of `readers` and the pool that the method `sidecar` returns.
macro_rules! impl_sidecar_store {
    ($store:ty) => {
        #[async_trait::async_trait]
        impl SidecarStore for $store {
            async fn note_token_use(&self, token_id: &str, at: i64) -> Result<(), StoreError> {
                let sql = "INSERT INTO token_uses (token_id, last_used_at) VALUES ($1, $2) \
                           ON CONFLICT (token_id) DO UPDATE SET last_used_at = excluded.last_used_at \
                           WHERE excluded.last_used_at > token_uses.last_used_at";
                sqlx::query(sql).bind(token_id).bind(at).execute(self.sidecar()).await?;
                Ok(())
            }

            async fn token_uses(&self) -> Result<Vec<TokenUseRow>, StoreError> {
                let sql = "SELECT token_id, last_used_at FROM token_uses";
                Ok(sqlx::query_as(sql).fetch_all(&self.readers).await?)
            }

            async fn webhooks(&self) -> Result<Vec<StoredWebhook>, StoreError> {
                let sql = "SELECT id, definition, position, failures, failing_since, retry_delay, next_attempt_at, \
                           last_outcome, disabled_at, leased_by, lease_renewals FROM webhooks ORDER BY id";
                let rows: Vec<WebhookRow> = sqlx::query_as(sql).fetch_all(&self.readers).await?;
                Ok(rows.into_iter().map(StoredWebhook::from).collect())
            }

            async fn add_webhook(&self, id: &str, definition: &str, position: Position) -> Result<bool, StoreError> {
                let sql = "INSERT INTO webhooks (id, definition, position) VALUES ($1, $2, $3) \
                           ON CONFLICT (id) DO NOTHING";
                let query = sqlx::query(sql).bind(id).bind(definition).bind(stored(position.number()));
                Ok(query.execute(self.sidecar()).await?.rows_affected() > 0)
            }

            async fn remove_webhook(&self, id: &str) -> Result<bool, StoreError> {
                let query = sqlx::query("DELETE FROM webhooks WHERE id = $1").bind(id);
                Ok(query.execute(self.sidecar()).await?.rows_affected() > 0)
            }

            async fn enable_webhook(&self, id: &str) -> Result<bool, StoreError> {
                let sql = "UPDATE webhooks SET failures = 0, failing_since = NULL, retry_delay = 0, \
                           next_attempt_at = 0, disabled_at = NULL WHERE id = $1";
                Ok(sqlx::query(sql).bind(id).execute(self.sidecar()).await?.rows_affected() > 0)
            }

            async fn lease_webhook(&self, id: &str, holder: &str, ended: Option<&Lease>) -> Result<bool, StoreError> {
                let sql = "UPDATE webhooks SET leased_by = $2, lease_renewals = lease_renewals + 1 \
                           WHERE id = $1 AND disabled_at IS NULL AND (leased_by IS NULL OR leased_by = $2 \
                           OR (leased_by = $3 AND lease_renewals = $4))";
                let query = sqlx::query(sql)
                    .bind(id)
                    .bind(holder)
                    .bind(ended.map(|lease| &lease.holder))
                    .bind(ended.map(|lease| stored(lease.renewals)));
                Ok(query.execute(self.sidecar()).await?.rows_affected() > 0)
            }

            async fn release_webhooks(&self, holder: &str) -> Result<(), StoreError> {
                let sql = "UPDATE webhooks SET leased_by = NULL WHERE leased_by = $1";
                sqlx::query(sql).bind(holder).execute(self.sidecar()).await?;
                Ok(())
            }

            async fn note_delivery(
                &self,
                id: &str,
                holder: &str,
                progress: &DeliveryProgress,
            ) -> Result<bool, StoreError> {
                let sql = "UPDATE webhooks SET position = $3, failures = $4, failing_since = $5, \
                           next_attempt_at = $6, last_outcome = $7, disabled_at = $8, retry_delay = $9, \
                           lease_renewals = lease_renewals + 1 \
                           WHERE id = $1 AND leased_by = $2";
                let query = sqlx::query(sql)
                    .bind(id)
                    .bind(holder)
                    .bind(stored(progress.position.number()))
                    .bind(i64::from(progress.failures))
                    .bind(sidecar::micros(progress.failing_since))
                    .bind(progress.next_attempt_at.timestamp_micros())
                    .bind(&progress.last_outcome)
                    .bind(sidecar::micros(progress.disabled_at))
                    .bind(i64::try_from(progress.retry_delay.as_micros()).unwrap_or(i64::MAX));
                Ok(query.execute(self.sidecar()).await?.rows_affected() > 0)
            }

            async fn add_session(&self, session: &StoredSession) -> Result<(), StoreError> {
                let sql = "INSERT INTO sessions (id_hash, bearer, began_at, used_at) VALUES ($1, $2, $3, $4)";
                let query = sqlx::query(sql).bind(&session.id_hash).bind(&session.bearer);
                query.bind(session.began_at).bind(session.used_at).execute(self.sidecar()).await?;
                Ok(())
            }

            async fn session(&self, id_hash: &str) -> Result<Option<StoredSession>, StoreError> {
                let sql = "SELECT id_hash, bearer, began_at, used_at FROM sessions WHERE id_hash = $1";
                Ok(sqlx::query_as(sql).bind(id_hash).fetch_optional(&self.readers).await?)
            }

            async fn sessions(&self) -> Result<Vec<StoredSession>, StoreError> {
                let sql = "SELECT id_hash, bearer, began_at, used_at FROM sessions ORDER BY began_at, id_hash";
                Ok(sqlx::query_as(sql).fetch_all(&self.readers).await?)
            }

            async fn note_session_use(&self, id_hash: &str, at: i64) -> Result<(), StoreError> {
                let sql = "UPDATE sessions SET used_at = $2 WHERE id_hash = $1 AND used_at < $2";
                sqlx::query(sql).bind(id_hash).bind(at).execute(self.sidecar()).await?;
                Ok(())
            }

            async fn remove_session(&self, id_hash: &str) -> Result<(), StoreError> {
                sqlx::query("DELETE FROM sessions WHERE id_hash = $1").bind(id_hash).execute(self.sidecar()).await?;
                Ok(())
            }

            async fn remove_old_sessions(&self, began_by: i64, used_by: i64) -> Result<(), StoreError> {
                let sql = "DELETE FROM sessions WHERE began_at <= $1 OR used_at <= $2";
                sqlx::query(sql).bind(began_by).bind(used_by).execute(self.sidecar()).await?;
                Ok(())
            }
        }
    };
}

pub(super) use impl_sidecar_store;

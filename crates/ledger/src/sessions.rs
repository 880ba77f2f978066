//! The sessions of browsers, beside the log. They are no part of the record.

use super::log::Log;
use super::store::{StoreError, StoredSession};
use chrono::{DateTime, Utc};

impl Log {
    /// Adds a session.
    pub async fn add_session(&self, session: &StoredSession) -> Result<(), StoreError> {
        self.store().add_session(session).await
    }

    /// Returns the session whose secret has this hash.
    pub async fn session(&self, id_hash: &str) -> Result<Option<StoredSession>, StoreError> {
        self.store().session(id_hash).await
    }

    /// Returns all sessions, in the order of their beginning.
    pub async fn sessions(&self) -> Result<Vec<StoredSession>, StoreError> {
        self.store().sessions().await
    }

    /// Notes a use of a session, unless a later one is noted.
    pub async fn note_session_use(&self, id_hash: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.store().note_session_use(id_hash, at.timestamp_micros()).await
    }

    /// Removes a session.
    pub async fn remove_session(&self, id_hash: &str) -> Result<(), StoreError> {
        self.store().remove_session(id_hash).await
    }

    /// Removes the sessions that began or were last used by these times.
    pub async fn remove_old_sessions(&self, began_by: DateTime<Utc>, used_by: DateTime<Utc>) -> Result<(), StoreError> {
        self.store().remove_old_sessions(began_by.timestamp_micros(), used_by.timestamp_micros()).await
    }
}

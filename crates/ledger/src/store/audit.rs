//! The contract for checking and exporting the log, and what both stores share of it.

use super::catalogue::SchemaAudit;
use super::error::StoreError;
use super::event_log::CommandRow;
use super::numbers::read;
use super::row::row;
use async_trait::async_trait;

/// The log as stored, row by row, for `verify`, exports and imports.
#[async_trait]
pub(crate) trait LogAudit: Send + Sync {
    /// Returns at most `limit` whole rows of events after position `after`.
    async fn rows(&self, after: u64, limit: u32) -> Result<Vec<EventRow>, StoreError>;
    /// Returns the references of the events at positions from `first` to `last`, by position.
    async fn references(&self, first: u64, last: u64) -> Result<Vec<ReferenceRow>, StoreError>;
    /// Returns at most `limit` commands whose ids come after `after`, by id.
    async fn commands(&self, after: &str, limit: u32) -> Result<Vec<CommandRow>, StoreError>;
    /// Returns the leaves of at most `limit` events after position `after`, in order: 32 bytes each, without separator.
    async fn leaves(&self, after: u64, limit: u32) -> Result<Vec<u8>, StoreError>;
    /// Compares the schema with that of this version.
    async fn audit_schema(&self) -> Result<SchemaAudit, StoreError>;
    /// Checks that the schema is the one of this program.
    async fn check_migrated(&self) -> Result<(), StoreError>;
}

row! {
    /// One event's row with every column.
    #[derive(Debug, Clone)]
    pub(crate) struct EventRow {
        pub(crate) position: i64,
        pub(crate) stream: String,
        pub(crate) version: i64,
        pub(crate) event_id: String,
        pub(crate) event_type: String,
        pub(crate) recorded_at: i64,
        pub(crate) event_bytes: Vec<u8>,
        pub(crate) salt: Vec<u8>,
        pub(crate) leaf: Vec<u8>,
    }
}

row! {
    /// One reference that an event carries.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct ReferenceRow {
        pub(crate) reference: String,
        pub(crate) position: u64 = read,
    }
}

/// Implements [`LogAudit`] for a store with a pool of `readers`.
macro_rules! impl_log_audit {
    ($store:ty { $($own:tt)* }) => {
        #[async_trait::async_trait]
        impl LogAudit for $store {
            $($own)*

            async fn rows(&self, after: u64, limit: u32) -> Result<Vec<EventRow>, StoreError> {
                let sql = "SELECT position, stream, version, CAST(event_id AS TEXT) AS event_id, event_type, \
                           recorded_at, event_bytes, salt, leaf FROM events \
                           WHERE position > $1 ORDER BY position LIMIT $2";
                Ok(sqlx::query_as(sql).bind(stored(after)).bind(i64::from(limit)).fetch_all(&self.readers).await?)
            }

            async fn references(&self, first: u64, last: u64) -> Result<Vec<ReferenceRow>, StoreError> {
                let sql = "SELECT reference, position FROM event_references \
                           WHERE position BETWEEN $1 AND $2 ORDER BY position, reference";
                Ok(sqlx::query_as(sql).bind(stored(first)).bind(stored(last)).fetch_all(&self.readers).await?)
            }

            async fn commands(&self, after: &str, limit: u32) -> Result<Vec<CommandRow>, StoreError> {
                let sql = "SELECT command_id, fingerprint, first_position, last_position FROM commands \
                           WHERE command_id > $1 ORDER BY command_id LIMIT $2";
                Ok(sqlx::query_as(sql).bind(after).bind(i64::from(limit)).fetch_all(&self.readers).await?)
            }
        }
    };
}

pub(super) use impl_log_audit;

//! The contract for making read models again, and what both stores share of it.

use super::error::StoreError;
use super::row_version::NewRows;
use async_trait::async_trait;

/// The log in the order in which read models are made from it, and the place for their new rows.
#[async_trait]
pub(crate) trait RebuildStore: Send + Sync {
    /// Begins a rebuild. It waits until no other rebuild is running, in this process or another.
    async fn begin_rebuild(&self) -> Result<Box<dyn RebuildSession>, StoreError>;
    /// Returns the last position of every command, in order.
    async fn command_ends(&self) -> Result<Vec<i64>, StoreError>;
    /// Returns the bytes of at most `limit` events after a version of a stream, in the order of streams and versions, a
    /// newline between each two. Events after position `up_to` are left out.
    async fn page_by_stream(&self, stream: &str, version: i64, up_to: i64, limit: u32) -> Result<Vec<u8>, StoreError>;
}

/// A rebuild that is running. A database has one at a time, until it is dropped or its process ends: a second one would
/// remove the generations of the first as leftovers.
#[async_trait]
pub(crate) trait RebuildSession: Send {
    /// Creates the tables of these generations.
    async fn begin_generations(&mut self, generations: &[i64]) -> Result<(), StoreError>;
    /// Indexes the tables once all rows are written.
    async fn finish_generations(&mut self, generations: &[i64]) -> Result<(), StoreError>;
    /// Writes rows, and empties the lists.
    async fn write(&mut self, rows: &mut NewRows) -> Result<(), StoreError>;
    /// Removes the rows of all other generations, a few at a time.
    async fn drop_generations_but(&mut self, kept: &[i64]) -> Result<(), StoreError>;
}

/// A read model under rebuild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewGeneration {
    pub(crate) model: String,
    /// The version of the projection.
    pub(crate) version: i64,
    pub(crate) generation: i64,
}

/// A read model that stopped at an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HaltedModel {
    pub(crate) model: String,
    /// The position of the event.
    pub(crate) position: i64,
    /// What the projection reported.
    pub(crate) why: String,
}

/// What is written in the transaction that replaces old rows with new ones.
#[derive(Debug, Default)]
pub(crate) struct Publication {
    pub(crate) models: Vec<NewGeneration>,
    /// Streams that were appended to during the rebuild: `rows` replaces what was made of them.
    pub(crate) streams: Vec<String>,
    pub(crate) rows: NewRows,
    pub(crate) halted: Vec<HaltedModel>,
    /// The position that all read models have reached.
    pub(crate) position: i64,
}

pub(super) const SELECT_COMMAND_ENDS: &str = "SELECT last_position FROM commands ORDER BY last_position";
pub(super) const PAGE_BY_STREAM: &str = "SELECT event_bytes FROM events WHERE (stream, version) > ($1, $2) \
     AND position <= $3 ORDER BY stream, version LIMIT $4";

/// Implements [`RebuildStore`] for a store with pools of `readers` and of `walkers`, which read whole tables in order.
macro_rules! impl_rebuild_store {
    ($store:ty { $($own:tt)* }) => {
        #[async_trait::async_trait]
        impl RebuildStore for $store {
            $($own)*

            async fn command_ends(&self) -> Result<Vec<i64>, StoreError> {
                Ok(sqlx::query_scalar(rebuild_store::SELECT_COMMAND_ENDS).fetch_all(self.walkers()).await?)
            }

            async fn page_by_stream(
                &self,
                stream: &str,
                version: i64,
                up_to: i64,
                limit: u32,
            ) -> Result<Vec<u8>, StoreError> {
                let sql = (DIALECT.join_events)(rebuild_store::PAGE_BY_STREAM);
                let query = sqlx::query_scalar(AssertSqlSafe(sql))
                    .bind(stream)
                    .bind(version)
                    .bind(up_to)
                    .bind(i64::from(limit));
                let page: Option<Vec<u8>> = query.fetch_one(self.walkers()).await?;
                Ok(page.unwrap_or_default())
            }
        }
    };
}

pub(super) use impl_rebuild_store;

//! The contract of an append: what it looks up, what it writes, and what both stores share of it.

use super::audit::EventRow;
use super::error::StoreError;
use super::event_log::{CommandRow, Head};
use super::read_models::{ReadModelSnapshot, RowChanges, TouchedRows};
use super::rebuild::Publication;
use crate::merkle::Hash;
use async_trait::async_trait;
use std::collections::HashMap;

/// When an append takes the lock on the head's row, which keeps every other writer out until the commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeadLock {
    /// The statement that writes takes it, and writes nothing if the head has moved since the look-up. On PostgreSQL
    /// this saves two round trips. SQLite locks at once, which costs nothing there.
    Optimistic,
    /// The append begins with it and waits its turn, so that the look-up stays true.
    Pessimistic,
}

/// An append that has begun. Dropping it leaves the log as it was.
#[async_trait]
pub(crate) trait AppendTransaction: Send {
    /// Reads what the append needs to know, all of it as of one head.
    async fn look_up(&mut self, query: &AppendQuery) -> Result<LogSnapshot, StoreError>;
    /// Returns the bytes of a whole stream, in order, a newline between each two, as of the head of the look-up or later.
    async fn history(&mut self, stream: &str) -> Result<Vec<u8>, StoreError>;
    /// Returns the streams that have events after a position.
    async fn streams_since(&mut self, position: i64) -> Result<Vec<String>, StoreError>;
    /// Writes the rows and moves the head from position `from` to `head`. Returns false, with nothing written, if the head
    /// is elsewhere.
    ///
    /// With [`HeadLock::Pessimistic`] the head cannot be elsewhere, and more may be written before the commit. With
    /// [`HeadLock::Optimistic`] the rows are durable on return.
    async fn append(&mut self, rows: AppendedRows, from: u64, head: Head) -> Result<bool, StoreError>;
    /// Makes durable what was written.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
    /// Replaces rows of read models by new ones, and commits.
    async fn publish(self: Box<Self>, publication: Publication) -> Result<(), StoreError>;
}

/// What an append needs to know before it writes.
#[derive(Debug, Default)]
pub(crate) struct AppendQuery {
    pub(crate) command_ids: Vec<String>,
    pub(crate) streams: Vec<String>,
    pub(crate) references: Vec<String>,
    pub(crate) touched: TouchedRows,
    /// The last position that this process has seen.
    pub(crate) seen: u64,
}

impl AppendQuery {
    /// Asks for every row of a stream in place of the rows that the batch touches.
    pub(crate) fn ask_whole(&mut self, stream: String) {
        self.touched.keys.retain(|(_, touched, _)| *touched != stream);
        self.touched.whole.push(stream);
    }
}

/// The answer to an [`AppendQuery`], as of one head.
#[derive(Debug, Default)]
pub(crate) struct LogSnapshot {
    /// The end of the log. The row is missing only in a damaged database.
    pub(crate) head: Option<Head>,
    /// The transaction that last wrote the head's row, on PostgreSQL.
    pub(super) head_written_by: Option<i64>,
    /// The commands that the log holds, by id.
    pub(crate) commands: HashMap<String, CommandRow>,
    /// The version of each stream; 0 if it has no event.
    pub(crate) versions: HashMap<String, u64>,
    /// The last position that carries each reference; 0 if none does.
    pub(crate) last_used: HashMap<String, u64>,
    pub(crate) rows: ReadModelSnapshot,
    /// The leaf at the position that this process has seen.
    pub(crate) seen_leaf: Option<Hash>,
}

/// Everything that one transaction writes.
#[derive(Debug, Default)]
pub(crate) struct AppendedRows {
    pub(crate) events: Vec<EventRow>,
    pub(crate) references: Vec<(String, i64)>,
    pub(crate) commands: Vec<CommandRow>,
    pub(crate) rows: RowChanges,
}

pub(super) const SELECT_STREAM: &str = "SELECT event_bytes FROM events WHERE stream = $1 ORDER BY version";
pub(super) const SELECT_STREAMS_SINCE: &str = "SELECT DISTINCT stream FROM events WHERE position > $1";
pub(super) const PUBLISH: &str = "INSERT INTO read_models (name, version, generation) VALUES ($1, $2, $3) \
     ON CONFLICT (name) DO UPDATE SET version = excluded.version, generation = excluded.generation, \
     halted_at = NULL, halted_why = NULL";
pub(super) const HALT: &str = "UPDATE read_models SET halted_at = $2, halted_why = $3 WHERE name = $1";
pub(super) const MOVE_READ_MODELS: &str = "UPDATE read_up_to SET position = $1";

/// Implements [`AppendTransaction`] for a transaction with a `connection`, the `generations` that its process last saw,
/// and a `DIALECT`.
macro_rules! impl_append_transaction {
    ($transaction:ty { $($own:tt)* }) => {
        impl $transaction {
            /// Answers the query by one statement, and again if it named generations that are no longer in use.
            async fn snapshot(&mut self, query: &AppendQuery) -> Result<LogSnapshot, StoreError> {
                let mut generations = self.generations.last_seen();
                loop {
                    let statement = look_up::statement(&DIALECT, query, &generations);
                    let rows = self::query(statement)?.fetch_all(self.connection()).await;
                    let found = rows.and_then(|rows| LogSnapshot::from_rows(&rows));
                    let in_use = match &found {
                        Ok(snapshot) => snapshot.rows.generations(),
                        Err(error) if error::is_away(error) => return Ok(found?),
                        // A replaced generation may have no tables left.
                        Err(_) => match sqlx::query_as::<_, ModelRow>(read_models::SELECT_READ_MODELS)
                            .fetch_all(self.connection())
                            .await
                        {
                            Ok(models) => models.into_iter().map(|model| (model.model, model.generation)).collect(),
                            Err(_) => generations.clone(),
                        },
                    };
                    if in_use == generations {
                        return Ok(found?);
                    }
                    self.generations.remember(in_use.clone());
                    generations = in_use;
                }
            }
        }

        #[async_trait::async_trait]
        impl AppendTransaction for $transaction {
            $($own)*

            async fn history(&mut self, stream: &str) -> Result<Vec<u8>, StoreError> {
                let sql = AssertSqlSafe((DIALECT.join_events)(append::SELECT_STREAM));
                let history: Option<Vec<u8>> =
                    sqlx::query_scalar(sql).bind(stream).fetch_one(self.connection()).await?;
                Ok(history.unwrap_or_default())
            }

            async fn streams_since(&mut self, position: i64) -> Result<Vec<String>, StoreError> {
                self.connection().set_limit(LONG);
                let query = sqlx::query_scalar(append::SELECT_STREAMS_SINCE).bind(position);
                Ok(query.fetch_all(self.connection()).await?)
            }

            async fn publish(mut self: Box<Self>, publication: Publication) -> Result<(), StoreError> {
                self.connection().set_limit(LONG);
                let Publication { models, streams, rows, halted, position } = publication;
                for NewGeneration { model, version, generation } in &models {
                    for stream in &streams {
                        self.remove_rows(*generation, stream).await?;
                    }
                    let query = sqlx::query(append::PUBLISH).bind(model).bind(version).bind(generation);
                    query.execute(self.connection()).await?;
                }
                self.insert_rows(&rows).await?;
                for HaltedModel { model, position, why } in &halted {
                    let query = sqlx::query(append::HALT).bind(model).bind(position).bind(why);
                    query.execute(self.connection()).await?;
                }
                sqlx::query(append::MOVE_READ_MODELS).bind(position).execute(self.connection()).await?;
                self.finish_publication().await
            }
        }
    };
}

pub(super) use impl_append_transaction;

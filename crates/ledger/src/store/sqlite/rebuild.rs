//! The tables of new generations on SQLite: filled over a connection of their own, and removed a piece at a time once
//! others have replaced them.

use super::rebuild_lock::RebuildLock;
use super::rows::insert_rows;
use super::statements::Statements;
use super::{STATEMENTS, WAIT, WRITER_CACHE, pool};
use crate::store::error::StoreError;
use crate::store::rebuild::RebuildSession;
use crate::store::row_version::NewRows;
use crate::store::timed::{Silence, TimedConnection, TimedPool};
use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Sqlite};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The tables and indexes of a generation; `#` stands for its number.
const TABLES: &str = "\
CREATE TABLE row_versions_# (
    stream      TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    valid_from  INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00:00Z
    valid_to    INTEGER NOT NULL, -- 9223372036854775807 while no end is known
    known_from  INTEGER NOT NULL, -- a position
    ended_known INTEGER NOT NULL, -- the position at which valid_to became known
    known_to    INTEGER NOT NULL, -- the position that withdrew it
    known_end   INTEGER NOT NULL, -- known_to where it is set, else ended_known
    valid_node  INTEGER NOT NULL, -- its node in an interval tree over valid time
    known_node  INTEGER NOT NULL, -- its node in an interval tree over positions
    rank_from   INTEGER NOT NULL, -- the lowest rank of clearance for which it is the row
    rank_to     INTEGER NOT NULL, -- the rank above them; 32767 if there is none
    scope       TEXT    NOT NULL,
    facet       TEXT    NOT NULL,
    content     TEXT              -- JSON; null in a version that ends the row
) STRICT;
CREATE UNIQUE INDEX row_versions_#_by_row ON row_versions_# (stream, key, known_from, valid_from, rank_from);
CREATE INDEX row_versions_#_by_valid_time ON row_versions_# (scope, facet, valid_node, valid_from, valid_to)
    WHERE known_to = 9223372036854775807;
CREATE INDEX row_versions_#_by_known_time ON row_versions_# (scope, facet, known_node, known_from)
    WHERE known_end < 9223372036854775807;
CREATE TABLE searched_# (
    id         INTEGER PRIMARY KEY,
    stream     TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    known_from INTEGER NOT NULL, -- the position from which the row held the words
    rank       INTEGER NOT NULL, -- the clearance that may read all of the words
    words      TEXT    NOT NULL  -- distinct, with spaces between them; one names the list of the row
) STRICT;
CREATE INDEX searched_#_by_row ON searched_# (stream, key);
-- The program makes the words: letters and digits in lower case. The ascii tokenizer splits them at spaces and nowhere
-- else, because it counts everything beyond ASCII as a letter.
CREATE VIRTUAL TABLE searched_words_# USING fts5(
    words, content = 'searched_#', content_rowid = 'id', tokenize = 'ascii', detail = 'none', columnsize = 0
);
INSERT INTO searched_words_# (searched_words_#, rank) VALUES ('hashsize', 16777216);";

/// The triggers that keep the index of words current once the rows are in use. Until then it takes in many entries at a
/// time, which is less than half the work, and may hold `hashsize` bytes of them in memory; here that goes back to the
/// default.
const TRIGGERS: &str = "\
INSERT INTO searched_words_# (searched_words_#, rank) VALUES ('hashsize', 1048576);
CREATE TRIGGER searched_#_is_indexed AFTER INSERT ON searched_# BEGIN
    INSERT INTO searched_words_# (rowid, words) VALUES (new.id, new.words);
END;
CREATE TRIGGER searched_#_is_unindexed AFTER DELETE ON searched_# BEGIN
    INSERT INTO searched_words_# (searched_words_#, rowid, words) VALUES ('delete', old.id, old.words);
END;";

/// Search entries that the index of words takes in at a time.
const INDEXED_AT_ONCE: usize = 32_768;
/// How long a statement of a rebuild may take: it may index the words of every row.
const INDEXING: Duration = Duration::from_mins(15);
/// Rows that are removed at a time: a writer waits no longer than that takes.
const REMOVED_AT_ONCE: i64 = 32_768;

/// Selects the generations that have tables. `row_versions_N` is dropped last, so it marks a generation.
const SELECT_GENERATIONS: &str = "SELECT CAST(substr(name, 14) AS INTEGER) FROM sqlite_master \
     WHERE type = 'table' AND name GLOB 'row_versions_[0-9]*'";

pub(super) struct SqliteRebuild {
    connection: TimedConnection<Sqlite>,
    /// The writer's connection in this process. The rebuild writes only while it holds that, so that the two take
    /// turns:
    /// SQLite itself retries a lock now and then, and does not favour the longest waiter.
    turns: TimedPool<Sqlite>,
    /// The number of entries of each generation that its index of words lacks.
    unindexed: BTreeMap<i64, usize>,
    _lock: RebuildLock,
}

impl SqliteRebuild {
    /// Begins a rebuild once no other process has one.
    pub(super) async fn begin(
        lock: &Path,
        options: &SqliteConnectOptions,
        turns: &TimedPool<Sqlite>,
    ) -> Result<Self, StoreError> {
        let unlockable = |error: std::io::Error| StoreError::Database(Arc::new(sqlx::Error::Io(error)));
        let lock = RebuildLock::take(lock).await.map_err(unlockable)?;
        // These rows count once they are published, and the commit of that syncs all that came before it.
        let options = options.clone().synchronous(SqliteSynchronous::Normal);
        let options = options.statement_cache_capacity(STATEMENTS).pragma("cache_size", WRITER_CACHE);
        let pool = TimedPool::new(pool(1, WAIT).connect_lazy_with(options), INDEXING, &Silence::of_a_file());
        let connection = pool.connection().await?.use_once();
        Ok(Self { connection, turns: turns.clone(), unindexed: BTreeMap::new(), _lock: lock })
    }

    /// Runs statements for each generation, all in one transaction.
    async fn run(&mut self, statements: &str, generations: &[i64]) -> Result<(), StoreError> {
        let each = generations.iter().map(|generation| statements.replace('#', &generation.to_string()));
        let statements: String = each.collect();
        let _turn = self.turns.connection().await?;
        self.connection.begin("BEGIN IMMEDIATE").await?;
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut self.connection).await?;
        Ok(self.connection.end_transaction("COMMIT").await?)
    }

    /// Adds the newest entries to the index of words.
    async fn index(&mut self, generation: i64, entries: usize) -> Result<(), StoreError> {
        let newest = format!(
            "INSERT INTO searched_words_# (rowid, words) SELECT id, words FROM searched_# \
             WHERE id > (SELECT MAX(id) FROM searched_#) - {entries}"
        );
        self.run(&newest, &[generation]).await
    }

    /// Removes all rows of a table, a piece at a time.
    async fn empty(&mut self, table: &str) -> Result<(), StoreError> {
        let sql = format!(
            "DELETE FROM {table} WHERE rowid <= (SELECT MIN(rowid) FROM {table}) + {REMOVED_AT_ONCE} \
             AND EXISTS (SELECT 1 FROM {table})"
        );
        loop {
            let _turn = self.turns.connection().await?;
            if sqlx::query(AssertSqlSafe(sql.clone())).execute(&mut self.connection).await?.rows_affected() == 0 {
                return Ok(());
            }
        }
    }
}

#[async_trait]
impl RebuildSession for SqliteRebuild {
    async fn begin_generations(&mut self, generations: &[i64]) -> Result<(), StoreError> {
        self.run(TABLES, generations).await
    }

    async fn finish_generations(&mut self, generations: &[i64]) -> Result<(), StoreError> {
        for (generation, entries) in std::mem::take(&mut self.unindexed) {
            self.index(generation, entries).await?;
        }
        self.run(TRIGGERS, generations).await
    }

    async fn write(&mut self, rows: &mut NewRows) -> Result<(), StoreError> {
        let rows = std::mem::take(rows);
        {
            let _turn = self.turns.connection().await?;
            self.connection.begin("BEGIN IMMEDIATE").await?;
            insert_rows(&mut Statements::one_by_one(&mut self.connection), &rows).await?;
            self.connection.end_transaction("COMMIT").await?;
        }
        for (generation, _) in &rows.searched {
            *self.unindexed.entry(*generation).or_default() += 1;
        }
        let full: Vec<(i64, usize)> = self.unindexed.extract_if(.., |_, entries| *entries >= INDEXED_AT_ONCE).collect();
        for (generation, entries) in full {
            self.index(generation, entries).await?;
        }
        Ok(())
    }

    async fn drop_generations_but(&mut self, kept: &[i64]) -> Result<(), StoreError> {
        let there: Vec<i64> = sqlx::query_scalar(SELECT_GENERATIONS).fetch_all(&mut self.connection).await?;
        for generation in there.into_iter().filter(|generation| !kept.contains(generation)) {
            // Without their indexes rows go quickly, and a table without rows at once.
            let indexes = "DROP TABLE IF EXISTS searched_words_#; DROP TRIGGER IF EXISTS searched_#_is_unindexed; \
                           DROP INDEX IF EXISTS searched_#_by_row";
            self.run(indexes, &[generation]).await?;
            self.empty(&format!("searched_{generation}")).await?;
            for index in ["by_known_time", "by_valid_time", "by_row"] {
                self.run(&format!("DROP INDEX IF EXISTS row_versions_#_{index}"), &[generation]).await?;
            }
            self.empty(&format!("row_versions_{generation}")).await?;
            self.run("DROP TABLE searched_#; DROP TABLE row_versions_#", &[generation]).await?;
        }
        Ok(())
    }
}

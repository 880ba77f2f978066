//! The tables of new generations on PostgreSQL: filled with COPY, and attached as partitions once they hold all rows.

use super::SESSION;
use super::copy::CopyLines;
use super::limits::{DEAD_CLIENTS, WALK_BEGINS, pool};
use crate::store::error::StoreError;
use crate::store::rebuild::RebuildSession;
use crate::store::row_version::NewRows;
use crate::store::timed::{LONG, Silence, TimedConnection, TimedPool};
use async_trait::async_trait;
use futures_util::FutureExt as _;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Postgres};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Takes the lock of a rebuild until the end of the transaction, once neither another rebuild nor a statement of one that was
/// killed holds it. The exclusive lock is given up again, so that this rebuild's own statements may take theirs.
const LOCK: &str = "\
    BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0; \
    LOCK TABLE rebuild_lock IN SHARE UPDATE EXCLUSIVE MODE NOWAIT; \
    SAVEPOINT waited; LOCK TABLE rebuild_lock IN EXCLUSIVE MODE NOWAIT; ROLLBACK TO SAVEPOINT waited";
/// Generations that are indexed at a time.
const INDEXED_AT_ONCE: usize = 2;
/// How often to try to drop tables that readers still use, and the pause between. The next rebuild drops what is left.
const TRIES: u32 = 50;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);
/// How long a statement may take that indexes or attaches a whole generation.
const INDEXING: Duration = Duration::from_mins(15);
/// How often a lock is tried that another rebuild holds. A statement that waited for it would have no limit.
const LOCK_POLL: Duration = Duration::from_millis(100);

/// Selects the generations that have tables, attached as partitions or not.
const SELECT_GENERATIONS: &str = "\
    SELECT DISTINCT substring(c.relname FROM '[0-9]+$')::bigint FROM pg_class c \
    WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'row_versions'::regclass) \
          AND c.relkind = 'r' AND c.relname ~ '^(row_versions|searched)_[0-9]+$'";

/// A rebuild, while it holds the lock. Each statement that may run for long has a lock of its own, so that the statements of a
/// killed process end before another rebuild can begin.
pub(super) struct PostgresRebuild {
    /// In a transaction that does nothing but hold the lock.
    _lock: TimedConnection<Postgres>,
    connection: TimedConnection<Postgres>,
    pool: TimedPool<Postgres>,
}

impl PostgresRebuild {
    /// Begins a rebuild once no other process has one.
    pub(super) async fn begin(options: &PgConnectOptions, silence: &Arc<Silence>) -> Result<Self, StoreError> {
        let connections = u32::try_from(2 + INDEXED_AT_ONCE).unwrap_or(u32::MAX);
        let pool =
            pool(connections, WALK_BEGINS, &[&SESSION, &DEAD_CLIENTS], silence).connect_lazy_with(options.clone());
        let pool = TimedPool::new(pool, LONG, silence);
        // Closed when it is dropped: the server releases the lock.
        let mut lock = pool.connection().await?.use_once();
        while !is_locked(&mut lock).await? {
            sqlx::raw_sql("ROLLBACK").execute(&mut lock).await?;
            tokio::time::sleep(LOCK_POLL).await;
        }
        let mut connection = pool.connection().await?.use_once();
        // These rows count once they are published, and the commit of that flushes all that came before it.
        sqlx::query("SET synchronous_commit = off").execute(&mut connection).await?;
        Ok(Self { _lock: lock, connection, pool })
    }

    /// Indexes generations from the list until it is empty.
    async fn index(&self, generations: &Mutex<Vec<i64>>) -> Result<(), StoreError> {
        let mut connection = self.pool.connection().await?.use_once();
        connection.set_limit(INDEXING);
        loop {
            let next = generations.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(generation) = next else { break };
            call(&mut connection, "index_generation", generation).await?;
        }
        Ok(())
    }

    async fn call(&mut self, function: &'static str, generations: &[i64]) -> Result<(), StoreError> {
        self.connection.set_limit(INDEXING);
        for generation in generations {
            call(&mut self.connection, function, *generation).await?;
        }
        Ok(())
    }

    async fn copy<T>(
        &mut self,
        (table, columns): (&str, &str),
        rows: &[(i64, T)],
        line: impl Fn(&mut CopyLines, &(i64, T)),
    ) -> Result<(), StoreError> {
        for of_generation in rows.chunk_by(|(one, _), (next, _)| one == next) {
            let Some((generation, _)) = of_generation.first() else { continue };
            let mut lines = CopyLines::default();
            for row in of_generation {
                line(&mut lines, row);
                lines.end();
            }
            let sql = format!("COPY {table}_{generation} (generation, {columns}) FROM STDIN");
            self.connection.set_limit(LONG);
            let copied = self.connection.limited(|connection| {
                async move {
                    let mut copy = connection.copy_in_raw(&sql).await?;
                    copy.send(lines.into_bytes()).await?;
                    copy.finish().await
                }
                .boxed()
            });
            copied.await?;
        }
        Ok(())
    }
}

/// Tries to take the lock of a rebuild. Returns whether it did; else the transaction is to be rolled back.
async fn is_locked(connection: &mut TimedConnection<Postgres>) -> Result<bool, StoreError> {
    match sqlx::raw_sql(LOCK).execute(connection).await.map_err(StoreError::from) {
        Ok(_) => Ok(true),
        Err(StoreError::Busy(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Calls a function of the schema, and keeps the next rebuild waiting until it ends.
async fn call(
    connection: &mut TimedConnection<Postgres>,
    function: &'static str,
    generation: i64,
) -> Result<(), StoreError> {
    // Two statements sent together are one transaction.
    let sql = format!("LOCK TABLE rebuild_lock IN ROW SHARE MODE; SELECT {function}({generation})");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

#[async_trait]
impl RebuildSession for PostgresRebuild {
    async fn begin_generations(&mut self, generations: &[i64]) -> Result<(), StoreError> {
        self.call("begin_generation", generations).await
    }

    async fn finish_generations(&mut self, generations: &[i64]) -> Result<(), StoreError> {
        let waiting = Mutex::new(generations.iter().rev().copied().collect());
        futures_util::future::try_join_all((0..INDEXED_AT_ONCE).map(|_| self.index(&waiting))).await?;
        self.call("finish_generation", generations).await
    }

    async fn write(&mut self, rows: &mut NewRows) -> Result<(), StoreError> {
        let rows = std::mem::take(rows);
        let columns = "stream, key, valid_from, valid_to, known_from, ended_known, known_to, known_end, valid_node, known_node, \
                       rank_from, rank_to, scope, facet, content";
        self.copy(("row_versions", columns), &rows.versions, |line, (generation, version)| {
            line.number(*generation).text(&version.stream).text(&version.key);
            line.number(version.valid_from).number(version.valid_to).number(version.known_from);
            line.number(version.ended_known).number(version.known_to).number(version.known_end());
            line.number(version.valid_node()).number(version.known_node());
            line.number(version.ranks.from.into()).number(version.ranks.to.into());
            line.text(&version.content.scope).text(&version.content.facet);
            line.optional(version.content.row.as_deref());
        })
        .await?;
        let columns = "stream, key, known_from, rank, words";
        self.copy(("searched", columns), &rows.searched, |line, (generation, searched)| {
            line.number(*generation).text(&searched.stream).text(&searched.key).number(searched.known_from);
            line.number(searched.passage.rank.into()).words(&searched.indexed_words());
        })
        .await
    }

    async fn drop_generations_but(&mut self, kept: &[i64]) -> Result<(), StoreError> {
        let there: Vec<i64> = sqlx::query_scalar(SELECT_GENERATIONS).fetch_all(&mut self.connection).await?;
        for generation in there.into_iter().filter(|generation| !kept.contains(generation)) {
            for attempt in 1..=TRIES {
                match self.call("drop_generation", &[generation]).await {
                    Ok(()) => break,
                    Err(StoreError::Busy(_)) => {
                        if attempt == TRIES {
                            tracing::warn!(
                                generation,
                                "readers still use rows that were replaced; the next rebuild drops them"
                            );
                        }
                        tokio::time::sleep(BETWEEN_TRIES).await;
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}

//! The tables of new generations: filled with COPY, and made partitions when all rows are there.

use super::rows::{CopyRow, indexed_words};
use super::{RebuildSession, StoreError};
use crate::read_models::row::NewRows;
use async_trait::async_trait;
use sqlx::{Connection as _, PgConnection, PgPool};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The advisory lock that whoever makes read models again holds: "minutebk", as a number.
const REBUILD_LOCK: i64 = i64::from_be_bytes(*b"minutebk");
/// The one that is shared by those who make indexes for it: "minuteix". Whoever begins waits until nobody has it.
const INDEX_LOCK: i64 = i64::from_be_bytes(*b"minuteix");
/// Generations whose indexes are made at a time.
const INDEXED_AT_ONCE: usize = 2;
/// How often it is tried to remove the tables of a generation that readers are still at, and how long it is waited between.
/// What is left then goes with the next rebuild.
const TRIES: u32 = 50;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// The generations that have tables, whether these are partitions yet or not.
const SELECT_GENERATIONS: &str = "\
    SELECT DISTINCT substring(c.relname FROM '[0-9]+$')::bigint FROM pg_class c \
    WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'row_versions'::regclass) \
          AND c.relkind = 'r' AND c.relname ~ '^(row_versions|searched)_[0-9]+$'";

/// The connection that holds the lock is the one that writes: whatever a process that was killed has sent is done with
/// before another can begin.
pub(super) struct PostgresRebuild {
    connection: PgConnection,
    pool: PgPool,
}

impl PostgresRebuild {
    /// Waits for its turn.
    pub(super) async fn begin(pool: &PgPool) -> Result<Self, StoreError> {
        // Out of the pool: when it is dropped the connection is closed, and the server gives the lock back.
        let mut connection = pool.acquire().await?.detach();
        for (sql, lock) in [
            ("SELECT pg_advisory_lock($1)", REBUILD_LOCK),
            ("SELECT pg_advisory_lock($1)", INDEX_LOCK),
            ("SELECT pg_advisory_unlock($1)", INDEX_LOCK),
        ] {
            sqlx::query(sql).bind(lock).execute(&mut connection).await?;
        }
        // What is written here counts once it is published, and the commit of that flushes all that came before it.
        sqlx::query("SET synchronous_commit = off").execute(&mut connection).await?;
        Ok(Self { connection, pool: pool.clone() })
    }

    /// Makes the indexes of generations that nobody else took on.
    async fn index(&self, generations: &Mutex<Vec<i64>>) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?.detach();
        sqlx::query("SELECT pg_advisory_lock_shared($1)").bind(INDEX_LOCK).execute(&mut connection).await?;
        loop {
            let next = generations.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(generation) = next else { break };
            sqlx::query("SELECT index_generation($1)").bind(generation).execute(&mut connection).await?;
        }
        Ok(connection.close().await?)
    }

    async fn call(&mut self, function: &'static str, generations: &[i64]) -> Result<(), StoreError> {
        for generation in generations {
            sqlx::query(function).bind(generation).execute(&mut self.connection).await?;
        }
        Ok(())
    }

    async fn copy<T>(
        &mut self,
        (table, columns): (&str, &str),
        rows: &[(i64, T)],
        line: impl Fn(&mut CopyRow, &(i64, T)),
    ) -> Result<(), StoreError> {
        for of_generation in rows.chunk_by(|(one, _), (next, _)| one == next) {
            let Some((generation, _)) = of_generation.first() else { continue };
            let mut lines = CopyRow::default();
            for row in of_generation {
                line(&mut lines, row);
                lines.end();
            }
            let sql = format!("COPY {table}_{generation} (generation, {columns}) FROM STDIN");
            let mut copy = self.connection.copy_in_raw(&sql).await?;
            copy.send(lines.into_bytes()).await?;
            copy.finish().await?;
        }
        Ok(())
    }
}

#[async_trait]
impl RebuildSession for PostgresRebuild {
    async fn begin_generations(&mut self, generations: &[i64]) -> Result<(), StoreError> {
        self.call("SELECT begin_generation($1)", generations).await
    }

    async fn finish_generations(&mut self, generations: &[i64]) -> Result<(), StoreError> {
        let waiting = Mutex::new(generations.iter().rev().copied().collect());
        futures_util::future::try_join_all((0..INDEXED_AT_ONCE).map(|_| self.index(&waiting))).await?;
        self.call("SELECT finish_generation($1)", generations).await
    }

    async fn write(&mut self, rows: &mut NewRows) -> Result<(), StoreError> {
        let rows = std::mem::take(rows);
        let columns = "stream, key, valid_from, valid_to, known_from, ended_known, known_to, known_end, valid_node, known_node, \
                       scope, facet, rank, content";
        self.copy(("row_versions", columns), &rows.versions, |line, (generation, version)| {
            line.number(*generation).text(&version.stream).text(&version.key);
            line.number(version.valid_from).number(version.valid_to).number(version.known_from);
            line.number(version.ended_known).number(version.known_to).number(version.known_end());
            line.number(version.valid_node()).number(version.known_node());
            line.text(&version.content.scope).text(&version.content.facet).number(version.content.rank.into());
            line.optional(version.content.row.as_deref());
        })
        .await?;
        let columns = "stream, key, known_from, rank, words";
        self.copy(("searched", columns), &rows.searched, |line, row| {
            let (generation, searched) = row;
            line.number(*generation).text(&searched.stream).text(&searched.key).number(searched.known_from);
            line.number(searched.passage.rank.into()).words(&indexed_words(row));
        })
        .await
    }

    async fn drop_generations_but(&mut self, kept: &[i64]) -> Result<(), StoreError> {
        let there: Vec<i64> = sqlx::query_scalar(SELECT_GENERATIONS).fetch_all(&mut self.connection).await?;
        for generation in there.into_iter().filter(|generation| !kept.contains(generation)) {
            for attempt in 1..=TRIES {
                match self.call("SELECT drop_generation($1)", &[generation]).await {
                    Ok(()) => break,
                    Err(StoreError::Database(error)) if is_locked(&error) => {
                        if attempt == TRIES {
                            tracing::warn!(generation, "rows that were replaced are still being read; they go later");
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

/// Whether a lock was not to be had in time: LOCK_NOT_AVAILABLE is 55P03.
fn is_locked(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("55P03"))
}

//! A pool of timed connections.

use super::connection::TimedConnection;
use super::driver::{Step, TimedDriver};
use super::silence::Silence;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use sqlx::{Database, Execute, Executor, Pool, SqlStr};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// What a statement gets at least, however long it waited for its connection.
const LEAST: Duration = Duration::from_millis(500);
/// How long closing waits for the connections in use.
const CLOSE: Duration = Duration::from_secs(5);

/// A pool of connections. As an executor, it runs a statement on any of them.
pub(in crate::store) struct TimedPool<DB: Database> {
    pool: Pool<DB>,
    statement: Duration,
    silence: Arc<Silence>,
}

impl<DB: TimedDriver> TimedPool<DB> {
    /// Limits each statement, the wait for its connection included. The wait alone has the limit of `pool` itself.
    pub(in crate::store) fn new(pool: Pool<DB>, statement: Duration, silence: &Arc<Silence>) -> Self {
        Self { pool, statement, silence: silence.clone() }
    }

    /// Returns a connection, on which each statement has the whole limit.
    pub(in crate::store) async fn connection(&self) -> sqlx::Result<TimedConnection<DB>> {
        self.silence.admit().await?;
        let acquired = self.pool.acquire().await.map_err(|error| match error {
            sqlx::Error::PoolTimedOut => {
                self.silence.note();
                self.silence.no_connection()
            }
            error => error,
        });
        Ok(TimedConnection::new(acquired?, self.statement, self.silence.clone()))
    }

    /// Returns a connection with a transaction that `sql` begins.
    pub(in crate::store) async fn begin(&self, sql: &'static str) -> sqlx::Result<TimedConnection<DB>> {
        let mut connection = self.connection().await?;
        connection.begin(sql).await?;
        Ok(connection)
    }

    /// Returns a connection for one statement, whose limit the wait has shortened.
    async fn for_one_statement(&self) -> sqlx::Result<TimedConnection<DB>> {
        let begun = Instant::now();
        let mut connection = self.connection().await?;
        connection.set_limit(self.statement.saturating_sub(begun.elapsed()).max(LEAST));
        Ok(connection)
    }

    /// Closes the connections.
    pub(in crate::store) async fn close(&self) {
        // A connection in use beyond that is closed when it is dropped.
        let _ = timeout(CLOSE, self.pool.close()).await;
    }
}

impl<DB: Database> Clone for TimedPool<DB> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone(), statement: self.statement, silence: self.silence.clone() }
    }
}

impl<DB: Database> fmt::Debug for TimedPool<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimedPool").finish_non_exhaustive()
    }
}

impl<'p, DB: TimedDriver> Executor<'p> for &'p TimedPool<DB> {
    type Database = DB;

    fn execute<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<DB::QueryResult>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(async move { self.for_one_statement().await?.execute(query).await })
    }

    /// The steps are collected first: they end when their connection is returned.
    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, sqlx::Result<Step<DB>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let steps = async move {
            let steps: Vec<_> = self.for_one_statement().await?.fetch_many(query).try_collect().await?;
            Ok::<_, sqlx::Error>(stream::iter(steps).map(Ok))
        };
        stream::once(steps).try_flatten().boxed()
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Vec<DB::Row>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(async move { self.for_one_statement().await?.fetch_all(query).await })
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<DB::Row>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(async move { self.for_one_statement().await?.fetch_optional(query).await })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [<DB as Database>::TypeInfo],
    ) -> BoxFuture<'e, sqlx::Result<<DB as Database>::Statement>>
    where
        'p: 'e,
    {
        Box::pin(async move { self.for_one_statement().await?.prepare_with(sql, parameters).await })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::error::StoreError;
    use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};

    /// A statement of a few seconds.
    const SLOW: &str = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000000) \
                        SELECT COUNT(*) FROM c";
    const LIMIT: Duration = Duration::from_millis(300);

    fn pool_of_one(statement: Duration) -> TimedPool<sqlx::Sqlite> {
        let pool: SqlitePool = SqlitePoolOptions::new().max_connections(1).connect_lazy("sqlite::memory:").unwrap();
        TimedPool::new(pool, statement, &Silence::of_a_file())
    }

    #[tokio::test]
    async fn a_statement_beyond_its_limit_fails_and_frees_its_place() {
        let pool = pool_of_one(LIMIT);
        let begun = Instant::now();
        let answer = sqlx::query(SLOW).fetch_all(&pool).await.map_err(StoreError::from);
        assert!(matches!(answer, Err(StoreError::Unreachable(_))), "{:?}", answer.map(drop));
        sqlx::query("SELECT 1").fetch_one(&pool).await.unwrap();
        assert!(begun.elapsed() < 4 * LIMIT, "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn an_abandoned_statement_frees_its_place_within_its_limit() {
        let pool = pool_of_one(2 * LIMIT);
        let abandoned = sqlx::query(SLOW).fetch_all(&pool);
        assert!(timeout(LIMIT, abandoned).await.is_err());
        let mut next = pool.clone();
        next.statement = Duration::from_secs(10);
        let begun = Instant::now();
        sqlx::query("SELECT 1").fetch_one(&next).await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn an_abandoned_transaction_is_rolled_back() {
        let pool = pool_of_one(Duration::from_secs(10));
        sqlx::query("CREATE TABLE t (n INTEGER)").execute(&pool).await.unwrap();
        let mut transaction = pool.begin("BEGIN").await.unwrap();
        sqlx::query("INSERT INTO t VALUES (1)").execute(&mut transaction).await.unwrap();
        drop(transaction);
        let rows: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM t").fetch_one(&pool).await.unwrap();
        assert_eq!(rows, 0);
        let mut transaction = pool.begin("BEGIN").await.unwrap();
        sqlx::query("INSERT INTO t VALUES (1)").execute(&mut transaction).await.unwrap();
        transaction.commit().await.unwrap();
        let rows: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM t").fetch_one(&pool).await.unwrap();
        assert_eq!(rows, 1);
    }
}

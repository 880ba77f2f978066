//! One connection, with a limit for each statement.

use super::driver::{Step, TimedDriver};
use super::silence::Silence;
use super::within;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};
use sqlx::pool::PoolConnection;
use sqlx::{Database, Execute, Executor, SqlStr};
use std::fmt;
use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a connection may take to answer the ping with which the pool takes it back.
const RETURN: Duration = Duration::from_secs(1);

/// A connection from a pool. Dropping it rolls its transaction back and returns it; one that did not answer is closed.
pub(in crate::store) struct TimedConnection<DB: TimedDriver> {
    connection: Option<PoolConnection<DB>>,
    usage: Usage,
    limit: Duration,
    in_transaction: bool,
    /// It is closed and never returned: the database releases what it holds.
    single_use: bool,
}

/// What a connection was last used for.
struct Usage {
    phase: Phase,
    silence: Arc<Silence>,
}

enum Phase {
    /// Between two statements.
    Idle,
    /// A statement has begun and its answer is not complete.
    Running { until: Instant },
    /// The connection broke, or its database did not answer in time.
    Lost,
}

impl Usage {
    fn begin(&mut self, limit: Duration) -> Instant {
        let until = Instant::now() + limit;
        self.phase = Phase::Running { until };
        until
    }

    fn end<T>(&mut self, answer: &sqlx::Result<T>) {
        match answer {
            Err(sqlx::Error::Io(error)) => {
                if error.kind() == std::io::ErrorKind::TimedOut {
                    self.silence.note();
                }
                self.phase = Phase::Lost;
            }
            Err(sqlx::Error::Protocol(_) | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed) => {
                self.phase = Phase::Lost;
            }
            _ => self.phase = Phase::Idle,
        }
    }
}

impl<DB: TimedDriver> TimedConnection<DB> {
    pub(super) fn new(connection: PoolConnection<DB>, limit: Duration, silence: Arc<Silence>) -> Self {
        let usage = Usage { phase: Phase::Idle, silence };
        Self { connection: Some(connection), usage, limit, in_transaction: false, single_use: false }
    }

    /// Sets the limit of each statement from here on.
    pub(in crate::store) fn set_limit(&mut self, limit: Duration) {
        self.limit = limit;
    }

    /// Has the connection closed when it is dropped.
    pub(in crate::store) fn use_once(mut self) -> Self {
        self.single_use = true;
        self
    }

    /// Begins a transaction by `sql`. Dropping the connection rolls it back.
    pub(in crate::store) async fn begin(&mut self, sql: &'static str) -> sqlx::Result<()> {
        // Set first: what was sent may have begun the transaction, whatever becomes of the answer.
        self.in_transaction = true;
        self.execute(sql).await.map(drop)
    }

    /// Ends the transaction by `sql`.
    pub(in crate::store) async fn end_transaction(&mut self, sql: &'static str) -> sqlx::Result<()> {
        self.execute(sql).await?;
        self.in_transaction = false;
        Ok(())
    }

    pub(in crate::store) async fn commit(mut self) -> sqlx::Result<()> {
        self.end_transaction("COMMIT").await
    }

    pub(in crate::store) async fn rollback(mut self) -> sqlx::Result<()> {
        self.end_transaction("ROLLBACK").await
    }

    /// Runs what only the driver's own connection can do, under the limit of a statement.
    pub(in crate::store) async fn limited<'s, T>(
        &'s mut self,
        run: impl FnOnce(&'s mut DB::Connection) -> BoxFuture<'s, sqlx::Result<T>>,
    ) -> sqlx::Result<T> {
        let Some(connection) = &mut self.connection else { return Err(self.usage.silence.no_answer()) };
        self.usage.begin(self.limit);
        let answer = within(self.limit, run(connection)).await;
        self.usage.end(&answer);
        answer
    }
}

impl<DB: TimedDriver> fmt::Debug for TimedConnection<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimedConnection").finish_non_exhaustive()
    }
}

impl<'c, DB: TimedDriver> Executor<'c> for &'c mut TimedConnection<DB> {
    type Database = DB;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, sqlx::Result<Step<DB>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let Some(connection) = &mut self.connection else {
            return stream::iter([Err(self.usage.silence.no_answer())]).boxed();
        };
        let limit = Box::pin(sleep_until(self.usage.begin(self.limit)));
        TimedSteps { steps: DB::fetch_many(connection, query), limit, usage: &mut self.usage }.boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<DB::Row>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(self.limited(|connection| DB::fetch_optional(connection, query)))
    }

    fn prepare_with<'e>(
        self,
        _: SqlStr,
        _: &'e [<DB as Database>::TypeInfo],
    ) -> BoxFuture<'e, sqlx::Result<<DB as Database>::Statement>>
    where
        'c: 'e,
    {
        Box::pin(async { Err(sqlx::Error::Protocol("a statement is prepared when it first runs".to_owned())) })
    }
}

/// The steps of a statement, which end with an error at the limit.
struct TimedSteps<'e, T> {
    steps: BoxStream<'e, sqlx::Result<T>>,
    limit: Pin<Box<Sleep>>,
    usage: &'e mut Usage,
}

impl<T> Stream for TimedSteps<'_, T> {
    type Item = sqlx::Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let step = match self.steps.poll_next_unpin(context) {
            Poll::Ready(None) => {
                self.usage.end(&Ok(()));
                return Poll::Ready(None);
            }
            Poll::Ready(Some(Ok(step))) => return Poll::Ready(Some(Ok(step))),
            Poll::Ready(Some(Err(error))) => Err(error),
            Poll::Pending => {
                std::task::ready!(self.limit.as_mut().poll(context));
                Err(self.usage.silence.no_answer())
            }
        };
        self.usage.end(&step);
        Poll::Ready(Some(step))
    }
}

impl<DB: TimedDriver> Drop for TimedConnection<DB> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        let returning = ReturningConnection { connection: Some(connection), silence: self.usage.silence.clone() };
        let (is_abandoned, limit) = match self.usage.phase {
            Phase::Lost => return,
            Phase::Idle => (false, RETURN),
            // The caller is gone, and the database is still busy with it: nobody else gets this place meanwhile.
            Phase::Running { until } => (true, until.saturating_duration_since(Instant::now()).max(RETURN)),
        };
        if !self.single_use
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(returning.give_back(self.in_transaction, is_abandoned, limit));
        }
    }
}

/// A connection on its way back to the pool. Dropping it closes it, and its place in the pool is free.
struct ReturningConnection<DB: TimedDriver> {
    connection: Option<PoolConnection<DB>>,
    silence: Arc<Silence>,
}

impl<DB: TimedDriver> ReturningConnection<DB> {
    async fn give_back(mut self, in_transaction: bool, is_abandoned: bool, limit: Duration) {
        let silence = self.silence.clone();
        let returned = async {
            if let Some(connection) = &mut self.connection
                && in_transaction
            {
                // SQLite rolls back by itself when the disk is full, and then refuses this. Such a connection is closed.
                DB::fetch_many(connection, "ROLLBACK").try_for_each(|_| async { Ok(()) }).await?;
            }
            if let Some(mut connection) = self.connection.take() {
                connection.return_to_pool().await;
            }
            Ok(())
        };
        if within(limit, returned).await.is_err() && is_abandoned {
            silence.note();
        }
    }
}

impl<DB: TimedDriver> Drop for ReturningConnection<DB> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Dropping a connection of sqlx's pool would wait for an answer on it first.
            drop(connection.detach());
        }
    }
}

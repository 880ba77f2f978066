//! A connection that hears when another process appended.

use super::CHANNEL;
use super::limits::{ANSWER, CONNECT, DEAD_CLIENTS, apply, as_statements};
use crate::store::timed::within;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime;
use tokio::time::timeout;

/// How long a listener may hear nothing before it is asked. A network that dropped the connection does not say so.
const UNHEARD: Duration = Duration::from_secs(5);

/// Listens for new heads. Dropping it closes its connection.
pub(super) struct HeadListener {
    listener: Option<PgListener>,
    heard: Instant,
}

impl HeadListener {
    pub(super) async fn connect(options: &PgConnectOptions) -> sqlx::Result<Self> {
        // A pool of its own: a listener that is stuck takes no place from the readers.
        let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let settings = Arc::<str>::from(as_statements(&[&DEAD_CLIENTS]));
        let pool = pool.after_connect(move |connection, _| {
            let settings = settings.clone();
            Box::pin(async move { apply(connection, &settings).await })
        });
        let pool = pool.acquire_timeout(CONNECT).connect_lazy_with(options.clone());
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.eager_reconnect(false);
        let mut this = Self { listener: Some(listener), heard: Instant::now() };
        if let Some(listener) = &mut this.listener {
            within(ANSWER, listener.listen(CHANNEL)).await?;
        }
        Ok(this)
    }

    /// Waits for a notice, at most for `limit`. Fails if the connection is lost.
    pub(super) async fn notice(&mut self, limit: Duration) -> sqlx::Result<()> {
        let Some(listener) = &mut self.listener else { return Err(sqlx::Error::PoolClosed) };
        if let Ok(notice) = timeout(limit, listener.try_recv()).await {
            notice?.ok_or(sqlx::Error::PoolClosed)?;
            self.heard = Instant::now();
        } else if self.heard.elapsed() > UNHEARD {
            within(ANSWER, sqlx::query("SELECT 1").execute(listener)).await?;
            self.heard = Instant::now();
        }
        Ok(())
    }
}

impl Drop for HeadListener {
    fn drop(&mut self) {
        // A listener that is dropped spawns a task that says UNLISTEN and waits for the answer, which may never come. In a
        // runtime that ends before it runs, the task and the connection are dropped at once.
        if let Some(listener) = self.listener.take()
            && let Ok(runtime) = runtime::Builder::new_current_thread().build()
        {
            let entered = runtime.enter();
            drop(listener);
            drop(entered);
            runtime.shutdown_background();
        }
    }
}

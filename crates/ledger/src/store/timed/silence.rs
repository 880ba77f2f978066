//! What a process knows of a database that stopped answering.
//!
//! Requests wait for each other at several places: for a connection, for a place among the lists, for the same answer.
//! Once a statement has reached its limit, the next ones must not wait as long again one after another. They fail at once
//! until a probe, on a connection of its own, hears from the database.

use super::within;
use futures_util::future::BoxFuture;
use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};

/// How long statements wait for the first probe. A database that was slow and not silent answers it within this time.
const GRACE: Duration = Duration::from_millis(500);
/// How long a probe may take, and the pause before the next: a network is noticed to have healed within two seconds.
const PROBE: Duration = Duration::from_millis(1500);
const PAUSE: Duration = Duration::from_millis(250);

/// Makes a connection and returns whether the database answered.
type Probe = Box<dyn Fn() -> BoxFuture<'static, sqlx::Result<()>> + Send + Sync>;

/// Whether the database answers, as far as this process knows. All pools of a store share it.
pub(in crate::store) struct Silence {
    state: watch::Sender<SilenceState>,
    /// A file has none and is never silent.
    probe: Option<Probe>,
    /// The database, as it is named to a person.
    place: String,
}

#[derive(Clone, Copy, Default)]
struct SilenceState {
    /// The beginning of the silence that lasts.
    since: Option<Instant>,
    /// The last time that a statement got no answer.
    last: Option<Instant>,
}

impl Silence {
    /// For a database that is a file.
    pub(in crate::store) fn of_a_file() -> Arc<Self> {
        Arc::new(Self { state: watch::Sender::default(), probe: None, place: "the file".to_owned() })
    }

    /// For a database over a network at `place`, which `probe` connects to.
    pub(in crate::store) fn probed_by(
        place: &str,
        probe: impl Fn() -> BoxFuture<'static, sqlx::Result<()>> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { state: watch::Sender::default(), probe: Some(Box::new(probe)), place: place.to_owned() })
    }

    /// Notes that the database did not answer in time, and begins to probe it.
    pub(super) fn note(self: &Arc<Self>) {
        let (Some(_), Ok(runtime)) = (&self.probe, Handle::try_current()) else { return };
        let now = Instant::now();
        let mut begins = false;
        self.state.send_modify(|state| {
            begins = state.since.is_none();
            state.since.get_or_insert(now);
            state.last = Some(now);
        });
        if begins {
            tracing::warn!(event = "database.silent", place = %self.place, "the database does not answer");
            runtime.spawn(probe(Arc::downgrade(self)));
        }
    }

    /// Fails while the database is silent.
    pub(super) async fn admit(&self) -> sqlx::Result<()> {
        let since = self.state.borrow().since;
        let Some(since) = since else { return Ok(()) };
        let mut state = self.state.subscribe();
        let heard = timeout_at(since + GRACE, state.wait_for(|state| state.since.is_none())).await.is_ok();
        if heard { Ok(()) } else { Err(self.no_answer()) }
    }

    /// The error for a statement that got no answer in time.
    pub(super) fn no_answer(&self) -> sqlx::Error {
        let what = format!("{} did not answer in time", self.place);
        sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, what))
    }

    /// The error for a pool that had no connection to give.
    pub(super) fn no_connection(&self) -> sqlx::Error {
        if self.probe.is_none() {
            return sqlx::Error::PoolTimedOut;
        }
        let what = format!(
            "{} gave no connection in time: it, or a pooler before it, has none free (`max_connections`, PgBouncer's \
             `pool_size`), or the network is down",
            self.place
        );
        sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, what))
    }

    /// Returns whether a statement got no answer while a connection was idle. Then that connection is not to be trusted.
    pub(in crate::store) fn within_last(&self, idle_for: Duration) -> bool {
        self.state.borrow().last.is_some_and(|last| last.elapsed() <= idle_for)
    }
}

/// Asks the database until it answers, or until its store is closed.
async fn probe(silence: Weak<Silence>) {
    while let Some(known) = silence.upgrade() {
        let Some(probe) = &known.probe else { return };
        match within(PROBE, probe()).await {
            Ok(()) | Err(sqlx::Error::Database(_)) => {
                known.state.send_modify(|state| state.since = None);
                tracing::info!(event = "database.heard", "the database answers");
                return;
            }
            Err(_) => {
                drop(known);
                sleep(PAUSE).await;
            }
        }
    }
}

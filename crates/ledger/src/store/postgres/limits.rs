//! The time limits of PostgreSQL's connections, here and on the server, and the pools that keep them.

use crate::store::timed::{Silence, within};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::sync::Arc;
use std::time::Duration;

/// A connection that was used within this time is taken to be open: to ping it first costs a round trip.
const RECENT: Duration = Duration::from_secs(1);
/// The wait for a connection: for a place in the pool, and then to connect. A reader has its answer or a 503 in 5 s.
pub(super) const CONNECT: Duration = Duration::from_secs(4);
/// The answer to a question that takes the server no work. A connection that does not give it is closed.
pub(super) const ANSWER: Duration = Duration::from_secs(1);
/// A statement that reads, the wait for its connection included.
pub(super) const READ: Duration = Duration::from_secs(4);
/// A statement of an append, or its commit, with a little for each of its rows. The next append begins after it, and the
/// network that failed it has healed within 10 s.
pub(super) const WRITE: Duration = Duration::from_secs(5);
/// The wait for a connection that walks through tables, of which there are few.
pub(super) const WALK_BEGINS: Duration = Duration::from_secs(10);

/// What the server ends by itself, since a client that was cut off cannot: the connections of one that no longer answers.
pub(super) const DEAD_CLIENTS: [(&str, &str); 4] = [
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "15000"),
];
/// What the server ends for the writer. A wait for the head's lock ends before [`WRITE`], so that the outcome is known. A
/// transaction whose client is silent gives the lock back in time for the other servers to write within 10 s.
pub(super) const WRITER_ENDS: [(&str, &str); 3] =
    [("lock_timeout", "4s"), ("idle_in_transaction_session_timeout", "7s"), ("statement_timeout", "2min")];
/// Readers that gave up a statement must not leave the server busy with it.
pub(super) const READER_ENDS: [(&str, &str); 2] =
    [("statement_timeout", "5s"), ("idle_in_transaction_session_timeout", "1min")];
/// The same for statements that may take [`LONG`](crate::store::timed::LONG).
pub(super) const WALKER_ENDS: [(&str, &str); 2] =
    [("statement_timeout", "61s"), ("idle_in_transaction_session_timeout", "1min")];

/// Returns statements that give a session these settings. Sent with the connection, as `options`, PgBouncer would refuse or
/// drop them.
pub(super) fn as_statements(settings: &[&[(&str, &str)]]) -> String {
    let settings = settings.iter().flat_map(|some| some.iter());
    settings.map(|(name, value)| format!("SET {name} = '{value}'")).collect::<Vec<_>>().join("; ")
}

/// Runs statements on a new connection.
pub(super) async fn apply(connection: &mut PgConnection, statements: &str) -> sqlx::Result<()> {
    within(CONNECT, sqlx::raw_sql(AssertSqlSafe(statements)).execute(connection)).await.map(drop)
}

/// Returns a pool whose connections have these settings, and are tried before use: one that was idle while the database fell silent is closed, and one
/// that was idle for a while is asked.
pub(super) fn pool(
    connections: u32,
    wait: Duration,
    settings: &[&[(&str, &str)]],
    silence: &Arc<Silence>,
) -> PgPoolOptions {
    let (silence, settings) = (silence.clone(), Arc::<str>::from(as_statements(settings)));
    let pool = PgPoolOptions::new().max_connections(connections).acquire_timeout(wait).test_before_acquire(false);
    let pool = pool.after_connect(move |connection, _| {
        let settings = settings.clone();
        Box::pin(async move { apply(connection, &settings).await })
    });
    pool.before_acquire(move |connection, meta| {
        let outlived_a_silence = silence.within_last(meta.idle_for);
        Box::pin(async move {
            if outlived_a_silence {
                return Ok(false);
            }
            if meta.idle_for > RECENT {
                within(ANSWER, connection.ping()).await?;
            }
            Ok(true)
        })
    })
}

//! Connections on which no statement waits for ever.
//!
//! sqlx limits the wait for a connection and nothing after that: a statement on a network that fell silent, and the ping
//! with which its pool takes a connection back, would wait until the kernel gives the socket up, a quarter of an hour
//! later, and hold a place of the pool that long. Here each statement has a limit. A connection that reaches it is closed
//! and its place is free at once; one whose statement was abandoned gets the rest of its time to finish.
//!
//! These limits stand for TCP keepalives, which sqlx does not offer: no socket is waited on without one.

mod connection;
mod driver;
mod pool;
mod silence;

pub(super) use connection::TimedConnection;
pub(super) use pool::TimedPool;
pub(super) use silence::Silence;

use std::future::Future;
use std::io;
use std::time::Duration;

/// A statement that walks through a whole table, or writes what an import or a rebuild made. A disk that is slow may need
/// most of it; a caller with less patience has a limit of its own.
pub(super) const LONG: Duration = Duration::from_mins(1);

/// Awaits what a database answers for at most `limit`.
pub(super) async fn within<T>(limit: Duration, answer: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    tokio::time::timeout(limit, answer).await.unwrap_or_else(|_| Err(no_answer()))
}

/// The error for a database that did not answer in time.
fn no_answer() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "the database did not answer in time"))
}

//! Why a store fails, and how an error of the database maps to it.

use super::log_end::Discontinuity;
use crate::event_codec::StoredEventError;
use minutebook_domain::Position;
use std::borrow::Cow;
use std::error::Error;
use std::io;
use std::sync::Arc;

/// Why the store could not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The disk is full. Nothing was written; the command can be sent again once there is room.
    #[error("the disk is full: nothing was recorded; make room and send it again")]
    Full,
    /// No connection to a PostgreSQL database could be made.
    #[error("cannot connect to {place}: {source}; {advice}")]
    NotConnected {
        /// The database, the host and the port.
        place: String,
        /// What the driver reported.
        source: Arc<sqlx::Error>,
        /// What to look at.
        advice: &'static str,
    },
    /// A connection pooler gives each transaction another session of PostgreSQL.
    #[error(
        "{0} is reached through a pooler that gives each transaction another session (PgBouncer's `pool_mode = \
         transaction`): set `pool_mode = session` for it, or name PostgreSQL itself with --ledger"
    )]
    TransactionPooling(String),
    /// The database cannot hold every character.
    #[error(
        "{place} has the encoding {encoding}, and a ledger needs UTF8: make another database, with `CREATE DATABASE … \
         ENCODING 'UTF8' TEMPLATE template0`"
    )]
    NotUtf8 {
        /// The database, the host and the port.
        place: String,
        /// Its encoding.
        encoding: String,
    },
    /// The database does not answer, or ended the connection.
    #[error("the database cannot be reached: {0}")]
    Unreachable(#[source] Arc<sqlx::Error>),
    /// Other transactions kept the database from answering within the time limit. Nothing was written.
    #[error("the database is busy with other transactions: nothing was recorded; send it again")]
    Busy(#[source] Arc<sqlx::Error>),
    /// The connection was lost while a change was being committed.
    #[error(
        "the connection to the database was lost while the change was committed, so it may be recorded or not: send it \
         again with the same key"
    )]
    OutcomeUnknown(#[source] Arc<sqlx::Error>),
    /// The folder of the SQLite file does not exist.
    #[error("`{0}` cannot be created: its folder does not exist")]
    NoFolder(String),
    /// The file is not an SQLite database.
    #[error("`{0}` is not a ledger: it is not an SQLite database")]
    NotADatabase(String),
    /// The database holds no ledger, or the schema of an earlier release.
    #[error("the database at {0} holds no ledger of this version: run `minutebook migrate` on it first")]
    NotMigrated(String),
    /// The database holds a ledger of a development version, whose schema is not migrated.
    #[error(
        "the ledger at {0} was made by a development version of minutebook, whose stored form was never released: start a \
         new ledger and import the documents again"
    )]
    Unreleased(String),
    /// The SQLite file does not exist.
    #[error("there is no ledger at {0}: `minutebook record committee …` starts one, or name another with --ledger")]
    Missing(String),
    /// The SQLite file does not exist, but files that belong to it do.
    #[error(
        "there is no ledger at {ledger}, but `{left}` of it is there: the ledger was deleted or moved; bring it back, or, if \
         it should begin anew, remove `{left}`"
    )]
    Gone {
        /// The path of the ledger.
        ledger: String,
        /// The file that is left.
        left: String,
    },
    /// The SQLite file, its folder, or the PostgreSQL server cannot be written to.
    #[error("the ledger cannot be written to: {0}")]
    ReadOnly(#[source] Arc<sqlx::Error>),
    /// The SQLite file was opened for reading alone.
    #[error("`{0}` cannot be written to: it, or its folder, does not allow it to this user, so it can only be read")]
    OpenedForReading(String),
    /// The SQLite file cannot be written to, and what was recorded last may stand outside it.
    #[error(
        "`{ledger}` cannot be written to, and what was recorded last may stand in `{wal}` alone: read it as a user who may \
         write to both, or copy both to another folder"
    )]
    UnreadWal {
        /// The path of the ledger.
        ledger: String,
        /// The write-ahead log.
        wal: String,
    },
    /// A newer version of this program made the ledger.
    #[error("the ledger at {0} was made by a newer version of minutebook: use that version")]
    Newer(String),
    /// The log no longer continues what this process has seen of it.
    #[error(transparent)]
    NotContinued(#[from] Discontinuity),
    /// The log contradicts itself at a position; 0 stands for the log as a whole.
    #[error("the log is damaged at position {position}: {what}; run `minutebook verify`")]
    Damaged {
        /// The position of the damage.
        position: u64,
        /// The contradiction, in words.
        what: String,
    },
    /// The stored bytes of an event cannot be decoded.
    #[error("the log is damaged at position {position}: {source}; run `minutebook verify`")]
    UnreadableEvent {
        /// The position of the event; 0 where only its stream is known.
        position: u64,
        /// What the decoder found.
        source: Arc<StoredEventError>,
    },
    /// The database could not be reached, or refused a statement.
    #[error("the database answered: {0}")]
    Database(#[source] Arc<sqlx::Error>),
    /// A read model stopped at an event that its projection rejects.
    #[error("the read model `{model}` cannot go on at position {position}: {what}; run `minutebook rebuild {model}`")]
    Halted {
        /// The name of the read model.
        model: &'static str,
        /// The position of the event.
        position: Position,
        /// What the projection reported, as the database keeps it.
        what: String,
    },
    /// The read models have not taken in the whole log.
    #[error("the read models are at position {up_to} and the log at {head}: run `minutebook rebuild`")]
    ReadModelsBehind {
        /// The position that the read models have reached.
        up_to: u64,
        /// The last position of the log.
        head: u64,
    },
    /// The stored row of a read model cannot be decoded.
    #[error("a row of `{model}` for {stream} cannot be read: {source}; run `minutebook rebuild {model}`")]
    UnreadableRow {
        /// The name of the read model.
        model: &'static str,
        /// The row's stream.
        stream: String,
        /// What the decoder found.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// A grant names a role that the PostgreSQL server does not have.
    #[error("there is no role `{0}`: create it first, with CREATE ROLE")]
    NoSuchRole(String),
    /// A role that should read the SQL views alone has rights on a table behind them.
    #[error(
        "role `{role}` has rights on `{table}` itself, so that nothing can be held back from it: revoke them, or name a \
         role without them"
    )]
    ReadsPastTheViews {
        /// The role.
        role: String,
        /// The table.
        table: String,
    },
    /// The ledger was closed while the call waited.
    #[error("the ledger is closed")]
    Closed,
}

impl StoreError {
    /// Returns the error for a change whose commit had begun: where the connection was lost, nobody knows the outcome.
    pub(crate) fn while_committing(self) -> Self {
        match self {
            Self::Unreachable(error) => Self::OutcomeUnknown(error),
            other => other,
        }
    }

    /// Returns the error for a connection to `place` that could not be made.
    pub(crate) fn not_connected(place: &str, source: sqlx::Error) -> Self {
        let advice = match &source {
            sqlx::Error::Io(error) => match error.kind() {
                io::ErrorKind::ConnectionRefused => "see whether PostgreSQL runs there and listens on this port",
                io::ErrorKind::TimedOut => {
                    "see whether the network lets it through, and whether a pooler in between has a connection free \
                     (PgBouncer's `pool_size`)"
                }
                io::ErrorKind::NotFound => "see whether PostgreSQL runs on this machine and keeps its socket there",
                _ => "see whether the name of the host is right, and whether the network lets it through",
            },
            sqlx::Error::Tls(_) => "see `sslmode` in the address",
            _ => match code(&source).as_deref() {
                Some("3D000") => "make the database first, with `createdb --encoding=UTF8`",
                Some(code) if code.starts_with("28") => {
                    "see the user and the password in the address, and `pg_hba.conf`"
                }
                Some("53300") => "raise `max_connections`, or end other clients",
                _ => "the server's log may say more",
            },
        };
        Self::NotConnected { place: place.to_owned(), source: Arc::new(source), advice }
    }

    /// Returns the error for bytes at `position` that the decoder rejects.
    pub(crate) fn unreadable_event(position: u64, error: StoredEventError) -> Self {
        Self::UnreadableEvent { position, source: Arc::new(error) }
    }
}

/// SQLite's primary result codes; an extended code keeps its primary one in the lowest byte.
const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
const SQLITE_READONLY: u32 = 8;
const SQLITE_CORRUPT: u32 = 11;
const SQLITE_FULL: u32 = 13;
const SQLITE_SCHEMA: u32 = 17;
const SQLITE_NOTADB: u32 = 26;
/// What SQLite reports when a ledger is opened on a full disk: there is no room for the memory that its processes share.
const SQLITE_IOERR_SHMSIZE: u32 = 4874;
/// What SQLite reports when a file is shorter than it should be.
const SQLITE_IOERR_SHORT_READ: u32 = 522;
/// What SQLite reports for an SQL text that names no table, among others.
const SQLITE_ERROR: u32 = 1;
/// PostgreSQL's `undefined_table`.
const POSTGRES_NO_TABLE: &str = "42P01";
/// PostgreSQL's `read_only_sql_transaction`: a replica, or a database that is set so.
const POSTGRES_READ_ONLY: &str = "25006";
/// PostgreSQL's `invalid_sql_statement_name` and `duplicate_prepared_statement`: a pooler has given the connection another
/// session than that of its prepared statements.
const POSTGRES_OTHER_SESSION: [&str; 2] = ["26000", "42P05"];
/// PostgreSQL's `disk_full`.
const POSTGRES_DISK_FULL: &str = "53100";
/// PostgreSQL's `lock_not_available` and `query_canceled`: what `lock_timeout` and `statement_timeout` end.
const POSTGRES_BUSY: [&str; 2] = ["55P03", "57014"];
/// The class of SQLSTATEs that say that a connection failed.
const CONNECTION_EXCEPTION: &str = "08";
/// PostgreSQL's `too_many_connections`, `admin_shutdown`, `crash_shutdown`, `cannot_connect_now`,
/// `idle_in_transaction_session_timeout`, and `invalid_catalog_name`: the database is gone while a backup is restored.
const POSTGRES_UNREACHABLE: [&str; 6] = ["53300", "57P01", "57P02", "57P03", "25P03", "3D000"];

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let full = has_code(&error, POSTGRES_DISK_FULL)
            || sqlite_code(&error) == Some(SQLITE_FULL)
            || extended_code(&error) == Some(SQLITE_IOERR_SHMSIZE);
        let damaged =
            is_corrupt(&error) || is_not_a_database(&error) || extended_code(&error) == Some(SQLITE_IOERR_SHORT_READ);
        if full {
            Self::Full
        } else if is_read_only(&error) {
            Self::ReadOnly(Arc::new(error))
        } else if POSTGRES_OTHER_SESSION.iter().any(|code| has_code(&error, code)) {
            Self::TransactionPooling("the database".to_owned())
        } else if damaged {
            Self::NotContinued(Discontinuity::FileDamaged { what: error.to_string() })
        } else if is_unreachable(&error) {
            Self::Unreachable(Arc::new(error))
        } else if is_busy(&error) {
            Self::Busy(Arc::new(error))
        } else {
            Self::Database(Arc::new(error))
        }
    }
}

/// Returns whether the database did not answer, or ended the connection.
fn is_unreachable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(_) => code(error).is_some_and(|code| {
            code.len() == 5 && (code.starts_with(CONNECTION_EXCEPTION) || POSTGRES_UNREACHABLE.contains(&code.as_ref()))
        }),
        _ => false,
    }
}

/// Returns whether other transactions kept the database from answering in time.
fn is_busy(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|code| POSTGRES_BUSY.contains(&code.as_ref()))
        || matches!(sqlite_code(error), Some(SQLITE_BUSY | SQLITE_LOCKED))
}

/// Returns whether the database takes no writes.
pub(super) fn is_read_only(error: &sqlx::Error) -> bool {
    sqlite_code(error) == Some(SQLITE_READONLY) || has_code(error, POSTGRES_READ_ONLY)
}

/// Returns whether a statement named a table that the database does not have.
pub(super) fn is_missing_table(error: &sqlx::Error) -> bool {
    let in_sqlite = || sqlite_code(error) == Some(SQLITE_ERROR) && error.to_string().contains("no such table");
    has_code(error, POSTGRES_NO_TABLE) || in_sqlite()
}

/// Returns whether to ask the same of the database again is of no use at present.
pub(super) fn is_away(error: &sqlx::Error) -> bool {
    is_unreachable(error) || is_busy(error)
}

/// Returns whether SQLite found the file to be something other than a database.
pub(super) fn is_not_a_database(error: &sqlx::Error) -> bool {
    sqlite_code(error) == Some(SQLITE_NOTADB)
}

/// Returns whether SQLite found an index that disagrees with its table.
pub(super) fn is_corrupt(error: &sqlx::Error) -> bool {
    sqlite_code(error) == Some(SQLITE_CORRUPT)
}

/// Returns whether tables were created or dropped while SQLite prepared the statement. SQLite retries once by itself.
pub(super) fn is_schema_change(error: &sqlx::Error) -> bool {
    sqlite_code(error) == Some(SQLITE_SCHEMA)
}

fn code(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error()?.code()
}

fn has_code(error: &sqlx::Error, expected: &str) -> bool {
    code(error).as_deref() == Some(expected)
}

fn extended_code(error: &sqlx::Error) -> Option<u32> {
    code(error)?.parse().ok()
}

fn sqlite_code(error: &sqlx::Error) -> Option<u32> {
    // SQLSTATEs have five characters and SQLite's codes at most four, so neither passes for the other.
    code(error).filter(|code| code.len() < 5)?.parse().ok().map(|code: u32| code & 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_connection_is_no_answer_and_during_a_commit_an_unknown_outcome() {
        let lost = || StoreError::from(sqlx::Error::Io(io::ErrorKind::ConnectionReset.into()));
        assert!(matches!(lost(), StoreError::Unreachable(_)));
        assert!(matches!(StoreError::from(sqlx::Error::PoolTimedOut), StoreError::Unreachable(_)));
        let unknown = lost().while_committing();
        assert!(matches!(unknown, StoreError::OutcomeUnknown(_)));
        assert!(unknown.to_string().contains("it may be recorded or not"), "{unknown}");
        assert!(!unknown.to_string().contains("nothing was recorded"), "{unknown}");
        assert!(matches!(StoreError::Full.while_committing(), StoreError::Full));
        assert!(matches!(StoreError::from(sqlx::Error::RowNotFound), StoreError::Database(_)));
    }
}

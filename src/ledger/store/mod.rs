//! The two stores behind one contract.
//!
//! A store knows rows and transactions; what goes into them, and in which order, is the writer's business. The SQL
//! that both dialects take stands here once; what differs stands in `sqlite.rs` and `postgres.rs`.

mod postgres;
mod sqlite;

pub(crate) use postgres::PostgresStore;
pub(crate) use sqlite::SqliteStore;

use super::batch::Placed;
use async_trait::async_trait;
use minutebook_domain::{Position, StreamVersion};
use std::collections::HashMap;
use std::sync::Arc;

/// What a store could not do.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// There is no room for what should be written. Nothing of it was; it can be sent again when there is.
    #[error("the disk is full: nothing was recorded; make room and send it again")]
    Full,
    /// The file cannot be made where it should be.
    #[error("`{0}` cannot be made: its folder is not there")]
    NoFolder(String),
    /// The file is something else.
    #[error("`{0}` is not a ledger: it is no SQLite database")]
    NotADatabase(String),
    /// The database has no log, or one of an older version.
    #[error("the database at {0} holds no current ledger: run `minutebook migrate` on it first")]
    NotMigrated(String),
    /// There is no such file.
    #[error("there is no ledger at {0}: `minutebook record committee …` starts one, or name another with --ledger")]
    Missing(String),
    /// The database holds a newer ledger than this program knows.
    #[error("the ledger at {0} was made by a newer version of this program: use that one")]
    Newer(String),
    /// Something in the log is not as it was written.
    #[error("the log is damaged at position {position}: {what}; run `minutebook verify`")]
    Damaged {
        /// Where.
        position: u64,
        /// What is wrong.
        what: String,
    },
    /// The database could not be reached, or refused.
    #[error("the database answered: {0}")]
    Database(Arc<sqlx::Error>),
    /// The ledger is closing.
    #[error("the ledger is closed")]
    Closed,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // SQLITE_FULL is 13; an extended code keeps it in its lowest byte. SQLITE_IOERR_SHMSIZE, 4874, is what SQLite
        // says when the disk is full already as a ledger is opened: there is no room for the file that its processes
        // share. PostgreSQL's disk_full is 53100.
        let code = error.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
        let number = code.as_deref().and_then(|code| code.parse::<u32>().ok());
        let full = code.as_deref() == Some("53100") || number.is_some_and(|code| code & 0xff == 13 || code == 4874);
        if full { Self::Full } else { Self::Database(Arc::new(error)) }
    }
}

/// The end of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) position: u64,
    /// Microseconds since the epoch; 0 while the log is empty.
    pub(crate) recorded_at: i64,
}

/// What a command left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CommandRow {
    pub(crate) command_id: String,
    pub(crate) fingerprint: Vec<u8>,
    pub(crate) first_position: u64,
    pub(crate) last_position: u64,
}

/// One event's row, whole.
#[derive(Debug, Clone)]
pub(crate) struct EventRow {
    pub(crate) position: i64,
    pub(crate) stream: String,
    pub(crate) version: i64,
    pub(crate) event_id: String,
    pub(crate) event_type: String,
    pub(crate) recorded_at: i64,
    pub(crate) event_bytes: Vec<u8>,
    pub(crate) salt: Vec<u8>,
    pub(crate) leaf: Vec<u8>,
}

/// What the writer needs to know before it appends: all of it as of one head, which does not move until it has.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) head: Option<Head>,
    pub(crate) commands: HashMap<String, CommandRow>,
    pub(crate) versions: HashMap<String, u64>,
    /// The last position that carries a reference.
    pub(crate) last_used: HashMap<String, u64>,
}

/// A row of the one statement that answers a [`Question`]: what it is about (0 the head, 1 a command, 2 a stream, 3 a
/// reference), its key, its position or version, and what else there is to say of it.
type Found = (i32, Option<String>, Option<i64>, Option<i64>, Option<Vec<u8>>);

impl Known {
    fn of(rows: Vec<Found>) -> Self {
        let mut known = Self::default();
        for (about, key, first, second, fingerprint) in rows {
            let (first, key) = (read(first.unwrap_or(0)), key.unwrap_or_default());
            match about {
                0 => known.head = Some(Head { position: first, recorded_at: second.unwrap_or(0) }),
                1 => {
                    let command = CommandRow {
                        command_id: key.clone(),
                        fingerprint: fingerprint.unwrap_or_default(),
                        first_position: first,
                        last_position: read(second.unwrap_or(0)),
                    };
                    known.commands.insert(key, command);
                }
                2 => drop(known.versions.insert(key, first)),
                _ => drop(known.last_used.insert(key, first)),
            }
        }
        known
    }
}

/// What the writer asks about.
#[derive(Debug, Default)]
pub(crate) struct Question {
    pub(crate) command_ids: Vec<String>,
    pub(crate) streams: Vec<String>,
    pub(crate) references: Vec<String>,
}

/// Everything that one transaction adds.
#[derive(Debug, Default)]
pub(crate) struct Addition {
    pub(crate) events: Vec<EventRow>,
    pub(crate) references: Vec<(String, i64)>,
    pub(crate) commands: Vec<CommandRow>,
}

/// Which events to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All of them.
    All,
    /// Those of one stream.
    Stream(minutebook_domain::StreamId),
    /// Those that carry a reference.
    Reference(String),
    /// Those of one type.
    Type(String),
}

/// How an append makes sure that no other writer, in this process or another, comes between what it looks up and what
/// it adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// It looks up first, and takes the head's lock only to add, provided that the head has not moved. Where taking
    /// the lock is a round trip of its own, this saves it. Where it is not, the lock is taken at once.
    Late,
    /// It takes the head's lock first, waiting for it in line.
    Early,
}

/// One append on its way. Dropping it leaves the log as it was.
#[async_trait]
pub(crate) trait Appending: Send {
    /// What the log has to say, all of it as of the same head.
    async fn look_up(&mut self, question: &Question) -> Result<Known, StoreError>;
    /// Adds the rows and moves the head from position `from`. `false` if the head stands elsewhere; the log is then as it
    /// was. With [`Hold::Early`] it cannot, and more may be added before the commit; with [`Hold::Late`] what is added is
    /// durable at once.
    async fn add(&mut self, addition: Addition, from: u64, head: Head) -> Result<bool, StoreError>;
    /// Makes durable what was added.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// A database that holds the log.
#[async_trait]
pub(crate) trait LogStore: Send + Sync {
    /// Begins an append.
    async fn begin(&self, hold: Hold) -> Result<Box<dyn Appending>, StoreError>;
    /// The end of the log.
    async fn head(&self) -> Result<Head, StoreError>;
    /// What the command with this id left behind.
    async fn command(&self, command_id: &str) -> Result<Option<CommandRow>, StoreError>;
    /// Where the events at these positions stand.
    async fn placed(&self, first: u64, last: u64) -> Result<Vec<Placed>, StoreError>;
    /// Where the event with this id stands.
    async fn event(&self, event_id: &str) -> Result<Option<Placed>, StoreError>;
    /// The bytes of at most `limit` selected events after `after`, in order, a newline between each two. `after`
    /// is a position. Canonical JSON holds no newline, and one row is fetched far faster than many.
    async fn page(&self, selection: &Selection, after: u64, limit: u32) -> Result<Vec<u8>, StoreError>;
    /// At most `limit` whole rows after position `after`.
    async fn rows(&self, after: u64, limit: u32) -> Result<Vec<EventRow>, StoreError>;
    /// The rows of `event_references` at positions from `first` to `last`, in order.
    async fn references(&self, first: u64, last: u64) -> Result<Vec<(String, u64)>, StoreError>;
    /// Every command's row, in the order of the ids, from after `after`.
    async fn commands(&self, after: &str, limit: u32) -> Result<Vec<CommandRow>, StoreError>;
    /// The rows of the commands with these ids, in no order. An id that is unknown has none.
    async fn commands_with(&self, ids: &[String]) -> Result<Vec<CommandRow>, StoreError>;
    /// The leaves of at most `limit` events after position `after`, in order, 32 bytes each, one after the other.
    async fn leaves(&self, after: u64, limit: u32) -> Result<Vec<u8>, StoreError>;
    /// The references that resemble `text`, at most `limit`.
    async fn references_like(&self, text: &str, limit: u32) -> Result<Vec<String>, StoreError>;
    /// Which of the safeguards against change are missing from the database.
    async fn missing_safeguards(&self) -> Result<Vec<String>, StoreError>;
    /// Waits until another process may have appended something. It may return early, or without cause.
    async fn changed(&self);
    /// Closes the connections.
    async fn close(&self);
}

/// The condition and the order of a selection, and what its first parameter is.
pub(crate) fn page_sql(selection: &Selection) -> (&'static str, Option<String>) {
    match selection {
        Selection::All => {
            ("SELECT event_bytes, position FROM events WHERE position > $1 ORDER BY position LIMIT $2", None)
        }
        Selection::Stream(stream) => (
            "SELECT event_bytes, position FROM events WHERE position > $1 AND stream = $3 ORDER BY version LIMIT $2",
            Some(stream.to_string()),
        ),
        Selection::Reference(reference) => (
            "SELECT e.event_bytes, e.position FROM event_references r JOIN events e ON e.position = r.position \
             WHERE r.position > $1 AND r.reference = $3 ORDER BY r.position LIMIT $2",
            Some(reference.clone()),
        ),
        Selection::Type(event_type) => (
            "SELECT event_bytes, position FROM events WHERE position > $1 AND event_type = $3 ORDER BY position LIMIT $2",
            Some(event_type.clone()),
        ),
    }
}

pub(crate) const SELECT_HEAD: &str = "SELECT position, recorded_at FROM head";
pub(crate) const SELECT_COMMAND: &str =
    "SELECT command_id, fingerprint, first_position, last_position FROM commands WHERE command_id = $1";
pub(crate) const SELECT_COMMANDS: &str = "SELECT command_id, fingerprint, first_position, last_position FROM commands \
     WHERE command_id > $1 ORDER BY command_id LIMIT $2";
pub(crate) const SELECT_REFERENCES: &str = "SELECT reference, position FROM event_references \
     WHERE position BETWEEN $1 AND $2 ORDER BY position, reference";

/// A row's position or version, as the database's own integer.
pub(crate) fn stored(number: u64) -> i64 {
    // INVARIANT: positions and versions count events; a database holds far fewer than 2^63.
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The database's integer, as a position or version.
pub(crate) fn read(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(crate) const SELECT_REFERENCES_LIKE: &str = "SELECT DISTINCT reference FROM event_references \
     WHERE LOWER(reference) LIKE '%' || LOWER($1) || '%' ORDER BY reference LIMIT $2";

/// Where an event stands, from its row.
fn placed(
    position: i64,
    stream: String,
    version: i64,
    event_id: String,
    event_type: String,
) -> Result<Placed, StoreError> {
    let damaged = |what: String| StoreError::Damaged { position: read(position), what };
    Ok(Placed {
        position: Position::new(read(position)),
        stream: stream.parse().map_err(|error| damaged(format!("{error}")))?,
        version: StreamVersion::new(read(version)),
        event_id: event_id.parse().map_err(|error| damaged(format!("{error}")))?,
        event_type,
    })
}

/// The safeguards that are not among those present.
fn missing(wanted: &[&str], present: &[String]) -> Vec<String> {
    wanted.iter().filter(|name| !present.iter().any(|found| found == *name)).map(|&name| name.to_owned()).collect()
}

//! The two stores behind one contract.
//!
//! A store knows rows and transactions; what goes into them, and in which order, is the writer's business. The SQL
//! that both dialects take stands here once; what differs stands in `sqlite` and `postgres`.

mod postgres;
mod reading_role;
mod row_query;
mod sqlite;

pub(crate) use postgres::PostgresStore;
pub(crate) use row_query::{RowAnswer, RowQuery};
pub(crate) use sqlite::SqliteStore;

use super::batch::EventLocation;
use super::read_models::interval_tree::FOREVER;
use super::read_models::projector::{ModelState, ReadModelSnapshot, RowChanges, TouchedRows};
use super::read_models::rebuild::Publication;
use super::read_models::row::{NewRows, RowContent, RowVersion, SearchEntry, StoredVersion};
use super::webhooks::WebhookFound;
use async_trait::async_trait;
use minutebook_domain::{Position, StreamVersion};
use minutebook_projections::words::SearchPassage;
use row_query::{Generations, RowDialect, RowFound, RowStatement};
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
    /// A read model could not take in an event.
    #[error("the read model `{model}` cannot go on at position {position}: {what}; run `minutebook rebuild {model}`")]
    Halted {
        /// Its name.
        model: &'static str,
        /// The position.
        position: Position,
        /// What is wrong.
        what: String,
    },
    /// The read models are not at the head of the log.
    #[error("the read models are at position {up_to} and the log at {head}: run `minutebook rebuild`")]
    ReadModelsBehind {
        /// How far they are.
        up_to: u64,
        /// The head.
        head: u64,
    },
    /// A row is not as it was written.
    #[error("a row of `{model}` for {stream} cannot be read: {what}; run `minutebook rebuild {model}`")]
    UnreadableRow {
        /// The read model.
        model: &'static str,
        /// The row's stream.
        stream: String,
        /// What is wrong.
        what: String,
    },
    /// A right was to be given to a role that is not there.
    #[error("there is no role `{0}`: make it first, with CREATE ROLE")]
    NoSuchRole(String),
    /// A role that was to see no more than the views can see more.
    #[error(
        "role `{role}` has rights on `{table}` itself, so that nothing can be held back from it: revoke them, or name a \
         role that has none"
    )]
    ReadsPastTheViews {
        /// The role.
        role: String,
        /// The table.
        table: String,
    },
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
pub(crate) struct LogSnapshot {
    pub(crate) head: Option<Head>,
    pub(crate) commands: HashMap<String, CommandRow>,
    pub(crate) versions: HashMap<String, u64>,
    /// The last position that carries a reference.
    pub(crate) last_used: HashMap<String, u64>,
    pub(crate) rows: ReadModelSnapshot,
}

/// A row of the one statement that answers a [`AppendQuery`]: what it is about (0 the head, 1 a command, 2 a stream, 3 a
/// reference, 4 a version of a row, 5 a read model, 6 how far the read models are), its key, its position or version, and
/// what else there is to say of it.
type Found = (
    i32,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<Vec<u8>>,
    // Of a version of a row: stream, key, valid_to, ended_known, scope, facet, rank, content.
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<String>,
);

impl LogSnapshot {
    fn of(rows: Vec<Found>) -> Self {
        let mut known = Self::default();
        for found in rows {
            known.take(found);
        }
        known
    }

    fn take(&mut self, found: Found) {
        let (
            kind,
            key,
            first,
            second,
            fingerprint,
            stream,
            row_key,
            valid_to,
            ended_known,
            scope,
            facet,
            rank,
            content,
        ) = found;
        let (place, key) = (read(first.unwrap_or(0)), key.unwrap_or_default());
        match kind {
            0 => self.head = Some(Head { position: place, recorded_at: second.unwrap_or(0) }),
            1 => {
                let command = CommandRow {
                    command_id: key.clone(),
                    fingerprint: fingerprint.unwrap_or_default(),
                    first_position: place,
                    last_position: read(second.unwrap_or(0)),
                };
                self.commands.insert(key, command);
            }
            2 => drop(self.versions.insert(key, place)),
            3 => drop(self.last_used.insert(key, place)),
            4 => {
                let version = RowVersion {
                    stream: stream.unwrap_or_default(),
                    key: row_key.unwrap_or_default(),
                    valid_from: first.unwrap_or(0),
                    valid_to: valid_to.unwrap_or(FOREVER),
                    known_from: second.unwrap_or(0),
                    ended_known: ended_known.unwrap_or(FOREVER),
                    known_to: FOREVER,
                    content: RowContent {
                        scope: scope.unwrap_or_default(),
                        facet: facet.unwrap_or_default(),
                        rank: i16::try_from(rank.unwrap_or(0)).unwrap_or(i16::MAX),
                        row: content,
                    },
                };
                self.rows.versions.push((key, version));
            }
            5 => {
                let (version, generation) = (rank.unwrap_or(0), first.unwrap_or(0));
                self.rows.models.insert(key, ModelState { version, generation, halted_at: second });
            }
            _ => self.rows.up_to = first.unwrap_or(0),
        }
    }
}

/// What the writer asks about.
#[derive(Debug, Default)]
pub(crate) struct AppendQuery {
    pub(crate) command_ids: Vec<String>,
    pub(crate) streams: Vec<String>,
    pub(crate) references: Vec<String>,
    pub(crate) touched: TouchedRows,
}

impl AppendQuery {
    /// Asks after all rows of a stream, and not only after those that are touched.
    pub(crate) fn ask_whole(&mut self, stream: String) {
        self.touched.keys.retain(|(_, touched, _)| *touched != stream);
        self.touched.whole.push(stream);
    }
}

/// Everything that one transaction adds.
#[derive(Debug, Default)]
pub(crate) struct AppendedRows {
    pub(crate) events: Vec<EventRow>,
    pub(crate) references: Vec<(String, i64)>,
    pub(crate) commands: Vec<CommandRow>,
    pub(crate) rows: RowChanges,
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
pub(crate) enum HeadLock {
    /// It looks up first, and takes the head's lock only to add, provided that the head has not moved. Where taking
    /// the lock is a round trip of its own, this saves it. Where it is not, the lock is taken at once.
    Optimistic,
    /// It takes the head's lock first, waiting for it in line.
    Pessimistic,
}

/// One append on its way. Dropping it leaves the log as it was.
#[async_trait]
pub(crate) trait AppendTransaction: Send {
    /// What the log has to say, all of it as of the same head.
    async fn look_up(&mut self, question: &AppendQuery) -> Result<LogSnapshot, StoreError>;
    /// The bytes of the whole stream, in order, a newline between each two; as of the head that was looked up, or a later one.
    async fn history(&mut self, stream: &str) -> Result<Vec<u8>, StoreError>;
    /// The streams that have events after a position.
    async fn streams_since(&mut self, position: i64) -> Result<Vec<String>, StoreError>;
    /// Puts new rows of read models in the place of the old ones.
    async fn publish(self: Box<Self>, publication: Publication) -> Result<(), StoreError>;
    /// Adds the rows and moves the head from position `from`. `false` if the head stands elsewhere; the log is then as it
    /// was. With [`HeadLock::Pessimistic`] it cannot, and more may be added before the commit; with [`HeadLock::Optimistic`] what is added is
    /// durable at once.
    async fn add(&mut self, addition: AppendedRows, from: u64, head: Head) -> Result<bool, StoreError>;
    /// Makes durable what was added.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// The making of rows that nobody reads yet. There is one at a time in a database, until it is dropped or its process is
/// gone: what one writes another would take for leavings.
#[async_trait]
pub(crate) trait RebuildSession: Send {
    /// Makes room for these generations.
    async fn begin_generations(&mut self, generations: &[i64]) -> Result<(), StoreError>;
    /// Makes what was written ready to be read, once all of it is.
    async fn finish_generations(&mut self, generations: &[i64]) -> Result<(), StoreError>;
    /// Writes rows, and empties the lists.
    async fn write(&mut self, rows: &mut NewRows) -> Result<(), StoreError>;
    /// Removes the rows of all generations but these, a few at a time.
    async fn drop_generations_but(&mut self, kept: &[i64]) -> Result<(), StoreError>;
}

/// A value in a statement on what is beside the log.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound<'a> {
    Text(Option<&'a str>),
    Number(Option<i64>),
}

/// A database that holds the log.
#[async_trait]
pub(crate) trait LogStore: Send + Sync {
    /// Begins an append.
    async fn begin(&self, hold: HeadLock) -> Result<Box<dyn AppendTransaction>, StoreError>;
    /// Whether the schema is that of this program.
    async fn check_migrated(&self) -> Result<(), StoreError>;
    /// The end of the log.
    async fn head(&self) -> Result<Head, StoreError>;
    /// The version of a stream; 0 if it has no event.
    async fn version(&self, stream: &str) -> Result<u64, StoreError>;
    /// What the command with this id left behind.
    async fn command(&self, command_id: &str) -> Result<Option<CommandRow>, StoreError>;
    /// Where the events at these positions stand.
    async fn placed(&self, first: u64, last: u64) -> Result<Vec<EventLocation>, StoreError>;
    /// Where the event with this id stands.
    async fn event(&self, event_id: &str) -> Result<Option<EventLocation>, StoreError>;
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
    /// The read models there are, and the head.
    async fn read_models(&self) -> Result<(ReadModelSnapshot, i64), StoreError>;
    /// The last position that was recorded at or before a time, in microseconds since the epoch; 0 if there is none.
    async fn position_at(&self, recorded_at: i64) -> Result<u64, StoreError>;
    /// The rows of a read model.
    async fn row_versions(&self, query: &RowQuery) -> Result<RowAnswer, StoreError> {
        row_query::read_rows(self, query).await
    }
    /// Runs a statement that [`LogStore::row_versions`] makes.
    async fn fetch_rows(&self, statement: RowStatement) -> Result<Vec<RowFound>, StoreError>;
    /// How such a statement is said.
    fn row_dialect(&self) -> &'static RowDialect;
    /// Which generations the rows in use have, as far as was seen.
    fn generations(&self) -> &Generations;
    /// The last position of every command, in order.
    async fn command_ends(&self) -> Result<Vec<i64>, StoreError>;
    /// The bytes of at most `limit` events in the order of streams and versions, after a version of a stream, of those at
    /// positions up to `up_to`.
    async fn page_by_stream(&self, stream: &str, version: i64, up_to: i64, limit: u32) -> Result<Vec<u8>, StoreError>;
    /// At most `limit` versions of rows of a generation after `after`, in the order of stream, key and when they were known.
    async fn page_of_row_versions(
        &self,
        generation: i64,
        after: &RowVersion,
        limit: u32,
    ) -> Result<Vec<StoredVersion>, StoreError>;
    /// At most `limit` entries of the index of words of a generation after this row and id, in the order of stream and
    /// key, each with its id.
    async fn page_of_searched(
        &self,
        generation: i64,
        after: &(String, String, i64),
        limit: u32,
    ) -> Result<Vec<(i64, SearchEntry)>, StoreError>;
    /// What is wrong with the index of words itself, if anything is.
    async fn index_damage(&self) -> Result<Option<String>, StoreError>;
    /// Begins to make read models again, when nobody else is about it: in another process, or in this one.
    async fn begin_rebuild(&self) -> Result<Box<dyn RebuildSession>, StoreError>;
    /// Which of the safeguards against change are missing from the database.
    async fn missing_safeguards(&self) -> Result<Vec<String>, StoreError>;
    /// Notes that a token was used, in microseconds since the epoch, unless a later use is noted already.
    async fn note_token_use(&self, token_id: &str, at: i64) -> Result<(), StoreError>;
    /// Every token that was used, and when it last was.
    async fn token_uses(&self) -> Result<Vec<(String, i64)>, StoreError>;
    /// All webhooks.
    async fn webhooks(&self) -> Result<Vec<WebhookFound>, StoreError>;
    /// Runs a statement on the webhooks; whether it changed any.
    async fn change_webhooks(&self, sql: &'static str, values: &[Bound<'_>]) -> Result<bool, StoreError>;
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
pub(crate) const SELECT_VERSION: &str = "SELECT MAX(version) FROM events WHERE stream = $1";
pub(crate) const SELECT_COMMAND: &str =
    "SELECT command_id, fingerprint, first_position, last_position FROM commands WHERE command_id = $1";
pub(crate) const SELECT_COMMANDS: &str = "SELECT command_id, fingerprint, first_position, last_position FROM commands \
     WHERE command_id > $1 ORDER BY command_id LIMIT $2";
pub(crate) const SELECT_REFERENCES: &str = "SELECT reference, position FROM event_references \
     WHERE position BETWEEN $1 AND $2 ORDER BY position, reference";

pub(crate) const SELECT_READ_MODELS: &str = "SELECT m.name, m.version, m.generation, m.halted_at FROM read_models AS m";
pub(crate) const NOTE_TOKEN_USE: &str = "INSERT INTO token_uses (token_id, last_used_at) VALUES ($1, $2) \
    ON CONFLICT (token_id) DO UPDATE SET last_used_at = excluded.last_used_at \
    WHERE excluded.last_used_at > token_uses.last_used_at";
pub(crate) const SELECT_TOKEN_USES: &str = "SELECT token_id, last_used_at FROM token_uses";
pub(crate) const SELECT_READ_UP_TO: &str = "SELECT u.position, h.position FROM read_up_to AS u, head AS h";
pub(crate) const SELECT_COMMAND_ENDS: &str = "SELECT last_position FROM commands ORDER BY last_position";
/// Positions are dense and times of recording never go back, so that the last event at or before a time is found by
/// halving: as many look-ups as the number of events has binary digits, and no index.
pub(crate) const SELECT_POSITION_AT: &str = "WITH RECURSIVE halving (low, high) AS (\
     SELECT CAST(0 AS BIGINT), h.position FROM head AS h UNION ALL \
     SELECT CASE WHEN e.recorded_at <= $1 THEN e.position ELSE s.low END, \
     CASE WHEN e.recorded_at <= $1 THEN s.high ELSE e.position - 1 END \
     FROM halving AS s JOIN events AS e ON e.position = (s.low + s.high + 1) / 2 WHERE s.low < s.high) \
     SELECT low FROM halving WHERE low = high";
pub(crate) const SELECT_STREAMS_SINCE: &str = "SELECT DISTINCT stream FROM events WHERE position > $1";
pub(crate) const PAGE_BY_STREAM: &str = "SELECT event_bytes FROM events WHERE (stream, version) > ($1, $2) AND position <= $3 \
     ORDER BY stream, version LIMIT $4";
/// What is read of a version of a row, to be taken in by [`filed`].
const VERSION_COLUMNS: &str = "stream, key, valid_from, valid_to, known_from, ended_known, known_to, known_end, valid_node, \
     known_node, scope, facet, rank, content";

/// At most $5 versions of rows after a place.
fn page_of_row_versions(dialect: &RowDialect, generation: i64) -> String {
    let versions = (dialect.versions)(generation);
    format!(
        "SELECT {VERSION_COLUMNS} FROM {versions} AS v WHERE (stream, key, known_from, valid_from) > ($1, $2, $3, $4) \
         ORDER BY stream, key, known_from, valid_from LIMIT $5"
    )
}

pub(crate) const PUBLISH: &str = "INSERT INTO read_models (name, version, generation) VALUES ($1, $2, $3) \
     ON CONFLICT (name) DO UPDATE SET version = excluded.version, generation = excluded.generation, halted_at = NULL, \
     halted_why = NULL";
pub(crate) const HALT: &str = "UPDATE read_models SET halted_at = $2, halted_why = $3 WHERE name = $1";
pub(crate) const MOVE_READ_MODELS: &str = "UPDATE read_up_to SET position = $1";

/// What [`VERSION_COLUMNS`] hold.
type VersionFound = (String, String, i64, i64, i64, i64, i64, i64, i64, i64, String, String, i64, Option<String>);

/// An entry of the index of words as the database has it, from its id, stream, key, position, rank and words.
fn searched((id, stream, key, known_from, rank, words): (i64, String, String, i64, i64, String)) -> (i64, SearchEntry) {
    let (mut scope, mut said) = (String::new(), Vec::new());
    for word in words.split(' ') {
        match word.strip_prefix('§') {
            Some(of) => of.clone_into(&mut scope),
            None => said.push(word),
        }
    }
    // The database may keep them in an order of its own.
    said.sort_unstable();
    let rank = u8::try_from(rank).unwrap_or(u8::MAX);
    (id, SearchEntry { stream, key, known_from, scope, passage: SearchPassage { rank, words: said.join(" ") } })
}

/// A version of a row as the database has it.
fn filed(found: VersionFound) -> StoredVersion {
    let (stream, key, valid_from, valid_to, known_from, ended_known, known_to, ..) = found;
    let (.., known_end, valid_node, known_node, scope, facet, rank, row) = found;
    let content = RowContent { scope, facet, rank: i16::try_from(rank).unwrap_or(i16::MAX), row };
    let version = RowVersion { stream, key, valid_from, valid_to, known_from, ended_known, known_to, content };
    let indexed_correctly =
        (known_end, valid_node, known_node) == (version.known_end(), version.valid_node(), version.known_node());
    StoredVersion { version, indexed_correctly }
}

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

/// The outcome of [`SELECT_POSITION_AT`]. It finds nothing only where a position between has no event.
fn position_at(found: Option<i64>) -> Result<u64, StoreError> {
    let gap = || StoreError::Damaged { position: 0, what: "an event is missing between two others".to_owned() };
    found.map(read).ok_or_else(gap)
}

/// Where an event stands, from its row.
fn placed(
    position: i64,
    stream: String,
    version: i64,
    event_id: String,
    event_type: String,
) -> Result<EventLocation, StoreError> {
    let damaged = |what: String| StoreError::Damaged { position: read(position), what };
    Ok(EventLocation {
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

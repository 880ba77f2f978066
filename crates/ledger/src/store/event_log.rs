//! The contract for reading the log and beginning an append, and what both stores share of it.

use super::append::{AppendTransaction, HeadLock};
use super::error::StoreError;
use super::log_end::{FoundEnd, LogEnd};
use super::numbers::read;
use super::row::row;
use crate::merkle::Hash;
use async_trait::async_trait;
use minutebook_domain::{EventId, Position, StreamId, StreamVersion};
use serde::Serialize;

/// The log: events in one total order.
#[async_trait]
pub(crate) trait EventLog: Send + Sync {
    /// Begins an append.
    async fn begin_append(&self, lock: HeadLock) -> Result<Box<dyn AppendTransaction>, StoreError>;
    /// Returns the end of the log.
    async fn head(&self) -> Result<Head, StoreError>;
    /// Returns the end of the log, and the leaf at a position that was seen before.
    async fn end(&self, seen: u64) -> Result<FoundEnd, StoreError>;
    /// Returns the version of a stream; 0 if it has no event.
    async fn stream_version(&self, stream: &str) -> Result<u64, StoreError>;
    /// Returns the command with this id, if the log holds it.
    async fn command(&self, command_id: &str) -> Result<Option<CommandRow>, StoreError>;
    /// Returns the commands with these ids, in no order. Unknown ids are left out.
    async fn commands_by_id(&self, ids: &[String]) -> Result<Vec<CommandRow>, StoreError>;
    /// Returns where the events at positions from `first` to `last` stand.
    async fn locations(&self, first: u64, last: u64) -> Result<Vec<EventLocation>, StoreError>;
    /// Returns where the event with this id stands.
    async fn location_of(&self, event_id: &str) -> Result<Option<EventLocation>, StoreError>;
    /// Returns where the event stands whose id sorts last of those up to this one.
    async fn last_up_to(&self, event_id: &str) -> Result<Option<EventLocation>, StoreError>;
    /// Returns the bytes of at most `limit` selected events after position `after`, in order, a newline between each
    /// two. Canonical JSON holds no newline.
    async fn page(&self, selection: &Selection, after: u64, limit: u32) -> Result<Vec<u8>, StoreError>;
    /// Returns the streams of the events after one position and up to another, each once.
    async fn streams_between(&self, after: u64, through: u64) -> Result<Vec<String>, StoreError>;
    /// Returns the last position recorded at or before a time, in microseconds since the epoch; 0 if there is none.
    async fn position_at(&self, recorded_at: i64) -> Result<u64, StoreError>;
    /// Returns when the events at these positions were recorded, in microseconds since the epoch. Unknown ones are left out.
    async fn recording_times(&self, positions: &[u64]) -> Result<Vec<(u64, i64)>, StoreError>;
    /// Returns at most `limit` references that contain `text`, whatever its case.
    async fn references_like(&self, text: &str, limit: u32) -> Result<Vec<String>, StoreError>;
    /// Waits until another process may have appended. It may return early, or without cause.
    async fn changed(&self);
}

row! {
    /// The end of the log.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) struct Head {
        pub(crate) position: u64 = read,
        /// Microseconds since the epoch; 0 while the log is empty.
        pub(crate) recorded_at: i64,
    }
}

row! {
    /// The end of the log, with the leaves there and at a position that was seen before.
    pub(super) struct EndRow {
        position: u64 = read,
        leaf: Option<Vec<u8>>,
        seen_leaf: Option<Vec<u8>>,
    }
}

impl From<EndRow> for FoundEnd {
    fn from(row: EndRow) -> Self {
        let end = LogEnd { position: Position::new(row.position), leaf: leaf(row.leaf) };
        Self { end, seen_leaf: leaf(row.seen_leaf) }
    }
}

/// Returns a stored leaf. One of another length is damaged, and equals none that was seen.
pub(super) fn leaf(bytes: Option<Vec<u8>>) -> Option<Hash> {
    Some(Hash::new(bytes?.try_into().ok()?))
}

row! {
    /// A command in the log, and the positions of its events.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct CommandRow {
        pub(crate) command_id: String,
        pub(crate) fingerprint: Vec<u8>,
        pub(crate) first_position: u64 = read,
        pub(crate) last_position: u64 = read,
    }
}

row! {
    /// The columns of an event that say where it stands.
    pub(super) struct LocationRow {
        position: i64,
        stream: String,
        version: i64,
        event_id: String,
        event_type: String,
    }
}

/// Where one event stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventLocation {
    /// The place in the log, from 1.
    pub position: Position,
    /// The stream that holds the event.
    pub stream: StreamId,
    /// The place in the stream, from 1.
    pub version: StreamVersion,
    /// The identity of the event.
    pub event_id: EventId,
    /// The type of the event, such as `ActionRaised`.
    #[serde(rename = "type")]
    pub event_type: String,
}

impl TryFrom<LocationRow> for EventLocation {
    type Error = StoreError;

    fn try_from(row: LocationRow) -> Result<Self, StoreError> {
        let position = read(row.position);
        let damaged = |error: &dyn std::fmt::Display| StoreError::Damaged { position, what: error.to_string() };
        Ok(Self {
            position: Position::new(position),
            stream: row.stream.parse().map_err(|error| damaged(&error))?,
            version: StreamVersion::new(read(row.version)),
            event_id: row.event_id.parse().map_err(|error| damaged(&error))?,
            event_type: row.event_type,
        })
    }
}

/// Which events to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All events.
    All,
    /// The events of one stream.
    Stream(StreamId),
    /// The events that carry a reference.
    Reference(String),
    /// The events of one type.
    Type(String),
}

impl Selection {
    /// Returns the statement for a page of `event_bytes` after position `$1`, at most `$2` of them, and its parameter
    /// `$3` where it has one.
    pub(super) fn page(&self) -> (&'static str, Option<String>) {
        match self {
            Self::All => {
                ("SELECT event_bytes, position FROM events WHERE position > $1 ORDER BY position LIMIT $2", None)
            }
            Self::Stream(stream) => (
                "SELECT event_bytes, position FROM events WHERE position > $1 AND stream = $3 ORDER BY version LIMIT $2",
                Some(stream.to_string()),
            ),
            Self::Reference(reference) => (
                "SELECT e.event_bytes, e.position FROM event_references r JOIN events e ON e.position = r.position \
                 WHERE r.position > $1 AND r.reference = $3 ORDER BY r.position LIMIT $2",
                Some(reference.clone()),
            ),
            Self::Type(event_type) => (
                "SELECT event_bytes, position FROM events WHERE position > $1 AND event_type = $3 ORDER BY position \
                 LIMIT $2",
                Some(event_type.clone()),
            ),
        }
    }
}

pub(super) const SELECT_END: &str = "SELECT h.position, \
     (SELECT leaf FROM events WHERE position = h.position) AS leaf, \
     (SELECT leaf FROM events WHERE position = $1) AS seen_leaf FROM head AS h";

/// The number of positions in one statement of [`EventLog::recording_times`].
pub(super) const TIMES_AT_ONCE: usize = 500;

pub(super) const SELECT_HEAD: &str = "SELECT position, recorded_at FROM head";

/// Finds the last event at or before a time by halving: positions are dense and times of recording never decrease, so
/// it takes as many look-ups as the number of events has binary digits, and no index.
pub(super) const SELECT_POSITION_AT: &str = "WITH RECURSIVE halving (low, high) AS (\
     SELECT CAST(0 AS BIGINT), h.position FROM head AS h UNION ALL \
     SELECT CASE WHEN e.recorded_at <= $1 THEN e.position ELSE s.low END, \
     CASE WHEN e.recorded_at <= $1 THEN s.high ELSE e.position - 1 END \
     FROM halving AS s JOIN events AS e ON e.position = (s.low + s.high + 1) / 2 WHERE s.low < s.high) \
     SELECT low FROM halving WHERE low = high";

/// Returns what [`SELECT_POSITION_AT`] found. It finds nothing only where an event is missing.
pub(super) fn found_position(found: Option<i64>) -> Result<u64, StoreError> {
    let gap = || StoreError::Damaged { position: 0, what: "an event is missing between two others".to_owned() };
    found.map(read).ok_or_else(gap)
}

/// Implements [`EventLog`] for a store with a pool of `readers` and a `DIALECT`. The drivers of sqlx have no common
/// type that can run a statement, so a macro and not a generic function writes each of these once.
macro_rules! impl_event_log {
    ($store:ty { $($own:tt)* }) => {
        #[async_trait::async_trait]
        impl EventLog for $store {
            $($own)*

            async fn head(&self) -> Result<Head, StoreError> {
                Ok(sqlx::query_as(event_log::SELECT_HEAD).fetch_one(&self.readers).await?)
            }

            async fn end(&self, seen: u64) -> Result<FoundEnd, StoreError> {
                self.check_files().await?;
                let row: EndRow =
                    sqlx::query_as(event_log::SELECT_END).bind(stored(seen)).fetch_one(&self.readers).await?;
                Ok(row.into())
            }

            async fn stream_version(&self, stream: &str) -> Result<u64, StoreError> {
                let sql = "SELECT MAX(version) FROM events WHERE stream = $1";
                let version: Option<i64> = sqlx::query_scalar(sql).bind(stream).fetch_one(&self.readers).await?;
                Ok(read(version.unwrap_or(0)))
            }

            async fn command(&self, command_id: &str) -> Result<Option<CommandRow>, StoreError> {
                let sql = "SELECT command_id, fingerprint, first_position, last_position FROM commands \
                           WHERE command_id = $1";
                Ok(sqlx::query_as(sql).bind(command_id).fetch_optional(&self.readers).await?)
            }

            async fn commands_by_id(&self, ids: &[String]) -> Result<Vec<CommandRow>, StoreError> {
                let mut parameters = Parameters::default();
                let ids = parameters.texts(ids.to_vec());
                let sql = format!(
                    "SELECT command_id, fingerprint, first_position, last_position FROM commands WHERE {}",
                    (DIALECT.in_list)("command_id", &ids)
                );
                let rows = query(Statement::new(sql, parameters))?.fetch_all(&self.readers).await?;
                Ok(rows.iter().map(FromRow::from_row).collect::<Result<_, _>>()?)
            }

            async fn locations(&self, first: u64, last: u64) -> Result<Vec<EventLocation>, StoreError> {
                let sql = "SELECT position, stream, version, CAST(event_id AS TEXT) AS event_id, event_type FROM events \
                           WHERE position BETWEEN $1 AND $2 ORDER BY position";
                let rows: Vec<LocationRow> =
                    sqlx::query_as(sql).bind(stored(first)).bind(stored(last)).fetch_all(&self.readers).await?;
                rows.into_iter().map(EventLocation::try_from).collect()
            }

            async fn location_of(&self, event_id: &str) -> Result<Option<EventLocation>, StoreError> {
                let sql = format!(
                    "SELECT position, stream, version, CAST(event_id AS TEXT) AS event_id, event_type FROM events \
                     WHERE event_id = {}",
                    (DIALECT.event_id)("$1")
                );
                let row: Option<LocationRow> =
                    sqlx::query_as(AssertSqlSafe(sql)).bind(event_id).fetch_optional(&self.readers).await?;
                row.map(EventLocation::try_from).transpose()
            }

            async fn last_up_to(&self, event_id: &str) -> Result<Option<EventLocation>, StoreError> {
                let sql = format!(
                    "SELECT position, stream, version, CAST(event_id AS TEXT) AS event_id, event_type FROM events \
                     WHERE events.event_id <= {} ORDER BY events.event_id DESC LIMIT 1",
                    (DIALECT.event_id)("$1")
                );
                let row: Option<LocationRow> =
                    sqlx::query_as(AssertSqlSafe(sql)).bind(event_id).fetch_optional(&self.readers).await?;
                row.map(EventLocation::try_from).transpose()
            }

            async fn page(&self, selection: &Selection, after: u64, limit: u32) -> Result<Vec<u8>, StoreError> {
                let (page, parameter) = selection.page();
                let sql = AssertSqlSafe((DIALECT.join_events)(page));
                let mut query = sqlx::query_scalar(sql).bind(stored(after)).bind(i64::from(limit));
                if let Some(parameter) = parameter {
                    query = query.bind(parameter);
                }
                let page: Option<Vec<u8>> = query.fetch_one(&self.readers).await?;
                Ok(page.unwrap_or_default())
            }

            async fn streams_between(&self, after: u64, through: u64) -> Result<Vec<String>, StoreError> {
                let sql = "SELECT DISTINCT stream FROM events WHERE position > $1 AND position <= $2";
                let streams = sqlx::query_scalar(sql).bind(stored(after)).bind(stored(through));
                Ok(streams.fetch_all(&self.readers).await?)
            }

            async fn position_at(&self, recorded_at: i64) -> Result<u64, StoreError> {
                let found = sqlx::query_scalar(event_log::SELECT_POSITION_AT).bind(recorded_at);
                event_log::found_position(found.fetch_optional(&self.readers).await?)
            }

            async fn recording_times(&self, positions: &[u64]) -> Result<Vec<(u64, i64)>, StoreError> {
                let mut times = Vec::with_capacity(positions.len());
                for some in positions.chunks(event_log::TIMES_AT_ONCE) {
                    let mut parameters = Parameters::default();
                    let list = parameters.numbers(&some.iter().map(|position| stored(*position)).collect::<Vec<_>>());
                    let sql = format!("SELECT position, recorded_at FROM events WHERE position IN ({list})");
                    for row in query(Statement::new(sql, parameters))?.fetch_all(&self.readers).await? {
                        let Head { position, recorded_at } = FromRow::from_row(&row)?;
                        times.push((position, recorded_at));
                    }
                }
                Ok(times)
            }

            async fn references_like(&self, text: &str, limit: u32) -> Result<Vec<String>, StoreError> {
                let sql = "SELECT DISTINCT reference FROM event_references \
                           WHERE LOWER(reference) LIKE '%' || LOWER($1) || '%' ORDER BY reference LIMIT $2";
                Ok(sqlx::query_scalar(sql).bind(text).bind(i64::from(limit)).fetch_all(&self.readers).await?)
            }
        }
    };
}

pub(super) use impl_event_log;

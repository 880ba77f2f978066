//! The log in one SQLite file.

mod appending;
mod rebuilding;
mod rows;
mod statements;

use super::row_query::{Generations, Index, RowDialect, RowFound, RowStatement};
use super::{
    AppendTransaction, Bound, CommandRow, EventRow, Head, HeadLock, LogStore, RebuildSession, SELECT_COMMAND,
    SELECT_COMMANDS, SELECT_HEAD, SELECT_REFERENCES, Selection, StoreError, page_of_row_versions, page_sql, read,
    stored,
};
use crate::batch::EventLocation;
use crate::migrations;
use crate::read_models::projector::{ModelState, ReadModelSnapshot};
use crate::read_models::row::{RowVersion, SearchEntry, StoredVersion};
use crate::webhooks::{SELECT_WEBHOOKS, WebhookFound};
use appending::SqliteAppend;
use async_trait::async_trait;
use rebuilding::SqliteRebuild;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Connection, Row};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long a writer waits for another process's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// How often another process's events are looked for. A file gives no notice.
const POLL: Duration = Duration::from_millis(200);
/// Memory for pages of the file, for the writer, in negative KiB as SQLite has it. An append touches a few pages of each
/// of a dozen trees; SQLite's own 2 MB would have them read again for each document of an archive.
const WRITER_CACHE: &str = "-32768";
/// Statements that stay prepared for the writer: it inserts rows of each read model in pieces of a few sizes.
const STATEMENTS: usize = 256;
/// The triggers of `migrations/sqlite/0001_log.sql` that refuse change.
const SAFEGUARDS: [&str; 11] = [
    "commands_never_deleted",
    "commands_never_replaced",
    "commands_never_updated",
    "event_references_never_deleted",
    "event_references_never_updated",
    "events_appended_in_order",
    "events_never_deleted",
    "events_never_updated",
    "head_never_deleted",
    "head_never_replaced",
    "head_only_forward",
];

/// How rows are read here. Without statistics SQLite takes the key, and reads all the rows of the read model.
const DIALECT: RowDialect = RowDialect {
    versions: |generation| format!("row_versions_{generation}"),
    by_index: |generation, index| match index {
        Index::ByValidTime => format!(" INDEXED BY row_versions_{generation}_by_valid_time"),
        Index::ByKnownTime => format!(" INDEXED BY row_versions_{generation}_by_known_time"),
    },
    searched: |generation| format!("searched_{generation}"),
    holds: |generation, word| {
        let words = format!("searched_words_{generation}");
        format!("s.id IN (SELECT rowid FROM {words} WHERE {words} MATCH '\"§' || $2 || '\" AND ' || {word})")
    },
    whole: |word| format!("\"{word}\""),
    beginning: |word| format!("\"{word}\" *"),
};

pub(crate) struct SqliteStore {
    /// One connection: SQLite has one writer at a time, and its prepared statements stay with it.
    writer: SqlitePool,
    readers: SqlitePool,
    /// How the file is opened.
    options: SqliteConnectOptions,
    generations: Arc<Generations>,
    /// The file beside the database that whoever makes read models again holds locked. It stays: to remove it would let
    /// two hold it at once.
    rebuild_lock: PathBuf,
}

impl SqliteStore {
    /// Opens the file, or makes it with an empty log if `create`.
    pub(crate) async fn open(path: &Path, create: bool) -> Result<Self, StoreError> {
        let shown = path.display().to_string();
        if !create && !path.exists() {
            return Err(StoreError::Missing(shown));
        }
        if path.parent().is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
            return Err(StoreError::NoFolder(shown));
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            // NORMAL would lose acknowledged events in a power cut: the log is synced on every commit.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT);
        // SQLITE_NOTADB is 26. It is found when the file is first read, which setting the journal mode does.
        let not_a_database = |error: sqlx::Error| {
            let code = error.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
            if code.as_deref() == Some("26") { StoreError::NotADatabase(shown.clone()) } else { error.into() }
        };
        // SQLite rolls a transaction back by itself when the disk is full. sqlx then cannot roll it back a second time,
        // takes the connection to be inside it for ever, and begins no other on it: such a connection is given up.
        let writer = pool(1)
            .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }))
            .connect_with(options.clone().pragma("cache_size", WRITER_CACHE).statement_cache_capacity(STATEMENTS))
            .await
            .map_err(not_a_database)?;
        if create {
            migrations::sqlite().run(&writer).await.map_err(|error| sqlx::Error::Migrate(Box::new(error)))?;
        }
        let newest = sqlx::query_scalar(migrations::SELECT_NEWEST).fetch_one(&writer).await.unwrap_or(None);
        migrations::check_sqlite(newest, &shown)?;
        let readers = pool(8).connect_lazy_with(options.clone().pragma("query_only", "on"));
        // Whatever name the file is opened by, there is one lock.
        let mut rebuild_lock = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
        rebuild_lock.push("-rebuild");
        let generations = Arc::default();
        Ok(Self { writer, readers, options, generations, rebuild_lock: rebuild_lock.into() })
    }
}

impl SqliteStore {
    /// What was read of a generation; nothing if others have taken its place, for its tables go then.
    async fn unless_replaced<T: Default>(
        &self,
        generation: i64,
        read: Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        let Err(error) = read else { return Ok(read?) };
        let (known, _) = self.read_models().await?;
        let in_use = known.models.values().any(|state| state.generation == generation);
        if in_use { Err(error.into()) } else { Ok(T::default()) }
    }
}

fn pool(connections: u32) -> SqlitePoolOptions {
    // A file does not hang up: asking each time whether the connection still stands would only take time.
    SqlitePoolOptions::new().max_connections(connections).test_before_acquire(false)
}

#[async_trait]
impl LogStore for SqliteStore {
    async fn begin(&self, _: HeadLock) -> Result<Box<dyn AppendTransaction>, StoreError> {
        // IMMEDIATE takes the write lock at once: a transaction that reads first and writes later could not wait
        // for another writer, and would fail instead.
        let transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Box::new(SqliteAppend { transaction, generations: self.generations.clone() }))
    }

    async fn check_migrated(&self) -> Result<(), StoreError> {
        let newest = sqlx::query_scalar(migrations::SELECT_NEWEST).fetch_one(&self.readers).await?;
        migrations::check_sqlite(newest, "this address")
    }

    async fn head(&self) -> Result<Head, StoreError> {
        let row = sqlx::query(SELECT_HEAD).fetch_one(&self.readers).await?;
        head(&row)
    }

    async fn version(&self, stream: &str) -> Result<u64, StoreError> {
        let version: Option<i64> =
            sqlx::query_scalar(super::SELECT_VERSION).bind(stream).fetch_one(&self.readers).await?;
        Ok(read(version.unwrap_or(0)))
    }

    async fn command(&self, command_id: &str) -> Result<Option<CommandRow>, StoreError> {
        let row = sqlx::query(SELECT_COMMAND).bind(command_id).fetch_optional(&self.readers).await?;
        row.as_ref().map(command_row).transpose()
    }

    async fn placed(&self, first: u64, last: u64) -> Result<Vec<EventLocation>, StoreError> {
        let sql = "SELECT position, stream, version, event_id, event_type FROM events \
                   WHERE position BETWEEN $1 AND $2 ORDER BY position";
        let rows = sqlx::query(sql).bind(stored(first)).bind(stored(last)).fetch_all(&self.readers).await?;
        rows.iter().map(placed).collect()
    }

    async fn event(&self, event_id: &str) -> Result<Option<EventLocation>, StoreError> {
        let sql = "SELECT position, stream, version, event_id, event_type FROM events WHERE event_id = $1";
        sqlx::query(sql).bind(event_id).fetch_optional(&self.readers).await?.as_ref().map(placed).transpose()
    }

    async fn page(&self, selection: &Selection, after: u64, limit: u32) -> Result<Vec<u8>, StoreError> {
        let (sql, parameter) = page_sql(selection);
        // They are joined in the order in which they come from the ordered page. To say so again would have them sorted
        // again; the reader sees to it that they are in order.
        let sql = format!("SELECT CAST(group_concat(CAST(event_bytes AS TEXT), char(10)) AS BLOB) FROM ({sql})");
        let mut query = sqlx::query_scalar(AssertSqlSafe(sql)).bind(stored(after)).bind(i64::from(limit));
        if let Some(parameter) = parameter {
            query = query.bind(parameter);
        }
        let page: Option<Vec<u8>> = query.fetch_one(&self.readers).await?;
        Ok(page.unwrap_or_default())
    }

    async fn rows(&self, after: u64, limit: u32) -> Result<Vec<EventRow>, StoreError> {
        let sql = "SELECT position, stream, version, event_id, event_type, recorded_at, event_bytes, salt, leaf \
                   FROM events WHERE position > $1 ORDER BY position LIMIT $2";
        let rows = sqlx::query(sql).bind(stored(after)).bind(i64::from(limit)).fetch_all(&self.readers).await?;
        rows.iter()
            .map(|row| {
                Ok(EventRow {
                    position: row.try_get(0)?,
                    stream: row.try_get(1)?,
                    version: row.try_get(2)?,
                    event_id: row.try_get(3)?,
                    event_type: row.try_get(4)?,
                    recorded_at: row.try_get(5)?,
                    event_bytes: row.try_get(6)?,
                    salt: row.try_get(7)?,
                    leaf: row.try_get(8)?,
                })
            })
            .collect()
    }

    async fn references(&self, first: u64, last: u64) -> Result<Vec<(String, u64)>, StoreError> {
        let rows =
            sqlx::query(SELECT_REFERENCES).bind(stored(first)).bind(stored(last)).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, read(row.try_get(1)?)))).collect()
    }

    async fn commands(&self, after: &str, limit: u32) -> Result<Vec<CommandRow>, StoreError> {
        let rows = sqlx::query(SELECT_COMMANDS).bind(after).bind(i64::from(limit)).fetch_all(&self.readers).await?;
        rows.iter().map(command_row).collect()
    }

    async fn commands_with(&self, ids: &[String]) -> Result<Vec<CommandRow>, StoreError> {
        let sql = "SELECT command_id, fingerprint, first_position, last_position FROM commands \
                   WHERE command_id IN (SELECT value FROM json_each($1))";
        let rows = sqlx::query(sql).bind(list(ids)).fetch_all(&self.readers).await?;
        rows.iter().map(command_row).collect()
    }

    async fn leaves(&self, after: u64, limit: u32) -> Result<Vec<u8>, StoreError> {
        // One row is fetched far faster than many, and only text is joined.
        let sql = "SELECT group_concat(hex(leaf), '') FROM \
                   (SELECT leaf FROM events WHERE position > $1 ORDER BY position LIMIT $2)";
        let leaves: Option<String> =
            sqlx::query_scalar(sql).bind(stored(after)).bind(i64::from(limit)).fetch_one(&self.readers).await?;
        hex::decode(leaves.unwrap_or_default())
            .map_err(|error| StoreError::Damaged { position: after + 1, what: error.to_string() })
    }

    async fn references_like(&self, text: &str, limit: u32) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query_scalar(super::SELECT_REFERENCES_LIKE).bind(text).bind(i64::from(limit));
        Ok(rows.fetch_all(&self.readers).await?)
    }

    async fn read_models(&self) -> Result<(ReadModelSnapshot, i64), StoreError> {
        let (up_to, head): (i64, i64) = sqlx::query_as(super::SELECT_READ_UP_TO).fetch_one(&self.readers).await?;
        let models: Vec<(String, i64, i64, Option<i64>)> =
            sqlx::query_as(super::SELECT_READ_MODELS).fetch_all(&self.readers).await?;
        let state = |(name, version, generation, halted_at)| (name, ModelState { version, generation, halted_at });
        Ok((ReadModelSnapshot { up_to, models: models.into_iter().map(state).collect(), versions: Vec::new() }, head))
    }

    async fn position_at(&self, recorded_at: i64) -> Result<u64, StoreError> {
        let found = sqlx::query_scalar(super::SELECT_POSITION_AT).bind(recorded_at);
        super::position_at(found.fetch_optional(&self.readers).await?)
    }

    async fn fetch_rows(&self, statement: RowStatement) -> Result<Vec<RowFound>, StoreError> {
        let RowStatement { sql, texts, numbers } = statement;
        let query = texts.into_iter().fold(sqlx::query_as(AssertSqlSafe(sql)), sqlx::query::QueryAs::bind);
        let query = numbers.into_iter().fold(query, sqlx::query::QueryAs::bind);
        Ok(query.fetch_all(&self.readers).await?)
    }

    fn row_dialect(&self) -> &'static RowDialect {
        &DIALECT
    }

    fn generations(&self) -> &Generations {
        &self.generations
    }

    async fn command_ends(&self) -> Result<Vec<i64>, StoreError> {
        Ok(sqlx::query_scalar(super::SELECT_COMMAND_ENDS).fetch_all(&self.readers).await?)
    }

    async fn page_by_stream(&self, stream: &str, version: i64, up_to: i64, limit: u32) -> Result<Vec<u8>, StoreError> {
        let page = super::PAGE_BY_STREAM;
        let sql = format!("SELECT CAST(group_concat(CAST(event_bytes AS TEXT), char(10)) AS BLOB) FROM ({page})");
        let query =
            sqlx::query_scalar(AssertSqlSafe(sql)).bind(stream).bind(version).bind(up_to).bind(i64::from(limit));
        let page: Option<Vec<u8>> = query.fetch_one(&self.readers).await?;
        Ok(page.unwrap_or_default())
    }

    async fn page_of_row_versions(
        &self,
        generation: i64,
        after: &RowVersion,
        limit: u32,
    ) -> Result<Vec<StoredVersion>, StoreError> {
        let query = sqlx::query_as(AssertSqlSafe(page_of_row_versions(&DIALECT, generation)))
            .bind(&after.stream)
            .bind(&after.key)
            .bind(after.known_from)
            .bind(after.valid_from)
            .bind(i64::from(limit));
        let page = self.unless_replaced(generation, query.fetch_all(&self.readers).await).await?;
        Ok(page.into_iter().map(super::filed).collect())
    }

    async fn page_of_searched(
        &self,
        generation: i64,
        (stream, key, id): &(String, String, i64),
        limit: u32,
    ) -> Result<Vec<(i64, SearchEntry)>, StoreError> {
        let sql = format!(
            "SELECT id, stream, key, known_from, rank, words FROM searched_{generation} \
             WHERE (stream, key, id) > ($1, $2, $3) ORDER BY stream, key, id LIMIT $4"
        );
        let query = sqlx::query_as(AssertSqlSafe(sql)).bind(stream).bind(key).bind(id).bind(i64::from(limit));
        let page = self.unless_replaced(generation, query.fetch_all(&self.readers).await).await?;
        Ok(page.into_iter().map(super::searched).collect())
    }

    async fn index_damage(&self) -> Result<Option<String>, StoreError> {
        let (known, _) = self.read_models().await?;
        for (model, ModelState { generation, .. }) in known.models {
            // SQLite has the check as an insertion, which writes nothing. SQLITE_CORRUPT is 11.
            let words = format!("searched_words_{generation}");
            let sql = format!("INSERT INTO {words} ({words}, rank) VALUES ('integrity-check', 1)");
            // Whatever tables were made since, this connection comes to know of as it reads one of the old ones; and none is
            // made or removed in the meantime.
            let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            sqlx::query(SELECT_HEAD).fetch_one(&mut *transaction).await?;
            let checked = sqlx::query(AssertSqlSafe(sql)).execute(&mut *transaction).await.map(drop);
            transaction.rollback().await?;
            let code = checked.as_ref().err().and_then(|error| error.as_database_error()?.code()?.parse::<u32>().ok());
            if code.is_some_and(|code| code & 0xff == 11) {
                return Ok(Some(format!("the index of words of `{model}` does not hold the words that it should")));
            }
            self.unless_replaced(generation, checked).await?;
        }
        Ok(None)
    }

    async fn begin_rebuild(&self) -> Result<Box<dyn RebuildSession>, StoreError> {
        Ok(Box::new(SqliteRebuild::begin(&self.rebuild_lock, &self.options, &self.writer).await?))
    }

    async fn missing_safeguards(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'";
        let present: Vec<String> = sqlx::query_scalar(sql).fetch_all(&self.readers).await?;
        Ok(super::missing(&SAFEGUARDS, &present))
    }

    async fn note_token_use(&self, token_id: &str, at: i64) -> Result<(), StoreError> {
        sqlx::query(super::NOTE_TOKEN_USE).bind(token_id).bind(at).execute(&self.writer).await?;
        Ok(())
    }

    async fn token_uses(&self) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(sqlx::query_as(super::SELECT_TOKEN_USES).fetch_all(&self.readers).await?)
    }

    async fn webhooks(&self) -> Result<Vec<WebhookFound>, StoreError> {
        Ok(sqlx::query_as(SELECT_WEBHOOKS).fetch_all(&self.readers).await?)
    }

    async fn change_webhooks(&self, sql: &'static str, values: &[Bound<'_>]) -> Result<bool, StoreError> {
        let query = values.iter().fold(sqlx::query(sql), |query, value| match value {
            Bound::Text(text) => query.bind(*text),
            Bound::Number(number) => query.bind(*number),
        });
        Ok(query.execute(&self.writer).await?.rows_affected() > 0)
    }

    async fn changed(&self) {
        tokio::time::sleep(POLL).await;
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn head(row: &SqliteRow) -> Result<Head, StoreError> {
    Ok(Head { position: read(row.try_get(0)?), recorded_at: row.try_get(1)? })
}

fn placed(row: &SqliteRow) -> Result<EventLocation, StoreError> {
    super::placed(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?)
}

fn command_row(row: &SqliteRow) -> Result<CommandRow, StoreError> {
    Ok(CommandRow {
        command_id: row.try_get(0)?,
        fingerprint: row.try_get(1)?,
        first_position: read(row.try_get(2)?),
        last_position: read(row.try_get(3)?),
    })
}

/// A JSON array is the one list that SQLite takes as a parameter.
fn list(values: &[String]) -> String {
    serde_json::Value::from(values).to_string()
}

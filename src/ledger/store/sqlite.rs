//! The log in one SQLite file.

use super::{
    Addition, Appending, Bound, CommandRow, EventRow, Head, Hold, Known, LogStore, Question, Rebuilding, RowAnswer,
    RowDialect, RowQuery, SELECT_COMMAND, SELECT_COMMANDS, SELECT_HEAD, SELECT_REFERENCES, Selection, StoreError,
    page_sql, place_word, read, stored,
};
use crate::ledger::batch::Placed;
use crate::ledger::migrations;
use crate::ledger::views::nodes::FOREVER;
use crate::ledger::views::projector::{KnownRows, ModelState, RowChanges};
use crate::ledger::views::rebuild::Publication;
use crate::ledger::views::row::{Filed, NewRows, RowVersion, Searched};
use crate::ledger::webhooks::{SELECT_WEBHOOKS, WebhookFound};
use async_trait::async_trait;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Connection, QueryBuilder, Row, Sqlite, SqliteConnection, Transaction};
use std::fs::{File, TryLockError};
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
/// Rows per INSERT. Few distinct sizes, so that few statements are prepared, and each once.
const CHUNKS: [usize; 7] = [64, 32, 16, 8, 4, 2, 1];

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

/// The generations that have rows: a look-up for each.
const SELECT_GENERATIONS: &str = "WITH RECURSIVE g (generation) AS (\
     SELECT MIN(generation) FROM row_versions UNION ALL \
     SELECT (SELECT MIN(generation) FROM row_versions WHERE generation > g.generation) FROM g WHERE g.generation IS NOT NULL) \
     SELECT generation FROM g WHERE generation IS NOT NULL";

/// How rows are read here. Without statistics SQLite takes the primary key, and reads all the rows of the read model.
const DIALECT: RowDialect = RowDialect {
    by_index: |index| format!(" INDEXED BY {index}"),
    holds: |word| {
        format!(
            "s.id IN (SELECT rowid FROM searched_words WHERE searched_words MATCH \
             (SELECT '\"§' || generation || '§' || $2 || '\" AND ' || {word} FROM read_models WHERE name = $1)) \
             AND s.generation = (SELECT generation FROM read_models WHERE name = $1)"
        )
    },
    whole: |word| format!("\"{word}\""),
    beginning: |word| format!("\"{word}\" *"),
};

pub(crate) struct SqliteStore {
    /// One connection: SQLite has one writer at a time, and its prepared statements stay with it.
    writer: SqlitePool,
    readers: SqlitePool,
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
            .connect_with(options.clone().pragma("cache_size", WRITER_CACHE))
            .await
            .map_err(not_a_database)?;
        if create {
            migrations::sqlite().run(&writer).await.map_err(|error| sqlx::Error::Migrate(Box::new(error)))?;
        }
        let newest = sqlx::query_scalar(migrations::SELECT_NEWEST).fetch_one(&writer).await.unwrap_or(None);
        migrations::check_sqlite(newest, &shown)?;
        let readers = pool(8).connect_lazy_with(options.pragma("query_only", "on"));
        // Whatever name the file is opened by, there is one lock.
        let mut rebuild_lock = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
        rebuild_lock.push("-rebuild");
        Ok(Self { writer, readers, rebuild_lock: rebuild_lock.into() })
    }
}

fn pool(connections: u32) -> SqlitePoolOptions {
    // A file does not hang up: asking each time whether the connection still stands would only take time.
    SqlitePoolOptions::new().max_connections(connections).test_before_acquire(false)
}

struct SqliteAppending(Transaction<'static, Sqlite>);

#[async_trait]
impl LogStore for SqliteStore {
    async fn begin(&self, _: Hold) -> Result<Box<dyn Appending>, StoreError> {
        // IMMEDIATE takes the write lock at once: a transaction that reads first and writes later could not wait
        // for another writer, and would fail instead.
        Ok(Box::new(SqliteAppending(self.writer.begin_with("BEGIN IMMEDIATE").await?)))
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

    async fn placed(&self, first: u64, last: u64) -> Result<Vec<Placed>, StoreError> {
        let sql = "SELECT position, stream, version, event_id, event_type FROM events \
                   WHERE position BETWEEN $1 AND $2 ORDER BY position";
        let rows = sqlx::query(sql).bind(stored(first)).bind(stored(last)).fetch_all(&self.readers).await?;
        rows.iter().map(placed).collect()
    }

    async fn event(&self, event_id: &str) -> Result<Option<Placed>, StoreError> {
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

    async fn read_models(&self) -> Result<(KnownRows, i64), StoreError> {
        let (up_to, head): (i64, i64) = sqlx::query_as(super::SELECT_READ_UP_TO).fetch_one(&self.readers).await?;
        let models: Vec<(String, i64, i64, Option<i64>)> =
            sqlx::query_as(super::SELECT_READ_MODELS).fetch_all(&self.readers).await?;
        let state = |(name, version, generation, halted_at)| (name, ModelState { version, generation, halted_at });
        Ok((KnownRows { up_to, models: models.into_iter().map(state).collect(), versions: Vec::new() }, head))
    }

    async fn position_at(&self, recorded_at: i64) -> Result<u64, StoreError> {
        let found = sqlx::query_scalar(super::SELECT_POSITION_AT).bind(recorded_at);
        super::position_at(found.fetch_optional(&self.readers).await?)
    }

    async fn row_versions(&self, query: &RowQuery) -> Result<RowAnswer, StoreError> {
        let (sql, texts, numbers) = query.sql(&DIALECT);
        let mut statement = sqlx::query_as(AssertSqlSafe(sql));
        for text in texts {
            statement = statement.bind(text);
        }
        for number in numbers {
            statement = statement.bind(number);
        }
        Ok(RowAnswer::of(statement.fetch_all(&self.readers).await?))
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
    ) -> Result<Vec<Filed>, StoreError> {
        let query = sqlx::query_as(super::PAGE_OF_ROW_VERSIONS)
            .bind(generation)
            .bind(&after.stream)
            .bind(&after.key)
            .bind(after.known_from)
            .bind(after.valid_from)
            .bind(i64::from(limit));
        Ok(query.fetch_all(&self.readers).await?.into_iter().map(super::filed).collect())
    }

    async fn page_of_searched(
        &self,
        generation: i64,
        (stream, key, id): &(String, String, i64),
        limit: u32,
    ) -> Result<Vec<(i64, Searched)>, StoreError> {
        let sql = "SELECT id, stream, key, known_from, rank, words FROM searched \
                   WHERE generation = $1 AND (stream, key, id) > ($2, $3, $4) ORDER BY stream, key, id LIMIT $5";
        let query = sqlx::query_as(sql).bind(generation).bind(stream).bind(key).bind(id).bind(i64::from(limit));
        Ok(query.fetch_all(&self.readers).await?.into_iter().map(super::searched).collect())
    }

    async fn index_damage(&self) -> Result<Option<String>, StoreError> {
        // SQLite has the check as an insertion, which writes nothing. SQLITE_CORRUPT is 11.
        let sql = "INSERT INTO searched_words (searched_words, rank) VALUES ('integrity-check', 1)";
        let Err(error) = sqlx::query(sql).execute(&self.writer).await else { return Ok(None) };
        let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
        if code.is_some_and(|code| code & 0xff == 11) {
            return Ok(Some("the index of words does not hold the words that it should".to_owned()));
        }
        Err(error.into())
    }

    async fn begin_rebuild(&self) -> Result<Box<dyn Rebuilding>, StoreError> {
        let unlockable = |error: std::io::Error| StoreError::Database(Arc::new(sqlx::Error::Io(error)));
        let lock = File::options().create(true).append(true).open(&self.rebuild_lock).map_err(unlockable)?;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(Box::new(SqliteRebuilding { writer: self.writer.clone(), _lock: lock })),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(POLL).await,
                Err(TryLockError::Error(error)) => return Err(unlockable(error)),
            }
        }
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

/// The system gives the lock back when the file is closed, however its process ends.
struct SqliteRebuilding {
    writer: SqlitePool,
    _lock: File,
}

#[async_trait]
impl Rebuilding for SqliteRebuilding {
    async fn begin_generations(&mut self, _: &[i64]) -> Result<(), StoreError> {
        // They stand in one table, in the order of their numbers: a new one is written at its end.
        Ok(())
    }

    async fn finish_generations(&mut self, _: &[i64]) -> Result<(), StoreError> {
        Ok(())
    }

    async fn write(&mut self, rows: &mut NewRows) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        insert_rows(&mut transaction, rows).await?;
        transaction.commit().await?;
        *rows = NewRows::default();
        Ok(())
    }

    async fn drop_generations_but(&mut self, kept: &[i64]) -> Result<(), StoreError> {
        let there: Vec<i64> = sqlx::query_scalar(SELECT_GENERATIONS).fetch_all(&self.writer).await?;
        // In pieces, so that a writer does not wait for long. The rows go last: by them a generation is known.
        let searched = "DELETE FROM searched WHERE id IN (SELECT id FROM searched WHERE generation = $1 LIMIT 10000)";
        let piece = "SELECT stream FROM row_versions WHERE generation = $1 ORDER BY stream LIMIT 1 OFFSET 8192";
        // Through one stream after the other, which is half the work of looking for each row.
        let rows = "DELETE FROM row_versions WHERE generation = $1 AND stream <= $2";
        for generation in there.into_iter().filter(|generation| !kept.contains(generation)) {
            while sqlx::query(searched).bind(generation).execute(&self.writer).await?.rows_affected() > 0 {}
            loop {
                let up_to: Option<String> =
                    sqlx::query_scalar(piece).bind(generation).fetch_optional(&self.writer).await?;
                // Streams begin with their kind, in small letters.
                let last = up_to.as_deref().unwrap_or("~");
                sqlx::query(rows).bind(generation).bind(last).execute(&self.writer).await?;
                if up_to.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Appending for SqliteAppending {
    async fn look_up(&mut self, question: &Question) -> Result<Known, StoreError> {
        // One statement for everything: each is a trip to the connection's own thread and back.
        let sql = "\
            SELECT 0, NULL, position, recorded_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM head \
            UNION ALL \
            SELECT 1, command_id, first_position, last_position, fingerprint, \
                   NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM commands \
            WHERE command_id IN (SELECT value FROM json_each($1)) \
            UNION ALL \
            SELECT 2, value, (SELECT MAX(version) FROM events WHERE stream = value), NULL, NULL, \
                   NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM json_each($2) \
            UNION ALL \
            SELECT 3, value, (SELECT MAX(position) FROM event_references WHERE reference = value), NULL, NULL, \
                   NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM json_each($3) \
            UNION ALL \
            SELECT 4, m.name, v.valid_from, v.known_from, NULL, \
                   v.stream, v.key, v.valid_to, v.ended_known, v.scope, v.facet, v.rank, v.content \
            FROM json_each($4) AS q CROSS JOIN read_models AS m ON m.name = q.value ->> 0 \
            CROSS JOIN row_versions AS v ON v.generation = m.generation AND v.stream = q.value ->> 1 \
                 AND v.key = q.value ->> 2 AND v.valid_to = $6 AND v.known_to = $6 \
            UNION ALL \
            SELECT 4, m.name, v.valid_from, v.known_from, NULL, \
                   v.stream, v.key, v.valid_to, v.ended_known, v.scope, v.facet, v.rank, v.content \
            FROM json_each($5) AS q CROSS JOIN read_models AS m \
            CROSS JOIN row_versions AS v ON v.generation = m.generation AND v.stream = q.value AND v.known_to = $6 \
            UNION ALL \
            SELECT 5, name, generation, halted_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, version, NULL FROM read_models \
            UNION ALL \
            SELECT 6, NULL, position, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM read_up_to";
        let rows = sqlx::query_as(sql)
            .bind(list(&question.command_ids))
            .bind(list(&question.streams))
            .bind(list(&question.references))
            .bind(serde_json::json!(question.touched.keys).to_string())
            .bind(list(&question.touched.whole))
            .bind(FOREVER)
            .fetch_all(&mut *self.0)
            .await?;
        Ok(Known::of(rows))
    }

    async fn history(&mut self, stream: &str) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT CAST(group_concat(CAST(event_bytes AS TEXT), char(10)) AS BLOB) \
                   FROM (SELECT event_bytes FROM events WHERE stream = $1 ORDER BY version)";
        let history: Option<Vec<u8>> = sqlx::query_scalar(sql).bind(stream).fetch_one(&mut *self.0).await?;
        Ok(history.unwrap_or_default())
    }

    async fn streams_since(&mut self, position: i64) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(super::SELECT_STREAMS_SINCE).bind(position).fetch_all(&mut *self.0).await?)
    }

    async fn publish(mut self: Box<Self>, publication: Publication) -> Result<(), StoreError> {
        for (name, version, generation) in &publication.models {
            for (stream, delete) in
                publication.streams.iter().flat_map(|stream| super::DELETE_STREAM_ROWS.map(|delete| (stream, delete)))
            {
                sqlx::query(delete).bind(generation).bind(stream).execute(&mut *self.0).await?;
            }
            let publish = sqlx::query(super::PUBLISH).bind(name).bind(version).bind(generation);
            publish.execute(&mut *self.0).await?;
        }
        insert_rows(&mut self.0, &publication.rows).await?;
        for (name, position, why) in &publication.halted {
            sqlx::query(super::HALT).bind(name).bind(position).bind(why).execute(&mut *self.0).await?;
        }
        let moved = sqlx::query(super::MOVE_READ_MODELS).bind(publication.position);
        moved.execute(&mut *self.0).await?;
        self.0.commit().await?;
        Ok(())
    }

    async fn add(&mut self, addition: Addition, _: u64, head: Head) -> Result<bool, StoreError> {
        let insert_events = "INSERT INTO events (position, stream, version, event_id, event_type, recorded_at, \
                             event_bytes, salt, leaf) ";
        for chunk in chunks(&addition.events) {
            let mut insert = QueryBuilder::new(insert_events);
            insert.push_values(chunk, |mut row, event| {
                row.push_bind(event.position)
                    .push_bind(&event.stream)
                    .push_bind(event.version)
                    .push_bind(&event.event_id)
                    .push_bind(&event.event_type)
                    .push_bind(event.recorded_at)
                    .push_bind(&event.event_bytes)
                    .push_bind(&event.salt)
                    .push_bind(&event.leaf);
            });
            insert.build().execute(&mut *self.0).await?;
        }
        for chunk in chunks(&addition.references) {
            let mut insert = QueryBuilder::new("INSERT INTO event_references (reference, position) ");
            insert.push_values(chunk, |mut row, (reference, position)| {
                row.push_bind(reference).push_bind(position);
            });
            insert.build().execute(&mut *self.0).await?;
        }
        for chunk in chunks(&addition.commands) {
            let mut insert =
                QueryBuilder::new("INSERT INTO commands (command_id, fingerprint, first_position, last_position) ");
            insert.push_values(chunk, |mut row, command| {
                row.push_bind(&command.command_id)
                    .push_bind(&command.fingerprint)
                    .push_bind(stored(command.first_position))
                    .push_bind(stored(command.last_position));
            });
            insert.build().execute(&mut *self.0).await?;
        }
        write_rows(&mut self.0, &addition.rows, head).await?;
        sqlx::query("UPDATE head SET position = $1, recorded_at = $2")
            .bind(stored(head.position))
            .bind(head.recorded_at)
            .execute(&mut *self.0)
            .await?;
        Ok(true)
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        Ok(self.0.commit().await?)
    }
}

/// A JSON array is the one list that SQLite takes as a parameter.
fn list(values: &[String]) -> String {
    serde_json::Value::from(values).to_string()
}

/// Writes what an append changes in the read models.
async fn write_rows(connection: &mut SqliteConnection, rows: &RowChanges, head: Head) -> Result<(), StoreError> {
    insert_rows(connection, &rows.added).await?;
    for chunk in chunks(&rows.ended) {
        let mut update = QueryBuilder::new(
            "UPDATE row_versions SET valid_to = e.column6, ended_known = e.column7, known_to = e.column8, \
             known_end = e.column9, valid_node = e.column10, known_node = e.column11 FROM (",
        );
        update.push_values(chunk, |mut row, (generation, version)| {
            row.push_bind(generation)
                .push_bind(&version.stream)
                .push_bind(&version.key)
                .push_bind(version.known_from)
                .push_bind(version.valid_from)
                .push_bind(version.valid_to)
                .push_bind(version.ended_known)
                .push_bind(version.known_to)
                .push_bind(version.known_end())
                .push_bind(version.valid_node())
                .push_bind(version.known_node());
        });
        update.push(
            ") AS e WHERE generation = e.column1 AND stream = e.column2 AND key = e.column3 AND known_from = e.column4 \
             AND valid_from = e.column5",
        );
        update.build().execute(&mut *connection).await?;
    }
    for (name, position, why) in &rows.halted {
        sqlx::query(super::HALT).bind(name).bind(position).bind(why).execute(&mut *connection).await?;
    }
    if rows.current {
        sqlx::query(super::MOVE_READ_MODELS).bind(stored(head.position)).execute(connection).await?;
    }
    Ok(())
}

async fn insert_rows(connection: &mut SqliteConnection, rows: &NewRows) -> Result<(), StoreError> {
    for chunk in chunks(&rows.searched) {
        let mut insert = QueryBuilder::new("INSERT INTO searched (generation, stream, key, known_from, rank, words) ");
        insert.push_values(chunk, |mut row, (generation, searched)| {
            row.push_bind(generation)
                .push_bind(&searched.stream)
                .push_bind(&searched.key)
                .push_bind(searched.known_from)
                .push_bind(searched.passage.rank)
                .push_bind(format!("{} {}", place_word(*generation, &searched.scope), searched.passage.words));
        });
        insert.build().execute(&mut *connection).await?;
    }
    for chunk in chunks(&rows.versions) {
        let mut insert = QueryBuilder::new(
            "INSERT INTO row_versions (generation, stream, key, valid_from, valid_to, known_from, ended_known, known_to, \
             known_end, valid_node, known_node, scope, facet, rank, content) ",
        );
        insert.push_values(chunk, |mut row, (generation, version)| {
            row.push_bind(generation)
                .push_bind(&version.stream)
                .push_bind(&version.key)
                .push_bind(version.valid_from)
                .push_bind(version.valid_to)
                .push_bind(version.known_from)
                .push_bind(version.ended_known)
                .push_bind(version.known_to)
                .push_bind(version.known_end())
                .push_bind(version.valid_node())
                .push_bind(version.known_node())
                .push_bind(&version.content.scope)
                .push_bind(&version.content.facet)
                .push_bind(version.content.rank)
                .push_bind(&version.content.row);
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// The rows in pieces of a few fixed sizes, the largest that fits first.
fn chunks<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = CHUNKS.into_iter().find(|size| *size <= rows.len())?;
        let (chunk, rest) = rows.split_at(size);
        rows = rest;
        Some(chunk)
    })
}

fn head(row: &SqliteRow) -> Result<Head, StoreError> {
    Ok(Head { position: read(row.try_get(0)?), recorded_at: row.try_get(1)? })
}

fn placed(row: &SqliteRow) -> Result<Placed, StoreError> {
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

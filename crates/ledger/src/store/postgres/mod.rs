//! The log in a PostgreSQL database that many processes may share.

mod appending;
mod rebuilding;
mod rows;

use super::row_query::{Generations, RowDialect, RowFound, RowStatement, place_word};
use super::{
    AppendQuery, AppendTransaction, AppendedRows, Bound, CommandRow, EventRow, Head, HeadLock, LogSnapshot, LogStore,
    RebuildSession, SELECT_COMMAND, SELECT_COMMANDS, SELECT_HEAD, SELECT_REFERENCES, Selection, StoreError,
    page_of_row_versions, page_sql, read, reading_role, stored,
};
use crate::batch::EventLocation;
use crate::migrations;
use crate::read_models::projector::{ModelState, ReadModelSnapshot};
use crate::read_models::row::{RowVersion, SearchEntry, StoredVersion};
use crate::webhooks::{SELECT_WEBHOOKS, WebhookFound};
use appending::{Held, PostgresAppend};
use async_trait::async_trait;
use minutebook_domain::classification::Clearance;
use rebuilding::PostgresRebuild;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions, PgRow};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// The channel on which a writer says that the head moved.
const CHANNEL: &str = "minutebook_head";
/// How often the head is looked at when no notice comes: notices can be lost, positions cannot.
const POLL: Duration = Duration::from_secs(1);

/// The writer looks up by index whatever the planner makes of the tables. Statistics of a log that was empty a moment
/// ago say that reading it through is cheapest, and a prepared statement holds on to that while the log grows. What
/// the planner is forbidden costs so much by its own count that it would compile each statement, too.
const BY_INDEX: [(&str, &str); 4] =
    [("enable_seqscan", "off"), ("enable_bitmapscan", "off"), ("enable_hashjoin", "off"), ("jit", "off")];
/// Whoever goes through a whole table a page at a time, in the order of an index, goes by that index. The planner does not
/// know how much of the rest a page leaves out, and would have all of it sorted for each page: the log of ten million events
/// a thousand times.
const IN_ORDER: [(&str, &str); 5] = [
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    ("enable_sort", "off"),
    ("max_parallel_workers_per_gather", "0"),
    ("jit", "off"),
];
/// A connection that was used this recently is taken to be open. Asking it first would cost another round trip.
const RECENT: Duration = Duration::from_secs(1);

/// The triggers of `migrations/postgres/0001_log.sql` that refuse change.
const SAFEGUARDS: [&str; 5] = [
    "commands_append_only",
    "event_references_append_only",
    "events_append_only",
    "head_never_deleted",
    "head_only_forward",
];

/// How rows are read here.
const DIALECT: RowDialect = RowDialect {
    versions: |generation| of_generation("row_versions", generation),
    by_index: |_, _| String::new(),
    searched: |generation| of_generation("searched", generation),
    holds: |_, word| format!("s.words @@ (quote_literal('§' || $2) || ' & ' || {word})::tsquery"),
    whole: |word| format!("'{word}'"),
    beginning: |word| format!("'{word}':*"),
};

/// The rows of one generation. Its number stands in the statement, so that the planner leaves out the partitions of others,
/// and nobody opens them. The partition itself is not named: whoever may append has rights on the whole table.
fn of_generation(table: &str, generation: i64) -> String {
    format!("(SELECT * FROM {table} WHERE generation = {generation})")
}

pub(crate) struct PostgresStore {
    /// One connection of its own for the writer: its prepared statements stay with it, and readers never starve it.
    writer: PgPool,
    readers: PgPool,
    /// Those who go through all there is, in order.
    walkers: PgPool,
    listener: Mutex<Option<PgListener>>,
    generations: Arc<Generations>,
}

impl PostgresStore {
    /// Connects, and makes or brings up the schema if `migrate`.
    pub(crate) async fn open(options: PgConnectOptions, migrate: bool) -> Result<Self, StoreError> {
        // An acknowledged event is on disk, whatever the server's default is.
        let options = options.application_name("minutebook").options([
            ("synchronous_commit", "on"),
            // The statements that append rely on it.
            ("default_transaction_isolation", "read committed"),
            // A statement names the generation that it is about, so that a plan for any parameters leaves out the partitions of
            // others as one for these would; and to plan it anew each time takes longer than to run it.
            ("plan_cache_mode", "force_generic_plan"),
        ]);
        let shown = format!("{} on {}", options.get_database().unwrap_or(options.get_username()), options.get_host());
        // A pool goes on trying where nobody answers; whoever opens a ledger wants to know at once.
        PgConnection::connect_with(&options).await?.close().await?;
        let writer = pool(1).connect_with(options.clone().options(BY_INDEX)).await?;
        if migrate {
            migrations::postgres().run(&writer).await.map_err(|error| sqlx::Error::Migrate(Box::new(error)))?;
        }
        let newest = sqlx::query_scalar(migrations::SELECT_NEWEST).fetch_one(&writer).await.unwrap_or(None);
        migrations::check_postgres(newest, &shown)?;
        let walkers = pool(2).connect_lazy_with(options.clone().options(IN_ORDER));
        let readers = pool(8).connect_lazy_with(options);
        Ok(Self { writer, readers, walkers, listener: Mutex::new(None), generations: Arc::default() })
    }

    /// Lets `role` append to the log and read it, and nothing else. The role must exist.
    pub(crate) async fn grant_to(&self, role: &str) -> Result<(), StoreError> {
        // A role's name cannot be a parameter; the server quotes it.
        let quoted: String = sqlx::query_scalar("SELECT quote_ident($1)").bind(role).fetch_one(&self.writer).await?;
        for grant in [
            "SELECT, INSERT ON events, event_references, commands",
            "SELECT, UPDATE ON head, read_up_to",
            "SELECT, INSERT, UPDATE, DELETE ON read_models, row_versions, searched",
            "USAGE ON SEQUENCE searched_ids",
            "EXECUTE ON FUNCTION begin_generation(bigint), index_generation(bigint), finish_generation(bigint), \
             drop_generation(bigint)",
            "SELECT, INSERT, UPDATE ON token_uses",
            "SELECT, INSERT, UPDATE, DELETE ON webhooks",
            "SELECT ON _sqlx_migrations",
        ] {
            let sql = format!("GRANT {grant} TO {quoted}");
            sqlx::query(AssertSqlSafe(sql)).execute(&self.writer).await?;
        }
        Ok(())
    }

    /// Lets `role` read the SQL views up to a clearance, and nothing else. The role must exist.
    pub(crate) async fn grant_read_to(&self, role: &str, clearance: Clearance) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        reading_role::grant(&mut transaction, role, clearance).await?;
        Ok(transaction.commit().await?)
    }
}

fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new().max_connections(connections).test_before_acquire(false).before_acquire(|connection, meta| {
        Box::pin(async move {
            if meta.idle_for > RECENT {
                connection.ping().await?;
            }
            Ok(true)
        })
    })
}

#[async_trait]
impl LogStore for PostgresStore {
    async fn begin(&self, hold: HeadLock) -> Result<Box<dyn AppendTransaction>, StoreError> {
        let held = match hold {
            HeadLock::Optimistic => Held::Late(self.writer.acquire().await?),
            // One message begins and locks. What is read afterwards, in statements of their own, is as new as the
            // lock: in READ COMMITTED each statement sees what was committed before it began.
            HeadLock::Pessimistic => Held::Early(self.writer.begin_with("BEGIN; SELECT 1 FROM head FOR UPDATE").await?),
        };
        Ok(Box::new(PostgresAppend { held, written_by: 0, generations: self.generations.clone() }))
    }

    async fn check_migrated(&self) -> Result<(), StoreError> {
        let newest = sqlx::query_scalar(migrations::SELECT_NEWEST).fetch_one(&self.readers).await?;
        migrations::check_postgres(newest, "this address")
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
        let sql = "SELECT position, stream, version, event_id::text, event_type FROM events \
                   WHERE position BETWEEN $1 AND $2 ORDER BY position";
        let rows = sqlx::query(sql).bind(stored(first)).bind(stored(last)).fetch_all(&self.readers).await?;
        rows.iter().map(placed).collect()
    }

    async fn event(&self, event_id: &str) -> Result<Option<EventLocation>, StoreError> {
        let sql = "SELECT position, stream, version, event_id::text, event_type FROM events WHERE event_id = $1::uuid";
        sqlx::query(sql).bind(event_id).fetch_optional(&self.readers).await?.as_ref().map(placed).transpose()
    }

    async fn page(&self, selection: &Selection, after: u64, limit: u32) -> Result<Vec<u8>, StoreError> {
        let (sql, parameter) = page_sql(selection);
        // They are joined in the order in which they come from the ordered page. To say so again would have them sorted
        // again; the reader sees to it that they are in order.
        let sql = format!("SELECT string_agg(event_bytes, '\\x0a'::bytea) FROM ({sql}) AS page");
        let mut query = sqlx::query_scalar(AssertSqlSafe(sql)).bind(stored(after)).bind(i64::from(limit));
        if let Some(parameter) = parameter {
            query = query.bind(parameter);
        }
        let page: Option<Vec<u8>> = query.fetch_one(&self.readers).await?;
        Ok(page.unwrap_or_default())
    }

    async fn rows(&self, after: u64, limit: u32) -> Result<Vec<EventRow>, StoreError> {
        let sql = "SELECT position, stream, version, event_id::text, event_type, recorded_at, event_bytes, salt, leaf \
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
                   WHERE command_id = ANY($1)";
        let rows = sqlx::query(sql).bind(ids).fetch_all(&self.readers).await?;
        rows.iter().map(command_row).collect()
    }

    async fn leaves(&self, after: u64, limit: u32) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT string_agg(leaf, ''::bytea) FROM \
                   (SELECT leaf FROM events WHERE position > $1 ORDER BY position LIMIT $2) AS page";
        let leaves: Option<Vec<u8>> =
            sqlx::query_scalar(sql).bind(stored(after)).bind(i64::from(limit)).fetch_one(&self.readers).await?;
        Ok(leaves.unwrap_or_default())
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
        let sql = format!("SELECT string_agg(event_bytes, '\\x0a'::bytea) FROM ({page}) AS page");
        let query =
            sqlx::query_scalar(AssertSqlSafe(sql)).bind(stream).bind(version).bind(up_to).bind(i64::from(limit));
        let page: Option<Vec<u8>> = query.fetch_one(&self.walkers).await?;
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
        Ok(query.fetch_all(&self.walkers).await?.into_iter().map(super::filed).collect())
    }

    async fn page_of_searched(
        &self,
        generation: i64,
        (stream, key, id): &(String, String, i64),
        limit: u32,
    ) -> Result<Vec<(i64, SearchEntry)>, StoreError> {
        let sql = format!(
            "SELECT id, stream, key, known_from, rank, array_to_string(tsvector_to_array(words), ' ') FROM searched \
             WHERE generation = {generation} AND (stream, key, id) > ($1, $2, $3) ORDER BY stream, key, id LIMIT $4"
        );
        let query = sqlx::query_as(AssertSqlSafe(sql)).bind(stream).bind(key).bind(id).bind(i64::from(limit));
        Ok(query.fetch_all(&self.walkers).await?.into_iter().map(super::searched).collect())
    }

    async fn index_damage(&self) -> Result<Option<String>, StoreError> {
        // The index is one of the server's own, as those of the log are.
        Ok(None)
    }

    async fn begin_rebuild(&self) -> Result<Box<dyn RebuildSession>, StoreError> {
        Ok(Box::new(PostgresRebuild::begin(&self.readers).await?))
    }

    async fn missing_safeguards(&self) -> Result<Vec<String>, StoreError> {
        // A trigger that is disabled is as good as gone.
        let sql = "SELECT t.tgname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
                   WHERE c.oid IN (to_regclass('events'), to_regclass('event_references'), to_regclass('commands'), \
                   to_regclass('head')) AND t.tgenabled IN ('O', 'A')";
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
        // Not the writer's connection: appends do not wait for what is beside the log.
        Ok(query.execute(&self.readers).await?.rows_affected() > 0)
    }

    async fn changed(&self) {
        let mut slot = self.listener.lock().await;
        if slot.is_none() {
            // Without a listener the poll alone finds what is new, a second later at most.
            if let Ok(mut listener) = PgListener::connect_with(&self.readers).await
                && listener.listen(CHANNEL).await.is_ok()
            {
                *slot = Some(listener);
                // What was appended before it listened was not announced to it.
                return;
            }
        }
        match slot.as_mut() {
            None => tokio::time::sleep(POLL).await,
            Some(listener) => {
                if let Ok(Err(_)) = tokio::time::timeout(POLL, listener.recv()).await {
                    *slot = None;
                }
            }
        }
    }

    async fn close(&self) {
        self.listener.lock().await.take();
        self.readers.close().await;
        self.walkers.close().await;
        self.writer.close().await;
    }
}

fn head(row: &PgRow) -> Result<Head, StoreError> {
    Ok(Head { position: read(row.try_get(0)?), recorded_at: row.try_get(1)? })
}

fn placed(row: &PgRow) -> Result<EventLocation, StoreError> {
    super::placed(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?)
}

fn command_row(row: &PgRow) -> Result<CommandRow, StoreError> {
    Ok(CommandRow {
        command_id: row.try_get(0)?,
        fingerprint: row.try_get(1)?,
        first_position: read(row.try_get(2)?),
        last_position: read(row.try_get(3)?),
    })
}

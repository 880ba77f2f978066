//! The log in a PostgreSQL database that many processes may share.

use super::{
    Addition, Appending, CommandRow, EventRow, Head, Hold, Known, LogStore, Question, Rebuilding, RowAnswer,
    RowDialect, RowQuery, SELECT_COMMAND, SELECT_COMMANDS, SELECT_HEAD, SELECT_REFERENCES, Selection, StoreError,
    page_sql, place_word, read, reading_role, stored,
};
use crate::ledger::batch::Placed;
use crate::ledger::migrations;
use crate::ledger::views::nodes::FOREVER;
use crate::ledger::views::projector::{KnownRows, ModelState};
use crate::ledger::views::rebuild::Publication;
use crate::ledger::views::row::{Filed, NewRows, RowVersion, Searched};
use async_trait::async_trait;
use minutebook_domain::classification::Clearance;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions, PgRow};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Postgres, Row, Transaction};
use std::time::Duration;
use tokio::sync::Mutex;

/// The channel on which a writer says that the head moved.
const CHANNEL: &str = "minutebook_head";
/// The advisory lock that whoever makes read models again holds: "minutebk", as a number.
const REBUILD_LOCK: i64 = i64::from_be_bytes(*b"minutebk");
/// How often the head is looked at when no notice comes: notices can be lost, positions cannot.
const POLL: Duration = Duration::from_secs(1);

/// The writer looks up by index whatever the planner makes of the tables. Statistics of a log that was empty a moment
/// ago say that reading it through is cheapest, and a prepared statement holds on to that while the log grows. What
/// the planner is forbidden costs so much by its own count that it would compile each statement, too.
const BY_INDEX: [(&str, &str); 4] =
    [("enable_seqscan", "off"), ("enable_bitmapscan", "off"), ("enable_hashjoin", "off"), ("jit", "off")];
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
    by_index: |_| String::new(),
    holds: |words| {
        format!(
            "s.words @@ (SELECT (quote_literal('§' || generation || '§' || $2) || ' & ' || {words})::tsquery \
             FROM read_models WHERE name = $1) \
             AND s.generation = (SELECT generation FROM read_models WHERE name = $1)"
        )
    },
    words: |whole, beginning| {
        let whole: String = whole.iter().map(|word| format!("'{word}' & ")).collect();
        format!("{whole}'{beginning}':*")
    },
};

pub(crate) struct PostgresStore {
    /// One connection of its own for the writer: its prepared statements stay with it, and readers never starve it.
    writer: PgPool,
    readers: PgPool,
    listener: Mutex<Option<PgListener>>,
}

impl PostgresStore {
    /// Connects, and makes or brings up the schema if `migrate`.
    pub(crate) async fn open(options: PgConnectOptions, migrate: bool) -> Result<Self, StoreError> {
        // An acknowledged event is on disk, whatever the server's default is.
        let options = options.application_name("minutebook").options([
            ("synchronous_commit", "on"),
            // The statements that append rely on it.
            ("default_transaction_isolation", "read committed"),
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
        let readers = pool(8).connect_lazy_with(options);
        Ok(Self { writer, readers, listener: Mutex::new(None) })
    }

    /// Lets `role` append to the log and read it, and nothing else. The role must exist.
    pub(crate) async fn grant_to(&self, role: &str) -> Result<(), StoreError> {
        // A role's name cannot be a parameter; the server quotes it.
        let quoted: String = sqlx::query_scalar("SELECT quote_ident($1)").bind(role).fetch_one(&self.writer).await?;
        for grant in [
            "SELECT, INSERT ON events, event_references, commands",
            "SELECT, UPDATE ON head, read_up_to",
            "SELECT, INSERT, UPDATE, DELETE ON read_models, row_versions, searched",
            "SELECT, INSERT, UPDATE ON token_uses",
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

struct PostgresAppending {
    held: Held,
    /// The transaction that last wrote the head's row, when it was looked up. Appends and swaps of read models write it.
    written_by: i64,
}

enum Held {
    /// Each statement is a transaction of its own.
    Late(PoolConnection<Postgres>),
    Early(Transaction<'static, Postgres>),
}

impl PostgresAppending {
    fn connection(&mut self) -> &mut PgConnection {
        match &mut self.held {
            Held::Late(connection) => connection,
            Held::Early(transaction) => transaction,
        }
    }
}

#[async_trait]
impl LogStore for PostgresStore {
    async fn begin(&self, hold: Hold) -> Result<Box<dyn Appending>, StoreError> {
        let held = match hold {
            Hold::Late => Held::Late(self.writer.acquire().await?),
            // One message begins and locks. What is read afterwards, in statements of their own, is as new as the
            // lock: in READ COMMITTED each statement sees what was committed before it began.
            Hold::Early => Held::Early(self.writer.begin_with("BEGIN; SELECT 1 FROM head FOR UPDATE").await?),
        };
        Ok(Box::new(PostgresAppending { held, written_by: 0 }))
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
        let sql = "SELECT position, stream, version, event_id::text, event_type FROM events \
                   WHERE position BETWEEN $1 AND $2 ORDER BY position";
        let rows = sqlx::query(sql).bind(stored(first)).bind(stored(last)).fetch_all(&self.readers).await?;
        rows.iter().map(placed).collect()
    }

    async fn event(&self, event_id: &str) -> Result<Option<Placed>, StoreError> {
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
        let sql = format!("SELECT string_agg(event_bytes, '\\x0a'::bytea) FROM ({page}) AS page");
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
        let sql = "SELECT id, stream, key, known_from, rank, array_to_string(tsvector_to_array(words), ' ') FROM searched \
                   WHERE generation = $1 AND (stream, key, id) > ($2, $3, $4) ORDER BY stream, key, id LIMIT $5";
        let query = sqlx::query_as(sql).bind(generation).bind(stream).bind(key).bind(id).bind(i64::from(limit));
        Ok(query.fetch_all(&self.readers).await?.into_iter().map(super::searched).collect())
    }

    async fn index_damage(&self) -> Result<Option<String>, StoreError> {
        // The index is one of the server's own, as those of the log are.
        Ok(None)
    }

    async fn begin_rebuild(&self) -> Result<Box<dyn Rebuilding>, StoreError> {
        // Out of the pool: when it is dropped the connection is closed, and the server gives the lock back.
        let mut connection = self.readers.acquire().await?.detach();
        sqlx::query("SELECT pg_advisory_lock($1)").bind(REBUILD_LOCK).execute(&mut connection).await?;
        Ok(Box::new(PostgresRebuilding(connection)))
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
        self.writer.close().await;
    }
}

/// The connection that holds the lock is the one that writes: whatever a process that was killed has sent is done with
/// before another can begin.
struct PostgresRebuilding(PgConnection);

#[async_trait]
impl Rebuilding for PostgresRebuilding {
    async fn write(&mut self, rows: &mut NewRows) -> Result<(), StoreError> {
        insert_rows(&mut self.0, rows).await?;
        *rows = NewRows::default();
        Ok(())
    }

    async fn drop_generations_but(&mut self, kept: &[i64]) -> Result<(), StoreError> {
        let there: Vec<i64> = sqlx::query_scalar(super::SELECT_GENERATIONS).fetch_all(&mut self.0).await?;
        for generation in there.into_iter().filter(|generation| !kept.contains(generation)) {
            // The rows go last: by them a generation is known.
            for sql in ["DELETE FROM searched WHERE generation = $1", "DELETE FROM row_versions WHERE generation = $1"]
            {
                sqlx::query(sql).bind(generation).execute(&mut self.0).await?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Appending for PostgresAppending {
    async fn look_up(&mut self, question: &Question) -> Result<Known, StoreError> {
        // One round trip for everything, and one statement, so that all of it is as of the same head. OFFSET 0 keeps the
        // planner from taking the look-up of a row apart: it would go by a part of the key, and read all the others.
        let sql = "\
            SELECT 0 AS kind, NULL::text AS key, position AS first, recorded_at AS second, NULL::bytea AS fingerprint, \
                   NULL::text AS stream, NULL::text AS row_key, NULL::bigint AS valid_to, NULL::bigint AS ended_known, \
                   NULL::text AS scope, NULL::text AS facet, xmin::text::bigint AS rank, NULL::text AS content FROM head \
            UNION ALL \
            SELECT 1, command_id, first_position, last_position, fingerprint, \
                   NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM commands WHERE command_id = ANY($1) \
            UNION ALL \
            SELECT 2, s, (SELECT MAX(version) FROM events WHERE stream = s), NULL, NULL, \
                   NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM UNNEST($2::text[]) AS s \
            UNION ALL \
            SELECT 3, r, (SELECT MAX(position) FROM event_references WHERE reference = r), NULL, NULL, \
                   NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM UNNEST($3::text[]) AS r \
            UNION ALL \
            SELECT 4, m.name, v.valid_from, v.known_from, NULL, \
                   v.stream, v.key, v.valid_to, v.ended_known, v.scope, v.facet, v.rank, v.content \
            FROM UNNEST($4::text[], $5::text[], $6::text[]) AS q (model, stream, key) \
            JOIN read_models m ON m.name = q.model \
            CROSS JOIN LATERAL (\
                SELECT * FROM row_versions WHERE generation = m.generation AND stream = q.stream AND key = q.key \
                    AND valid_to = $8 AND known_to = $8 OFFSET 0) AS v \
            UNION ALL \
            SELECT 4, m.name, v.valid_from, v.known_from, NULL, \
                   v.stream, v.key, v.valid_to, v.ended_known, v.scope, v.facet, v.rank, v.content \
            FROM UNNEST($7::text[]) AS q (stream) CROSS JOIN read_models m \
            CROSS JOIN LATERAL (\
                SELECT * FROM row_versions WHERE generation = m.generation AND stream = q.stream \
                    AND known_to = $8 OFFSET 0) AS v \
            UNION ALL \
            SELECT 5, name, generation, halted_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, version, NULL \
            FROM read_models \
            UNION ALL \
            SELECT 6, NULL, position, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM read_up_to";
        let rows: Vec<super::Found> = sqlx::query_as(sql)
            .bind(&question.command_ids)
            .bind(&question.streams)
            .bind(&question.references)
            .bind(question.touched.keys.iter().map(|(model, ..)| model.as_str()).collect::<Vec<_>>())
            .bind(question.touched.keys.iter().map(|(_, stream, _)| stream.as_str()).collect::<Vec<_>>())
            .bind(question.touched.keys.iter().map(|(.., key)| key.as_str()).collect::<Vec<_>>())
            .bind(&question.touched.whole)
            .bind(FOREVER)
            .fetch_all(self.connection())
            .await?;
        let head = rows.iter().find(|found| found.0 == 0);
        self.written_by = head.and_then(|(.., written_by, _)| *written_by).unwrap_or(0);
        Ok(Known::of(rows))
    }

    async fn history(&mut self, stream: &str) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT string_agg(event_bytes, '\\x0a'::bytea) \
                   FROM (SELECT event_bytes FROM events WHERE stream = $1 ORDER BY version) AS history";
        let history: Option<Vec<u8>> = sqlx::query_scalar(sql).bind(stream).fetch_one(self.connection()).await?;
        Ok(history.unwrap_or_default())
    }

    async fn streams_since(&mut self, position: i64) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(super::SELECT_STREAMS_SINCE).bind(position).fetch_all(self.connection()).await?)
    }

    async fn publish(mut self: Box<Self>, publication: Publication) -> Result<(), StoreError> {
        for (name, version, generation) in &publication.models {
            for (stream, delete) in
                publication.streams.iter().flat_map(|stream| super::DELETE_STREAM_ROWS.map(|delete| (stream, delete)))
            {
                sqlx::query(delete).bind(generation).bind(stream).execute(self.connection()).await?;
            }
            let publish = sqlx::query(super::PUBLISH).bind(name).bind(version).bind(generation);
            publish.execute(self.connection()).await?;
        }
        insert_rows(self.connection(), &publication.rows).await?;
        for (name, position, why) in &publication.halted {
            sqlx::query(super::HALT).bind(name).bind(position).bind(why).execute(self.connection()).await?;
        }
        let moved = sqlx::query(super::MOVE_READ_MODELS).bind(publication.position);
        moved.execute(self.connection()).await?;
        // An append that looked up the old rows finds that the head was written since, and looks again.
        sqlx::query("UPDATE head SET position = position").execute(self.connection()).await?;
        if let Held::Early(transaction) = self.held {
            transaction.commit().await?;
        }
        Ok(())
    }

    async fn add(&mut self, addition: Addition, from: u64, head: Head) -> Result<bool, StoreError> {
        // One statement locks the head and moves it, if it has not moved since it was looked up, adds every row and
        // announces them, so that an append has two round trips however much it adds. What it reads of the head it
        // reads anew once it has the lock (READ COMMITTED); every append and every swap of read models writes the head's
        // row, so that where that was not written since, nothing that was looked up has changed. The announcement reaches listeners on commit.
        let sql = "\
            WITH moved AS (UPDATE head SET position = $16, recorded_at = $17 \
                           WHERE position = $19 AND xmin::text::bigint = $50 RETURNING xmin::text::bigint AS written_by), \
            appended AS (\
                INSERT INTO events (position, stream, version, event_id, event_type, recorded_at, event_bytes, salt, leaf) \
                SELECT e.position, e.stream, e.version, e.event_id::uuid, e.event_type, e.recorded_at, e.event_bytes, e.salt, e.leaf \
                FROM moved, UNNEST($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], \
                                   $7::bytea[], $8::bytea[], $9::bytea[]) \
                AS e (position, stream, version, event_id, event_type, recorded_at, event_bytes, salt, leaf)), \
            referred AS (\
                INSERT INTO event_references (reference, position) \
                SELECT r.* FROM moved, UNNEST($10::text[], $11::bigint[]) AS r), \
            remembered AS (\
                INSERT INTO commands (command_id, fingerprint, first_position, last_position) \
                SELECT c.* FROM moved, UNNEST($12::text[], $13::bytea[], $14::bigint[], $15::bigint[]) AS c), \
            versions AS (\
                INSERT INTO row_versions (generation, stream, key, valid_from, valid_to, known_from, ended_known, known_to, \
                                          known_end, valid_node, known_node, scope, facet, rank, content) \
                SELECT v.* FROM moved, UNNEST($20::bigint[], $21::text[], $22::text[], $23::bigint[], $24::bigint[], \
                                              $25::bigint[], $26::bigint[], $27::bigint[], $28::bigint[], $29::bigint[], \
                                              $30::bigint[], $31::text[], $32::text[], $33::bigint[], $34::text[]) AS v), \
            indexed AS (\
                INSERT INTO searched (generation, stream, key, known_from, rank, words) \
                SELECT s.generation, s.stream, s.key, s.known_from, s.rank, array_to_tsvector(string_to_array(s.words, ' ')) \
                FROM moved, UNNEST($51::bigint[], $52::text[], $53::text[], $54::bigint[], $55::bigint[], $56::text[]) \
                     AS s (generation, stream, key, known_from, rank, words)), \
            ended AS (\
                UPDATE row_versions SET valid_to = e.valid_to, ended_known = e.ended_known, known_to = e.known_to, \
                       known_end = e.known_end, valid_node = e.valid_node, known_node = e.known_node \
                FROM moved, UNNEST($35::bigint[], $36::text[], $37::text[], $38::bigint[], $39::bigint[], $40::bigint[], \
                                   $41::bigint[], $42::bigint[], $43::bigint[], $44::bigint[], $45::bigint[]) \
                     AS e (generation, stream, key, valid_from, valid_to, known_from, ended_known, known_to, known_end, \
                           valid_node, known_node) \
                WHERE row_versions.generation = e.generation AND row_versions.stream = e.stream \
                      AND row_versions.key = e.key AND row_versions.known_from = e.known_from \
                      AND row_versions.valid_from = e.valid_from), \
            halted AS (\
                UPDATE read_models SET halted_at = h.position, halted_why = h.why \
                FROM moved, UNNEST($46::text[], $47::bigint[], $48::text[]) AS h (name, position, why) \
                WHERE read_models.name = h.name), \
            read AS (UPDATE read_up_to SET position = $16 FROM moved WHERE $49) \
            SELECT written_by, pg_notify($18, $16::text) FROM moved";
        let Addition { events, references, commands, rows } = addition;
        let (names, places): (Vec<String>, Vec<i64>) = references.into_iter().unzip();
        let (added, indexed) = (&rows.added.versions, &rows.added.searched);
        let moved: Option<i64> = sqlx::query_scalar(sql)
            .bind(events.iter().map(|event| event.position).collect::<Vec<_>>())
            .bind(events.iter().map(|event| event.stream.as_str()).collect::<Vec<_>>())
            .bind(events.iter().map(|event| event.version).collect::<Vec<_>>())
            .bind(events.iter().map(|event| event.event_id.as_str()).collect::<Vec<_>>())
            .bind(events.iter().map(|event| event.event_type.as_str()).collect::<Vec<_>>())
            .bind(events.iter().map(|event| event.recorded_at).collect::<Vec<_>>())
            .bind(events.iter().map(|event| event.event_bytes.as_slice()).collect::<Vec<_>>())
            .bind(events.iter().map(|event| event.salt.as_slice()).collect::<Vec<_>>())
            .bind(events.iter().map(|event| event.leaf.as_slice()).collect::<Vec<_>>())
            .bind(names)
            .bind(places)
            .bind(commands.iter().map(|command| command.command_id.as_str()).collect::<Vec<_>>())
            .bind(commands.iter().map(|command| command.fingerprint.as_slice()).collect::<Vec<_>>())
            .bind(commands.iter().map(|command| stored(command.first_position)).collect::<Vec<_>>())
            .bind(commands.iter().map(|command| stored(command.last_position)).collect::<Vec<_>>())
            .bind(stored(head.position))
            .bind(head.recorded_at)
            .bind(CHANNEL)
            .bind(stored(from))
            .bind(column(added, |(generation, _)| *generation))
            .bind(column(added, |(_, version)| version.stream.as_str()))
            .bind(column(added, |(_, version)| version.key.as_str()))
            .bind(column(added, |(_, version)| version.valid_from))
            .bind(column(added, |(_, version)| version.valid_to))
            .bind(column(added, |(_, version)| version.known_from))
            .bind(column(added, |(_, version)| version.ended_known))
            .bind(column(added, |(_, version)| version.known_to))
            .bind(column(added, |(_, version)| version.known_end()))
            .bind(column(added, |(_, version)| version.valid_node()))
            .bind(column(added, |(_, version)| version.known_node()))
            .bind(column(added, |(_, version)| version.content.scope.as_str()))
            .bind(column(added, |(_, version)| version.content.facet.as_str()))
            .bind(column(added, |(_, version)| i64::from(version.content.rank)))
            .bind(column(added, |(_, version)| version.content.row.as_deref()))
            .bind(column(&rows.ended, |(generation, _)| *generation))
            .bind(column(&rows.ended, |(_, version)| version.stream.as_str()))
            .bind(column(&rows.ended, |(_, version)| version.key.as_str()))
            .bind(column(&rows.ended, |(_, version)| version.valid_from))
            .bind(column(&rows.ended, |(_, version)| version.valid_to))
            .bind(column(&rows.ended, |(_, version)| version.known_from))
            .bind(column(&rows.ended, |(_, version)| version.ended_known))
            .bind(column(&rows.ended, |(_, version)| version.known_to))
            .bind(column(&rows.ended, |(_, version)| version.known_end()))
            .bind(column(&rows.ended, |(_, version)| version.valid_node()))
            .bind(column(&rows.ended, |(_, version)| version.known_node()))
            .bind(column(&rows.halted, |(name, ..)| name.as_str()))
            .bind(column(&rows.halted, |(_, position, _)| *position))
            .bind(column(&rows.halted, |(.., why)| why.as_str()))
            .bind(rows.current)
            .bind(self.written_by)
            .bind(column(indexed, |(generation, _)| *generation))
            .bind(column(indexed, |(_, searched)| searched.stream.as_str()))
            .bind(column(indexed, |(_, searched)| searched.key.as_str()))
            .bind(column(indexed, |(_, searched)| searched.known_from))
            .bind(column(indexed, |(_, searched)| i64::from(searched.passage.rank)))
            .bind(column(indexed, indexed_words))
            .fetch_optional(self.connection())
            .await?;
        if let Some(written_by) = moved {
            // More may be added under the same lock; the head's row is this transaction's own from here on.
            self.written_by = written_by;
        }
        Ok(moved.is_some())
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        if let Held::Early(transaction) = self.held {
            transaction.commit().await?;
        }
        Ok(())
    }
}

/// Versions of rows that go to the server in one statement.
const ROWS_AT_ONCE: usize = 2048;

/// The words of an entry of the index, with the one that says where its row is listed.
fn indexed_words((generation, searched): &(i64, Searched)) -> String {
    format!("{} {}", place_word(*generation, &searched.scope), searched.passage.words)
}

/// Writes rows in bulk. COPY would, but for the row-level security of the table, which refuses COPY FROM.
async fn insert_rows(connection: &mut PgConnection, rows: &NewRows) -> Result<(), StoreError> {
    let sql = "INSERT INTO row_versions (generation, stream, key, valid_from, valid_to, known_from, ended_known, \
               known_to, known_end, valid_node, known_node, scope, facet, rank, content) \
               SELECT * FROM UNNEST($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], \
               $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::text[], \
               $14::bigint[], $15::text[])";
    for chunk in rows.versions.chunks(ROWS_AT_ONCE) {
        sqlx::query(sql)
            .bind(column(chunk, |(generation, _)| *generation))
            .bind(column(chunk, |(_, version)| version.stream.as_str()))
            .bind(column(chunk, |(_, version)| version.key.as_str()))
            .bind(column(chunk, |(_, version)| version.valid_from))
            .bind(column(chunk, |(_, version)| version.valid_to))
            .bind(column(chunk, |(_, version)| version.known_from))
            .bind(column(chunk, |(_, version)| version.ended_known))
            .bind(column(chunk, |(_, version)| version.known_to))
            .bind(column(chunk, |(_, version)| version.known_end()))
            .bind(column(chunk, |(_, version)| version.valid_node()))
            .bind(column(chunk, |(_, version)| version.known_node()))
            .bind(column(chunk, |(_, version)| version.content.scope.as_str()))
            .bind(column(chunk, |(_, version)| version.content.facet.as_str()))
            .bind(column(chunk, |(_, version)| i64::from(version.content.rank)))
            .bind(column(chunk, |(_, version)| version.content.row.as_deref()))
            .execute(&mut *connection)
            .await?;
    }
    let sql = "INSERT INTO searched (generation, stream, key, known_from, rank, words) \
               SELECT s.generation, s.stream, s.key, s.known_from, s.rank, array_to_tsvector(string_to_array(s.words, ' ')) \
               FROM UNNEST($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[]) \
                    AS s (generation, stream, key, known_from, rank, words)";
    for chunk in rows.searched.chunks(ROWS_AT_ONCE) {
        sqlx::query(sql)
            .bind(column(chunk, |(generation, _)| *generation))
            .bind(column(chunk, |(_, searched)| searched.stream.as_str()))
            .bind(column(chunk, |(_, searched)| searched.key.as_str()))
            .bind(column(chunk, |(_, searched)| searched.known_from))
            .bind(column(chunk, |(_, searched)| i64::from(searched.passage.rank)))
            .bind(column(chunk, indexed_words))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// One column of some rows, as UNNEST takes it.
fn column<'a, T, C>(rows: &'a [T], of: impl Fn(&'a T) -> C) -> Vec<C> {
    rows.iter().map(of).collect()
}

fn head(row: &PgRow) -> Result<Head, StoreError> {
    Ok(Head { position: read(row.try_get(0)?), recorded_at: row.try_get(1)? })
}

fn placed(row: &PgRow) -> Result<Placed, StoreError> {
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

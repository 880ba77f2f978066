//! An append: what it asks of the log, and what it adds, in two round trips.

use super::rows::{column, indexed_words, insert_rows};
use super::{AppendQuery, AppendTransaction, AppendedRows, CHANNEL, Head, LogSnapshot, StoreError, stored};
use crate::read_models::interval_tree::FOREVER;
use crate::read_models::projector::TouchedRows;
use crate::read_models::rebuild::Publication;
use crate::read_models::row::RowVersion;
use crate::store;
use crate::store::row_query::Generations;
use async_trait::async_trait;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Transaction};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

pub(super) struct PostgresAppend {
    pub(super) held: Held,
    /// The transaction that last wrote the head's row, when it was looked up. Appends and swaps of read models write it.
    pub(super) written_by: i64,
    pub(super) generations: Arc<Generations>,
}

pub(super) enum Held {
    /// Each statement is a transaction of its own.
    Late(PoolConnection<Postgres>),
    Early(Transaction<'static, Postgres>),
}

impl PostgresAppend {
    fn connection(&mut self) -> &mut PgConnection {
        match &mut self.held {
            Held::Late(connection) => connection,
            Held::Early(transaction) => transaction,
        }
    }
}

/// What is known of the questions that an append asks: one round trip for everything, and one statement, so that all of it
/// is as of the same head.
const LOOK_UP: &str = "\
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
    SELECT 5, name, generation, halted_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, version, NULL \
    FROM read_models \
    UNION ALL \
    SELECT 6, NULL, position, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM read_up_to";

/// The statement, and what it asks for of the rows of read models: lists of texts, for each parameter after the fourth.
///
/// OFFSET 0 keeps the planner from taking the look-up of a row apart: it would go by a part of the key, and read all the
/// others. So it would by the index of what is valid: that holds the rows whose `known_to` *is* $4, which those that are no
/// smaller are not known to be.
fn look_up(touched: &TouchedRows, generations: &HashMap<String, i64>) -> (String, Vec<Vec<String>>) {
    let (mut sql, mut lists) = (LOOK_UP.to_owned(), Vec::new());
    let mut ask = |model: &str, asked: String, generation: i64, rows: &str| {
        // Writing to a String does not fail.
        let _ = write!(
            sql,
            " UNION ALL SELECT 4, '{model}', v.valid_from, v.known_from, NULL, \
             v.stream, v.key, v.valid_to, v.ended_known, v.scope, v.facet, v.rank, v.content \
             FROM {asked} CROSS JOIN LATERAL (SELECT * FROM row_versions WHERE generation = {generation} \
             AND stream = q.stream AND {rows} AND known_to >= $4 OFFSET 0) AS v"
        );
    };
    for (model, keys) in touched.by_model() {
        let Some(generation) = generations.get(model) else { continue };
        let asked = format!("UNNEST(${}::text[], ${}::text[]) AS q (stream, key)", lists.len() + 5, lists.len() + 6);
        let (streams, keys) = keys.into_iter().map(|(stream, key)| (stream.to_owned(), key.to_owned())).unzip();
        lists.extend([streams, keys]);
        ask(model, asked, *generation, "key = q.key AND valid_to >= $4");
    }
    if !touched.whole.is_empty() {
        let asked = format!("UNNEST(${}::text[]) AS q (stream)", lists.len() + 5);
        lists.push(touched.whole.clone());
        for (model, generation) in generations {
            ask(model, asked.clone(), *generation, "true");
        }
    }
    (sql, lists)
}

/// Adds to the log. One statement locks the head and moves it, if it has not moved since it was looked up, adds every row
/// and announces them, so that an append has two round trips however much it adds. What it reads of the head it reads anew
/// once it has the lock (READ COMMITTED); every append and every swap of read models writes the head's row, so that where
/// that was not written since, nothing that was looked up has changed. The announcement reaches listeners on commit.
const ADD: &str = "\
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
    halted AS (\
        UPDATE read_models SET halted_at = h.position, halted_why = h.why \
        FROM moved, UNNEST($46::text[], $47::bigint[], $48::text[]) AS h (name, position, why) \
        WHERE read_models.name = h.name), \
    read AS (UPDATE read_up_to SET position = $16 FROM moved WHERE $49)";
const MOVED: &str = " SELECT written_by, pg_notify($18, $16::text) FROM moved";

/// Rows of a generation that end, `#`: it is named, so that the tables of others are not opened.
///
/// They are found by their key, one by one, and then written where they stand: joined by the key itself, a plan that was made
/// while the table was small would go through all of it each time.
const ENDED: &str = "\
    , ended_# AS (\
        UPDATE row_versions SET valid_to = e.valid_to, ended_known = e.ended_known, known_to = e.known_to, \
               known_end = e.known_end, valid_node = e.valid_node, known_node = e.known_node \
        FROM (SELECT e.*, v.place \
              FROM moved, UNNEST($35::bigint[], $36::text[], $37::text[], $38::bigint[], $39::bigint[], $40::bigint[], \
                                 $41::bigint[], $42::bigint[], $43::bigint[], $44::bigint[], $45::bigint[]) \
                   AS e (generation, stream, key, valid_from, valid_to, known_from, ended_known, known_to, known_end, \
                         valid_node, known_node) \
              CROSS JOIN LATERAL (\
                  SELECT ctid AS place FROM row_versions WHERE generation = # AND stream = e.stream AND key = e.key \
                      AND known_from = e.known_from AND valid_from = e.valid_from OFFSET 0) AS v \
              WHERE e.generation = #) AS e \
        WHERE row_versions.generation = # AND row_versions.ctid = e.place)";

/// The statement that adds, with the generations of which rows end.
fn add(ended: &[(i64, RowVersion)]) -> String {
    let of_each = ended.chunk_by(|(one, _), (next, _)| one == next).filter_map(|rows| rows.first());
    let ended = of_each.map(|(generation, _)| ENDED.replace('#', &generation.to_string()));
    format!("{ADD}{}{MOVED}", ended.collect::<String>())
}

#[async_trait]
impl AppendTransaction for PostgresAppend {
    async fn look_up(&mut self, question: &AppendQuery) -> Result<LogSnapshot, StoreError> {
        let mut generations = self.generations.seen();
        loop {
            let (sql, lists) = look_up(&question.touched, &generations);
            let query = sqlx::query_as(AssertSqlSafe(sql))
                .bind(&question.command_ids)
                .bind(&question.streams)
                .bind(&question.references)
                .bind(FOREVER);
            let query = lists.into_iter().fold(query, sqlx::query::QueryAs::bind);
            let found: Vec<store::Found> = query.fetch_all(self.connection()).await?;
            let head = found.iter().find(|found| found.0 == 0);
            self.written_by = head.and_then(|(.., written_by, _)| *written_by).unwrap_or(0);
            let known = LogSnapshot::of(found);
            // Others may have taken the place of those that were seen last.
            let now = known.rows.generations();
            if now == generations {
                return Ok(known);
            }
            self.generations.see(now.clone());
            generations = now;
        }
    }

    async fn history(&mut self, stream: &str) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT string_agg(event_bytes, '\\x0a'::bytea) \
                   FROM (SELECT event_bytes FROM events WHERE stream = $1 ORDER BY version) AS history";
        let history: Option<Vec<u8>> = sqlx::query_scalar(sql).bind(stream).fetch_one(self.connection()).await?;
        Ok(history.unwrap_or_default())
    }

    async fn streams_since(&mut self, position: i64) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(store::SELECT_STREAMS_SINCE).bind(position).fetch_all(self.connection()).await?)
    }

    async fn publish(mut self: Box<Self>, publication: Publication) -> Result<(), StoreError> {
        for (name, version, generation) in &publication.models {
            for stream in &publication.streams {
                for table in ["row_versions", "searched"] {
                    let sql = format!("DELETE FROM {table} WHERE generation = {generation} AND stream = $1");
                    sqlx::query(AssertSqlSafe(sql)).bind(stream).execute(self.connection()).await?;
                }
            }
            let publish = sqlx::query(store::PUBLISH).bind(name).bind(version).bind(generation);
            publish.execute(self.connection()).await?;
        }
        insert_rows(self.connection(), &publication.rows).await?;
        for (name, position, why) in &publication.halted {
            sqlx::query(store::HALT).bind(name).bind(position).bind(why).execute(self.connection()).await?;
        }
        let moved = sqlx::query(store::MOVE_READ_MODELS).bind(publication.position);
        moved.execute(self.connection()).await?;
        // An append that looked up the old rows finds that the head was written since, and looks again.
        sqlx::query("UPDATE head SET position = position").execute(self.connection()).await?;
        if let Held::Early(transaction) = self.held {
            transaction.commit().await?;
        }
        Ok(())
    }

    async fn add(&mut self, addition: AppendedRows, from: u64, head: Head) -> Result<bool, StoreError> {
        let AppendedRows { events, references, commands, rows } = addition;
        let (names, places): (Vec<String>, Vec<i64>) = references.into_iter().unzip();
        let (added, indexed) = (&rows.added.versions, &rows.added.searched);
        let moved: Option<i64> = sqlx::query_scalar(AssertSqlSafe(add(&rows.ended)))
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

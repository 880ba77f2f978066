//! An append: what it asks of the log, and what it adds.

use super::list;
use super::rows::{insert_rows, write_rows};
use super::statements::Statements;
use crate::read_models::interval_tree::FOREVER;
use crate::read_models::projector::TouchedRows;
use crate::read_models::rebuild::Publication;
use crate::store::row_query::Generations;
use crate::store::{
    AppendQuery, AppendTransaction, AppendedRows, HALT, Head, LogSnapshot, MOVE_READ_MODELS, PUBLISH,
    SELECT_READ_MODELS, SELECT_STREAMS_SINCE, StoreError, stored,
};
use async_trait::async_trait;
use sqlx::{AssertSqlSafe, Sqlite, Transaction};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

pub(super) struct SqliteAppend {
    pub(super) transaction: Transaction<'static, Sqlite>,
    pub(super) generations: Arc<Generations>,
}

/// What is asked of the log: one statement for everything, for each is a trip to the connection's own thread and back.
const LOOK_UP: &str = "\
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
    SELECT 5, name, generation, halted_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, version, NULL FROM read_models \
    UNION ALL \
    SELECT 6, NULL, position, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM read_up_to";

/// The statement, and the rows of read models that it asks for as JSON, a list for each parameter after the third.
///
/// The largest number stands in it, and is no parameter: SQLite would look whether an index that is for rows with that number
/// will do, and would prepare the statement again each time, for it might have become another.
fn look_up(touched: &TouchedRows, generations: &HashMap<String, i64>) -> (String, Vec<String>) {
    let (mut sql, mut lists) = (LOOK_UP.to_owned(), Vec::new());
    let mut ask = |model: &str, generation: i64, rows: &str, list: String| {
        lists.push(list);
        let list = lists.len() + 3;
        // Writing to a String does not fail.
        let _ = write!(
            sql,
            " UNION ALL SELECT 4, '{model}', v.valid_from, v.known_from, NULL, \
             v.stream, v.key, v.valid_to, v.ended_known, v.scope, v.facet, v.rank, v.content \
             FROM json_each(${list}) AS q CROSS JOIN row_versions_{generation} AS v ON {rows} AND v.known_to = {FOREVER}"
        );
    };
    for (model, keys) in touched.by_model() {
        let Some(generation) = generations.get(model) else { continue };
        let rows = format!("v.stream = q.value ->> 0 AND v.key = q.value ->> 1 AND v.valid_to = {FOREVER}");
        ask(model, *generation, &rows, serde_json::json!(keys).to_string());
    }
    if !touched.whole.is_empty() {
        for (model, generation) in generations {
            ask(model, *generation, "v.stream = q.value", list(&touched.whole));
        }
    }
    (sql, lists)
}

impl SqliteAppend {
    /// The generations that are in use, which do not change before this append is done with.
    async fn generations_in_use(&mut self) -> Result<HashMap<String, i64>, StoreError> {
        let found: Vec<(String, i64, i64, Option<i64>)> =
            sqlx::query_as(SELECT_READ_MODELS).fetch_all(&mut *self.transaction).await?;
        Ok(found.into_iter().map(|(name, _, generation, _)| (name, generation)).collect())
    }
}

#[async_trait]
impl AppendTransaction for SqliteAppend {
    async fn look_up(&mut self, question: &AppendQuery) -> Result<LogSnapshot, StoreError> {
        let mut generations = self.generations.seen();
        loop {
            let (sql, rows) = look_up(&question.touched, &generations);
            let query = sqlx::query_as(AssertSqlSafe(sql))
                .bind(list(&question.command_ids))
                .bind(list(&question.streams))
                .bind(list(&question.references));
            let query = rows.into_iter().fold(query, sqlx::query::QueryAs::bind);
            let found = query.fetch_all(&mut *self.transaction).await.map(LogSnapshot::of);
            // Others may have taken the place of those that were seen last, which may be gone already.
            let now = match &found {
                Ok(known) => known.rows.generations(),
                Err(_) => self.generations_in_use().await?,
            };
            if now == generations {
                return Ok(found?);
            }
            self.generations.see(now.clone());
            generations = now;
        }
    }

    async fn history(&mut self, stream: &str) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT CAST(group_concat(CAST(event_bytes AS TEXT), char(10)) AS BLOB) \
                   FROM (SELECT event_bytes FROM events WHERE stream = $1 ORDER BY version)";
        let history: Option<Vec<u8>> = sqlx::query_scalar(sql).bind(stream).fetch_one(&mut *self.transaction).await?;
        Ok(history.unwrap_or_default())
    }

    async fn streams_since(&mut self, position: i64) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(SELECT_STREAMS_SINCE).bind(position).fetch_all(&mut *self.transaction).await?)
    }

    async fn publish(mut self: Box<Self>, publication: Publication) -> Result<(), StoreError> {
        for (name, version, generation) in &publication.models {
            for stream in &publication.streams {
                for table in ["row_versions", "searched"] {
                    let sql = format!("DELETE FROM {table}_{generation} WHERE stream = $1");
                    sqlx::query(AssertSqlSafe(sql)).bind(stream).execute(&mut *self.transaction).await?;
                }
            }
            let publish = sqlx::query(PUBLISH).bind(name).bind(version).bind(generation);
            publish.execute(&mut *self.transaction).await?;
        }
        insert_rows(&mut Statements::one_by_one(&mut self.transaction), &publication.rows).await?;
        for (name, position, why) in &publication.halted {
            sqlx::query(HALT).bind(name).bind(position).bind(why).execute(&mut *self.transaction).await?;
        }
        let moved = sqlx::query(MOVE_READ_MODELS).bind(publication.position);
        moved.execute(&mut *self.transaction).await?;
        self.transaction.commit().await?;
        Ok(())
    }

    async fn add(&mut self, addition: AppendedRows, _: u64, head: Head) -> Result<bool, StoreError> {
        let AppendedRows { events, references, commands, rows } = addition;
        for (name, position, why) in &rows.halted {
            sqlx::query(HALT).bind(name).bind(position).bind(why).execute(&mut *self.transaction).await?;
        }
        let mut statements = if events.len() == 1 {
            Statements::joined(&mut self.transaction)
        } else {
            Statements::one_by_one(&mut self.transaction)
        };
        let into = "INSERT INTO events (position, stream, version, event_id, event_type, recorded_at, event_bytes, salt, leaf)";
        statements
            .write(&events, (into, 9, ""), |values, event| {
                values.add(event.position).add(&event.stream).add(event.version).add(&event.event_id);
                values.add(&event.event_type).add(event.recorded_at);
                values.add(&event.event_bytes).add(&event.salt).add(&event.leaf);
            })
            .await?;
        let into = "INSERT INTO event_references (reference, position)";
        statements
            .write(&references, (into, 2, ""), |values, (reference, position)| {
                values.add(reference).add(position);
            })
            .await?;
        let into = "INSERT INTO commands (command_id, fingerprint, first_position, last_position)";
        statements
            .write(&commands, (into, 4, ""), |values, command| {
                values.add(&command.command_id).add(&command.fingerprint);
                values.add(stored(command.first_position)).add(stored(command.last_position));
            })
            .await?;
        write_rows(&mut statements, &rows, head).await?;
        let moved = [stored(head.position), head.recorded_at];
        statements.run("UPDATE head SET position = ?, recorded_at = ?", &moved).await?;
        statements.flush().await?;
        Ok(true)
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}

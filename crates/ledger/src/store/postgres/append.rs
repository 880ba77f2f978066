//! An append to the PostgreSQL database: one round trip to look up, one to write.

use super::CHANNEL;
use super::array_table::{ArrayTable, Binder};
use super::dialect::{DIALECT, query};
use super::limits::WRITE;
use super::rows::{column, insert_rows, search_entries, version_times, versions};
use crate::store::append::{self, AppendQuery, AppendTransaction, AppendedRows, LogSnapshot, impl_append_transaction};
use crate::store::audit::EventRow;
use crate::store::error::{self, StoreError};
use crate::store::event_log::{CommandRow, Head};
use crate::store::generations::Generations;
use crate::store::look_up;
use crate::store::numbers::stored;
use crate::store::read_models::{self, ModelRow, RowChanges};
use crate::store::rebuild::{HaltedModel, NewGeneration, Publication};
use crate::store::row_version::NewRows;
use crate::store::timed::{LONG, TimedConnection};
use sqlx::{AssertSqlSafe, Postgres};
use std::sync::Arc;
use std::time::Duration;

/// What each row that an append looks up or writes adds to the limit of its statement. PostgreSQL takes a tenth of it.
const FOR_EACH_ROW: Duration = Duration::from_micros(200);

pub(super) struct PostgresAppend {
    pub(super) connection: TimedConnection<Postgres>,
    /// Whether a transaction holds the head's lock. Without it, each statement is a transaction of its own.
    pub(super) is_locked: bool,
    /// The transaction that had last written the head's row at the look-up. Every append and every publication writes it.
    pub(super) head_written_by: i64,
    pub(super) generations: Arc<Generations>,
}

/// Parts of the statement of an append that are rows, each gated by `moved`: without its row they write nothing.
const GATE: &str = "moved, ";

impl PostgresAppend {
    fn connection(&mut self) -> &mut TimedConnection<Postgres> {
        &mut self.connection
    }

    /// Gives the next statements the time that this many rows may take.
    fn allow_for(&mut self, rows: usize) {
        self.connection.set_limit(WRITE + FOR_EACH_ROW * u32::try_from(rows).unwrap_or(u32::MAX));
    }

    async fn remove_rows(&mut self, generation: i64, stream: &str) -> Result<(), StoreError> {
        for table in ["row_versions", "searched"] {
            let sql = format!("DELETE FROM {table} WHERE generation = {generation} AND stream = $1");
            sqlx::query(AssertSqlSafe(sql)).bind(stream).execute(self.connection()).await?;
        }
        Ok(())
    }

    async fn insert_rows(&mut self, rows: &NewRows) -> Result<(), StoreError> {
        insert_rows(self.connection(), rows).await
    }

    async fn finish_publication(mut self: Box<Self>) -> Result<(), StoreError> {
        // An append that looked up the old rows finds that the head was written since, and looks again.
        sqlx::query("UPDATE head SET position = position").execute(self.connection()).await?;
        self.commit().await
    }

    /// Returns the statement that writes an append, and its parameters.
    ///
    /// One statement locks the head's row and moves it, provided that nothing wrote it since the look-up, inserts every
    /// row and notifies the listeners, so an append takes two round trips however much it writes. In READ COMMITTED the
    /// condition on the head is checked again once the lock is there. Every append and every publication writes the
    /// head's row; where it was not written, nothing that was looked up has changed. Listeners hear on commit.
    fn statement(&self, rows: &AppendedRows, from: u64, head: Head) -> (String, Binder) {
        let mut binder = Binder::default();
        let position = binder.bind(stored(head.position));
        let recorded_at = binder.bind(head.recorded_at);
        let (from, written_by) = (binder.bind(stored(from)), binder.bind(self.head_written_by));
        let current = binder.bind(rows.rows.current);
        let mut parts = vec![format!(
            "moved AS (UPDATE head SET position = {position}, recorded_at = {recorded_at} \
             WHERE position = {from} AND xmin::text::bigint = {written_by} \
             RETURNING xmin::text::bigint AS written_by)"
        )];
        let AppendedRows { events, references, commands, rows: RowChanges { added, ended, halted, .. } } = rows;
        for (name, insert) in [
            ("appended", self::events(&mut binder, events).insert_into("events", GATE)),
            ("referred", self::references(&mut binder, references).insert_into("event_references", GATE)),
            ("remembered", self::commands(&mut binder, commands).insert_into("commands", GATE)),
            ("versions", versions(&mut binder, &added.versions).insert_into("row_versions", GATE)),
            ("indexed", search_entries(&mut binder, &added.searched).insert_into("searched", GATE)),
        ] {
            parts.push(format!("{name} AS ({insert})"));
        }
        let halted = ArrayTable::new(&mut binder)
            .texts("model", column(halted, |halted| halted.model.as_str()))
            .numbers("position", column(halted, |halted| halted.position))
            .texts("why", column(halted, |halted| halted.why.as_str()))
            .rows();
        parts.push(format!(
            "halted AS (UPDATE read_models SET halted_at = r.position, halted_why = r.why FROM {GATE}{halted} \
             WHERE read_models.name = r.model)"
        ));
        parts.push(format!("read AS (UPDATE read_up_to SET position = {position} FROM moved WHERE {current})"));
        let ended_rows = version_times(&mut binder, ended).rows();
        let generations = ended.chunk_by(|(one, _), (next, _)| one == next).filter_map(|rows| rows.first());
        parts.extend(generations.map(|(generation, _)| end_versions(*generation, &ended_rows)));
        let channel = binder.bind(CHANNEL);
        let parts = parts.join(", ");
        (format!("WITH {parts} SELECT written_by, pg_notify({channel}, {position}::text) FROM moved"), binder)
    }
}

/// Returns the part that ends versions of one generation. The number stands in the text, so that no other partition is
/// opened.
///
/// The versions are found one by one through their key, and then written where they stand. A join by the key would get a
/// plan that was made while the table was small, and read all of it each time.
fn end_versions(generation: i64, rows: &str) -> String {
    format!(
        "ended_{generation} AS (\
         UPDATE row_versions SET valid_to = e.valid_to, ended_known = e.ended_known, known_to = e.known_to, \
                known_end = e.known_end, valid_node = e.valid_node, known_node = e.known_node, rank_to = e.rank_to \
         FROM (SELECT r.*, v.place FROM {GATE}{rows} CROSS JOIN LATERAL (\
                   SELECT ctid AS place FROM row_versions \
                   WHERE generation = {generation} AND stream = r.stream AND key = r.key \
                         AND known_from = r.known_from AND valid_from = r.valid_from AND rank_from = r.rank_from \
                   OFFSET 0) AS v \
               WHERE r.generation = {generation}) AS e \
         WHERE row_versions.generation = {generation} AND row_versions.ctid = e.place)"
    )
}

fn events<'b>(binder: &'b mut Binder, events: &[EventRow]) -> ArrayTable<'b> {
    ArrayTable::new(binder)
        .numbers("position", column(events, |event| event.position))
        .texts("stream", column(events, |event| event.stream.as_str()))
        .numbers("version", column(events, |event| event.version))
        .texts("event_id", column(events, |event| event.event_id.as_str()))
        .converted("r.event_id::uuid")
        .texts("event_type", column(events, |event| event.event_type.as_str()))
        .numbers("recorded_at", column(events, |event| event.recorded_at))
        .bytes("event_bytes", column(events, |event| event.event_bytes.as_slice()))
        .bytes("salt", column(events, |event| event.salt.as_slice()))
        .bytes("leaf", column(events, |event| event.leaf.as_slice()))
}

fn references<'b>(binder: &'b mut Binder, references: &[(String, i64)]) -> ArrayTable<'b> {
    ArrayTable::new(binder)
        .texts("reference", column(references, |(reference, _)| reference.as_str()))
        .numbers("position", column(references, |(_, position)| *position))
}

fn commands<'b>(binder: &'b mut Binder, commands: &[CommandRow]) -> ArrayTable<'b> {
    ArrayTable::new(binder)
        .texts("command_id", column(commands, |command| command.command_id.as_str()))
        .bytes("fingerprint", column(commands, |command| command.fingerprint.as_slice()))
        .numbers("first_position", column(commands, |command| stored(command.first_position)))
        .numbers("last_position", column(commands, |command| stored(command.last_position)))
}

impl_append_transaction!(PostgresAppend {
    async fn look_up(&mut self, query: &AppendQuery) -> Result<LogSnapshot, StoreError> {
        let AppendQuery { command_ids, streams, references, touched, .. } = query;
        self.allow_for(command_ids.len() + streams.len() + references.len() + touched.keys.len());
        let snapshot = self.snapshot(query).await?;
        self.head_written_by = snapshot.head_written_by.unwrap_or(0);
        Ok(snapshot)
    }

    async fn append(&mut self, rows: AppendedRows, from: u64, head: Head) -> Result<bool, StoreError> {
        for (generation, stream) in &rows.rows.rewritten {
            self.remove_rows(*generation, stream).await?;
        }
        let AppendedRows { events, references, commands, rows: changes } = &rows;
        let read_models = changes.added.versions.len() + changes.added.searched.len() + changes.ended.len();
        self.allow_for(events.len() + references.len() + commands.len() + read_models);
        let (sql, binder) = self.statement(&rows, from, head);
        let query = sqlx::query_scalar_with(AssertSqlSafe(sql), binder.into_arguments()?);
        let written_by: Option<i64> = query.fetch_optional(self.connection()).await?;
        if let Some(written_by) = written_by {
            // More may be written under the same lock; from here on the head's row is this transaction's own.
            self.head_written_by = written_by;
        }
        Ok(written_by.is_some())
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        if self.is_locked {
            self.connection.commit().await?;
        }
        Ok(())
    }
});

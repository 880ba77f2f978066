//! An append to the SQLite file.

use super::dialect::{DIALECT, query};
use super::files::LedgerFiles;
use super::rows::{insert_rows, write_rows};
use super::statements::Statements;
use crate::store::append::{self, AppendQuery, AppendTransaction, AppendedRows, LogSnapshot, impl_append_transaction};
use crate::store::error::{self, StoreError};
use crate::store::event_log::Head;
use crate::store::generations::Generations;
use crate::store::look_up;
use crate::store::numbers::stored;
use crate::store::read_models::{self, ModelRow};
use crate::store::rebuild::{HaltedModel, NewGeneration, Publication};
use crate::store::row_version::NewRows;
use crate::store::timed::{LONG, TimedConnection};
use sqlx::{AssertSqlSafe, Sqlite};
use std::sync::Arc;

/// A transaction that holds SQLite's write lock from its beginning, whatever [`HeadLock`](crate::store::HeadLock) says.
pub(super) struct SqliteAppend {
    pub(super) transaction: TimedConnection<Sqlite>,
    pub(super) files: Arc<LedgerFiles>,
    /// The last position after this append, once it is written.
    pub(super) head: Option<i64>,
    pub(super) generations: Arc<Generations>,
}

impl SqliteAppend {
    fn connection(&mut self) -> &mut TimedConnection<Sqlite> {
        &mut self.transaction
    }

    async fn remove_rows(&mut self, generation: i64, stream: &str) -> Result<(), StoreError> {
        for table in ["row_versions", "searched"] {
            let sql = format!("DELETE FROM {table}_{generation} WHERE stream = $1");
            sqlx::query(AssertSqlSafe(sql)).bind(stream).execute(self.connection()).await?;
        }
        Ok(())
    }

    async fn insert_rows(&mut self, rows: &NewRows) -> Result<(), StoreError> {
        insert_rows(&mut Statements::one_by_one(&mut self.transaction), rows).await
    }

    async fn finish_publication(self: Box<Self>) -> Result<(), StoreError> {
        self.commit().await
    }
}

impl_append_transaction!(SqliteAppend {
    async fn look_up(&mut self, query: &AppendQuery) -> Result<LogSnapshot, StoreError> {
        self.snapshot(query).await
    }

    async fn append(&mut self, rows: AppendedRows, _: u64, head: Head) -> Result<bool, StoreError> {
        let AppendedRows { events, references, commands, rows } = rows;
        for (generation, stream) in &rows.rewritten {
            self.remove_rows(*generation, stream).await?;
        }
        for HaltedModel { model, position, why } in &rows.halted {
            sqlx::query(append::HALT).bind(model).bind(position).bind(why).execute(self.connection()).await?;
        }
        let mut statements = if events.len() == 1 {
            Statements::joined(&mut self.transaction)
        } else {
            Statements::one_by_one(&mut self.transaction)
        };
        let into = "INSERT INTO events (position, stream, version, event_id, event_type, recorded_at, event_bytes, \
                    salt, leaf)";
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
        self.head = Some(stored(head.position));
        Ok(true)
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.transaction.commit().await?;
        Ok(self.files.committed(self.head)?)
    }
});

//! Statements that write rows, in chunks of a few sizes.
//!
//! `sqlx::QueryBuilder` would make a statement of each number of rows, and prepare each; and it panics where a value
//! cannot be encoded.

use crate::store::error::StoreError;
use crate::store::timed::TimedConnection;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe, Encode, Sqlite, Type};

/// Rows per statement. Few sizes mean few statements to prepare.
const CHUNKS: [usize; 7] = [64, 32, 16, 8, 4, 2, 1];

/// Statements for a connection, in order. Only [`Statements::flush`] makes sure that all of them have run.
pub(super) struct Statements<'c> {
    connection: &'c mut TimedConnection<Sqlite>,
    /// Whether they wait and run as one. A run is a trip to the connection's thread and back, which takes longer than a
    /// small statement. A large append runs each by itself: of its statements there are too many combinations to have all
    /// of them prepared.
    joined: bool,
    sql: String,
    values: Values,
}

/// The values of the statements, in order.
#[derive(Default)]
pub(super) struct Values {
    arguments: SqliteArguments,
    failed: Option<sqlx::Error>,
}

impl Values {
    pub(super) fn add<'t>(&mut self, value: impl Encode<'t, Sqlite> + Type<Sqlite>) -> &mut Self {
        if let Err(error) = self.arguments.add(value) {
            self.failed.get_or_insert(sqlx::Error::Encode(error));
        }
        self
    }
}

impl<'c> Statements<'c> {
    /// Each runs as it comes.
    pub(super) fn one_by_one(connection: &'c mut TimedConnection<Sqlite>) -> Self {
        Self { connection, joined: false, sql: String::new(), values: Values::default() }
    }

    /// All run as one, on [`Statements::flush`].
    pub(super) fn joined(connection: &'c mut TimedConnection<Sqlite>) -> Self {
        Self { joined: true, ..Self::one_by_one(connection) }
    }

    /// Adds statements of `before`, VALUES with this number of columns for each row, and `after`.
    pub(super) async fn write<T>(
        &mut self,
        rows: &[T],
        (before, columns, after): (&str, usize, &str),
        values: impl Fn(&mut Values, &T),
    ) -> Result<(), StoreError> {
        let of_row = format!("({})", vec!["?"; columns].join(", "));
        let mut rest = rows;
        while let Some(size) = CHUNKS.into_iter().find(|size| *size <= rest.len()) {
            let (chunk, others) = rest.split_at(size);
            rest = others;
            for part in [before, " VALUES ", &vec![of_row.as_str(); size].join(", "), after, ";"] {
                self.sql.push_str(part);
            }
            for row in chunk {
                values(&mut self.values, row);
            }
            if !self.joined {
                self.flush().await?;
            }
        }
        Ok(())
    }

    /// Adds a statement with numbers for its parameters.
    pub(super) async fn run(&mut self, sql: &str, numbers: &[i64]) -> Result<(), StoreError> {
        self.sql.push_str(sql);
        self.sql.push(';');
        for number in numbers {
            self.values.add(*number);
        }
        if self.joined { Ok(()) } else { self.flush().await }
    }

    /// Runs the statements that wait.
    pub(super) async fn flush(&mut self) -> Result<(), StoreError> {
        let Values { arguments, failed } = std::mem::take(&mut self.values);
        let sql = std::mem::take(&mut self.sql);
        if let Some(error) = failed {
            return Err(error.into());
        }
        if !sql.is_empty() {
            sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut *self.connection).await?;
        }
        Ok(())
    }
}

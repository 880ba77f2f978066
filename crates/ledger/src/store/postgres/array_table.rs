//! Rows as parameters: one array for each column, which UNNEST turns back into rows.
//!
//! The text of a statement does not grow with the number of rows, so it is prepared once.

use sqlx::postgres::PgArguments;
use sqlx::{Arguments as _, Encode, Postgres, Type};

/// The parameters of a statement, numbered as they are added.
#[derive(Default)]
pub(super) struct Binder {
    arguments: PgArguments,
    failed: Option<sqlx::Error>,
}

impl Binder {
    /// Adds a parameter and returns its placeholder, such as `$3`.
    pub(super) fn bind<'t>(&mut self, value: impl Encode<'t, Postgres> + Type<Postgres>) -> String {
        if let Err(error) = self.arguments.add(value) {
            self.failed.get_or_insert(sqlx::Error::Encode(error));
        }
        format!("${}", self.arguments.len())
    }

    pub(super) fn into_arguments(self) -> sqlx::Result<PgArguments> {
        self.failed.map_or(Ok(self.arguments), Err)
    }
}

/// Rows whose columns are arrays in parameters.
pub(super) struct ArrayTable<'b> {
    binder: &'b mut Binder,
    names: Vec<&'static str>,
    /// What each column is inserted as: itself, or an expression on `r`.
    values: Vec<String>,
    arrays: Vec<String>,
}

impl<'b> ArrayTable<'b> {
    pub(super) fn new(binder: &'b mut Binder) -> Self {
        Self { binder, names: Vec::new(), values: Vec::new(), arrays: Vec::new() }
    }

    pub(super) fn numbers(self, name: &'static str, column: Vec<i64>) -> Self {
        self.column(name, "bigint", column)
    }

    pub(super) fn texts(self, name: &'static str, column: Vec<&str>) -> Self {
        self.column(name, "text", column)
    }

    pub(super) fn optional_texts(self, name: &'static str, column: Vec<Option<&str>>) -> Self {
        self.column(name, "text", column)
    }

    pub(super) fn bytes(self, name: &'static str, column: Vec<&[u8]>) -> Self {
        self.column(name, "bytea", column)
    }

    fn column<'t, C>(mut self, name: &'static str, sql_type: &str, column: Vec<C>) -> Self
    where
        Vec<C>: Encode<'t, Postgres> + Type<Postgres>,
    {
        let placeholder = self.binder.bind(column);
        self.arrays.push(format!("{placeholder}::{sql_type}[]"));
        self.values.push(format!("r.{name}"));
        self.names.push(name);
        self
    }

    /// Has the last column inserted as an expression on `r`.
    pub(super) fn converted(mut self, expression: &str) -> Self {
        if let Some(value) = self.values.last_mut() {
            expression.clone_into(value);
        }
        self
    }

    /// Returns the rows as FROM takes them, named `r`.
    pub(super) fn rows(&self) -> String {
        format!("UNNEST({}) AS r ({})", self.arrays.join(", "), self.names.join(", "))
    }

    /// Returns the statement that inserts the rows; `gate` stands before them in FROM.
    pub(super) fn insert_into(&self, table: &str, gate: &str) -> String {
        let (names, values) = (self.names.join(", "), self.values.join(", "));
        format!("INSERT INTO {table} ({names}) SELECT {values} FROM {gate}{}", self.rows())
    }
}

//! Statements that both dialects share: SQL with numbered parameters, and the values of those.

use super::row::row;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe, Postgres, Sqlite};
use std::fmt::Write as _;

/// The value of a parameter.
enum Parameter {
    Text(String),
    Number(i64),
    /// An array in PostgreSQL; in SQLite, which has none, a JSON array as text.
    Texts(Vec<String>),
}

/// The parameters of a statement in their order. Each method adds one and returns its placeholder, such as `$3`.
#[derive(Default)]
pub(super) struct Parameters(Vec<Parameter>);

impl Parameters {
    pub(super) fn text(&mut self, text: impl Into<String>) -> String {
        self.add(Parameter::Text(text.into()))
    }

    pub(super) fn number(&mut self, number: i64) -> String {
        self.add(Parameter::Number(number))
    }

    pub(super) fn texts(&mut self, texts: Vec<String>) -> String {
        self.add(Parameter::Texts(texts))
    }

    /// Adds numbers and returns their placeholders with commas between them.
    pub(super) fn numbers(&mut self, numbers: &[i64]) -> String {
        numbers.iter().map(|number| self.number(*number)).collect::<Vec<_>>().join(", ")
    }

    fn add(&mut self, parameter: Parameter) -> String {
        self.0.push(parameter);
        format!("${}", self.0.len())
    }
}

/// A statement that is ready to run.
pub(super) struct Statement {
    sql: String,
    parameters: Parameters,
}

impl Statement {
    pub(super) fn new(sql: String, parameters: Parameters) -> Self {
        Self { sql, parameters }
    }

    pub(super) fn for_sqlite(self) -> sqlx::Result<Query<'static, Sqlite, SqliteArguments>> {
        let mut arguments = SqliteArguments::default();
        for parameter in self.parameters.0 {
            match parameter {
                Parameter::Text(text) => arguments.add(text),
                Parameter::Number(number) => arguments.add(number),
                Parameter::Texts(texts) => arguments.add(serde_json::Value::from(texts).to_string()),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok(sqlx::query_with(AssertSqlSafe(self.sql), arguments))
    }

    pub(super) fn for_postgres(self) -> sqlx::Result<Query<'static, Postgres, PgArguments>> {
        let mut arguments = PgArguments::default();
        for parameter in self.parameters.0 {
            match parameter {
                Parameter::Text(text) => arguments.add(text),
                Parameter::Number(number) => arguments.add(number),
                Parameter::Texts(texts) => arguments.add(texts),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok(sqlx::query_with(AssertSqlSafe(self.sql), arguments))
    }
}

/// A UNION ALL of rows of several kinds, so that one round trip reads them all as of one state of the database.
///
/// Its first branch returns no row; it gives the columns their names and types. Every other branch names the columns
/// that it fills, and the rest are null.
pub(super) struct Union {
    columns: &'static [(&'static str, &'static str)],
    sql: String,
}

impl Union {
    /// Begins a union of `kind`, which says what a row is, and these columns, each with its SQL type.
    pub(super) fn new(columns: &'static [(&'static str, &'static str)]) -> Self {
        let mut sql = "SELECT CAST(NULL AS TEXT) AS kind".to_owned();
        for (name, sql_type) in columns {
            // Writing to a String does not fail, here and below.
            let _ = write!(sql, ", CAST(NULL AS {sql_type}) AS {name}");
        }
        sql.push_str(" WHERE 1 = 0");
        Self { columns, sql }
    }

    /// Adds the rows of `from`, which is everything after the column list, with these columns.
    pub(super) fn add(&mut self, kind: &str, filled: &[(&str, &str)], from: &str) {
        let _ = write!(self.sql, " UNION ALL SELECT '{kind}'");
        for (name, _) in self.columns {
            let value = filled.iter().find(|(column, _)| column == name).map_or("NULL", |(_, value)| *value);
            let _ = write!(self.sql, ", {value}");
        }
        let _ = write!(self.sql, " FROM {from}");
    }

    pub(super) fn into_sql(self) -> String {
        self.sql
    }
}

row! {
    /// The kind of a row of a [`Union`].
    pub(super) struct KindRow {
        pub(super) kind: String,
    }
}

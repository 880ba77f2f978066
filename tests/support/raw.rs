//! The database behind a ledger, touched directly: as an attacker or a clumsy administrator would.

use super::ledgers::TestLedger;
use minutebook_ledger::testing::sqlx;
use minutebook_ledger::testing::sqlx::{AssertSqlSafe, PgPool, SqlitePool};

/// A connection of its own to the ledger's database.
pub(crate) enum Raw {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Raw {
    pub(crate) async fn of(ledger: &TestLedger) -> Self {
        Self::at(&ledger.url_text).await
    }

    pub(crate) async fn at(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            Self::Sqlite(SqlitePool::connect(url).await.unwrap())
        } else {
            Self::Postgres(PgPool::connect(url).await.unwrap())
        }
    }

    /// Runs one statement, or says what the database answered.
    pub(crate) async fn execute(&self, sql: &str) -> Result<(), String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => sqlx::query(sql).execute(pool).await.map(drop),
            Self::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(drop),
        }
        .map_err(|error| error.to_string())
    }

    /// The number that a query answers.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Self::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    /// The generation of the rows of a read model that are in use. They stand in `row_versions_N`, and what is searched of
    /// them in `searched_N`.
    pub(crate) async fn generation(&self, model: &str) -> i64 {
        self.number(&format!("SELECT generation FROM read_models WHERE name = '{model}'")).await
    }

    /// How many generations have tables, and are not in use.
    pub(crate) async fn unused_generations(&self) -> i64 {
        let (tables, number) = match self {
            Self::Sqlite(_) => {
                ("sqlite_master WHERE type = 'table' AND name GLOB 'row_versions_[0-9]*'", "substr(name, 14)")
            }
            Self::Postgres(_) => {
                ("pg_class WHERE relkind = 'r' AND relname ~ '^row_versions_[0-9]+$'", "substr(relname, 14)")
            }
        };
        let unused = format!("CAST({number} AS INTEGER) NOT IN (SELECT generation FROM read_models)");
        self.number(&format!("SELECT COUNT(*) FROM {tables} AND {unused}")).await
    }

    /// Lets the events be changed, as someone who owns the database can.
    pub(crate) async fn disarm(&self) {
        let statements: &[&str] = match self {
            Self::Sqlite(_) => &[
                "DROP TRIGGER events_never_updated",
                "DROP TRIGGER events_never_deleted",
                "DROP TRIGGER events_appended_in_order",
                "DROP TRIGGER event_references_never_deleted",
                "DROP TRIGGER commands_never_deleted",
                "DROP TRIGGER commands_never_updated",
                "DROP TRIGGER head_only_forward",
            ],
            Self::Postgres(_) => &[
                "ALTER TABLE events DISABLE TRIGGER USER",
                "ALTER TABLE event_references DISABLE TRIGGER USER",
                "ALTER TABLE commands DISABLE TRIGGER USER",
                "ALTER TABLE head DISABLE TRIGGER USER",
            ],
        };
        for statement in statements {
            self.execute(statement).await.unwrap();
        }
    }

    pub(crate) async fn bytes(&self, column: &str, position: i64) -> Vec<u8> {
        let sql = AssertSqlSafe(format!("SELECT {column} FROM events WHERE position = $1"));
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(sql).bind(position).fetch_one(pool).await.unwrap(),
            Self::Postgres(pool) => sqlx::query_scalar(sql).bind(position).fetch_one(pool).await.unwrap(),
        }
    }

    pub(crate) async fn set_bytes(&self, column: &str, position: i64, bytes: &[u8]) {
        let sql = AssertSqlSafe(format!("UPDATE events SET {column} = $2 WHERE position = $1"));
        match self {
            Self::Sqlite(pool) => sqlx::query(sql).bind(position).bind(bytes).execute(pool).await.map(drop).unwrap(),
            Self::Postgres(pool) => sqlx::query(sql).bind(position).bind(bytes).execute(pool).await.map(drop).unwrap(),
        }
    }
}

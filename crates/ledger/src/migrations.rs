//! The schema of both stores, as the SQL files in `migrations/`, and how far a database has come.

use crate::store::StoreError;
use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use std::borrow::Cow;

/// The files of one store. A released file is never edited: a change is a new file.
type Files = &'static [(i64, &'static str, &'static str)];

const SQLITE: Files = &[
    (1, "log", include_str!("../../../migrations/sqlite/0001_log.sql")),
    (2, "read models", include_str!("../../../migrations/sqlite/0002_read_models.sql")),
    (4, "access", include_str!("../../../migrations/sqlite/0004_access.sql")),
    (5, "search", include_str!("../../../migrations/sqlite/0005_search.sql")),
    (6, "webhooks", include_str!("../../../migrations/sqlite/0006_webhooks.sql")),
    (7, "generations", include_str!("../../../migrations/sqlite/0007_generations.sql")),
];
const POSTGRES: Files = &[
    (1, "log", include_str!("../../../migrations/postgres/0001_log.sql")),
    (2, "read models", include_str!("../../../migrations/postgres/0002_read_models.sql")),
    (3, "SQL views", include_str!("../../../migrations/postgres/0003_sql_views.sql")),
    (4, "access", include_str!("../../../migrations/postgres/0004_access.sql")),
    (5, "search", include_str!("../../../migrations/postgres/0005_search.sql")),
    (6, "webhooks", include_str!("../../../migrations/postgres/0006_webhooks.sql")),
    (7, "generations", include_str!("../../../migrations/postgres/0007_generations.sql")),
    (8, "indexed generations", include_str!("../../../migrations/postgres/0008_indexed_generations.sql")),
];

/// Asks how far the database has come. It fails where nothing was migrated yet.
pub(crate) const SELECT_NEWEST: &str = "SELECT MAX(version) FROM _sqlx_migrations";

fn migrator(files: Files) -> Migrator {
    let migration = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(files.iter().map(migration).collect())
}

pub(crate) fn sqlite() -> Migrator {
    migrator(SQLITE)
}

pub(crate) fn postgres() -> Migrator {
    migrator(POSTGRES)
}

fn newest_known(files: Files) -> i64 {
    files.iter().map(|(version, ..)| *version).max().unwrap_or(0)
}

/// Whether a database that has come as far as `newest` is current; `shown` names it in the error.
fn check(files: Files, newest: Option<i64>, shown: &str) -> Result<(), StoreError> {
    match newest.unwrap_or(0).cmp(&newest_known(files)) {
        std::cmp::Ordering::Less => Err(StoreError::NotMigrated(shown.to_owned())),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(StoreError::Newer(shown.to_owned())),
    }
}

pub(crate) fn check_sqlite(newest: Option<i64>, shown: &str) -> Result<(), StoreError> {
    check(SQLITE, newest, shown)
}

pub(crate) fn check_postgres(newest: Option<i64>, shown: &str) -> Result<(), StoreError> {
    check(POSTGRES, newest, shown)
}

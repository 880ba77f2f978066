//! The schema of both stores, from the files in `migrations/`, and whether a database has it.
//!
//! A migration is one or several files. A released file is never edited: a change is a new migration. An object of
//! PostgreSQL, a view or a function, has a file of its own, named for it, in `migrations/postgres/objects/`.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use std::borrow::Cow;

/// Joins files of a folder of `migrations/` into one text.
macro_rules! sql {
    ($folder:literal: $($file:literal),* $(,)?) => {
        concat!($(include_str!(concat!("../../../migrations/", $folder, "/", $file, ".sql"))),*)
    };
}

/// Number, name and text of each migration. Where both stores need one, it has the same number in both.
type Migrations = &'static [(i64, &'static str, &'static str)];

const SQLITE: Migrations = &[
    (1, "log", sql!("sqlite": "0001_log")),
    (2, "read models", sql!("sqlite": "0002_read_models")),
    (4, "access", sql!("sqlite": "0004_access")),
    (5, "webhooks", sql!("sqlite": "0005_webhooks")),
    (7, "sessions", sql!("sqlite": "0007_sessions")),
];

const POSTGRES: Migrations = &[
    (1, "log", sql!("postgres": "objects/refuse_change", "0001_log")),
    (2, "read models", sql!("postgres": "0002_read_models")),
    (
        3,
        "search",
        sql!(
            "postgres": "0003_search",
            "objects/begin_generation",
            "objects/index_generation",
            "objects/finish_generation",
            "objects/drop_generation",
        ),
    ),
    (4, "access", sql!("postgres": "0004_access", "objects/own_clearance")),
    (5, "webhooks", sql!("postgres": "0005_webhooks")),
    (
        6,
        "SQL views",
        sql!(
            "postgres": "0006_row_security",
            "objects/refuse_stale",
            "objects/whole_versions",
            "objects/committee_zones",
            "objects/from_micros",
            "objects/to_micros",
            "objects/is_so",
            "objects/action_versions",
            "objects/party_status_versions",
            "objects/decision_versions",
            "objects/matter_versions",
            "objects/meeting_versions",
            "objects/minutes_versions",
            "objects/committee_versions",
            "objects/meeting_name_versions",
            "objects/meeting_names",
            "objects/in_force",
            "objects/actions_at",
            "objects/actions",
            "objects/outstanding_actions_at",
            "objects/outstanding_actions",
            "objects/party_status_history_at",
            "objects/party_status_history",
            "objects/party_statuses_current_at",
            "objects/party_statuses_current",
            "objects/decision_register_at",
            "objects/decision_register",
            "objects/matters_arising_at",
            "objects/matters_arising",
            "objects/meetings_at",
            "objects/meetings",
            "objects/agenda_items_at",
            "objects/agenda_items",
            "objects/minutes_at",
            "objects/minutes",
            "objects/committees_at",
            "objects/committees",
        ),
    ),
    (7, "sessions", sql!("postgres": "0007_sessions")),
];

/// Selects the migrations that a database has. The statement fails where none was ever run.
pub(crate) const SELECT_APPLIED: &str = "SELECT version, checksum FROM _sqlx_migrations ORDER BY version";

/// How the schema of a database compares with that of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SchemaState {
    /// There is none.
    Missing,
    /// Migrations of this program are missing.
    Behind,
    Current,
    /// A newer version of the program ran migrations that this one lacks.
    Newer,
    /// A development version ran migrations that were never released.
    Unreleased,
}

/// The migrations of one store.
pub(crate) struct Schema(Migrator);

impl Schema {
    pub(crate) fn sqlite() -> Self {
        Self::new(SQLITE)
    }

    pub(crate) fn postgres() -> Self {
        Self::new(POSTGRES)
    }

    fn new(migrations: Migrations) -> Self {
        let migration = |&(version, name, sql): &(i64, &'static str, &'static str)| {
            Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
        };
        Self(Migrator::with_migrations(migrations.iter().map(migration).collect()))
    }

    pub(crate) fn migrator(&self) -> &Migrator {
        &self.0
    }

    /// Compares the migrations that a database has, by number and checksum, with those of this program.
    pub(crate) fn state(&self, applied: &[(i64, Vec<u8>)]) -> SchemaState {
        let known = |version: i64| self.0.iter().find(|migration| migration.version == version);
        let differs = |(version, checksum): &(i64, Vec<u8>)| {
            known(*version).is_some_and(|migration| *migration.checksum != **checksum)
        };
        if applied.iter().any(differs) {
            SchemaState::Unreleased
        } else if applied.is_empty() {
            SchemaState::Missing
        } else if applied.iter().any(|(version, _)| known(*version).is_none()) {
            SchemaState::Newer
        } else if self.0.iter().any(|migration| !applied.iter().any(|(version, _)| *version == migration.version)) {
            SchemaState::Behind
        } else {
            SchemaState::Current
        }
    }
}

//! The schema of a SQLite database.

use crate::migrations::Schema;
use crate::store::catalogue::{Catalogue, SchemaAudit, differences};
use crate::store::error::StoreError;
use crate::store::timed::TimedPool;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Executor, Sqlite};

/// Selects the objects of the schema. A read model's generation has tables of its own, whose names end in its number; they and
/// their triggers come and go.
const SELECT_OBJECTS: &str = "\
    SELECT type || ' `' || name || '`', sql FROM sqlite_master \
    WHERE sql IS NOT NULL AND tbl_name NOT GLOB 'searched_[0-9]*' AND (type IN ('trigger', 'view') \
        OR name IN ('events', 'event_references', 'commands', 'head', 'token_uses', 'webhooks', 'sessions'))";

/// Compares the schema with that of a new database.
pub(super) async fn audit(pool: &TimedPool<Sqlite>) -> Result<SchemaAudit, StoreError> {
    let fresh = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
    Schema::sqlite().migrator().run(&fresh).await.map_err(|error| sqlx::Error::Migrate(Box::new(error)))?;
    let problems = differences(&objects(&fresh).await?, &objects(pool).await?);
    fresh.close().await;
    Ok(SchemaAudit { problems, notes: Vec::new() })
}

async fn objects<'c>(executor: impl Executor<'c, Database = Sqlite>) -> Result<Catalogue, StoreError> {
    let objects: Vec<(String, String)> = sqlx::query_as(SELECT_OBJECTS).fetch_all(executor).await?;
    Ok(objects.into_iter().collect())
}

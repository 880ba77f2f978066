//! The role that appends.

use crate::store::error::StoreError;
use crate::store::timed::TimedPool;
use sqlx::{AssertSqlSafe, Postgres};

/// What the role needs, and nothing that changes the log or the schema.
const GRANTS: [&str; 10] = [
    "SELECT, INSERT ON events, event_references, commands",
    "SELECT, UPDATE ON head, read_up_to",
    "UPDATE ON rebuild_lock",
    "SELECT, INSERT, UPDATE, DELETE ON read_models, row_versions, searched",
    "USAGE ON SEQUENCE searched_ids",
    "EXECUTE ON FUNCTION begin_generation(bigint), index_generation(bigint), finish_generation(bigint), \
     drop_generation(bigint)",
    "SELECT, INSERT, UPDATE ON token_uses",
    "SELECT, INSERT, UPDATE, DELETE ON webhooks",
    "SELECT, INSERT, UPDATE, DELETE ON sessions",
    "SELECT ON _sqlx_migrations",
];

/// Lets an existing role append to the log and read it, and nothing else.
pub(super) async fn grant_append(pool: &TimedPool<Postgres>, role: &str) -> Result<(), StoreError> {
    // A role's name cannot be a parameter; the server quotes it.
    let quoted: String = sqlx::query_scalar("SELECT quote_ident($1)").bind(role).fetch_one(pool).await?;
    for grant in GRANTS {
        sqlx::query(AssertSqlSafe(format!("GRANT {grant} TO {quoted}"))).execute(pool).await?;
    }
    Ok(())
}

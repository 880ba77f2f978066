//! Opens a database only if it has the schema of this program, and migrates it on request.

use super::error::StoreError;
use crate::migrations::SchemaState;
use std::time::Duration;

/// How often a migration is tried, and the pause between two tries.
pub(super) const ATTEMPTS: u32 = 20;
pub(super) const PAUSE: Duration = Duration::from_millis(100);

/// Returns the error for a database whose schema is not current; `shown` names the database.
pub(super) fn require_current(state: SchemaState, shown: &str) -> Result<(), StoreError> {
    match state {
        SchemaState::Current => Ok(()),
        SchemaState::Missing | SchemaState::Behind => Err(StoreError::NotMigrated(shown.to_owned())),
        SchemaState::Newer => Err(StoreError::Newer(shown.to_owned())),
        SchemaState::Unreleased => Err(StoreError::Unreleased(shown.to_owned())),
    }
}

/// Implements the checks of a store's schema over its kind of pool.
macro_rules! impl_schema {
    ($store:ty, $pool:ty, $schema:expr) => {
        impl $store {
            /// Checks the schema. With `migrate` it runs the missing migrations first, but none on a database that this
            /// program must not touch.
            async fn open_schema(pool: &$pool, migrate: bool, shown: &str) -> Result<(), StoreError> {
                let schema = $schema;
                // A database without migrations has no table of them.
                let mut applied = Self::applied(pool).await.unwrap_or_default();
                if migrate && !matches!(schema.state(&applied), SchemaState::Newer | SchemaState::Unreleased) {
                    let mut attempt = 1;
                    // Another process may be making the same new file: then one waits for the other.
                    while let Err(error) = schema.migrator().run(pool).await {
                        if attempt == schema::ATTEMPTS {
                            return Err(sqlx::Error::Migrate(Box::new(error)).into());
                        }
                        attempt += 1;
                        tokio::time::sleep(schema::PAUSE).await;
                    }
                    applied = Self::applied(pool).await?;
                }
                schema::require_current(schema.state(&applied), shown)
            }

            async fn check_schema(pool: &$pool, shown: &str) -> Result<(), StoreError> {
                schema::require_current($schema.state(&Self::applied(pool).await?), shown)
            }

            /// Returns number and checksum of each migration that the database has.
            async fn applied(pool: &$pool) -> sqlx::Result<Vec<(i64, Vec<u8>)>> {
                sqlx::query_as(SELECT_APPLIED).fetch_all(pool).await
            }
        }
    };
}

pub(super) use impl_schema;

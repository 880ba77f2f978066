//! Opens a database only if it has the schema of this program, and migrates it on request.

use super::error::{self, StoreError};
use super::timed::{LONG, within};
use crate::migrations::SchemaState;
use sqlx::migrate::MigrateError;
use std::future::Future;
use std::time::Duration;

/// How often a migration is tried, and the pause between two tries.
pub(super) const ATTEMPTS: u32 = 20;
pub(super) const PAUSE: Duration = Duration::from_millis(100);
/// How long one try may take. A migration may index every event.
const MIGRATION: Duration = Duration::from_mins(15);

/// Returns the error for a database whose schema is not current; `shown` names the database.
pub(super) fn require_current(state: SchemaState, shown: &str) -> Result<(), StoreError> {
    match state {
        SchemaState::Current => Ok(()),
        SchemaState::Missing | SchemaState::Behind => Err(StoreError::NotMigrated(shown.to_owned())),
        SchemaState::Newer => Err(StoreError::Newer(shown.to_owned())),
        SchemaState::Unreleased => Err(StoreError::Unreleased(shown.to_owned())),
    }
}

/// Runs migrations within their time.
pub(super) async fn migrate(migrations: impl Future<Output = Result<(), MigrateError>>) -> sqlx::Result<()> {
    within(MIGRATION, async { migrations.await.map_err(|error| sqlx::Error::Migrate(Box::new(error))) }).await
}

/// Returns the migrations that a database has, as `answer` says; a database without migrations has no table of them.
pub(super) async fn applied<T: Default>(answer: impl Future<Output = sqlx::Result<T>>) -> Result<T, StoreError> {
    match within(LONG, answer).await {
        Err(error) if error::is_missing_table(&error) => Ok(T::default()),
        answer => Ok(answer?),
    }
}

/// Implements the checks of a store's schema.
macro_rules! impl_schema {
    ($store:ty, $database:ty, $schema:expr) => {
        impl $store {
            /// Checks the schema. With `migrate` it runs the missing migrations first, but none on a database that this
            /// program must not touch.
            async fn open_schema(
                connection: &mut <$database as sqlx::Database>::Connection,
                migrate: bool,
                shown: &str,
            ) -> Result<(), StoreError> {
                let schema = $schema;
                let mut applied = schema::applied(Self::applied(&mut *connection)).await?;
                if migrate && !matches!(schema.state(&applied), SchemaState::Newer | SchemaState::Unreleased) {
                    let mut attempt = 1;
                    // Another process may be making the same new file: then one waits for the other.
                    while let Err(error) = schema::migrate(schema.migrator().run(&mut *connection)).await {
                        if attempt == schema::ATTEMPTS {
                            return Err(error.into());
                        }
                        attempt += 1;
                        tokio::time::sleep(schema::PAUSE).await;
                    }
                    applied = schema::applied(Self::applied(&mut *connection)).await?;
                }
                schema::require_current(schema.state(&applied), shown)
            }

            async fn check_schema(
                pool: &crate::store::timed::TimedPool<$database>,
                shown: &str,
            ) -> Result<(), StoreError> {
                schema::require_current($schema.state(&Self::applied(pool).await?), shown)
            }

            /// Returns number and checksum of each migration that the database has.
            async fn applied<'c>(
                executor: impl sqlx::Executor<'c, Database = $database>,
            ) -> sqlx::Result<Vec<(i64, Vec<u8>)>> {
                sqlx::query_as(SELECT_APPLIED).fetch_all(executor).await
            }
        }
    };
}

pub(super) use impl_schema;

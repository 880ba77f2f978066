//! `migrate` on a SQLite ledger of an older version: its rows are rebuilt and its old tables are gone.

use crate::fixtures::committee::{raised, request};
use crate::fixtures::folded_log::{FoldedLog, far_future};
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::random_ledger::record_random;
use crate::fixtures::raw_database::RawDatabase;
use minutebook_ledger::testing::sqlx;
use minutebook_ledger::testing::sqlx::migrate::{Migration, MigrationType, Migrator};
use minutebook_ledger::testing::sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use minutebook_ledger::testing::sqlx::{AssertSqlSafe, SqlSafeStr};
use minutebook_ledger::{BitemporalMoment, Environment, Log, Opening, Recorder};
use proptest::test_runner::{Config, TestRunner};
use std::borrow::Cow;

/// The migrations of the version that kept the rows of all generations in one table.
const FILES: [(i64, &str, &str); 5] = [
    (1, "log", include_str!("../../migrations/sqlite/0001_log.sql")),
    (2, "read models", include_str!("../../migrations/sqlite/0002_read_models.sql")),
    (4, "access", include_str!("../../migrations/sqlite/0004_access.sql")),
    (5, "search", include_str!("../../migrations/sqlite/0005_search.sql")),
    (6, "webhooks", include_str!("../../migrations/sqlite/0006_webhooks.sql")),
];
const ROW: &str = "INSERT INTO row_versions VALUES (1, 'action:SSC1/01', '', 0, 9, 1, 9, 9, 9, 1, 1, 'SSC', '', 0, '{}'); \
                   INSERT INTO searched VALUES (1, 1, 'action:SSC1/01', '', 1, 0, '§1§SSC paper'); \
                   INSERT INTO read_models VALUES ('actions', 1, 1, NULL, NULL)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_with_all_rows_in_one_table_is_migrated() {
    let source = TestLedger::new(Store::Sqlite);
    let mut runner = TestRunner::new(Config::default());
    let recorder = source.recorder().await;
    record_random(&recorder, &mut runner, 0).await;
    let folded = FoldedLog::read(recorder.log()).await;

    let old = TestLedger::new(Store::Sqlite);
    let path = |ledger: &TestLedger| ledger.url_text.trim_start_matches("sqlite:").to_owned();
    let options = SqliteConnectOptions::new().filename(path(&old)).create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let migrations = FILES.map(|(version, name, sql)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.into()).run(&pool).await.unwrap();
    let mut statements = format!("ATTACH '{}' AS source; ", path(&source));
    for table in ["events", "event_references", "commands"] {
        statements += &format!("INSERT INTO {table} SELECT * FROM source.{table}; ");
    }
    statements += "UPDATE head SET (position, recorded_at) = (SELECT position, recorded_at FROM source.head); ";
    statements += "UPDATE read_up_to SET position = (SELECT position FROM head); DETACH source; ";
    statements += ROW;
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut *pool.acquire().await.unwrap()).await.unwrap();
    pool.close().await;

    let opened = Log::open(&old.url, Opening::Existing, Environment::system()).await;
    assert!(
        opened.is_err_and(|error| error.to_string().contains("minutebook migrate")),
        "the ledger must be migrated first"
    );
    let log = Log::open(&old.url, Opening::Migrate, Environment::system()).await.unwrap();
    for at in [folded.moment(&mut runner), BitemporalMoment::as_known_now(far_future())] {
        folded.compare_all(&log, at).await;
    }
    Recorder::new(log).record(&request("after", &raised("SSC99/01"))).await.unwrap();
    let left = "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('row_versions', 'searched', 'searched_words')";
    assert_eq!(RawDatabase::of(&old).await.number(left).await, 0);
}

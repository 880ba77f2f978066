//! `migrate` on a PostgreSQL ledger without views: it gets them, and roles that could append still can.

use super::rows::compare_all;
use crate::fixtures::committee::{raised, request};
use crate::fixtures::folded_log::{FoldedLog, far_future};
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::postgres::cluster;
use crate::fixtures::random_ledger::record_random;
use minutebook_ledger::testing::sqlx::migrate::{Migration, MigrationType, Migrator};
use minutebook_ledger::testing::sqlx::{PgPool, SqlSafeStr};
use minutebook_ledger::{BitemporalMoment, Environment, Log, Opening, Recorder};
use proptest::test_runner::{Config, TestRunner};
use std::borrow::Cow;
use std::collections::BTreeMap;

const LOG: &str = include_str!("../../../migrations/postgres/0001_log.sql");
const READ_MODELS: &str = include_str!("../../../migrations/postgres/0002_read_models.sql");
const LOG_TABLES: [&str; 3] = ["events", "event_references", "commands"];
const READ_MODEL_TABLES: [&str; 2] = ["read_models", "row_versions"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_of_the_log_alone_is_migrated() {
    upgrade(&[(1, "log", LOG)], &LOG_TABLES).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_with_read_models_is_migrated() {
    let tables: Vec<&str> = LOG_TABLES.into_iter().chain(READ_MODEL_TABLES).collect();
    upgrade(&[(1, "log", LOG), (2, "read models", READ_MODELS)], &tables).await;
}

/// Makes a ledger with the migrations of an older version, copies these tables of another ledger into it, and migrates it.
async fn upgrade(files: &[(i64, &'static str, &'static str)], tables: &[&str]) {
    let source = TestLedger::new(Store::Postgres);
    let mut runner = TestRunner::new(Config::default());
    let recorder = source.recorder().await;
    record_random(&recorder, &mut runner, 0).await;
    let folded = FoldedLog::read(recorder.log()).await;
    let from = source.url_text.split('/').nth(3).unwrap().split('?').next().unwrap();

    let old = cluster().create_database();
    let pool = PgPool::connect(&cluster().url(&old)).await.unwrap();
    let migrations = files.iter().map(|&(version, name, sql)| {
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect()).run(&pool).await.unwrap();
    for table in tables {
        let rows = cluster().execute(from, &format!("COPY (SELECT * FROM {table}) TO STDOUT"));
        cluster().execute(&old, &format!("COPY {table} FROM STDIN;\n{rows}\n\\.\n"));
    }
    let head = cluster().execute(from, "SELECT position || ', recorded_at = ' || recorded_at FROM head");
    cluster().execute(&old, &format!("UPDATE head SET position = {head}"));
    if tables.len() > LOG_TABLES.len() {
        cluster().execute(&old, "UPDATE read_up_to SET position = (SELECT position FROM head)");
        // The rights that `migrate --grant-to` gave before there were views.
        let role = format!("old_writer_of_{old}");
        let grants = format!(
            "CREATE ROLE {role} LOGIN; GRANT SELECT, INSERT ON events, event_references, commands TO {role}; \
             GRANT SELECT, UPDATE ON head, read_up_to TO {role}; GRANT SELECT ON _sqlx_migrations TO {role}; \
             GRANT SELECT, INSERT, UPDATE, DELETE ON read_models, row_versions TO {role}"
        );
        cluster().execute(&old, &grants);
    }

    let url = cluster().url(&old).parse().unwrap();
    assert!(
        Log::open(&url, Opening::Existing, Environment::system()).await.is_err(),
        "the ledger must be migrated first"
    );
    let log = Log::open(&url, Opening::Migrate, Environment::system()).await.unwrap();
    for at in [folded.moment(&mut runner), BitemporalMoment::as_known_now(far_future())] {
        compare_all(&log, &pool, at, &mut BTreeMap::new()).await;
        folded.compare_all(&log, at).await;
    }
    if tables.len() > LOG_TABLES.len() {
        let url = cluster().url_as(&old, &format!("old_writer_of_{old}")).parse().unwrap();
        let writer = Recorder::new(Log::open(&url, Opening::Existing, Environment::system()).await.unwrap());
        writer.record(&request("after", &raised("SSC99/01"))).await.unwrap();
        let raised = cluster().execute(&old, "SELECT committee FROM outstanding_actions WHERE reference = 'SSC99/01'");
        assert_eq!(raised, "SSC");
    }
}

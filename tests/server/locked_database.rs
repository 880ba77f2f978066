//! While another process keeps the lock that writers take, reads go on and writes are refused in bounded time.

use super::silent_database::{NetworkedServer, ledger_with_action};
use crate::fixtures::api_client::token;
use crate::fixtures::committee::begin;
use crate::fixtures::ledgers::{Store, TestLedger};
use minutebook::access::Role;
use minutebook_ledger::testing::sqlx::{self, Connection as _, PgConnection, SqliteConnection};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_behind_the_lock_of_a_file_is_refused_and_reads_go_on() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let secret = token(&recorder, &[Role::Secretary], "RED", None).await;
    recorder.log().close().await;
    let server = NetworkedServer::start(&ledger.url_text, &secret);
    let mut other = SqliteConnection::connect(&ledger.url_text).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let (written, read) = tokio::join!(server.raise("SSC80/01"), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        server.get("/api/v1/meetings?committee=SSC").await
    });
    assert!(read.status == 200 && read.took < Duration::from_secs(2), "{read:?}");
    assert_eq!((written.status, written.problem()), (503, "unavailable"), "{written:?}");
    assert!(written.retry_after.is_some() && written.took < Duration::from_secs(15), "{written:?}");
    assert_eq!(server.get("/health/ready").await.status, 200);
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(server.raise("SSC80/01").await.status, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_behind_the_lock_of_the_head_is_refused_and_reads_go_on() {
    let (ledger, secret) = ledger_with_action().await;
    let server = NetworkedServer::start(&ledger.url_text, &secret);
    let mut other = PgConnection::connect(&ledger.url_text).await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT 1 FROM head FOR UPDATE").execute(&mut other).await.unwrap();
    let (written, read) = tokio::join!(server.raise("SSC80/01"), server.get("/api/v1/meetings?committee=SSC"));
    assert!(read.status == 200 && read.took < Duration::from_secs(2), "{read:?}");
    assert_eq!((written.status, written.problem()), (503, "unavailable"), "nothing was recorded: {written:?}");
    assert!(written.retry_after.is_some() && written.took < Duration::from_secs(5), "{written:?}");
    assert_eq!(server.get("/health/ready").await.status, 200);
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(server.raise("SSC80/01").await.status, 201);
}

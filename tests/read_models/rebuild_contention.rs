//! Rebuilds of read models beside other rebuilds, appends and reads, and rebuilds in processes that are killed.

use crate::fixtures::committee::{begin, progressed, raised, request};
use crate::fixtures::folded_log::{FoldedLog, far_future};
use crate::fixtures::ledgers::{Store, TestLedger, on_both_stores};
use crate::fixtures::random_ledger::record_random;
use crate::fixtures::raw_database::RawDatabase;
use crate::fixtures::record_lines::{RecordLines, keyed, verify};
use minutebook_domain::classification::Clearance;
use minutebook_ledger::testing::sqlx;
use minutebook_ledger::testing::sqlx::{Connection, PgConnection};
use minutebook_ledger::{BitemporalMoment, Environment, Log, Opening, Recorder, RowFilter};
use minutebook_projections::actions::Actions;
use minutebook_projections::projection::Projection;
use proptest::test_runner::{Config, TestRunner};
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

on_both_stores!(
    appends_and_reads_go_on_during_two_rebuilds,
    a_rebuild_killed_at_random_moments_leaves_the_rows_intact,
    an_event_appended_during_a_swap_is_in_the_rows_at_once,
);

/// The number of lines that the other process records.
const LINES: u32 = 60;
/// Names the environment variable with the ledger that `a_process_rebuilds_a_ledger_until_killed` rebuilds.
const LEDGER: &str = "MINUTEBOOK_REBUILT_LEDGER";

async fn appends_and_reads_go_on_during_two_rebuilds(ledger: TestLedger) {
    let mut runner = TestRunner::new(Config::default());
    let recorder = ledger.recorder().await;
    record_random(&recorder, &mut runner, 0).await;
    recorder.record(&request("shared", &raised("SSC72/99"))).await.unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let mut busy = JoinSet::new();
    busy.spawn(rebuild_until(recorder.log().clone(), over.clone()));
    busy.spawn(rebuild_until(ledger.open().await, over.clone()));
    busy.spawn(read_until(recorder.log().clone(), over.clone()));
    busy.spawn(read_until(ledger.open().await, over.clone()));
    let url = ledger.url_text.clone();
    let other = tokio::task::spawn_blocking(move || record_lines(&url));
    for round in 1..4 {
        record_random(&recorder, &mut runner, round).await;
    }
    other.await.unwrap();
    over.store(true, Ordering::SeqCst);
    while let Some(turns) = busy.join_next().await {
        assert!(turns.unwrap() > 0, "a task had no turn");
    }
    check(&ledger, &recorder, &mut runner).await;
}

async fn rebuild_until(log: Log, over: Arc<AtomicBool>) -> u32 {
    let mut turns = 0;
    while !over.load(Ordering::SeqCst) {
        log.rebuild(&[], |_| {}).await.unwrap();
        turns += 1;
    }
    turns
}

/// Reads the list repeatedly; it must always hold SSC72/99.
async fn read_until(log: Log, over: Arc<AtomicBool>) -> u32 {
    let mut turns = 0;
    while !over.load(Ordering::SeqCst) {
        let listed = RowFilter::Listed { scope: "SSC", facets: Actions::FACETS };
        let view =
            log.rows::<Actions>(listed, BitemporalMoment::as_known_now(far_future()), Clearance::full()).await.unwrap();
        assert!(view.rows.iter().any(|found| found.stream.to_string() == "action:SSC72/99"), "{view:?}");
        turns += 1;
    }
    turns
}

/// The log is short, so that generations are swapped all the time. Each row is read before a later rebuild could repair it.
async fn an_event_appended_during_a_swap_is_in_the_rows_at_once(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let over = Arc::new(AtomicBool::new(false));
    let busy = tokio::spawn(rebuild_until(ledger.open().await, over.clone()));
    for number in 1..=60 {
        let action = format!("SSC72/{number:02}");
        recorder.record(&request(&action, &raised(&action))).await.unwrap();
        let stream = format!("action:{action}").parse().unwrap();
        let view = recorder
            .log()
            .rows::<Actions>(
                RowFilter::Stream(&stream),
                BitemporalMoment::as_known_now(far_future()),
                Clearance::full(),
            )
            .await
            .unwrap();
        assert_eq!(view.rows.len(), 1, "{action}");
    }
    over.store(true, Ordering::SeqCst);
    assert!(busy.await.unwrap() > 0);
    verify(&ledger.url_text);
}

fn record_lines(ledger: &str) {
    let mut lines = RecordLines::start(ledger, 4);
    for number in 1..=LINES {
        let action = format!("SSC73/{number:02}");
        lines.send(&keyed(&format!("raise-{number}"), raised(&action)));
        lines.answer();
        lines.send(&keyed(&format!("progress-{number}"), progressed(&action, "Sent")));
        lines.answer();
    }
    assert!(lines.finish().1.success());
}

/// Compares the rows with the plain fold. The next rebuild must remove unfinished generations.
async fn check(ledger: &TestLedger, recorder: &Recorder, runner: &mut TestRunner) {
    let folded = FoldedLog::read(recorder.log()).await;
    for _ in 0..5 {
        folded.compare_all(recorder.log(), folded.moment(runner)).await;
    }
    folded.compare_all(recorder.log(), BitemporalMoment::as_known_now(far_future())).await;
    verify(&ledger.url_text);
    recorder.log().rebuild(&[], |_| {}).await.unwrap();
    verify(&ledger.url_text);
    assert_eq!(RawDatabase::of(ledger).await.unused_generations().await, 0);
}

async fn a_rebuild_killed_at_random_moments_leaves_the_rows_intact(ledger: TestLedger) {
    let kills = std::env::var("MINUTEBOOK_REBUILD_KILLS").map_or(10, |kills| kills.parse().unwrap());
    let mut runner = TestRunner::new(Config::default());
    let recorder = ledger.recorder().await;
    for round in 0..3 {
        record_random(&recorder, &mut runner, round).await;
    }
    recorder.record(&request("raise-98", &raised("SSC72/98"))).await.unwrap();
    let begin = Instant::now();
    recorder.log().rebuild(&[], |_| {}).await.unwrap();
    let one = begin.elapsed();
    let raw = RawDatabase::of(&ledger).await;
    let mut interrupted = 0;
    for kill in 0..kills {
        let mut child = RebuildingProcess::start(&ledger.url_text);
        // The process is killed in its second or third rebuild, while this one reads and writes.
        let newest = "SELECT MAX(generation) FROM read_models";
        let before = raw.number(newest).await;
        let mut turn = 0;
        while raw.number(newest).await == before {
            assert!(child.is_running(), "the rebuilding process ended");
            recorder.record(&request(&format!("{kill}-{turn}"), &progressed("SSC72/98", "Sent"))).await.unwrap();
            turn += 1;
        }
        let folded = FoldedLog::read(recorder.log()).await;
        folded.compare::<Actions>(recorder.log(), folded.moment(&mut runner)).await;
        tokio::time::sleep(one.mul_f64(rand::random_range(0.0..1.0))).await;
        child.kill();
        interrupted += u32::from(raw.unused_generations().await > 0);
        let folded = FoldedLog::read(recorder.log()).await;
        folded.compare_all(recorder.log(), folded.moment(&mut runner)).await;
        folded.compare_all(recorder.log(), BitemporalMoment::as_known_now(far_future())).await;
        recorder.record(&request(&format!("{kill}-after"), &raised(&format!("SSC74/{:02}", kill + 1)))).await.unwrap();
    }
    eprintln!("{kills} kills, {interrupted} of them in the middle of writing rows");
    check(&ledger, &recorder, &mut runner).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_waits_for_the_indexes_of_a_killed_one() {
    let ledger = TestLedger::new(Store::Postgres);
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    // The server goes on with an index after the process that asked for it was killed. Its connection holds this lock.
    let mut indexing = PgConnection::connect(&ledger.url_text).await.unwrap();
    sqlx::raw_sql("BEGIN; LOCK TABLE rebuild_lock IN ROW SHARE MODE").execute(&mut indexing).await.unwrap();
    let log = recorder.log().clone();
    let rebuild = tokio::spawn(async move { log.rebuild(&[], |_| {}).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!rebuild.is_finished(), "the rebuild did not wait");
    indexing.close().await.unwrap();
    rebuild.await.unwrap().unwrap();
}

/// A process that rebuilds the read models of a ledger until it is killed.
struct RebuildingProcess(Child);

impl RebuildingProcess {
    fn start(ledger: &str) -> Self {
        let this = std::env::current_exe().unwrap();
        let child = Command::new(this)
            .args([
                "--exact",
                "read_models::rebuild_contention::a_process_rebuilds_a_ledger_until_killed",
                "--nocapture",
            ])
            .env(LEDGER, ledger)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn();
        Self(child.unwrap())
    }

    fn is_running(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }

    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for RebuildingProcess {
    fn drop(&mut self) {
        // Fails harmlessly after `kill`.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs as a test on a ledger of its own. With `LEDGER` set, it is the process of `RebuildingProcess`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_rebuilds_a_ledger_until_killed() {
    if let Ok(url) = std::env::var(LEDGER) {
        let log = Log::open(&url.parse().unwrap(), Opening::Existing, Environment::system()).await.unwrap();
        loop {
            log.rebuild(&[], |_| {}).await.unwrap();
        }
    }
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = ledger.recorder().await;
    record_random(&recorder, &mut TestRunner::new(Config::default()), 0).await;
    let raw = RawDatabase::of(&ledger).await;
    let newest = "SELECT MAX(generation) FROM read_models";
    let before = raw.number(newest).await;
    recorder.log().rebuild(&[], |_| {}).await.unwrap();
    assert!(raw.number(newest).await > before);
}

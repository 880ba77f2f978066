//! A follower that reads by position sees every event once and in order, while two processes write and other
//! transactions lock the head, roll back and hold snapshots. The same follower misses rows of a table whose positions
//! come from a sequence, so the test can fail.

use crate::fixtures::committee::{begin, progressed, raised, request};
use crate::fixtures::ledgers::{Store, TestLedger, template};
use crate::fixtures::postgres::cluster;
use crate::fixtures::record_lines::{PATIENCE, RecordLines, verify};
use crate::fixtures::sent_commands::SentCommands;
use minutebook_domain::Position;
use minutebook_ledger::testing::sqlx;
use minutebook_ledger::testing::sqlx::postgres::{PgPool, PgPoolOptions};
use minutebook_ledger::{Selection, Tail};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

const JOBS: u16 = 8;
/// Commands for each of the two processes.
const COMMANDS: u32 = 250;

/// A position, and the event or row stored there.
type Seen = (i64, String);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_by_position_misses_no_event_among_hostile_writers() {
    let ledger = TestLedger::new(Store::Postgres);
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("shared", &raised("SSC72/01"))).await.unwrap();
    let log = recorder.log();
    let pool = PgPoolOptions::new().max_connections(20).connect(&ledger.url_text).await.unwrap();

    let (end, ended) = watch::channel(None);
    let tail = tokio::spawn(follow(log.follow(Selection::All, Position::START), ended.clone()));
    let sql = "SELECT position, event_id::text FROM events WHERE position > $1 ORDER BY position";
    let poller = tokio::spawn(poll(pool.clone(), sql, ended.clone()));
    let mut adversaries = JoinSet::new();
    for _ in 0..2 {
        adversaries.spawn(lock_the_head(pool.clone(), ended.clone()));
        adversaries.spawn(insert_and_roll_back(pool.clone(), ended.clone()));
        adversaries.spawn(read_for_long(pool.clone(), ended.clone()));
    }
    let processes = [1, 2].map(|process| {
        let url = ledger.url_text.clone();
        tokio::task::spawn_blocking(move || write(&url, process))
    });
    let mut sent = Vec::new();
    for process in processes {
        sent.push(process.await.unwrap());
    }
    // Every command is acknowledged by now, so this position is the last.
    let head = log.head().await.unwrap().number();
    end.send_replace(Some(i64::try_from(head).unwrap()));
    let mut turns = 0;
    while let Some(adversary) = adversaries.join_next().await {
        turns += adversary.unwrap();
    }
    assert!(turns > 50, "the adversaries ran only {turns} transactions");

    let all = "SELECT position, event_id::text FROM events ORDER BY position";
    let written: Vec<Seen> = sqlx::query_as(all).fetch_all(&pool).await.unwrap();
    assert_eq!(written.len() as u64, head);
    for follower in [tail, poller] {
        assert_eq!(Differences::between(&written, &follower.await.unwrap()), Differences::default());
    }
    for sent in sent {
        assert_eq!(sent.acknowledged(), COMMANDS as usize);
        assert_eq!(sent.check(log).await, 0);
    }
    verify(&ledger.url_text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_follower_of_a_naive_table_misses_rows() {
    let url = cluster().url(&cluster().create_database_from(template()));
    let pool = PgPoolOptions::new().max_connections(20).connect(&url).await.unwrap();
    let table = "CREATE TABLE naive (position BIGSERIAL PRIMARY KEY, writer INTEGER NOT NULL, n INTEGER NOT NULL)";
    sqlx::query(table).execute(&pool).await.unwrap();

    let (end, ended) = watch::channel(None);
    let sql = "SELECT position, writer || '/' || n FROM naive WHERE position > $1 ORDER BY position";
    let poller = tokio::spawn(poll(pool.clone(), sql, ended));
    let mut writers = JoinSet::new();
    for writer in 0..2 * i32::from(JOBS) {
        writers.spawn(append_naively(pool.clone(), writer));
    }
    while let Some(writer) = writers.join_next().await {
        writer.unwrap();
    }
    let all = "SELECT position, writer || '/' || n FROM naive ORDER BY position";
    let written: Vec<Seen> = sqlx::query_as(all).fetch_all(&pool).await.unwrap();
    end.send_replace(written.last().map(|(position, _)| *position));
    let differences = Differences::between(&written, &poller.await.unwrap());
    assert!(differences.missed > 0, "the follower missed none of {} rows, so the test proves nothing", written.len());
}

/// How the rows that a follower saw differ from those that were written.
#[derive(Debug, Default, PartialEq, Eq)]
struct Differences {
    missed: usize,
    seen_twice: usize,
    out_of_order: usize,
    never_written: usize,
}

impl Differences {
    fn between(written: &[Seen], seen: &[Seen]) -> Self {
        let count = |rows: &[Seen], row: &Seen| rows.iter().filter(|other| *other == row).count();
        Self {
            missed: written.iter().filter(|row| count(seen, row) == 0).count(),
            seen_twice: written.iter().filter(|row| count(seen, row) > 1).count(),
            out_of_order: seen.windows(2).filter(|pair| pair[0].0 >= pair[1].0).count(),
            never_written: seen.iter().filter(|row| count(written, row) == 0).count(),
        }
    }
}

/// Follows the log with its own `Tail` until the last position arrives, and returns what it saw.
async fn follow(mut tail: Tail, mut end: watch::Receiver<Option<i64>>) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut stop_at: Option<Instant> = None;
    while end.borrow_and_update().is_none_or(|end| last(&seen) < end) {
        if end.borrow().is_some() {
            stop_at.get_or_insert_with(|| Instant::now() + PATIENCE);
        }
        let patience = tokio::time::sleep_until(stop_at.unwrap_or_else(|| Instant::now() + PATIENCE));
        tokio::select! {
            page = tail.next_page() => {
                let page = page.unwrap().into_iter();
                seen.extend(page.map(|event| (event.position.number().cast_signed(), event.event_id.to_string())));
            }
            _ = end.changed() => {}
            // A follower that waits for an event it missed is stopped here; the comparison then names that event.
            () = patience, if stop_at.is_some() => break,
        }
    }
    seen
}

/// Polls for the rows after the last position seen, as a client that reads the table itself does.
async fn poll(pool: PgPool, sql: &'static str, end: watch::Receiver<Option<i64>>) -> Vec<Seen> {
    let mut seen: Vec<Seen> = Vec::new();
    loop {
        // Read before the query: the page below must hold every row written by then.
        let over = end.borrow().is_some();
        let page: Vec<Seen> = sqlx::query_as(sql).bind(last(&seen)).fetch_all(&pool).await.unwrap();
        if page.is_empty() && over {
            return seen;
        }
        seen.extend(page);
        tokio::time::sleep(Duration::from_micros(rand::random_range(0..2000))).await;
    }
}

fn last(seen: &[Seen]) -> i64 {
    seen.last().map_or(0, |(position, _)| *position)
}

/// Records `COMMANDS` commands in a process of its own: some on its own actions, some on an action that both share.
fn write(url: &str, process: u32) -> SentCommands {
    let mut sent = SentCommands::new(&format!("process-{process}"));
    let mut lines = RecordLines::start(url, JOBS);
    let mine = |number: u32| format!("SSC{}/{number:02}", 80 + process);
    for number in 0..COMMANDS {
        let commands = match number % 5 {
            0 => vec![raised(&mine(2 * number)), raised(&mine(2 * number + 1))],
            1 => vec![progressed("SSC72/01", &format!("Note {number} of process {process}"))],
            _ => vec![raised(&mine(2 * number))],
        };
        lines.send(&sent.add(&commands));
        // Only `JOBS` commands are in flight; more would only wait in the pipe.
        if number >= u32::from(JOBS) {
            sent.acknowledge(&lines.answer());
        }
    }
    let (rest, status) = lines.finish();
    for answer in rest {
        sent.acknowledge(&answer);
    }
    assert!(status.success(), "{status}");
    sent
}

/// Takes the writers' lock repeatedly for up to 30 ms, and commits or rolls back at random.
async fn lock_the_head(pool: PgPool, end: watch::Receiver<Option<i64>>) -> u32 {
    let mut turns = 0;
    while end.borrow().is_none() {
        let mut transaction = pool.begin().await.unwrap();
        sqlx::query("SELECT 1 FROM head FOR UPDATE").execute(&mut *transaction).await.unwrap();
        let seconds = f64::from(rand::random_range(0..30)) / 1000.0;
        sqlx::query("SELECT pg_sleep($1)").bind(seconds).execute(&mut *transaction).await.unwrap();
        if rand::random_bool(0.5) { transaction.commit().await } else { transaction.rollback().await }.unwrap();
        turns += 1;
    }
    turns
}

/// Inserts the next event and rolls back. Half the transactions lock and move the head first, as a writer does.
async fn insert_and_roll_back(pool: PgPool, end: watch::Receiver<Option<i64>>) -> u32 {
    let mut turns = 0;
    while end.borrow().is_none() {
        let mut transaction = pool.begin().await.unwrap();
        let as_a_writer = rand::random_bool(0.5);
        if as_a_writer {
            sqlx::query("SELECT 1 FROM head FOR UPDATE").execute(&mut *transaction).await.unwrap();
        }
        let insert = "INSERT INTO events (position, stream, version, event_id, event_type, recorded_at, event_bytes, salt, leaf) \
                      SELECT h.position + 1, 'action:SSC99/01', 1, gen_random_uuid(), 'ActionRaised', h.recorded_at, \
                      e.event_bytes, e.salt, e.leaf FROM head h, events e WHERE e.position = 1";
        let inserted = sqlx::query(insert).execute(&mut *transaction).await;
        // Without the lock, a writer may take the position first.
        assert!(inserted.is_ok() || !as_a_writer, "{inserted:?}");
        if as_a_writer {
            sqlx::query("UPDATE head SET position = position + 1").execute(&mut *transaction).await.unwrap();
        }
        tokio::time::sleep(Duration::from_micros(rand::random_range(0..10_000))).await;
        transaction.rollback().await.unwrap();
        turns += 1;
    }
    turns
}

/// Holds a snapshot for up to 300 ms and checks that it does not change.
async fn read_for_long(pool: PgPool, end: watch::Receiver<Option<i64>>) -> u32 {
    let mut turns = 0;
    while end.borrow().is_none() {
        let mut transaction = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await.unwrap();
        let count = "SELECT count(*) FROM events";
        let before: i64 = sqlx::query_scalar(count).fetch_one(&mut *transaction).await.unwrap();
        tokio::time::sleep(Duration::from_millis(rand::random_range(50..300))).await;
        let after: i64 = sqlx::query_scalar(count).fetch_one(&mut *transaction).await.unwrap();
        assert_eq!(before, after, "the snapshot changed");
        transaction.commit().await.unwrap();
        turns += 1;
    }
    turns
}

/// Appends to a table whose positions come from a sequence, the common design that loses rows.
async fn append_naively(pool: PgPool, writer: i32) {
    for n in 0..40 {
        let mut transaction = pool.begin().await.unwrap();
        let insert = sqlx::query("INSERT INTO naive (writer, n) VALUES ($1, $2)").bind(writer).bind(n);
        insert.execute(&mut *transaction).await.unwrap();
        tokio::time::sleep(Duration::from_micros(rand::random_range(0..5000))).await;
        if rand::random_bool(0.9) { transaction.commit().await } else { transaction.rollback().await }.unwrap();
    }
}

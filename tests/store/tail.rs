//! The live tail delivers every event, from this process and from others.

use crate::fixtures::committee::{begin, progressed, raised, request};
use crate::fixtures::ledgers::{Store, TestLedger, on_both_stores};
use crate::fixtures::postgres::cluster;
use minutebook_domain::Position;
use minutebook_ledger::{Log, Selection};
use std::time::Duration;

on_both_stores!(a_follower_sees_every_event_of_two_processes);

/// The positions that a follower sees up to `until`. Fails if nothing arrives for 30 seconds.
async fn follow(log: Log, selection: Selection, until: u64) -> Vec<u64> {
    let mut tail = log.follow(selection, Position::START);
    let mut seen: Vec<u64> = Vec::new();
    while seen.last() != Some(&until) {
        let page = tokio::time::timeout(Duration::from_secs(30), tail.next_page()).await;
        let page = page.unwrap_or_else(|_| panic!("nothing came after {seen:?}")).unwrap();
        seen.extend(page.iter().map(|event| event.position.number()));
    }
    seen
}

async fn a_follower_sees_every_event_of_two_processes(ledger: TestLedger) {
    let here = ledger.recorder().await;
    let elsewhere = ledger.recorder().await;
    let all = tokio::spawn(follow(here.log().clone(), Selection::All, 23));
    let one = tokio::spawn(follow(here.log().clone(), Selection::Reference("SSC72/01".into()), 23));
    begin(&here).await;
    here.record(&request("r", &raised("SSC72/01"))).await.unwrap();
    for number in 0..20 {
        let recorder = if number % 2 == 0 { &here } else { &elsewhere };
        recorder.record(&request(&format!("p{number}"), &progressed("SSC72/01", "on"))).await.unwrap();
    }
    assert!(all.await.unwrap().into_iter().eq(1..=23));
    assert!(one.await.unwrap().into_iter().eq(3..=23));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_misses_no_event_when_notifications_are_lost() {
    let ledger = TestLedger::new(Store::Postgres);
    let here = ledger.recorder().await;
    let elsewhere = ledger.recorder().await;
    begin(&elsewhere).await;
    let follower = tokio::spawn(follow(here.log().clone(), Selection::All, 5));
    elsewhere.record(&request("1", &raised("SSC72/01"))).await.unwrap();
    // The connection that listens is cut repeatedly while the next event is recorded.
    let database = ledger.url_text.split(['/', '?']).nth(3).unwrap().to_owned();
    let cut = format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
         WHERE datname = '{database}' AND query ILIKE 'LISTEN%' AND pid <> pg_backend_pid()"
    );
    for _ in 0..3 {
        cluster().execute("postgres", &cut);
    }
    elsewhere.record(&request("2", &raised("SSC72/02"))).await.unwrap();
    cluster().execute("postgres", &cut);
    // The notifications of the next process reach nobody: a function that does nothing hides `pg_notify`.
    cluster().execute(&database, "CREATE FUNCTION public.pg_notify(text, text) RETURNS void LANGUAGE sql AS 'SELECT'");
    cluster().execute("postgres", &format!("ALTER DATABASE {database} SET search_path = public, pg_catalog"));
    ledger.recorder().await.record(&request("3", &raised("SSC72/03"))).await.unwrap();
    assert_eq!(follower.await.unwrap(), [1, 2, 3, 4, 5]);
}

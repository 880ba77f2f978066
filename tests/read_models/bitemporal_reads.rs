//! Bitemporal reads: at any moment, as known at any moment, the stored rows equal those of a plain fold of the log.

use crate::fixtures::committee::{begin, raised, request};
use crate::fixtures::folded_log::{FoldedLog, far_future};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::random_ledger::record_random;
use futures_util::future::join_all;
use minutebook_domain::StreamId;
use minutebook_domain::classification::Clearance;
use minutebook_ledger::{Batch, BitemporalMoment, Command, NewEvent, RowFilter, merkle};
use minutebook_projections::actions::Actions;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

on_both_stores!(
    at_random_moments_every_row_equals_the_plain_fold,
    a_command_sent_several_times_at_once_changes_rows_once,
    rows_written_alternately_by_two_processes_equal_the_plain_fold,
);

async fn at_random_moments_every_row_equals_the_plain_fold(ledger: TestLedger) {
    let mut runner = TestRunner::new(Config::default());
    let recorder = ledger.recorder().await;
    let mut recorded = 0;
    let mut round = 0;
    while round < 6 || recorded <= 100 {
        assert!(round < 30, "{recorded} events");
        recorded += record_random(&recorder, &mut runner, round).await;
        round += 1;
        let folded = FoldedLog::read(recorder.log()).await;
        for _ in 0..25 {
            let at = folded.moment(&mut runner);
            folded.compare_all(recorder.log(), at).await;
        }
    }
}

/// Each writer caches the rows it wrote. Between its appends come the other writer's, a correction and a rebuild. The
/// batches carry no append condition, so only the cache's own check can notice.
async fn rows_written_alternately_by_two_processes_equal_the_plain_fold(ledger: TestLedger) {
    let writers = [ledger.recorder().await, ledger.recorder().await];
    begin(&writers[0]).await;
    writers[0].record(&request("raise", &raised("SSC72/01"))).await.unwrap();
    for (turn, writer) in [0, 0, 1, 1, 0, 1, 0, 0, 1, 0].into_iter().enumerate() {
        let receipt = writers[writer].log().append(moved(turn)).await.unwrap();
        match turn {
            3 => writers[0].log().rebuild(&["actions"], |_| {}).await.unwrap(),
            6 => {
                let struck =
                    json!({"corrects": receipt.events[0].event_id, "change": "struck", "reason": "another action"});
                writers[writer].record(&request("strike", &struck)).await.unwrap();
            }
            _ => {}
        }
        let folded = FoldedLog::read(writers[0].log()).await;
        folded.compare_all(writers[1].log(), BitemporalMoment::as_known_now(far_future())).await;
    }
    let stream: StreamId = "action:SSC72/01".parse().unwrap();
    let view = writers[0]
        .log()
        .rows::<Actions>(RowFilter::Stream(&stream), BitemporalMoment::as_known_now(far_future()), Clearance::full())
        .await
        .unwrap();
    assert_eq!(view.rows[0].row.due_date_moves, 9, "ten moves, one of which was struck");
}

/// A batch without append conditions that moves the due date on day `turn` of March.
fn moved(turn: usize) -> Batch {
    let (command_id, day) = (format!("move-{turn}"), format!("2019-03-{:02}", turn + 1));
    let event = json!({"stream": "action:SSC72/01", "type": "DueDateMoved",
                       "data": {"to": format!("2019-04-{:02}", turn + 1), "moved_on": day}});
    let request = request(&command_id, &event);
    let Command::Record { stream, event, .. } = request.commands.into_iter().next().unwrap() else { unreachable!() };
    let valid_at = format!("{day}T00:00:00Z").parse().unwrap();
    let event = NewEvent { stream, event, metadata: request.metadata.for_event("WHITE".parse().unwrap(), valid_at) };
    let fingerprint = merkle::digest(command_id.as_bytes());
    Batch { fingerprint, command_id, events: vec![event], conditions: Vec::new() }
}

async fn a_command_sent_several_times_at_once_changes_rows_once(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("raise", &raised("SSC72/01"))).await.unwrap();
    for turn in 0..20 {
        let moved = json!({"stream": "action:SSC72/01", "type": "DueDateMoved",
                           "data": {"to": format!("2019-04-{:02}", turn + 1), "moved_on": "2019-03-01"}});
        let moved = request(&format!("move-{turn}"), &moved);
        for receipt in join_all((0..4).map(|_| recorder.record(&moved))).await {
            receipt.unwrap();
        }
    }
    let folded = FoldedLog::read(recorder.log()).await;
    assert_eq!(folded.events.len(), 23);
    folded.compare_all(recorder.log(), BitemporalMoment::as_known_now(far_future())).await;
}

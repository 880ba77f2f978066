//! Many clients at once: each version of a stream has one winner, and a repeated command is recorded once.

use crate::fixtures::committee::{begin, progressed, raised, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use chrono::DateTime;
use minutebook_domain::classification::Classification;
use minutebook_domain::{RequestMetadata, StreamId, StreamVersion};
use minutebook_ledger::merkle::digest;
use minutebook_ledger::{
    AppendError, Batch, NewEvent, Receipt, RecordError, Recorder, Request, Selection, command_json,
};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Barrier;

on_both_stores!(
    of_64_clients_that_expect_one_version_exactly_one_is_recorded,
    a_command_sent_many_times_at_once_is_recorded_once,
    a_batch_without_conditions_sent_many_times_at_once_is_appended_once,
    a_used_key_is_refused_for_any_other_command,
    a_retry_gets_the_first_receipt_however_far_the_stream_has_moved,
);

/// Two recorders on separately opened logs, as in two processes, and a committee with an action.
async fn two_recorders(ledger: &TestLedger) -> [Recorder; 2] {
    let recorders = [ledger.recorder().await, ledger.recorder().await];
    begin(&recorders[0]).await;
    recorders[0].record(&request("raised", &raised("SSC72/01"))).await.unwrap();
    recorders
}

/// Sends all requests at the same moment, alternating between the recorders.
async fn all_at_once(recorders: &[Recorder; 2], requests: Vec<Request>) -> Vec<Result<Receipt, RecordError>> {
    let start = Arc::new(Barrier::new(requests.len()));
    let clients: Vec<_> = requests
        .into_iter()
        .enumerate()
        .map(|(number, request)| {
            let (recorder, start) = (recorders[number % 2].clone(), start.clone());
            tokio::spawn(async move {
                start.wait().await;
                recorder.record(&request).await
            })
        })
        .collect();
    let mut outcomes = Vec::new();
    for client in clients {
        outcomes.push(client.await.unwrap());
    }
    outcomes
}

fn expecting(version: u64, key: &str, json: &Value) -> Request {
    Request { expected: Some(StreamVersion::new(version)), ..request(key, json) }
}

async fn of_64_clients_that_expect_one_version_exactly_one_is_recorded(ledger: TestLedger) {
    let recorders = two_recorders(&ledger).await;
    let action: StreamId = "action:SSC72/01".parse().unwrap();
    for version in 1..=10 {
        let note = |client: usize| progressed("SSC72/01", &format!("Client {client} was first to version {version}."));
        let requests = (0..64).map(|client| expecting(version, &format!("{version}-{client}"), &note(client)));
        let outcomes = all_at_once(&recorders, requests.collect()).await;
        let mut winners = Vec::new();
        for outcome in outcomes {
            match outcome {
                Ok(receipt) => winners.push(receipt),
                Err(RecordError::Append(AppendError::Conflict { stream, expected, actual })) => {
                    assert_eq!((stream, expected), (action.clone(), StreamVersion::new(version)));
                    assert!(actual > expected, "version {actual} was reported to a client that expected {expected}");
                }
                Err(other) => panic!("a client was refused for another reason: {other}"),
            }
        }
        assert_eq!(winners.len(), 1, "winners of version {version}: {winners:?}");
        let event = &winners[0].events[0];
        assert_eq!((&event.stream, event.version), (&action, StreamVersion::new(version + 1)));
        let history = recorders[0].log().read_all(Selection::Stream(action.clone())).await.unwrap();
        assert_eq!(
            history.last().unwrap().metadata.command_id,
            winners[0].command_id,
            "the log holds what the winner sent"
        );
        assert_eq!(history.len() as u64, version + 1, "a loser left an event behind");
    }
}

async fn a_command_sent_many_times_at_once_is_recorded_once(ledger: TestLedger) {
    let recorders = two_recorders(&ledger).await;
    let mut expected_events = recorders[0].log().head().await.unwrap().number();
    for number in 0..30 {
        let key = format!("command-{number}");
        // Alternately a command whose own outcome makes it illegal, and one that stays legal.
        let json = match number % 2 {
            0 => raised(&format!("SSC73/{number:02}")),
            _ => progressed("SSC72/01", &format!("Note {number}")),
        };
        let times = rand::random_range(1..=10);
        let outcomes = all_at_once(&recorders, vec![request(&key, &json); times]).await;
        let receipts: Vec<Receipt> = outcomes.into_iter().map(|outcome| outcome.unwrap()).collect();
        assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "{times} times {key}: {receipts:?}");
        expected_events += 1;
        assert_eq!(receipts[0].events[0].position.number(), expected_events, "{key} was recorded next, and once");
    }
    let events = recorders[1].log().read_all(Selection::All).await.unwrap();
    assert_eq!(events.len() as u64, expected_events);
}

/// Without append conditions, only the idempotency key keeps a batch from being appended twice. With the recorder's
/// version conditions, a repetition would fail on those first.
async fn a_batch_without_conditions_sent_many_times_at_once_is_appended_once(ledger: TestLedger) {
    let recorders = two_recorders(&ledger).await;
    for number in 0..10 {
        let note = json!({"type": "ActionProgressed", "data": progressed("SSC72/01", "Circulated.")["data"]});
        let event = NewEvent {
            stream: "action:SSC72/01".parse().unwrap(),
            event: command_json::event(&note.to_string()).unwrap(),
            metadata: RequestMetadata {
                actor: "tester".into(),
                command_id: format!("batch-{number}"),
                ..RequestMetadata::default()
            }
            .for_event(Classification::public(), DateTime::UNIX_EPOCH),
        };
        let batch = Batch {
            command_id: format!("batch-{number}"),
            fingerprint: digest(b"the same note"),
            events: vec![event],
            conditions: Vec::new(),
        };
        // While the writers append these first batches, the others gather and share the next transaction.
        let before = [0, 1].map(|place| Batch { command_id: format!("before-{number}-{place}"), ..batch.clone() });
        let other = Batch { fingerprint: digest(b"another note"), ..batch.clone() };
        let sent = before.into_iter().chain(vec![batch; 10]).chain([other]).enumerate();
        let sent = sent.map(|(place, batch)| recorders[place % 2].log().append(batch));
        let mut outcomes = futures_util::future::join_all(sent).await;
        let reused = outcomes.pop().unwrap();
        assert!(matches!(reused, Err(AppendError::KeyReused { .. })), "{reused:?}");
        let receipt = outcomes.pop().unwrap().unwrap();
        let same = |outcome: &Result<Receipt, AppendError>| outcome.as_ref().is_ok_and(|other| *other == receipt);
        assert!(outcomes[2..].iter().all(same), "{outcomes:?}");
    }
    let head = recorders[0].log().head().await.unwrap().number();
    assert_eq!(head, 2 + 1 + 10 * 3, "a repetition left an event behind");
}

async fn a_used_key_is_refused_for_any_other_command(ledger: TestLedger) {
    let recorders = two_recorders(&ledger).await;
    let refused = |outcome: &Result<Receipt, RecordError>, key: &str| match outcome {
        Err(RecordError::Append(AppendError::KeyReused { command_id })) => command_id == key,
        _ => false,
    };
    // Another event, another stream, an illegal command, a stale version: each refusal names the key.
    let others = [
        request("raised", &progressed("SSC72/01", "Circulated.")),
        request("raised", &raised("SSC72/02")),
        expecting(0, "raised", &progressed("SSC72/01", "Circulated.")),
        {
            let mut by_another = request("raised", &raised("SSC72/01"));
            by_another.metadata.actor = "somebody else".into();
            by_another
        },
    ];
    for other in &others {
        for recorder in &recorders {
            let outcome = recorder.record(other).await;
            assert!(refused(&outcome, "raised"), "{other:?}: {outcome:?}");
        }
    }
    // Of two commands sent at once under one key, one is recorded and the other is refused every time.
    for number in 0..10 {
        let key = format!("shared-{number}");
        let requests = (0..8).map(|client| request(&key, &progressed("SSC72/01", &format!("Note {}", client / 4))));
        let outcomes = all_at_once(&recorders, requests.collect()).await;
        let (mut first, mut second) = outcomes.split_at(4);
        if first[0].is_err() {
            (first, second) = (second, first);
        }
        let receipt = first[0].as_ref().unwrap();
        assert!(first.iter().all(|outcome| outcome.as_ref().is_ok_and(|same| same == receipt)), "{first:?}");
        assert!(second.iter().all(|outcome| refused(outcome, &key)), "{second:?}");
    }
    let head = recorders[0].log().head().await.unwrap().number();
    assert_eq!(head, 2 + 1 + 10, "a refusal left an event behind");
}

async fn a_retry_gets_the_first_receipt_however_far_the_stream_has_moved(ledger: TestLedger) {
    let recorders = two_recorders(&ledger).await;
    let sent = [
        request("raised", &raised("SSC72/01")),
        request("first-note", &progressed("SSC72/01", "Circulated.")),
        expecting(2, "second-note", &progressed("SSC72/01", "Answered.")),
    ];
    let mut receipts = Vec::new();
    for request in &sent {
        receipts.push(recorders[0].record(request).await.unwrap());
    }
    for number in 0..5 {
        let later = request(&format!("later-{number}"), &progressed("SSC72/01", "More came in."));
        recorders[number % 2].record(&later).await.unwrap();
    }
    // A newly opened log has no cached state of the stream.
    let newcomer = ledger.recorder().await;
    for (request, receipt) in sent.iter().zip(&receipts) {
        for recorder in recorders.iter().chain([&newcomer]) {
            assert_eq!(recorder.record(request).await.unwrap(), *receipt);
        }
    }
    assert_eq!(newcomer.log().head().await.unwrap().number(), 2 + 3 + 5, "a retry left an event behind");
}

//! Several servers on one ledger: one of them delivers, and another takes over.

use super::{Running, begun, made, quick, record, to};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::webhook_receiver::WebhookReceiver;
use minutebook::webhooks::WebhookSettings;
use std::time::Duration;

on_both_stores!(one_of_several_servers_delivers, another_server_takes_over_from_one_that_stops);

/// Nothing fails and nobody is so slow: what came twice was sent by two.
fn patient() -> WebhookSettings {
    WebhookSettings { patience: Duration::from_mins(1), lease: Duration::from_mins(5), ..quick() }
}

async fn one_of_several_servers_delivers(ledger: TestLedger) {
    let recorder = begun(&ledger).await;
    let receivers = [WebhookReceiver::open().await, WebhookReceiver::open().await];
    for (receiver, id) in receivers.iter().zip(["wh_1", "wh_2"]) {
        made(recorder.log(), id, to(receiver, "RED", None)).await;
    }
    let servers = [
        Running::on(&ledger, patient()).await,
        Running::on(&ledger, patient()).await,
        Running::on(&ledger, patient()).await,
    ];
    let expected = record(&recorder, "shared", 60).await;
    for receiver in &receivers {
        receiver.has_taken(expected.len()).await;
    }
    for server in servers {
        server.stop().await;
    }
    for receiver in &receivers {
        assert_eq!(receiver.taken(), expected, "each once, in order");
        assert_eq!(receiver.messages().len(), expected.len());
    }
}

async fn another_server_takes_over_from_one_that_stops(ledger: TestLedger) {
    let recorder = begun(&ledger).await;
    let receiver = WebhookReceiver::open().await;
    made(recorder.log(), "wh_1", to(&receiver, "RED", None)).await;
    let first = Running::on(&ledger, patient()).await;
    let mut expected = record(&recorder, "first", 3).await;
    receiver.has_taken(3).await;
    let second = Running::on(&ledger, patient()).await;
    // It leaves its webhooks to others: nobody waits for the minutes of its lease.
    first.stop().await;
    expected.extend(record(&recorder, "second", 3).await);
    receiver.has_taken(6).await;
    second.stop().await;
    assert_eq!(receiver.taken(), expected);
}

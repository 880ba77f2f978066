//! Several servers on one ledger: one delivers at a time, and another takes over when it stops.

use super::{RunningDeliverer, create_webhook, definition, quick_settings, record, recorder_with_action};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::webhook_receiver::WebhookReceiver;
use minutebook::webhooks::WebhookSettings;
use std::time::Duration;

on_both_stores!(one_of_several_servers_delivers, another_server_takes_over_from_one_that_stops);

/// Time limits that no delivery reaches, so that a duplicate can only come from a second server.
fn patient() -> WebhookSettings {
    WebhookSettings { response_timeout: Duration::from_mins(1), lease: Duration::from_mins(5), ..quick_settings() }
}

async fn one_of_several_servers_delivers(ledger: TestLedger) {
    let recorder = recorder_with_action(&ledger).await;
    let receivers = [WebhookReceiver::open().await, WebhookReceiver::open().await];
    for (receiver, id) in receivers.iter().zip(["wh_1", "wh_2"]) {
        create_webhook(recorder.log(), id, definition(receiver, "RED", None)).await;
    }
    let servers = [
        RunningDeliverer::start(&ledger, patient()).await,
        RunningDeliverer::start(&ledger, patient()).await,
        RunningDeliverer::start(&ledger, patient()).await,
    ];
    let expected = record(&recorder, "shared", 60).await;
    for receiver in &receivers {
        receiver.wait_for_accepted(expected.len()).await;
    }
    for server in servers {
        server.stop().await;
    }
    for receiver in &receivers {
        assert_eq!(receiver.accepted_positions(), expected, "every event, once, in order");
        assert_eq!(receiver.messages().len(), expected.len());
    }
}

async fn another_server_takes_over_from_one_that_stops(ledger: TestLedger) {
    let recorder = recorder_with_action(&ledger).await;
    let receiver = WebhookReceiver::open().await;
    create_webhook(recorder.log(), "wh_1", definition(&receiver, "RED", None)).await;
    let first = RunningDeliverer::start(&ledger, patient()).await;
    let mut expected = record(&recorder, "first", 3).await;
    receiver.wait_for_accepted(3).await;
    let second = RunningDeliverer::start(&ledger, patient()).await;
    // A stopping server releases its leases, so the other need not wait for them to end.
    first.stop().await;
    expected.extend(record(&recorder, "second", 3).await);
    receiver.wait_for_accepted(6).await;
    second.stop().await;
    assert_eq!(receiver.accepted_positions(), expected);
}

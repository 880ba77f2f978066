//! Every event arrives, in order, whatever the receiver does and whenever the server stops.

use super::{
    RunningDeliverer, create_webhook, definition, delivered, quick_settings, record, recorder_with_action, until,
};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::webhook_receiver::{Reply, WebhookReceiver};
use minutebook::webhooks::WebhookSettings;
use std::collections::HashMap;
use std::time::Duration;

on_both_stores!(
    every_event_arrives_in_order_despite_failures_and_restarts,
    a_delivery_interrupted_by_a_kill_is_sent_again,
    a_message_is_a_cloud_event_with_a_signature,
);

async fn every_event_arrives_in_order_despite_failures_and_restarts(ledger: TestLedger) {
    let recorder = recorder_with_action(&ledger).await;
    let (receiver, elsewhere) = (WebhookReceiver::open().await, WebhookReceiver::open().await);
    let webhook = create_webhook(recorder.log(), "wh_1", definition(&receiver, "RED", None)).await;
    receiver.answer_next([
        Reply::Status(500),
        Reply::Redirect(elsewhere.url()),
        Reply::Never,
        Reply::Status(429),
        Reply::Status(400),
    ]);
    let server = RunningDeliverer::start(&ledger, quick_settings()).await;
    let mut expected = record(&recorder, "at-first", 5).await;
    receiver.wait_for_accepted(5).await;

    // The receiver is down while the server restarts; events are recorded before, between and after.
    receiver.set_away(true);
    expected.extend(record(&recorder, "away", 4).await);
    receiver.wait_for_refused_connections(3).await;
    server.stop().await;
    expected.extend(record(&recorder, "nobody", 4).await);
    let server = RunningDeliverer::start(&ledger, quick_settings()).await;
    expected.extend(record(&recorder, "again", 4).await);
    receiver.wait_for_refused_connections(6).await;
    receiver.answer_next([Reply::Status(503), Reply::Status(503)]);
    receiver.set_away(false);
    receiver.wait_for_accepted(expected.len()).await;
    let last = *expected.last().unwrap();
    let through = until(recorder.log(), "wh_1", |webhook| webhook.progress.position.number() == last).await;
    server.stop().await;

    assert_eq!((through.progress.failures, through.progress.failing_since), (0, None), "success resets the failures");
    assert_eq!(receiver.accepted_positions(), expected, "every event, once, in order");
    assert_eq!(elsewhere.messages().len(), 0, "a redirection is not followed");
    let mut bodies = HashMap::new();
    for message in receiver.messages() {
        assert!(message.is_signed_with(webhook.secret.reveal()), "{message:?}");
        let first = bodies.entry(message.header("webhook-id").to_owned()).or_insert_with(|| message.body.clone());
        assert_eq!(*first, message.body, "a retry repeats the body");
    }
    assert_eq!(receiver.messages().len(), expected.len() + 7, "no event overtakes one that was not accepted");
}

async fn a_delivery_interrupted_by_a_kill_is_sent_again(ledger: TestLedger) {
    let recorder = recorder_with_action(&ledger).await;
    let receiver = WebhookReceiver::open().await;
    create_webhook(recorder.log(), "wh_1", definition(&receiver, "RED", None)).await;
    let settings = WebhookSettings { lease: Duration::from_millis(200), ..quick_settings() };
    receiver.answer_next([Reply::Never]);
    let server = RunningDeliverer::start(&ledger, settings).await;
    let expected = record(&recorder, "only", 3).await;
    receiver.wait_for_arrived(1).await;
    // The server sent the first event and did not receive the answer.
    server.kill().await;
    let server = RunningDeliverer::start(&ledger, settings).await;
    receiver.wait_for_accepted(3).await;
    server.stop().await;
    assert_eq!(receiver.accepted_positions(), expected);
    let messages = receiver.messages();
    assert_eq!(messages[0].header("webhook-id"), messages[1].header("webhook-id"), "both have the same id");
}

async fn a_message_is_a_cloud_event_with_a_signature(ledger: TestLedger) {
    let (message, webhook, recorder, receiver) = delivered(&ledger).await;
    assert_eq!(message.header("content-type"), "application/cloudevents+json");
    let event = message.json();
    for (attribute, value) in [
        ("specversion", "1.0"),
        ("source", "/api/v1"),
        ("type", "minutebook.ActionProgressed"),
        ("subject", "action:SSC72/01"),
        ("datacontenttype", "application/json"),
    ] {
        assert_eq!(event[attribute], value);
    }
    assert_eq!(event["id"], message.header("webhook-id"));
    assert_eq!((&event["time"], &event["id"]), (&event["data"]["recorded_at"], &event["data"]["event_id"]));
    assert_eq!(event["data"]["data"]["note"]["text"], "Note 0 of only");
    let names: Vec<&String> = event.as_object().unwrap().keys().collect();
    assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())));
    assert!(message.is_signed_with(webhook.secret.reveal()));
    let other = create_webhook(recorder.log(), "wh_2", definition(&receiver, "RED", None)).await;
    assert!(!message.is_signed_with(other.secret.reveal()), "each webhook has its own secret");
    for (name, value) in [("webhook-id", "another"), ("webhook-timestamp", "1")] {
        let mut changed = message.clone();
        changed.headers.insert(name, value.parse().unwrap());
        assert!(!changed.is_signed_with(webhook.secret.reveal()), "{name} is signed too");
    }
}

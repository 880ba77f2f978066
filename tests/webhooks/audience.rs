//! Each webhook receives events up to its clearance, of its committees and of its types only.

use super::{RunningDeliverer, create_webhook, definition, quick_settings, record, recorder_with_action};
use crate::fixtures::canaries::trace_in;
use crate::fixtures::canary_ledger::canary_ledger;
use crate::fixtures::classification::LEVELS;
use crate::fixtures::committee::{established, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::webhook_receiver::WebhookReceiver;
use minutebook::query::events::{Audience, EventFilter, EventReader};
use minutebook_domain::Position;
use minutebook_domain::classification::Clearance;
use minutebook_ledger::Recorder;

on_both_stores!(nothing_above_the_clearance_is_sent, only_the_selected_committees_and_types_are_sent);

async fn nothing_above_the_clearance_is_sent(ledger: TestLedger) {
    let before = ledger.open().await;
    let mut receivers = Vec::new();
    for level in LEVELS {
        let receiver = WebhookReceiver::open().await;
        create_webhook(&before, &format!("wh_{level}"), definition(&receiver, level, None)).await;
        receivers.push((level, receiver));
    }
    let log = canary_ledger(&ledger, "").await;
    let server = RunningDeliverer::start(&ledger, quick_settings()).await;
    for (rank, (level, receiver)) in receivers.iter().enumerate() {
        let audience = Audience { clearances: Clearance::up_to(level.parse().unwrap()).into(), reads_tokens: false };
        let page =
            EventReader::new(log.clone()).page(&EventFilter::default(), Position::START, 10_000, &audience).await;
        let expected = page.unwrap().events;
        receiver.wait_for_accepted(expected.len()).await;
        let messages = receiver.messages();
        assert_eq!(messages.len(), expected.len());
        for (message, event) in messages.iter().zip(&expected) {
            assert_eq!(message.json()["data"], serde_json::to_value(event).unwrap(), "the same event as in the feed");
            let message = format!("{:?}\n{}", message.headers, String::from_utf8_lossy(&message.body));
            for above in &LEVELS[rank + 1..] {
                assert_eq!(trace_in(&message, &format!("Canary{above}")), None, "to a receiver of {level}: {message}");
            }
        }
        let all: String = messages.iter().map(|message| String::from_utf8_lossy(&message.body).into_owned()).collect();
        assert!(all.contains(&format!("Canary{level}")), "events of {level} are sent");
    }
    server.stop().await;
}

async fn only_the_selected_committees_and_types_are_sent(ledger: TestLedger) {
    let recorder: Recorder = recorder_with_action(&ledger).await;
    let (ours, theirs, some) =
        (WebhookReceiver::open().await, WebhookReceiver::open().await, WebhookReceiver::open().await);
    create_webhook(recorder.log(), "wh_1", definition(&ours, "RED", Some(&["SSC"]))).await;
    create_webhook(recorder.log(), "wh_2", definition(&theirs, "RED", Some(&["TSC"]))).await;
    let types = Some(vec!["CommitteeEstablished".to_owned()]);
    create_webhook(
        recorder.log(),
        "wh_3",
        minutebook::webhooks::WebhookDefinition { types, ..definition(&some, "WHITE", None) },
    )
    .await;
    crate::fixtures::api_client::token(&recorder, &[minutebook::access::Role::Admin], "RED", None).await;
    let of_ours = record(&recorder, "ours", 3).await;
    let receipt = recorder.record(&request("theirs", &established("TSC"))).await.unwrap();
    let of_theirs = vec![receipt.events[0].position.number()];
    let server = RunningDeliverer::start(&ledger, quick_settings()).await;
    ours.wait_for_accepted(3).await;
    theirs.wait_for_accepted(1).await;
    some.wait_for_accepted(1).await;
    let head = recorder.log().head().await.unwrap();
    for id in ["wh_1", "wh_2", "wh_3"] {
        super::until(recorder.log(), id, |webhook| webhook.progress.position == head).await;
    }
    server.stop().await;
    assert_eq!(
        (ours.accepted_positions(), theirs.accepted_positions(), some.accepted_positions()),
        (of_ours, of_theirs.clone(), of_theirs)
    );
    assert_eq!(ours.messages().len() + theirs.messages().len() + some.messages().len(), 5);
}

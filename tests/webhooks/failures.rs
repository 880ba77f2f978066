//! A receiver that fails for too long is disabled until an administrator enables it.

use super::{RunningDeliverer, create_webhook, definition, quick_settings, record, recorder_with_action, until};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::webhook_receiver::{Reply, WebhookReceiver};
use minutebook::webhooks::WebhookSettings;
use std::time::Duration;

on_both_stores!(
    a_receiver_that_fails_for_too_long_is_disabled_until_enabled,
    a_silent_receiver_delays_no_other,
    a_receiver_is_not_asked_again_before_the_time_it_names,
);

async fn a_receiver_that_fails_for_too_long_is_disabled_until_enabled(ledger: TestLedger) {
    let recorder = recorder_with_action(&ledger).await;
    let log = recorder.log();
    let (receiver, gone) = (WebhookReceiver::open().await, WebhookReceiver::open().await);
    create_webhook(log, "wh_1", definition(&receiver, "RED", None)).await;
    create_webhook(log, "wh_2", definition(&gone, "RED", None)).await;
    receiver.answer_always(Some(Reply::Status(500)));
    gone.answer_always(Some(Reply::Status(410)));
    // With no time allowed, the second failure disables the webhook.
    let server =
        RunningDeliverer::start(&ledger, WebhookSettings { gives_up_after: Duration::ZERO, ..quick_settings() }).await;
    let mut expected = record(&recorder, "first", 2).await;
    let disabled = until(log, "wh_1", |webhook| webhook.progress.disabled_at.is_some()).await;
    assert_eq!(disabled.progress.last_outcome.as_deref(), Some("answered 500"));
    assert_eq!(disabled.progress.failures, 2);
    until(log, "wh_2", |webhook| webhook.progress.disabled_at.is_some()).await;
    expected.extend(record(&recorder, "second", 2).await);
    server.stop().await;
    assert_eq!(
        (receiver.messages().len(), gone.messages().len()),
        (2, 1),
        "a receiver that answers 410 is not asked again"
    );

    let server = RunningDeliverer::start(&ledger, quick_settings()).await;
    receiver.answer_always(None);
    assert!(log.enable_webhook("wh_1").await.unwrap());
    receiver.wait_for_accepted(expected.len()).await;
    server.stop().await;
    assert_eq!(receiver.accepted_positions(), expected, "events of the disabled time are sent too");
    assert_eq!(gone.messages().len(), 1);
}

async fn a_silent_receiver_delays_no_other(ledger: TestLedger) {
    let recorder = recorder_with_action(&ledger).await;
    let (receiver, silent) = (WebhookReceiver::open().await, WebhookReceiver::open().await);
    create_webhook(recorder.log(), "wh_1", definition(&silent, "RED", None)).await;
    create_webhook(recorder.log(), "wh_2", definition(&receiver, "RED", None)).await;
    silent.answer_always(Some(Reply::Never));
    let response_timeout = Duration::from_mins(2);
    let server = RunningDeliverer::start(
        &ledger,
        WebhookSettings { response_timeout, lease: response_timeout * 2, ..quick_settings() },
    )
    .await;
    let expected = record(&recorder, "only", 10).await;
    silent.wait_for_arrived(1).await;
    receiver.wait_for_accepted(expected.len()).await;
    server.kill().await;
    assert_eq!(receiver.accepted_positions(), expected);
}

async fn a_receiver_is_not_asked_again_before_the_time_it_names(ledger: TestLedger) {
    let recorder = recorder_with_action(&ledger).await;
    let receiver = WebhookReceiver::open().await;
    create_webhook(recorder.log(), "wh_1", definition(&receiver, "RED", None)).await;
    receiver.answer_next([Reply::Later("3600".into())]);
    let settings = WebhookSettings { longest_retry: Duration::from_hours(2), ..quick_settings() };
    let server = RunningDeliverer::start(&ledger, settings).await;
    let expected = record(&recorder, "only", 1).await;
    let failing = until(recorder.log(), "wh_1", |webhook| webhook.progress.failures == 1).await;
    assert_eq!(failing.progress.retry_delay, Duration::from_hours(1));
    // Another server, or this one after a restart, waits too: without the header the next attempt came after 5 ms.
    server.stop().await;
    let server = RunningDeliverer::start(&ledger, settings).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(receiver.messages().len(), 1);
    assert!(recorder.log().enable_webhook("wh_1").await.unwrap());
    receiver.wait_for_accepted(expected.len()).await;
    server.stop().await;
}

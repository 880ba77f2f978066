//! A receiver that fails for long is sent nothing more, until someone says that it is well.

use super::{Running, begun, made, quick, record, to, until};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::webhook_receiver::{Reply, WebhookReceiver};
use minutebook::webhooks::WebhookSettings;
use std::time::Duration;

on_both_stores!(who_fails_for_long_is_disabled_until_enabled, one_that_fails_holds_up_no_other);

async fn who_fails_for_long_is_disabled_until_enabled(ledger: TestLedger) {
    let recorder = begun(&ledger).await;
    let log = recorder.log();
    let (receiver, gone) = (WebhookReceiver::open().await, WebhookReceiver::open().await);
    made(log, "wh_1", to(&receiver, "RED", None)).await;
    made(log, "wh_2", to(&gone, "RED", None)).await;
    receiver.always_answers(Some(Reply::Status(500)));
    gone.always_answers(Some(Reply::Status(410)));
    // Any time is long here: the second failure is the last one.
    let server = Running::on(&ledger, WebhookSettings { gives_up_after: Duration::ZERO, ..quick() }).await;
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
        "who says that it is gone is not asked twice"
    );

    let server = Running::on(&ledger, quick()).await;
    receiver.always_answers(None);
    assert!(log.enable_webhook("wh_1").await.unwrap());
    receiver.has_taken(expected.len()).await;
    server.stop().await;
    assert_eq!(receiver.taken(), expected, "nothing is missing of what came meanwhile");
    assert_eq!(gone.messages().len(), 1);
}

async fn one_that_fails_holds_up_no_other(ledger: TestLedger) {
    let recorder = begun(&ledger).await;
    let (receiver, silent) = (WebhookReceiver::open().await, WebhookReceiver::open().await);
    made(recorder.log(), "wh_1", to(&silent, "RED", None)).await;
    made(recorder.log(), "wh_2", to(&receiver, "RED", None)).await;
    silent.always_answers(Some(Reply::TooLate));
    let patience = Duration::from_mins(2);
    let server = Running::on(&ledger, WebhookSettings { patience, lease: patience * 2, ..quick() }).await;
    let expected = record(&recorder, "only", 10).await;
    silent.has_seen(1).await;
    receiver.has_taken(expected.len()).await;
    server.kill().await;
    assert_eq!(receiver.taken(), expected);
}

//! Retries and leases follow the monotonic time, whatever the clocks of the servers show.

use super::{RunningDeliverer, create_webhook, definition, quick_settings, record, recorder_with_action, until};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::webhook_receiver::{Reply, WebhookReceiver};
use chrono::{DateTime, TimeDelta, Utc};
use minutebook::webhooks::WebhookSettings;
use minutebook_ledger::{Clock, Environment};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

on_both_stores!(
    a_delivery_is_retried_in_time_while_the_clock_is_set_back_by_a_day,
    a_clock_that_is_set_forward_disables_no_webhook,
    a_lease_of_a_server_in_the_future_ends_and_one_of_a_server_in_the_past_lasts,
);

/// The machine's clock, a number of days off.
#[derive(Default)]
struct ShiftedClock(AtomicI64);

impl Clock for ShiftedClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::days(self.0.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        Environment::system().clock.monotonic()
    }
}

impl ShiftedClock {
    fn by(days: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(days)))
    }

    fn environment(self: &Arc<Self>) -> Environment {
        Environment { clock: self.clone(), ..Environment::system() }
    }
}

async fn a_delivery_is_retried_in_time_while_the_clock_is_set_back_by_a_day(ledger: TestLedger) {
    let recorder = recorder_with_action(&ledger).await;
    let receiver = WebhookReceiver::open().await;
    create_webhook(recorder.log(), "wh_1", definition(&receiver, "RED", None)).await;
    receiver.answer_next([Reply::Status(500)]);
    let clock = ShiftedClock::by(0);
    let delay = Duration::from_millis(500);
    let settings = WebhookSettings { first_retry: delay, longest_retry: delay, ..quick_settings() };
    let server = RunningDeliverer::start_in(&ledger, settings, clock.environment()).await;
    let expected = record(&recorder, "only", 2).await;
    until(recorder.log(), "wh_1", |webhook| webhook.progress.failures == 1).await;
    clock.0.store(-1, Ordering::SeqCst);
    receiver.wait_for_accepted(expected.len()).await;
    server.stop().await;
    assert_eq!(receiver.accepted_positions(), expected);
}

async fn a_clock_that_is_set_forward_disables_no_webhook(ledger: TestLedger) {
    let recorder = recorder_with_action(&ledger).await;
    let receiver = WebhookReceiver::open().await;
    create_webhook(recorder.log(), "wh_1", definition(&receiver, "RED", None)).await;
    receiver.answer_always(Some(Reply::Status(500)));
    let clock = ShiftedClock::by(0);
    let server = RunningDeliverer::start_in(&ledger, quick_settings(), clock.environment()).await;
    record(&recorder, "only", 1).await;
    let failed = until(recorder.log(), "wh_1", |webhook| webhook.progress.failures >= 1).await;
    clock.0.store(100, Ordering::SeqCst);
    let again = until(recorder.log(), "wh_1", |webhook| {
        webhook.progress.failures > failed.progress.failures + 1 || webhook.progress.disabled_at.is_some()
    });
    assert_eq!(again.await.progress.disabled_at, None);
    server.stop().await;
}

async fn a_lease_of_a_server_in_the_future_ends_and_one_of_a_server_in_the_past_lasts(ledger: TestLedger) {
    let recorder = recorder_with_action(&ledger).await;
    let receiver = WebhookReceiver::open().await;
    create_webhook(recorder.log(), "wh_1", definition(&receiver, "RED", None)).await;
    let lease = Duration::from_millis(1500);
    let settings = WebhookSettings { response_timeout: lease * 10, lease, ..quick_settings() };
    let mut expected = Vec::new();
    for (name, days) in [("future", 1), ("past", -1)] {
        // The server takes the lease, sends an event, gets no answer, and dies.
        receiver.answer_next([Reply::Never]);
        let arrived = receiver.messages().len();
        let first = RunningDeliverer::start_in(&ledger, settings, ShiftedClock::by(days).environment()).await;
        expected.extend(record(&recorder, name, 1).await);
        receiver.wait_for_arrived(arrived + 1).await;
        let second = RunningDeliverer::start(&ledger, settings).await;
        tokio::time::sleep(lease / 3).await;
        assert_eq!(receiver.messages().len(), arrived + 1, "{name}: the lease lasts");
        first.kill().await;
        receiver.wait_for_accepted(expected.len()).await;
        second.stop().await;
    }
    assert_eq!(receiver.accepted_positions(), expected);
}

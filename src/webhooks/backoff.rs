//! Schedules retries after a failed delivery, and disables a webhook that fails for days.
//!
//! A receiver may ask in `Retry-After` for a longer delay than its failures give it, up to the longest.
//! How long a webhook fails is the sum of the delays between its attempts: no clock that was set makes it longer.

use super::delivery::DeliveryFailure;
use super::settings::WebhookSettings;
use chrono::{DateTime, TimeDelta, Utc};
use minutebook_ledger::DeliveryProgress;
use std::time::Duration;

/// Records a failure and schedules the next attempt. `random` spreads the retries of receivers that failed together.
pub(super) fn record_failure(
    progress: &mut DeliveryProgress,
    settings: &WebhookSettings,
    now: DateTime<Utc>,
    random: u64,
    failure: DeliveryFailure,
) {
    progress.failures = progress.failures.saturating_add(1);
    progress.failing_since.get_or_insert(now);
    let requested = failure.retry_after.unwrap_or_default().min(settings.longest_retry);
    progress.retry_delay = retry_delay(progress.failures, settings, random).max(requested);
    progress.next_attempt_at = now + delta(progress.retry_delay);
    progress.last_outcome = Some(failure.outcome);
    if failure.is_gone || waited_longer_than(settings.gives_up_after, progress.failures, settings) {
        progress.disabled_at = Some(now);
    }
}

/// Returns whether the delays between this many failures add up to more than `limit`, without their jitter.
fn waited_longer_than(limit: Duration, failures: u32, settings: &WebhookSettings) -> bool {
    let mut waited = Duration::ZERO;
    (1..failures).any(|failure| {
        waited = waited.saturating_add(doubled_delay(failure, settings));
        waited > limit
    })
}

fn doubled_delay(failures: u32, settings: &WebhookSettings) -> Duration {
    settings.first_retry.saturating_mul(1 << failures.saturating_sub(1).min(30)).min(settings.longest_retry)
}

/// The delay after this many failures. It doubles with each, up to the longest, plus up to a quarter of random jitter.
fn retry_delay(failures: u32, settings: &WebhookSettings, random: u64) -> Duration {
    let delay = doubled_delay(failures, settings);
    // 24 random bits, as a fraction of a quarter.
    let jitter = f64::from(u32::try_from(random >> 40).unwrap_or(0)) / f64::from(1 << 26);
    delay + delay.mul_f64(jitter)
}

/// Converts a duration to the clock's unit, capped at its maximum.
fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_up_to_the_longest_with_at_most_a_quarter_of_jitter() {
        let settings = WebhookSettings::default();
        let seconds = |failures, random| retry_delay(failures, &settings, random).as_secs();
        assert_eq!([1, 2, 3, 4].map(|failures| seconds(failures, 0)), [5, 10, 20, 40]);
        assert_eq!(seconds(20, 0), 6 * 3600);
        assert_eq!(seconds(u32::MAX, 0), 6 * 3600);
        for failures in 1..20 {
            let (least, most) = (retry_delay(failures, &settings, 0), retry_delay(failures, &settings, u64::MAX));
            assert!(most > least && most <= least.mul_f64(1.25), "{failures}: {least:?} to {most:?}");
        }
    }

    #[test]
    fn a_receiver_is_disabled_after_five_days_of_delays_whatever_the_clock_shows() {
        let settings = WebhookSettings::default();
        let first: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().unwrap();
        let mut progress = DeliveryProgress::default();
        for attempt in 1..=33 {
            // The clock jumps by a year with each attempt, forth and back.
            let now = first + TimeDelta::days(if attempt % 2 == 0 { 365 } else { 0 });
            record_failure(&mut progress, &settings, now, 0, DeliveryFailure::new("answered 500"));
            // 13 delays from 5 s to 5.7 h take 11.4 h, and 19 of 6 h take 114 h.
            assert_eq!(progress.disabled_at.is_some(), attempt == 33, "attempt {attempt}");
        }
        assert_eq!((progress.failures, progress.failing_since), (33, Some(first)));
    }

    #[test]
    fn the_receiver_may_ask_for_a_longer_delay_up_to_the_longest() {
        let settings = WebhookSettings::default();
        let delay = |failures, seconds| {
            let mut progress = DeliveryProgress { failures, ..DeliveryProgress::default() };
            let retry_after = Some(Duration::from_secs(seconds));
            let failure = DeliveryFailure { retry_after, ..DeliveryFailure::new("answered 429") };
            record_failure(&mut progress, &settings, DateTime::default(), 0, failure);
            assert_eq!(progress.next_attempt_at, DateTime::<Utc>::default() + delta(progress.retry_delay));
            progress.retry_delay.as_secs()
        };
        assert_eq!(delay(0, 120), 120);
        assert_eq!(delay(0, 1), 5, "no sooner than without it");
        assert_eq!(delay(9, 120), 2560);
        assert_eq!(delay(0, u64::MAX), 6 * 3600);
    }
}

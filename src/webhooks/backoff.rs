//! What follows when an event is not taken: it is tried again later, and later still; in the end it is given up.

use super::WebhookSettings;
use chrono::{DateTime, TimeDelta, Utc};
use minutebook_ledger::DeliveryProgress;
use std::time::Duration;

/// Notes a failure. `chance` is any number, so that receivers that were down together are not asked together again.
pub(super) fn failed(
    progress: &mut DeliveryProgress,
    settings: &WebhookSettings,
    now: DateTime<Utc>,
    chance: u64,
    outcome: String,
) {
    progress.failures = progress.failures.saturating_add(1);
    let since = *progress.failing_since.get_or_insert(now);
    progress.last_outcome = Some(outcome);
    progress.next_attempt_at = now + delta(wait(progress.failures, settings, chance));
    if (now - since).to_std().is_ok_and(|failing| failing > settings.gives_up_after) {
        progress.disabled_at = Some(now);
    }
}

/// How long it is waited after so many failures: doubled by each, and up to a quarter more.
fn wait(failures: u32, settings: &WebhookSettings, chance: u64) -> Duration {
    let doubled = settings.first_retry.saturating_mul(1 << failures.saturating_sub(1).min(30));
    let wait = doubled.min(settings.longest_retry);
    // 24 bits of it, as a part of a quarter.
    let share = f64::from(u32::try_from(chance >> 40).unwrap_or(0)) / f64::from(1 << 26);
    wait + wait.mul_f64(share)
}

/// A duration as the clock counts it.
pub(super) fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_the_longest_and_is_never_a_quarter_more() {
        let settings = WebhookSettings::default();
        let seconds = |failures, chance| wait(failures, &settings, chance).as_secs();
        assert_eq!([1, 2, 3, 4].map(|failures| seconds(failures, 0)), [5, 10, 20, 40]);
        assert_eq!(seconds(20, 0), 6 * 3600);
        assert_eq!(seconds(u32::MAX, 0), 6 * 3600);
        for failures in 1..20 {
            let (least, most) = (wait(failures, &settings, 0), wait(failures, &settings, u64::MAX));
            assert!(most > least && most <= least.mul_f64(1.25), "{failures}: {least:?} to {most:?}");
        }
    }

    #[test]
    fn who_fails_for_days_is_given_up_and_not_before() {
        let settings = WebhookSettings::default();
        let first: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().unwrap();
        let mut progress = DeliveryProgress::default();
        for (day, given_up) in [(0, false), (1, false), (5, false), (6, true)] {
            failed(&mut progress, &settings, first + TimeDelta::days(day), 0, "answered 500".into());
            assert_eq!(progress.disabled_at.is_some(), given_up, "day {day}");
        }
        assert_eq!((progress.failures, progress.failing_since), (4, Some(first)));
    }
}

//! A clock in doubt records nothing: one that jumped, or that does not fit the last event.

use crate::fixtures::committee::{begin, progressed, raised, request};
use crate::fixtures::ledgers::{FixedClock, TestLedger, fixed, on_both_stores};
use chrono::TimeDelta;
use minutebook_ledger::{AppendError, Export, Log, RecordError, Recorder, RestoreError, restore};

on_both_stores!(
    a_jump_of_more_than_an_hour_stops_recording_until_the_clock_is_set_right,
    a_clock_behind_the_last_event_or_400_days_past_it_records_once_its_day_is_confirmed,
    an_export_that_ends_after_the_clock_is_not_restored,
);

/// Records a note under `key`. Returns the message of a clock in doubt.
async fn note(recorder: &Recorder, key: &str) -> Option<String> {
    match recorder.record(&request(key, &progressed("SSC72/01", "so far"))).await {
        Ok(_) => None,
        Err(RecordError::Append(error @ AppendError::Clock(_))) => Some(error.to_string()),
        Err(other) => panic!("{other}"),
    }
}

/// Opens the ledger at `time`, with a confirmed day.
async fn opened_at(ledger: &TestLedger, time: &str, day: Option<&str>) -> Recorder {
    let environment = fixed(FixedClock::at(time)).accepting(day.map(|day| day.parse().unwrap()));
    Recorder::new(ledger.open_in(environment).await)
}

async fn a_jump_of_more_than_an_hour_stops_recording_until_the_clock_is_set_right(ledger: TestLedger) {
    let clock = FixedClock::at("2026-03-01T12:00:00Z");
    let recorder = Recorder::new(ledger.open_in(fixed(clock.clone())).await);
    begin(&recorder).await;
    recorder.record(&request("raised", &raised("SSC72/01"))).await.unwrap();
    clock.set("2026-03-01T18:00:00Z");
    let head = recorder.log().head().await.unwrap();
    for hours in [2, -2] {
        clock.jump(TimeDelta::hours(hours));
        let refused = note(&recorder, "refused").await.unwrap();
        assert!(refused.contains("it should say 2026-03-01T18:00:00Z: set the clock right"), "{refused}");
        assert!(recorder.log().health().await.unwrap().clock_fault.is_some());
        // What is recorded already is answered, and read.
        recorder.record(&request("raised", &raised("SSC72/01"))).await.unwrap();
        assert_eq!(recorder.log().head().await.unwrap(), head);
        clock.jump(TimeDelta::hours(-hours));
        assert_eq!(recorder.log().health().await.unwrap().clock_fault, None);
    }
    // Before the last event was recorded by six hours, and within the hour of a correction.
    clock.jump(TimeDelta::minutes(-59));
    assert_eq!(note(&recorder, "earlier").await, None);
    clock.jump(TimeDelta::minutes(118));
    assert_eq!(note(&recorder, "later").await, None);
}

async fn a_clock_behind_the_last_event_or_400_days_past_it_records_once_its_day_is_confirmed(ledger: TestLedger) {
    let first = opened_at(&ledger, "2026-03-01T12:00:00Z", None).await;
    begin(&first).await;
    first.record(&request("raised", &raised("SSC72/01"))).await.unwrap();
    for (time, what) in [
        ("2026-02-28T12:00:00Z", "the last event was recorded later, at 2026-03-01T12:00:00Z"),
        ("2027-04-06T12:00:00Z", "the last event was recorded more than 400 days before, at 2026-03-01T12:00:00Z"),
    ] {
        for day in [None, Some("2026-03-01"), Some("2027-04-07")] {
            let recorder = opened_at(&ledger, time, day).await;
            let refused = note(&recorder, "refused").await.unwrap();
            assert!(refused.contains(what) && refused.contains(&time[..10]), "{refused}");
        }
    }
    // One after another: each is the last event of the next.
    for (time, day) in [
        ("2026-03-01T11:59:30Z", None),
        ("2026-02-28T12:00:00Z", Some("2026-02-28")),
        ("2027-04-04T12:00:00Z", None),
        ("2028-05-09T12:00:01Z", Some("2028-05-09")),
    ] {
        assert_eq!(note(&opened_at(&ledger, time, day).await, time).await, None, "{time}");
    }
}

async fn an_export_that_ends_after_the_clock_is_not_restored(ledger: TestLedger) {
    let exported = TestLedger::like(&ledger);
    let recorder = opened_at(&exported, "2026-03-01T12:00:00Z", None).await;
    begin(&recorder).await;
    let lines = lines_of(recorder.log()).await;
    let early = opened_at(&ledger, "2025-12-01T12:00:00Z", None).await;
    let refused = restore(early.log(), &*lines, false).await.unwrap_err();
    assert!(matches!(&refused, RestoreError::Clock(_)), "{refused}");
    assert_eq!(early.log().head().await.unwrap().number(), 0);
    // Confirmed; and long afterwards, since a restore stamps nothing.
    for (ledger, time, day) in [
        (ledger, "2025-12-01T12:00:00Z", Some("2025-12-01")),
        (TestLedger::like(&exported), "2031-01-01T12:00:00Z", None),
    ] {
        assert_eq!(restore(opened_at(&ledger, time, day).await.log(), &*lines, false).await.unwrap().appended, 2);
    }
}

async fn lines_of(log: &Log) -> Vec<u8> {
    let mut export = Export::begin(log).await.unwrap();
    let mut lines = Vec::new();
    while let Some(page) = export.next_lines().await.unwrap() {
        lines.extend(page.bytes());
    }
    lines
}

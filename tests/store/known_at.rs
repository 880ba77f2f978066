//! `known at` a time means the last position recorded by that time.

use crate::fixtures::committee::{begin, progressed, raised, request};
use crate::fixtures::ledgers::{FixedClock, TestLedger, fixed, on_both_stores};
use chrono::TimeDelta;
use minutebook_domain::Position;
use minutebook_ledger::Selection;

on_both_stores!(the_position_at_a_time_is_the_last_recorded_by_then);

async fn the_position_at_a_time_is_the_last_recorded_by_then(ledger: TestLedger) {
    let clock = FixedClock::at("2023-01-01T00:00:00Z");
    let recorder = minutebook_ledger::Recorder::new(ledger.open_in(fixed(clock.clone())).await);
    let at = |time: &str| time.parse().unwrap();
    assert_eq!(recorder.log().position_at(at("2030-01-01T00:00:00Z")).await.unwrap(), Position::START);
    begin(&recorder).await;
    recorder.record(&request("raise", &raised("SSC72/01"))).await.unwrap();
    let mut events = Vec::new();
    // Logs of every length up to 23 events, some of which share a time of recording.
    for number in 0..20 {
        clock.set(&format!("2023-01-01T00:{:02}:00Z", number / 3 * 2));
        recorder.record(&request(&format!("say-{number}"), &progressed("SSC72/01", "so far"))).await.unwrap();
        events = recorder.log().read_all(Selection::All).await.unwrap();
        for offset in [-1, 0, 1] {
            for event in &events {
                let time = event.recorded_at + TimeDelta::microseconds(offset);
                let plain = events.iter().filter(|event| event.recorded_at <= time).count() as u64;
                assert_eq!(recorder.log().position_at(time).await.unwrap(), Position::new(plain), "{time}");
            }
        }
    }
    assert_eq!(events.len(), 23);
}

//! `verify` finds every change made directly in the database and names its position.

use crate::fixtures::committee::{begin, completed, raised, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::raw_database::RawDatabase;
use minutebook_ledger::{CheckKind, Log, VerifyReport, verify};

on_both_stores!(
    a_changed_bit_in_any_event_salt_or_leaf_is_found_at_its_position,
    every_other_change_is_found_by_its_check,
    a_sound_log_has_no_problems,
);

/// A ledger of seven events, and a direct connection to its database.
async fn recorded(ledger: &TestLedger) -> (Log, RawDatabase) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    for (key, json) in [
        ("1", raised("SSC72/01")),
        ("2", raised("SSC72/02")),
        ("3", completed("SSC72/01")),
        ("4", serde_json::json!({"commands": [raised("SSC72/03"), completed("SSC72/02")]})),
    ] {
        recorder.record(&request(key, &json)).await.unwrap();
    }
    (recorder.log().clone(), RawDatabase::of(ledger).await)
}

async fn verified(log: &Log) -> VerifyReport {
    verify(log, |_| {}).await.unwrap()
}

fn positions(report: &VerifyReport) -> Vec<u64> {
    report.checks.iter().flat_map(|check| &check.problems).map(|problem| problem.position.number()).collect()
}

async fn a_sound_log_has_no_problems(ledger: TestLedger) {
    let (log, _) = recorded(&ledger).await;
    let report = verified(&log).await;
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.events, report.checks.len()), (7, 13));
    assert_eq!(verified(&log).await.root, report.root);
}

async fn a_changed_bit_in_any_event_salt_or_leaf_is_found_at_its_position(ledger: TestLedger) {
    let (log, raw) = recorded(&ledger).await;
    let sound = verified(&log).await;
    raw.drop_safeguards().await;
    for position in 1..=7 {
        for column in ["event_bytes", "salt", "leaf"] {
            let stored = raw.bytes(column, position).await;
            // One bit at several places, from the first byte to the last.
            for (step, index) in [0, stored.len() / 3, stored.len() / 2, stored.len() - 1].into_iter().enumerate() {
                let mut changed = stored.clone();
                changed[index] ^= 1 << (step * 2);
                raw.set_bytes(column, position, &changed).await;
                let report = verified(&log).await;
                let leaves = report.checks.iter().find(|check| check.kind == CheckKind::Leaves).unwrap();
                let named =
                    leaves.problems.iter().any(|problem| problem.position.number() == u64::try_from(position).unwrap());
                assert!(named, "byte {index} of {column} at {position}: {report:?}");
                assert!(!report.is_sound());
                if column != "leaf" {
                    assert_ne!(report.root, sound.root, "the root does not cover {column}");
                }
            }
            raw.set_bytes(column, position, &stored).await;
        }
    }
    // Only the dropped safeguards are reported now.
    let report = verified(&log).await;
    assert!(
        report.checks.iter().all(|check| check.kind == CheckKind::Safeguards || check.problems_found == 0),
        "{report:?}"
    );
}

async fn every_other_change_is_found_by_its_check(ledger: TestLedger) {
    let (log, raw) = recorded(&ledger).await;
    raw.drop_safeguards().await;
    // Each change is found by its check at its position, and undone by the statement beside it.
    for (change, back, check, position) in [
        (
            "UPDATE events SET event_type = 'ActionRaised' WHERE position = 5",
            "UPDATE events SET event_type = 'ActionCompleted' WHERE position = 5",
            "columns",
            5,
        ),
        (
            "UPDATE events SET recorded_at = recorded_at + 60000000 WHERE position = 3",
            "UPDATE events SET recorded_at = recorded_at - 60000000 WHERE position = 3",
            "times",
            4,
        ),
        (
            "UPDATE events SET version = 9 WHERE position = 5",
            "UPDATE events SET version = 2 WHERE position = 5",
            "versions",
            5,
        ),
        (
            "UPDATE events SET position = 70 WHERE position = 7",
            "UPDATE events SET position = 7 WHERE position = 70",
            "positions",
            70,
        ),
        (
            "DELETE FROM event_references WHERE position = 4",
            "INSERT INTO event_references VALUES ('SSC72/02', 4)",
            "references",
            4,
        ),
        (
            "INSERT INTO event_references VALUES ('SECMP0037', 4)",
            "DELETE FROM event_references WHERE reference = 'SECMP0037'",
            "references",
            4,
        ),
        (
            "UPDATE commands SET last_position = 6 WHERE first_position = 6",
            "UPDATE commands SET last_position = 7 WHERE first_position = 6",
            "commands",
            6,
        ),
        ("UPDATE head SET position = 6", "UPDATE head SET position = 7", "positions", 7),
        ("UPDATE head SET recorded_at = recorded_at + 1", "UPDATE head SET recorded_at = recorded_at - 1", "head", 7),
    ] {
        raw.execute(change).await.unwrap();
        let report = verified(&log).await;
        let by = report.checks.iter().find(|found| found.kind.name() == check).unwrap();
        assert!(by.problems.iter().any(|problem| problem.position.number() == position), "{change}: {report:?}");
        raw.execute(back).await.unwrap();
    }
    raw.execute("DELETE FROM events WHERE position = 4").await.unwrap();
    let report = verified(&log).await;
    assert!(positions(&report).contains(&4), "{report:?}");
    let safeguards = report.checks.iter().find(|check| check.kind == CheckKind::Safeguards).unwrap();
    assert!(safeguards.problems_found > 0, "the dropped triggers are named");
}

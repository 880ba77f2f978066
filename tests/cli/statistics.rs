//! `minutebook statistics`

use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::sample_ledger::SampleLedger;

on_both_stores!(
    a_committee_is_counted,
    counts_are_as_of_the_moment_and_as_known_then,
    records_above_the_clearance_are_not_counted,
);

async fn a_committee_is_counted(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    insta::assert_snapshot!(
        "what_is_counted",
        book.all_asked(&[
            "statistics --as-of 2023-06-08",
            "statistics --as-of 2023-05-11 --committee TSC --format csv",
            "statistics --as-of 2023-05-11 --committee TSC --clearance WHITE --format csv",
            "statistics --as-of 2023-06-08 --committee TSC --owner SECAS --months 1 --format json",
            "statistics --as-of 2023-06-08 --committee NYC --clearance AMBER",
        ])
    );
}

async fn counts_are_as_of_the_moment_and_as_known_then(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let overdue = |moment: &str| {
        let counted = book.json(&format!("statistics --committee TSC {moment}"));
        counted[0]["actions"]["overdue"].as_u64().unwrap()
    };
    // Due on the 28th as was known in July, and on the 21st as is known since August.
    assert_eq!(overdue("--as-of 2023-04-24"), 1);
    assert_eq!(overdue("--as-of 2023-04-24 --known-at 2023-07-15"), 0);
    assert_eq!(overdue("--as-of 2023-04-21"), 0);
    assert_eq!(overdue("--as-of 2023-04-27"), 0, "done that day");
}

async fn records_above_the_clearance_are_not_counted(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    for (level, known, counted) in [
        ("RED", "", 2),
        ("AMBER", "", 1),
        ("WHITE", "", 1),
        // It was taken for WHITE then; it is not counted today for whom it is not for today.
        ("WHITE", "--known-at 2023-07-15", 1),
    ] {
        let found = book.json(&format!("statistics --committee NYC --as-of 2023-06-08 --clearance {level} {known}"));
        assert_eq!(found[0]["actions"]["outstanding"], counted, "{level} {known}");
    }
}

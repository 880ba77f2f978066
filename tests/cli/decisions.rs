//! `minutebook decisions` and `minutebook matters`

use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::sample_ledger::SampleLedger;

on_both_stores!(the_register_of_decisions, filters_select_decisions, decisions_above_the_clearance_are_not_listed);

async fn the_register_of_decisions(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    insta::assert_snapshot!(
        "the_register",
        book.all_asked(&[
            "decisions --as-of 2023-06-08",
            "decisions --as-of 2023-05-11 --committee TSC --format json",
            "decisions --as-of 2023-06-08 --committee NYC --format csv",
            "matters --as-of 2023-06-08",
            "matters --as-of 2023-04-13",
            "matters --as-of 2023-06-08 --committee TSC --format json",
        ])
    );
}

async fn filters_select_decisions(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let left = |words: &str| book.listed(&format!("decisions --as-of 2023-06-08 {words}"), "decisions", "id");
    assert_eq!(left("--verb agreed --committee TSC"), ["TSC_5_1205/D1"]);
    assert_eq!(left("--verb NOTED,DEFERRED"), ["TSC_4_1404/D1", "TSC_4_1404/D2"]);
    assert_eq!(left("--party other~user~k"), ["TSC_4_1404/D1", "TSC_5_1205/D1"]);
    assert_eq!(left("--meeting TSC_5_1205"), ["TSC_5_1205/D1", "TSC_5_1205/D2"]);
    assert_eq!(left("--reference tsc_4_1404/d2"), ["TSC_4_1404/D2"]);
    assert_eq!(left("--search key~guidance"), ["TSC_4_1404/D2"]);
    assert_eq!(left("--sort -id --limit 1"), ["TSC_5_1205/D2"]);
    let matters = |words: &str| book.listed(&format!("matters --as-of 2023-06-08 {words}"), "matters", "meeting");
    assert_eq!(matters("--reference secmp0201"), ["TSC_4_1404"]);
    assert_eq!(matters("--search breach"), ["NYC_1_1404"]);
    assert_eq!(matters("--meeting NYC_1_1404"), ["NYC_1_1404"]);
    let error = book.refused("decisions --verb SHOUTED", 2);
    assert!(error.contains("`SHOUTED` is not known\n  help: one of: NOTED, AGREED"), "{error}");
}

async fn decisions_above_the_clearance_are_not_listed(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let answer = book.json("decisions --committee NYC --as-of 2023-06-08 --clearance AMBER");
    assert_eq!(answer["decisions"].as_array().unwrap().len(), 1);
    assert_eq!((&answer["decisions"][0]["supersedes"], &answer["total"]), (&serde_json::json!([]), &1.into()));
    let answer = book.json("decisions --committee NYC --as-of 2023-06-08 --clearance RED");
    assert_eq!(answer["decisions"][1]["supersedes"], serde_json::json!(["NYC_1_1404/D1"]));
    assert_eq!(answer["decisions"][0]["superseded_by"], "NYC_1_1404/D2");
    for (known, count) in [("", 0), (" --known-at 52", 0)] {
        let answer = book.json(&format!("matters --committee NYC --as-of 2023-06-08 --clearance AMBER{known}"));
        assert_eq!(answer["matters"].as_array().unwrap().len(), count);
    }
}

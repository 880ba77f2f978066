//! `minutebook actions`

use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::sample_ledger::SampleLedger;

on_both_stores!(
    the_actions_on_the_eve_of_each_meeting,
    a_correction_shows_the_old_fact_before_it_was_known_and_the_new_one_after,
    filters_select_actions,
    actions_above_the_clearance_are_not_listed,
    lists_are_sorted_and_paged,
    ics_holds_the_outstanding_actions,
);

async fn the_actions_on_the_eve_of_each_meeting(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let mut text = String::new();
    for day in ["2023-04-13", "2023-04-14", "2023-05-11", "2023-06-08"] {
        text += &book.asked(&format!("actions --committee TSC --as-of {day}"));
    }
    text += &book.asked("actions --committee TSC --all --as-of 2023-06-08");
    text += &book.asked("actions --committee TSC --all --as-of 2023-06-08 --format csv");
    text += &book.asked("actions --committee TSC --as-of 2023-04-20 --format json");
    insta::assert_snapshot!("on_the_eve_of_each_meeting", text);
}

async fn a_correction_shows_the_old_fact_before_it_was_known_and_the_new_one_after(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let due = |known: &str| {
        book.listed(&format!("actions --reference TSC4/01 --as-of 2023-04-24 {known}"), "actions", "due_on")
    };
    let old = ["--known-at 2023-07-15", "--known-at 2023-07-01T10:00:00Z", "--known-at 52"];
    for known in old {
        assert_eq!(due(known), ["2023-04-28"], "{known}");
    }
    for known in
        ["", "--known-at 2023-08-01", "--known-at 2023-08-01T10:00:00Z", "--known-at 53", "--known-at 2030-01-01"]
    {
        assert_eq!(due(known), ["2023-04-21"], "{known}");
    }
    // Nothing was known before it was recorded, whatever the day it is of.
    for known in ["--known-at 2023-06-30", "--known-at 2023-07-01T09:59:59.999999Z", "--known-at 0"] {
        assert_eq!(due(known), [""; 0], "{known}");
    }
    let overdue = |known: &str| {
        book.listed(&format!("actions --overdue --committee TSC --as-of 2023-04-24{known}"), "actions", "reference")
    };
    assert_eq!(overdue(" --known-at 2023-07-15"), [""; 0]);
    assert_eq!(overdue(""), ["TSC4/01"]);
    let answer = book.json("actions --as-of 2023-04-24 --known-at 2023-07-15 --committee TSC");
    assert_eq!((answer["position"].as_u64(), answer["known_at"].as_u64()), (Some(52), Some(52)));
    assert_eq!(answer["as_of"], "2023-04-24T22:59:59.999999Z");
}

async fn filters_select_actions(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let left = |words: &str| book.listed(&format!("actions --as-of 2023-04-20 {words}"), "actions", "reference");
    assert_eq!(left("--owner secas"), ["TSC4/01"]);
    assert_eq!(left("--owner marsh"), ["TSC4/02"]);
    assert_eq!(left("--due-before 2023-04-27"), ["TSC4/01"]);
    assert_eq!(left("--due-before 2023-04-28"), ["NYC1/01", "NYC1/02", "TSC4/01"]);
    assert_eq!(left("--meeting TSC_4_1404"), ["TSC4/01", "TSC4/02"]);
    assert_eq!(left("--committee NYC"), ["NYC1/01", "NYC1/02"]);
    assert_eq!(left("--reference tsc4/02"), ["TSC4/02"]);
    assert_eq!(left("--search advice~NCSC"), ["TSC4/02"]);
    assert_eq!(left("--search advice~lease"), [""; 0]);
    assert_eq!(left("--status complete,withdrawn"), [""; 0]);
    let late = |words: &str| book.listed(&format!("actions --as-of 2023-06-01 {words}"), "actions", "reference");
    assert_eq!(late("--overdue"), ["NYC1/01", "NYC1/02"]);
    assert_eq!(late("--status complete"), ["TSC4/01", "TSC4/02"]);
    assert_eq!(late("--all --owner bo --limit 1"), ["NYC1/01"]);
}

async fn actions_above_the_clearance_are_not_listed(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let seen = |words: &str| book.json(&format!("actions --all --as-of 2023-06-08 {words}"));
    let names = |answer: &serde_json::Value| {
        let actions = answer["actions"].as_array().unwrap().clone();
        actions.iter().map(|action| action["reference"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let white = seen("--clearance WHITE");
    assert_eq!((names(&white), white["total"].as_u64()), (vec!["NYC1/01".into(), "TSC4/01".into()], Some(2)));
    assert_eq!(names(&seen("--clearance GREEN")), ["NYC1/01", "TSC4/01", "TSC4/02"]);
    assert_eq!(names(&seen("--clearance RED")), ["NYC1/01", "NYC1/02", "TSC4/01", "TSC4/02"]);
    // It was marked WHITE once. A reader below its mark of today does not see it as known then either.
    assert_eq!(names(&seen("--clearance WHITE --known-at 2023-07-15")), ["NYC1/01", "TSC4/01"]);
    assert_eq!(names(&seen("--clearance RED --known-at 2023-07-15")), ["NYC1/01", "NYC1/02", "TSC4/01", "TSC4/02"]);
    assert_eq!(names(&seen("--clearance WHITE --search insurer")), [""; 0]);
}

async fn lists_are_sorted_and_paged(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let sorted =
        |words: &str| book.listed(&format!("actions --all --as-of 2023-06-08 {words}"), "actions", "reference");
    assert_eq!(sorted("--sort due_on"), ["TSC4/01", "NYC1/01", "NYC1/02", "TSC4/02"]);
    assert_eq!(sorted("--sort -due_on"), ["TSC4/02", "NYC1/01", "NYC1/02", "TSC4/01"]);
    // What has no value is last, whichever way.
    assert_eq!(sorted("--sort closed_on"), ["TSC4/01", "TSC4/02", "NYC1/01", "NYC1/02"]);
    assert_eq!(sorted("--sort -closed_on"), ["TSC4/02", "TSC4/01", "NYC1/01", "NYC1/02"]);
    assert_eq!(sorted("--sort due_on --offset 1 --limit 2"), ["NYC1/01", "NYC1/02"]);
    assert_eq!(sorted("--offset 9"), [""; 0]);
    assert_eq!(book.json("actions --all --as-of 2023-06-08 --limit 0")["total"], 4);
    assert!(book.asked("actions --all --as-of 2023-06-08 --limit 1").contains("3 more of 4"));
    let error = book.refused("actions --sort colour", 2);
    assert!(error.contains("reference, text, owners, due_on"), "{error}");
}

async fn ics_holds_the_outstanding_actions(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let calendar = book.asked("actions --all --committee TSC --as-of 2023-05-11 --format ics");
    let stamped = |line: &&str| !line.starts_with("DTSTAMP:");
    let lines: Vec<&str> = calendar.split('\n').map(|line| line.trim_end_matches('\r')).filter(stamped).collect();
    insta::assert_snapshot!("a_calendar", lines.join("\n"));
}

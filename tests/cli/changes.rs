//! `--between` of the lists, and `minutebook changes`: what changed, and the events that did it.

use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::sample_ledger::SampleLedger;
use serde_json::{Value, json};

on_both_stores!(
    changes_between_two_moments_are_shown_with_their_events,
    corrections_between_two_positions_are_shown_with_their_reason,
    changes_above_the_clearance_are_not_shown,
    bad_moments_and_conflicting_options_are_refused,
);

async fn changes_between_two_moments_are_shown_with_their_events(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    insta::assert_snapshot!(
        "what_changed",
        book.all_asked(&[
            "actions --between 2023-04-13 2023-05-11 --committee TSC",
            "actions --between 2023-05-11 2023-06-08",
            "actions TSC4/02 --between 2023-05-11 2023-06-08 --format json",
            "actions --between 2023-05-11 2023-06-08 --clearance WHITE",
            "party --between 2023-04-20 2023-06-08 --format csv",
            "party --between 2023-04-20 2023-06-08 --clearance WHITE --format csv",
            "decisions --between 2023-04-20 2023-06-08",
            "decisions --between 2023-04-13 2023-06-08 --committee NYC --clearance AMBER --format csv",
            "actions --between 2023-05-01 2023-05-02",
        ])
    );
    for (list, general) in [
        ("actions --between 2023-05-11 2023-06-08", "changes actions 2023-05-11 2023-06-08"),
        ("party other~user~k --between 2023-04-20 2023-06-08", "changes party 2023-04-20 2023-06-08 --of Other~User~K"),
        (
            "decisions TSC_5_1205/D1 --between 2023-04-20 2023-06-08",
            "changes decisions 2023-04-20 2023-06-08 --of TSC_5_1205/D1",
        ),
    ] {
        assert_eq!(book.run(list).out, book.run(general).out, "{list}");
    }
}

/// Of each difference: what it is of, and each field that changed.
fn changed(found: &Value) -> Vec<Value> {
    let of = |row: &Value| row.get("reference").or_else(|| row.get("party")).cloned().unwrap_or_default();
    let fields = |difference: &Value| {
        let fields = difference["fields"].as_array().unwrap().iter();
        fields.map(|field| json!([field["field"], field["from"], field["to"]])).collect::<Vec<_>>()
    };
    found.as_array().unwrap().iter().map(|difference| json!([of(&difference["row"]), fields(difference)])).collect()
}

async fn corrections_between_two_positions_are_shown_with_their_reason(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    // The same day, as known before the corrections and after them.
    let found = book.json("actions --between 2023-04-26@2023-07-15 2023-04-26 --committee TSC");
    assert_eq!(changed(&found), [json!(["TSC4/01", [["due_on", "2023-04-28", "2023-04-21"]]])]);
    let events = found[0]["events"].as_array().unwrap();
    let told = |event: &Value| (event["type"].clone(), event["counts"].clone(), event["correction"]["reason"].clone());
    assert_eq!(
        events.iter().map(told).collect::<Vec<_>>(),
        [("ActionRaised".into(), false.into(), Value::Null), ("ActionRaised".into(), true.into(), "misheard".into())]
    );
    let found = book.json("party --between 2023-06-08@2023-07-15 2023-06-08@2023-08-01");
    assert_eq!(
        changed(&found),
        [json!(["Other User K", [["value", "Approved", "Approved subject to a second audit"]]])]
    );
    assert_eq!(book.json("actions --between 2023-04-26@52 2023-04-26 --known-at 52"), json!([]));
}

async fn changes_above_the_clearance_are_not_shown(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    // NYC1/02 was taken for WHITE, and is RED since.
    for words in [
        "actions --between 2023-04-13 2023-06-08 --committee NYC --clearance AMBER",
        "actions --between 2023-04-13@2023-07-15 2023-06-08@2023-07-15 --committee NYC --clearance AMBER",
    ] {
        let found = book.json(words);
        assert_eq!(changed(&found), [json!(["NYC1/01", []])], "{words}");
    }
    let found = book.run("actions --between 2023-06-08@2023-07-15 2023-06-08 --committee NYC --clearance AMBER");
    assert_eq!(found.out, "nothing changed\n");
    let found = book.run("party --between 2023-06-08@2023-07-15 2023-06-08 --clearance AMBER");
    assert_eq!(found.out, "nothing changed\n", "the value is RED, before and after");
    let decided = "decisions --between 2023-04-13 2023-06-08 --committee NYC --format csv";
    let amber = book.run(&format!("{decided} --clearance AMBER")).out;
    assert!(amber.contains("NYC_1_1404/D2") && !amber.contains("NYC_1_1404/D1"), "{amber}");
    assert!(book.run(&format!("{decided} --clearance RED")).out.contains("NYC_1_1404/D1"));
}

async fn bad_moments_and_conflicting_options_are_refused(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    for (words, status, what) in [
        ("actions --between 2023-04-13", 2, "2 values required"),
        ("actions --between yesterday 2023-04-13", 2, "a day such as 2019-02-27"),
        ("actions --between 2023-04-13@soon 2023-04-13", 2, "a position such as 96"),
        ("actions --between 2023-04-13 2023-05-11 --overdue", 2, "cannot be used with"),
        ("party --between 2023-04-13 2023-05-11 --as-of 2023-04-13", 2, "cannot be used with"),
        ("actions --between 2023-04-13@99 2023-05-11", 1, "position 99 is beyond the end of the log"),
        ("actions --between 2023-04-13 2023-05-11 --format ics", 1, "--between cannot be printed as a calendar"),
    ] {
        let error = book.refused(words, status);
        assert!(error.contains(what), "{words}: {error}");
    }
}

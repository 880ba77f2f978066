//! `--as-of` and `--known-at`: which moments are accepted, and what they leave out.

use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::sample_ledger::SampleLedger;

on_both_stores!(
    a_day_is_that_of_each_committee,
    a_bad_moment_is_refused,
    history_is_as_of_the_moment,
    the_log_is_as_of_the_moment,
    headlines_are_as_of_the_moment,
);

async fn a_day_is_that_of_each_committee(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let overdue = |moment: &str| book.listed(&format!("actions --overdue --as-of {moment}"), "actions", "reference");
    // It is three in the morning of the 28th in London, and the evening of the 27th in New York.
    assert_eq!(overdue("2023-04-28T02:00:00Z"), [""; 0]);
    assert_eq!(overdue("2023-04-28T04:00:00Z"), ["NYC1/01", "NYC1/02"]);
    assert_eq!(overdue("2023-04-27"), [""; 0]);
    assert_eq!(overdue("2023-04-28"), ["NYC1/01", "NYC1/02"]);
    // Where the days end at two times, the moment is said by the later one.
    assert_eq!(book.json("actions --as-of 2023-04-27")["as_of"], "2023-04-28T03:59:59.999999Z");
    assert_eq!(book.json("actions --as-of 2023-04-27 --committee TSC")["as_of"], "2023-04-27T22:59:59.999999Z");
}

async fn a_bad_moment_is_refused(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let of_one = ["history TSC4/01", "log", "headlines TSC_4_1404"];
    let lists = ["actions", "party", "decisions", "matters", "meetings", "minutes"];
    for command in lists.into_iter().chain(of_one) {
        for moment in ["--as-of yesterday", "--as-of 2023-02-30", "--as-of 51", "--known-at soon", "--known-at -1"] {
            let error = book.refused(&format!("{command} {moment}"), 2);
            assert!(error.contains("error: "), "{error}");
        }
        let error = book.refused(&format!("{command} --known-at 56"), 1);
        assert_eq!(
            error, "error: position 56 is beyond the end of the log\n  help: the last position is 55\n",
            "{command}"
        );
        if !of_one.contains(&command) {
            let error = book.refused(&format!("{command} --committee XYZ"), 1);
            assert_eq!(
                error, "error: there is no committee XYZ in the ledger\n  help: the ledger holds: NYC, TSC\n",
                "{command}"
            );
        }
    }
    let error = book.refused("actions --as-of 2023-02-30", 2);
    assert!(error.contains("`2023-02-30` is not a moment: a day such as 2019-02-27"), "{error}");
}

async fn history_is_as_of_the_moment(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let types = |words: &str| {
        let answer = book.run(&format!("history TSC4/01 --format json {words}"));
        let entries: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
        let entries = entries.as_array().unwrap().clone();
        entries.iter().map(|entry| entry["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(types(""), ["ActionRaised", "ActionCompleted", "EventCorrected"]);
    assert_eq!(types("--as-of 2023-04-20 --known-at 2023-07-15"), ["ActionRaised"]);
    assert_eq!(types("--known-at 2023-07-15"), ["ActionRaised", "ActionCompleted"]);
    assert_eq!(types("--known-at 2023-06-30"), [""; 0]);
    assert!(book.asked("history TSC4/01 --known-at 0").contains("no events as of then"));
    // Half past nine in New York.
    assert!(book.asked("history NYC_1_1404").contains("14 Apr 2023 09:30"));
}

async fn the_log_is_as_of_the_moment(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let positions = |words: &str| {
        let answer = book.run(&format!("log --format json {words}"));
        let events: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
        events.as_array().unwrap().iter().map(|event| event["position"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(positions("--known-at 2023-07-15"), (1..=52).collect::<Vec<_>>());
    assert_eq!(positions("--known-at 3"), [1, 2, 3]);
    assert_eq!(positions("--known-at 2023-06-30"), [0; 0]);
    assert_eq!(positions("--stream action:TSC4/01 --as-of 2023-04-26"), [21, 53]);
    assert_eq!(positions("--stream action:TSC4/01 --as-of 2023-04-26 --known-at 52"), [21]);
    assert_eq!(positions("--stream action:TSC4/01 --as-of 2023-04-27 --limit 2"), [21, 37]);
    // The days are those of each committee: it is evening in New York when it is the next day in London.
    assert_eq!(positions("--stream meeting:NYC_1_1404 --as-of 2023-04-14 --limit 1").len(), 1);
    assert_eq!(positions("--stream meeting:NYC_1_1404 --as-of 2023-04-14T13:29:59Z"), [0; 0]);
    assert!(book.asked("log --stream meeting:NYC_1_1404 --limit 1").contains("14 Apr 2023 09:30"));
    let lines = book.run("log --format ndjson --known-at 2").out;
    assert_eq!(lines.lines().count(), 2);
    assert!(book.refused("log --follow --known-at 2", 2).contains("cannot be used with"));
}

async fn headlines_are_as_of_the_moment(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let said = |words: &str| book.run(&format!("headlines {words}")).out;
    // The action was due a week later, as was known in July.
    let (then, now) = (said("TSC_4_1404 --known-at 2023-07-15"), said("TSC_4_1404"));
    assert!(then.contains("28 April 2023") && !then.contains("21 April 2023"), "{then}");
    assert!(now.contains("21 April 2023") && !now.contains("28 April 2023"), "{now}");
    assert!(then.contains(": position 51, root "), "{then}");
    // What the next meeting did about the action is not so yet on the eve of it.
    let (eve, day) = (said("TSC_5_1205 --as-of 2023-05-11"), said("TSC_5_1205 --as-of 2023-05-12"));
    assert!(eve.is_empty(), "{eve}");
    assert!(day.contains("as of 2023-05-12T22:59:59.999999Z, position 55"), "{day}");
    let error = book.refused("headlines TSC_5_1205 --as-of 2023-05-11", 1);
    assert!(error.starts_with("error: there is no meeting `TSC_5_1205` as of that moment\n"), "{error}");
    // A text that was WHITE then and is RED today is printed for those alone who may read it today.
    for (audience, shown) in [("AMBER", false), ("RED", true)] {
        let found = said(&format!("NYC_1_1404 --audience {audience} --known-at 2023-07-15"));
        assert_eq!(found.contains("ring the insurer"), shown, "{audience}: {found}");
    }
}

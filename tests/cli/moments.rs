//! The moments that can be asked about, and those that cannot.

use super::book::Book;
use crate::support::ledgers::{TestLedger, on_both_stores};

on_both_stores!(a_day_is_that_of_each_committee, a_moment_that_is_none_is_refused, history_is_of_the_moment_too,);

async fn a_day_is_that_of_each_committee(ledger: TestLedger) {
    let book = Book::new(ledger).await;
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

async fn a_moment_that_is_none_is_refused(ledger: TestLedger) {
    let book = Book::new(ledger).await;
    for command in ["actions", "party", "decisions", "matters", "meetings", "minutes", "history TSC4/01"] {
        for moment in ["--as-of yesterday", "--as-of 2023-02-30", "--as-of 51", "--known-at soon", "--known-at -1"] {
            let error = book.refused(&format!("{command} {moment}"), 2);
            assert!(error.contains("error: "), "{error}");
        }
        let error = book.refused(&format!("{command} --known-at 56"), 1);
        assert_eq!(error, "error: position 56 is still to come\n  help: the last one is 55\n", "{command}");
        if command != "history TSC4/01" {
            let error = book.refused(&format!("{command} --committee XYZ"), 1);
            assert_eq!(
                error, "error: there is no committee XYZ in the ledger\n  help: it holds: NYC, TSC\n",
                "{command}"
            );
        }
    }
    let error = book.refused("actions --as-of 2023-02-30", 2);
    assert!(
        error.contains("a day such as 2019-02-27, or a time such as 2019-02-27T10:00:00Z, was expected"),
        "{error}"
    );
}

async fn history_is_of_the_moment_too(ledger: TestLedger) {
    let book = Book::new(ledger).await;
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
    assert!(book.asked("history TSC4/01 --known-at 0").contains("nothing by then"));
    // Half past nine in New York.
    assert!(book.asked("history NYC_1_1404").contains("14 Apr 2023 09:30"));
}

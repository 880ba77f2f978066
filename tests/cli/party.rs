//! `minutebook party`

use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::sample_ledger::SampleLedger;

on_both_stores!(
    the_history_of_each_party,
    a_corrected_status_is_shown_only_within_the_clearance,
    an_unknown_party_is_refused_with_the_known_ones
);

async fn the_history_of_each_party(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    insta::assert_snapshot!(
        "the_history_of_each_party",
        book.all_asked(&[
            "party --as-of 2023-04-13",
            "party --as-of 2023-05-11",
            "party --as-of 2023-06-08",
            "party other~user~k --as-of 2023-06-08",
            "party Small~Supplier~Q --as-of 2023-06-08",
            "party Other~User~K --as-of 2023-06-08 --clearance WHITE",
            "party Other~User~K --as-of 2023-06-08 --format json",
            "party --category Large~Supplier --as-of 2023-06-08 --format csv",
        ])
    );
}

async fn a_corrected_status_is_shown_only_within_the_clearance(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let value = |words: &str| book.listed(&format!("party --as-of 2023-06-08 {words}"), "statuses", "value");
    assert_eq!(value(""), ["Approved subject to a second audit"]);
    assert_eq!(value("--known-at 2023-07-15"), ["Approved"]);
    // That a status was agreed is public; what it is, is not.
    assert_eq!(value("--clearance AMBER"), ["null"]);
    assert_eq!(value("--clearance AMBER --known-at 2023-07-15"), ["null"]);
    assert_eq!(value("--kind compliance"), [""; 0]);
    assert_eq!(value("--kind assurance --category Other~User"), ["Approved subject to a second audit"]);
}

async fn an_unknown_party_is_refused_with_the_known_ones(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let error = book.refused("party Other~User~Z", 1);
    assert_eq!(
        error,
        "error: there is no party `Other User Z` in the ledger\n  help: the ledger holds: Other User K\n"
    );
    let error = book.refused("party nobody", 1);
    assert_eq!(error, "error: there is no party `nobody` in the ledger\n  help: the ledger holds: Other User K\n");
}

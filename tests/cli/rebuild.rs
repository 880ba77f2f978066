//! `minutebook rebuild`

use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::sample_ledger::SampleLedger;

on_both_stores!(what_is_made_again_says_the_same_and_an_unknown_name_is_refused);

async fn what_is_made_again_says_the_same_and_an_unknown_name_is_refused(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let question = "actions --all --as-of 2023-06-08 --known-at 2023-07-15 --format json";
    let before = book.asked(question);
    assert_eq!(book.run("rebuild actions matters").out, "made again from 55 events: actions, matters\n");
    assert!(book.run("rebuild").out.contains("55 events: committees, meetings, actions, party_statuses"));
    assert_eq!(book.asked(question), before);
    let error = book.refused("rebuild actions tables", 1);
    assert!(error.starts_with("error: there is no read model `tables`\n  help: there are: committees, "), "{error}");
}

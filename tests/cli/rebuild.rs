//! `minutebook rebuild`

use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::sample_ledger::SampleLedger;

on_both_stores!(rebuilt_read_models_are_the_same_and_an_unknown_name_is_refused);

async fn rebuilt_read_models_are_the_same_and_an_unknown_name_is_refused(ledger: TestLedger) {
    let book = SampleLedger::new(ledger).await;
    let query = "actions --all --as-of 2023-06-08 --known-at 2023-07-15 --format json";
    let before = book.asked(query);
    assert_eq!(book.run("rebuild actions matters").out, "rebuilt from 55 events: actions, matters\n");
    assert!(book.run("rebuild").out.contains("55 events: committees, meetings, actions, party_statuses"));
    assert_eq!(book.asked(query), before);
    let error = book.refused("rebuild actions tables", 1);
    assert!(
        error.starts_with("error: there is no read model `tables`\n  help: the read models are: committees, "),
        "{error}"
    );
}

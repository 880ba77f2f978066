//! The fold of audit trails.

use crate::history::{History, text, up_to};
use minutebook_domain::Position;
use minutebook_projections::audit_trail::AuditTrail;
use serde_json::json;

fn trail(level: &str) -> AuditTrail {
    let history = History::of("action:SSC72/01")
        .then(
            "2019-02-27",
            "ActionRaised",
            json!({"reference": "SSC72/01", "text": text("AMBER", "Ask the insurer"), "raised_on": "2019-02-27"}),
        )
        .then("2019-03-13", "ActionCompleted", json!({"completed_on": "2019-03-13"}))
        .correct("2019-03-13", 2, json!("struck"));
    let mut trail = AuditTrail::new(up_to(level));
    history.events.into_iter().for_each(|event| trail.evolve(event));
    trail
}

#[test]
fn entries_keep_the_order_of_the_log() {
    let trail = trail("RED");
    let summaries: Vec<&str> = trail.entries().iter().map(|entry| entry.summary.as_str()).collect();
    assert_eq!(
        summaries,
        ["SSC72/01 raised: Ask the insurer — no owner", "complete on 2019-03-13", "version 2 struck"]
    );
}

#[test]
fn a_corrected_entry_names_its_corrections() {
    let trail = trail("RED");
    let corrected: Vec<_> = trail.entries().iter().map(|entry| entry.corrected_by.clone()).collect();
    assert_eq!(corrected, [vec![], vec![Position::new(3)], vec![]]);
}

#[test]
fn a_hidden_text_is_summarised_by_its_mark() {
    assert_eq!(trail("GREEN").entries()[0].summary, "SSC72/01 raised: [AMBER] — no owner");
}

//! A meeting of a committee that does not exist, written with every untidiness that real headlines have.

use super::support::{check, markdown, words, words_of_source};
use minutebook_import::report::report;

pub(crate) const SAMPLE: &str = include_str!("../samples/TSC_31_1206.md");

#[test]
fn what_it_holds() {
    let headlines = markdown(SAMPLE);
    check(&headlines);
    assert_eq!(words(&headlines), words_of_source(SAMPLE));
    let report = report(&headlines);
    assert_eq!(report.items.len(), 9);
    assert_eq!(report.matters_arising.len(), 3);
    assert_eq!(report.actions.len(), 3);
    assert_eq!(report.action_updates.len(), 4);
    assert_eq!(report.minutes_approved.len(), 2);
    assert_eq!(report.statuses.len(), 3);
    assert!(report.unrecognised.is_empty(), "{:?}", report.unrecognised);
}

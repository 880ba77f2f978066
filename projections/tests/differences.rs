//! Differences between two moments of a stream.

use crate::history::{History, end_of, postponed_action, up_to};
use minutebook_domain::RecordedEvent;
use minutebook_projections::actions::Actions;
use minutebook_projections::differences::{Difference, RowChange, StreamAsOf, differences};
use serde_json::{Value, json};

fn history() -> History {
    postponed_action("AMBER").correct("2019-03-13", 2, json!("struck"))
}

/// The differences between two days, each with the number of events known.
fn between(events: &[RecordedEvent], first: (&str, usize), second: (&str, usize), level: &str) -> Vec<Difference> {
    let moment = |(day, known): (&str, usize)| StreamAsOf { history: &events[..known], as_of: end_of(day) };
    differences::<Actions>(moment(first), moment(second), up_to(level), true).unwrap()
}

/// The positions of the events behind a difference, and whether each counts at the second moment.
fn causes(difference: &Difference) -> Vec<(u64, bool)> {
    difference.events.iter().map(|cause| (cause.origin.position.number(), cause.counts)).collect()
}

#[test]
fn a_row_appears_with_the_event_that_raised_it() {
    let found = between(&history().events, ("2019-02-26", 1), ("2019-02-27", 1), "WHITE");
    assert_eq!((found.len(), found[0].change), (1, RowChange::Added));
    assert_eq!(found[0].row["due_on"], json!("2019-03-13"));
    assert_eq!((found[0].fields.len(), causes(&found[0])), (0, vec![(1, true)]));
}

#[test]
fn a_changed_row_lists_each_field_with_both_values() {
    let found = between(&history().events, ("2019-03-01", 2), ("2019-03-14", 2), "AMBER");
    assert_eq!(found[0].change, RowChange::Changed);
    let fields: Vec<(&str, &Value, &Value)> =
        found[0].fields.iter().map(|change| (change.field.as_str(), &change.from, &change.to)).collect();
    assert_eq!(
        fields,
        [
            ("due_date_moves", &json!(0), &json!(1)),
            ("due_on", &json!("2019-03-13"), &json!("2019-04-10")),
            ("note", &json!(null), &json!("The auditor is ill")),
            ("note_classification", &json!(null), &json!("AMBER")),
            ("updated_on", &json!("2019-02-27"), &json!("2019-03-13")),
        ]
    );
    assert_eq!(causes(&found[0]), [(2, true)]);
}

#[test]
fn a_reader_below_the_note_sees_the_change_without_it() {
    let found = between(&history().events, ("2019-03-01", 2), ("2019-03-14", 2), "GREEN");
    let fields: Vec<&str> = found[0].fields.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(fields, ["due_date_moves", "due_on", "updated_on"]);
}

#[test]
fn a_strike_between_two_known_positions_is_named_with_the_struck_event() {
    let found = between(&history().events, ("2019-03-31", 2), ("2019-03-31", 3), "RED");
    assert_eq!(found[0].change, RowChange::Changed);
    assert_eq!(found[0].row["due_on"], json!("2019-03-13"));
    assert_eq!(causes(&found[0]), [(2, false), (3, true)]);
}

#[test]
fn a_struck_raising_removes_the_row() {
    let history = history().correct("2019-02-27", 1, json!("struck"));
    let found = between(&history.events, ("2019-03-31", 3), ("2019-03-31", 4), "WHITE");
    assert_eq!((found.len(), found[0].change), (1, RowChange::Gone));
    assert_eq!(found[0].row["text"], json!("Circulate the paper"));
}

#[test]
fn equal_moments_have_no_differences() {
    assert!(between(&history().events, ("2019-03-31", 3), ("2019-03-31", 3), "RED").is_empty());
    assert!(between(&[], ("2019-03-31", 0), ("2019-03-31", 0), "RED").is_empty());
}

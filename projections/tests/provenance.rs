//! Provenance: the last event that changed each field.

use crate::history::{History, end_of, postponed_action, text, up_to};
use minutebook_projections::actions::Actions;
use minutebook_projections::provenance::{Provenance, provenance};
use serde_json::json;

fn history() -> History {
    postponed_action("RED").replace(
        "2019-02-27",
        1,
        "ActionRaised",
        json!({"reference": "SSC72/01", "text": text("WHITE", "Circulate the final paper"), "due_on": "2019-03-13",
                   "raised_on": "2019-02-27"}),
    )
}

fn row(as_of: &str, known: usize, level: &str) -> Provenance {
    let mut rows = provenance::<Actions>(&history().events[..known], end_of(as_of), up_to(level), true).unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

/// The position of the event that gave a field its value.
fn origin(row: &Provenance, field: &str) -> Option<u64> {
    row.fields.get(field).map(|field| field.origin.position.number())
}

#[test]
fn each_field_names_the_last_event_that_changed_it() {
    let row = row("2019-03-13", 2, "RED");
    assert_eq!((origin(&row, "text"), origin(&row, "due_on"), origin(&row, "note")), (Some(1), Some(2), Some(2)));
    assert_eq!(row.fields["due_on"].value, json!("2019-04-10"));
    assert_eq!(row.fields["due_on"].origin.event_type, "DueDateMoved");
}

#[test]
fn a_field_without_a_value_has_no_origin() {
    assert_eq!(origin(&row("2019-03-01", 2, "RED"), "closed_on"), None);
}

#[test]
fn a_corrected_field_names_the_correction() {
    let row = row("2019-03-13", 3, "WHITE");
    assert_eq!(origin(&row, "text"), Some(3));
    let origin = &row.fields["text"].origin;
    assert_eq!(origin.event_type, "ActionRaised");
    let correction = origin.correction.as_ref().unwrap();
    assert_eq!(correction.event_id, Some(crate::history::event_id(1)));
    assert_eq!((correction.change.as_str(), correction.reason.as_deref()), ("replaced", Some("a slip of the pen")));
}

#[test]
fn a_hidden_note_has_no_origin() {
    let row = row("2019-03-13", 2, "AMBER");
    assert_eq!((origin(&row, "due_on"), origin(&row, "note")), (Some(2), None));
    assert_eq!(row.row["note"], json!(null));
}

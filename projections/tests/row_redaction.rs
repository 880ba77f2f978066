//! Redaction of rows, and the marks that later corrections give to earlier events.

use crate::history::{History, text, up_to};
use chrono::{DateTime, Utc};
use minutebook_domain::Position;
use minutebook_domain::action::ActionStatus;
use minutebook_projections::actions::Actions;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::plain_fold::plain_fold;
use minutebook_projections::redaction::{redact_row, redacted_history, sees_all};
use serde_json::json;

fn action(text_mark: &str, note_mark: &str) -> History {
    History::of("action:SSC72/01")
        .then(
            "2019-02-27",
            "ActionRaised",
            json!({"reference": "SSC72/01", "text": text(text_mark, "Ask the insurer"), "raised_on": "2019-02-27"}),
        )
        .then(
            "2019-03-13",
            "ActionProgressed",
            json!({"note": text(note_mark, "They refuse"), "progressed_on": "2019-03-13"}),
        )
}

#[test]
fn a_hidden_note_looks_like_an_absent_one() {
    let row = action("WHITE", "RED").row::<Actions>("", "2019-03-13").unwrap();
    for (level, note, mark) in [
        ("WHITE", json!(null), json!(null)),
        ("AMBER", json!(null), json!(null)),
        ("RED", json!("They refuse"), json!("RED")),
    ] {
        let fields = redact_row(&row, up_to(level)).unwrap().unwrap();
        assert_eq!(fields["note"], note, "{level}");
        assert_eq!(fields.get("note_classification").cloned().unwrap_or_default(), mark, "{level}");
        assert_eq!(fields["text"], json!("Ask the insurer"), "{level}");
    }
}

#[test]
fn a_row_with_a_hidden_main_text_does_not_exist() {
    let row = action("AMBER", "WHITE").row::<Actions>("", "2019-03-13").unwrap();
    assert_eq!(redact_row(&row, up_to("GREEN")).unwrap(), None);
    assert!(redact_row(&row, up_to("AMBER")).unwrap().is_some());
}

#[test]
fn hidden_items_and_editions_leave_a_meeting() {
    let history = History::of("meeting:SSC_72_2702")
        .then(
            "2019-02-01",
            "MeetingConvened",
            json!({"reference": "SSC_72_2702", "held_on": "2019-02-27", "classification": "WHITE"}),
        )
        .then("2019-02-27", "AgendaItemTabled", json!({"number": 1, "title": text("RED", "The breach")}))
        .then("2019-02-27", "AgendaItemTabled", json!({"number": 2, "title": text("WHITE", "Tides")}))
        .then(
            "2019-03-06",
            "HeadlinesPublished",
            json!({"edition": 1, "audience": "RED", "published_on": "2019-03-06"}),
        );
    let row = history.row::<Meetings>("", "2019-03-06").unwrap();
    let fields = redact_row(&row, up_to("WHITE")).unwrap().unwrap();
    assert_eq!(fields["items"].as_array().unwrap().len(), 1);
    assert_eq!(fields["items"][0]["number"], json!(2));
    assert_eq!(fields["published"], json!([]));
}

#[test]
fn only_the_highest_clearance_of_every_scheme_sees_all() {
    assert_eq!(["WHITE", "GREEN", "AMBER", "RED"].map(|level| sees_all(up_to(level))), [false, false, false, true]);
}

/// The events that a reader of the past with this clearance knows, by version, when `known` of them were recorded.
fn known(history: &History, known: usize, level: &str) -> Vec<u64> {
    let history = redacted_history(&history.events, known, up_to(level));
    history.iter().map(|event| event.version.number()).collect()
}

fn raised_anew(mark: &str) -> serde_json::Value {
    json!({"reference": "SSC72/01", "text": text(mark, "Ask the insurer"), "raised_on": "2019-02-27"})
}

#[test]
fn a_text_marked_higher_later_is_hidden_in_the_past() {
    let history = action("WHITE", "WHITE").replace("2019-02-27", 1, "ActionRaised", raised_anew("AMBER"));
    assert_eq!(known(&history, 2, "WHITE"), [2]);
    assert_eq!(known(&history, 2, "AMBER"), [1, 2]);
}

#[test]
fn a_text_marked_lower_later_keeps_its_mark_in_the_past() {
    let history = action("AMBER", "WHITE").replace("2019-02-27", 1, "ActionRaised", raised_anew("WHITE"));
    assert_eq!(known(&history, 2, "WHITE"), [2]);
    assert_eq!(known(&history, 3, "WHITE"), [2, 3]);
}

#[test]
fn a_struck_text_is_hidden_in_the_past_below_red() {
    let history = action("WHITE", "WHITE").correct("2019-03-13", 2, json!("struck"));
    let note = |level: &str| {
        let known = redacted_history(&history.events, 2, up_to(level));
        known[1].event.data().unwrap().get("note").cloned()
    };
    assert_eq!(note("AMBER"), None);
    assert_eq!(note("RED"), Some(text("WHITE", "They refuse")));
}

#[test]
fn a_correction_above_the_reader_hides_nothing() {
    let history = action("WHITE", "WHITE").marked("RED").replace("2019-02-27", 1, "ActionRaised", raised_anew("RED"));
    assert_eq!(known(&history, 3, "WHITE"), [1, 2]);
    assert_eq!(known(&history, 3, "RED"), [1, 2, 3]);
}

#[test]
fn an_event_above_the_reader_does_not_exist() {
    let history = action("WHITE", "WHITE").marked("GREEN").then(
        "2019-03-20",
        "ActionCompleted",
        json!({"completed_on": "2019-03-20"}),
    );
    assert_eq!(known(&history, 3, "WHITE"), [1, 2]);
    assert_eq!(known(&history, 3, "GREEN"), [1, 2, 3]);
    let white = redacted_history(&history.events, 3, up_to("WHITE"));
    let rows = plain_fold::<Actions>(&white, &[Position::new(3)], DateTime::<Utc>::MAX_UTC, Position::new(3)).unwrap();
    let row = rows.into_values().next().unwrap();
    assert_eq!(row.status, ActionStatus::Outstanding, "the completion is not for this reader");
}

#[test]
fn an_event_marked_anew_has_the_higher_of_both_marks_in_the_past() {
    let raise = |level: &str| json!({"marked": {"classification": level}});
    let higher = action("WHITE", "WHITE").marked("RED").correct("2019-04-01", 2, raise("RED"));
    assert_eq!(known(&higher, 2, "WHITE"), [1]);
    assert_eq!(known(&higher, 3, "RED"), [1, 2, 3]);
    let lower = action("WHITE", "WHITE")
        .marked("RED")
        .then("2019-03-20", "ActionCompleted", json!({"completed_on": "2019-03-20"}))
        .correct("2019-04-01", 3, raise("WHITE"));
    assert_eq!(known(&lower, 3, "WHITE"), [1, 2], "it was above the reader then");
    assert_eq!(known(&lower, 4, "WHITE"), [1, 2, 3]);
}

#[test]
fn a_text_of_an_event_can_be_marked_alone() {
    let marked = json!({"marked": {"classification": "RED", "field": "note"}});
    let history = action("WHITE", "WHITE").correct("2019-04-01", 2, marked);
    let note = |level: &str| {
        let known = redacted_history(&history.events, 3, up_to(level));
        known[1].event.data().unwrap().get("note").cloned()
    };
    assert_eq!(note("WHITE"), None);
    assert_eq!(note("RED"), Some(text("RED", "They refuse")));
}

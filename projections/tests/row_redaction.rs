//! Redaction of rows, and the marks that later corrections give to earlier events.

use crate::history::{History, text, up_to};
use minutebook_domain::Event;
use minutebook_domain::action::ActionEvent;
use minutebook_projections::actions::Actions;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::redaction::{redact_row, sees_all, with_current_marks};
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

/// The mark of the raised text, as a reader of the past with this clearance meets it.
fn mark_of_raised(history: &History, known: usize, level: &str) -> String {
    let marked = with_current_marks(&history.events[..known], &history.events, up_to(level)).unwrap();
    let Event::Action(ActionEvent::ActionRaised(raised)) = &marked[0].event else { panic!() };
    raised.text.classification().to_string()
}

#[test]
fn a_text_marked_higher_later_is_hidden_in_the_past() {
    let history = action("WHITE", "WHITE").replace(
        "2019-02-27",
        1,
        "ActionRaised",
        json!({"reference": "SSC72/01", "text": text("AMBER", "Ask the insurer"), "raised_on": "2019-02-27"}),
    );
    assert_eq!(mark_of_raised(&history, 2, "WHITE"), "AMBER");
    // A reader who may see the new mark is shown the one of the time.
    assert_eq!(mark_of_raised(&history, 2, "AMBER"), "WHITE");
}

#[test]
fn a_text_marked_lower_later_keeps_its_mark_in_the_past() {
    let history = action("AMBER", "WHITE").replace(
        "2019-02-27",
        1,
        "ActionRaised",
        json!({"reference": "SSC72/01", "text": text("WHITE", "Ask the insurer"), "raised_on": "2019-02-27"}),
    );
    assert_eq!(mark_of_raised(&history, 2, "WHITE"), "AMBER");
}

#[test]
fn a_struck_text_gets_the_highest_mark_in_the_past() {
    let history = action("WHITE", "WHITE").correct("2019-02-27", 1, json!("struck"));
    assert_eq!(mark_of_raised(&history, 2, "AMBER"), "RED");
    assert_eq!(mark_of_raised(&history, 2, "RED"), "WHITE");
}

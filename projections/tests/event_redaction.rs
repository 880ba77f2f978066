//! Redaction of events within their stream.

use crate::history::{History, text, up_to};
use minutebook_domain::classification::ClassifiedText as _;
use minutebook_projections::redaction::{RedactedEvent, RedactedStream, words_of_texts};
use serde_json::json;

fn redacted(history: &History, index: usize, level: &str) -> Option<RedactedEvent> {
    RedactedStream::new(history.events.clone().into(), up_to(level)).event(index).unwrap()
}

/// For each event of the stream, whether it exists for a reader with this clearance.
fn existing(history: &History, level: &str) -> Vec<bool> {
    (0..history.events.len()).map(|index| redacted(history, index, level).is_some()).collect()
}

fn action(mark: &str) -> History {
    History::of("action:SSC72/01")
        .then(
            "2019-02-27",
            "ActionRaised",
            json!({"reference": "SSC72/01", "text": text(mark, "Ask the insurer"), "raised_on": "2019-02-27"}),
        )
        .then(
            "2019-03-13",
            "ActionProgressed",
            json!({"note": text("RED", "They refuse"), "progressed_on": "2019-03-13"}),
        )
}

#[test]
fn a_hidden_note_is_left_out() {
    let history = action("WHITE");
    let event = redacted(&history, 1, "AMBER").unwrap();
    assert_eq!(event.data, json!({"progressed_on": "2019-03-13"}));
    assert!(redacted(&history, 1, "RED").unwrap().data.get("note").is_some());
}

#[test]
fn an_event_is_known_by_its_own_mark() {
    assert_eq!(existing(&action("AMBER"), "GREEN"), [false, true]);
    assert_eq!(existing(&action("AMBER"), "AMBER"), [true, true]);
}

#[test]
fn a_text_marked_higher_by_a_correction_is_hidden_from_its_first_event_on() {
    let history = action("WHITE").replace(
        "2019-02-27",
        1,
        "ActionRaised",
        json!({"reference": "SSC72/01", "text": text("AMBER", "Ask the insurer"), "raised_on": "2019-02-27"}),
    );
    assert_eq!(existing(&history, "WHITE"), [false, true, false]);
    assert_eq!(existing(&history, "AMBER"), [true, true, true]);
}

#[test]
fn a_text_opened_by_a_correction_is_known_from_that_correction_on() {
    let history = action("AMBER").replace(
        "2019-02-27",
        1,
        "ActionRaised",
        json!({"reference": "SSC72/01", "text": text("WHITE", "Ask the insurer"), "raised_on": "2019-02-27"}),
    );
    assert_eq!(existing(&history, "WHITE"), [false, true, true]);
    assert!(!redacted(&history, 2, "WHITE").unwrap().target_exists);
    assert!(redacted(&history, 2, "AMBER").unwrap().target_exists);
}

#[test]
fn a_list_keeps_the_entries_and_references_that_the_reader_may_see() {
    let history = History::of("meeting:SSC_72_2702")
        .then(
            "2019-02-27",
            "MeetingConvened",
            json!({"reference": "SSC_72_2702", "held_on": "2019-02-27", "classification": "WHITE"}),
        )
        .then(
            "2019-02-27",
            "ListRecorded",
            json!({
                "passage": 1, "ordered": false, "depths": [0, 1],
                "entries": [text("WHITE", "SECMP0037 goes on"), text("RED", "SECMP0099 leaked")],
                "references": ["SECMP0037", "SECMP0099"],
            }),
        )
        .then("2019-02-27", "ParagraphRecorded", json!({"passage": 2, "text": text("RED", "The breach")}));
    let list = redacted(&history, 1, "AMBER").unwrap().data;
    assert_eq!(list["entries"], json!([text("WHITE", "SECMP0037 goes on")]));
    assert_eq!((&list["depths"], &list["references"]), (&json!([0]), &json!(["SECMP0037"])));
    assert_eq!(existing(&history, "AMBER"), [true, true, false]);
}

#[test]
fn a_strike_exists_for_readers_of_the_struck_event() {
    let history = History::of("meeting:SSC_72_2702")
        .then(
            "2019-02-27",
            "MeetingConvened",
            json!({"reference": "SSC_72_2702", "held_on": "2019-02-27", "classification": "WHITE"}),
        )
        .then("2019-02-27", "ParagraphRecorded", json!({"passage": 1, "text": text("AMBER", "The breach")}))
        .correct("2019-02-27", 2, json!("struck"));
    assert_eq!(existing(&history, "GREEN"), [true, false, false]);
    assert!(existing(&history, "RED").into_iter().all(|exists| exists));
}

#[test]
fn a_real_name_is_red_whatever_its_mark() {
    let history = History::of("party:SSC:Other User L")
        .then(
            "2019-01-01",
            "PartyRegistered",
            json!({"committee": "SSC", "name": "Other User L", "category": "Other User"}),
        )
        .then("2019-01-02", "PartyIdentified", json!({"real_name": text("RED", "Acme Ltd")}));
    assert_eq!(existing(&history, "AMBER"), [true, false]);
    assert_eq!(existing(&history, "RED"), [true, true]);
}

#[test]
fn what_a_text_says_is_told_apart_from_the_other_fields() {
    let decision =
        json!({"number": 1, "verb": "AGREED", "text": text("RED", "the breach"), "subjects": ["Other User L"]});
    let cells = json!({"header": ["Party"], "rows": [["DCC"]]});
    let table = json!({"passage": 1, "table": {"classification": "RED", "text": cells}});
    let correction = json!({"version": 2, "change": {"replaced": {"type": "TableRecorded", "data": table}},
                            "authority": text("RED", "the chair")});
    let history = History::of("meeting:SSC_72_2702")
        .then("2019-02-27", "DecisionRecorded", decision)
        .then("2019-02-27", "TableRecorded", table)
        .corrected_by("2019-02-27", 2, correction);
    let words: Vec<_> = history.events.iter().map(|recorded| words_of_texts(&recorded.event)).collect();
    assert_eq!(words, [vec!["the breach"], vec!["Party", "DCC"], vec!["the chair", "Party", "DCC"]]);
}

/// For each event of the stream, whether a reader with this clearance gets its reason.
fn reasons(history: &History, level: &str) -> Vec<bool> {
    let has_reason =
        |index| redacted(history, index, level).is_some_and(|event| event.recorded.metadata.reason.is_some());
    (0..history.events.len()).map(has_reason).collect()
}

fn set_reason_mark(history: &mut History, index: usize, level: &str) {
    history.events[index].metadata.reason.as_mut().unwrap().set_mark(level.parse().unwrap());
}

#[test]
fn a_reason_is_read_by_its_own_mark() {
    let replaced = json!({"note": text("RED", "They refuse again"), "progressed_on": "2019-03-13"});
    let mut history = action("WHITE").replace("2019-03-13", 2, "ActionProgressed", replaced);
    assert_eq!(reasons(&history, "WHITE"), [false, false, true]);
    set_reason_mark(&mut history, 2, "AMBER");
    assert_eq!(reasons(&history, "GREEN"), [false, false, false]);
    assert_eq!(existing(&history, "GREEN"), [true, true, true]);
    assert_eq!(reasons(&history, "AMBER"), [false, false, true]);
}

#[test]
fn a_text_marked_higher_later_raises_the_reasons_that_may_mention_it() {
    let raised = json!({"reference": "SSC72/01", "text": text("WHITE", "Ask the broker"), "raised_on": "2019-02-27"});
    let marked = |level: &str, field: &str| json!({"marked": {"classification": level, "field": field}});
    let history = action("WHITE").replace("2019-02-27", 1, "ActionRaised", raised).correct(
        "2019-03-13",
        1,
        marked("AMBER", "text"),
    );
    assert_eq!(existing(&history, "GREEN"), [false, true, true, false]);
    assert_eq!(reasons(&history, "GREEN"), [false, false, false, false]);
    assert_eq!(reasons(&history, "AMBER"), [false, false, true, true]);
    // From then on a mark of the reason's own counts.
    let history = history.correct("2019-03-13", 3, marked("WHITE", "reason"));
    assert_eq!(reasons(&history, "GREEN"), [false, false, true, false, true]);
}

#[test]
fn the_authority_of_a_correction_is_read_by_its_own_mark() {
    let change = json!({"replaced": {"type": "ActionProgressed",
                                     "data": {"note": text("WHITE", "They agree"), "progressed_on": "2019-03-13"}}});
    let data = json!({"version": 2, "change": change, "authority": text("AMBER", "the Chair")});
    let history = action("WHITE").corrected_by("2019-03-13", 2, data);
    let authority = |level: &str| redacted(&history, 2, level).unwrap().data.get("authority").cloned();
    assert_eq!(authority("GREEN"), None);
    assert_eq!(authority("AMBER"), Some(text("AMBER", "the Chair")));
}

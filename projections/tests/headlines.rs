//! The headlines of a meeting as a document.

use crate::history::{History, text, up_to};
use minutebook_domain::Event;
use minutebook_domain::action::ActionEvent;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_projections::headlines::{
    HeadlinesBlock, MeetingDocument, MeetingDocumentError, MeetingRecord, document,
};
use serde_json::{Value, json};

/// A live meeting with one item.
pub(crate) fn meeting() -> History {
    History::of("meeting:SSC_72_2702")
        .then(
            "2019-02-27",
            "MeetingConvened",
            json!({"reference": "SSC_72_2702", "held_on": "2019-02-27", "starts_at": "10:00", "ends_at": "16:00",
                   "classification": "WHITE"}),
        )
        .then("2019-02-27", "AgendaItemTabled", json!({"number": 1, "title": text("WHITE", "Tides")}))
}

fn decision(number: u32, mark: &str, words: &str) -> Value {
    json!({"number": number, "item": 1, "verb": "AGREED", "text": text(mark, words)})
}

pub(crate) fn rendered(
    meeting: &History,
    actions: &[History],
    level: &str,
) -> Result<MeetingDocument, MeetingDocumentError> {
    let meeting: Vec<MeetingEvent> = meeting
        .events
        .iter()
        .filter_map(|recorded| match &recorded.event {
            Event::Meeting(event) => Some(event.clone()),
            _ => None,
        })
        .collect();
    let actions: Vec<Vec<ActionEvent>> = actions
        .iter()
        .map(|history| {
            let events = history.events.iter().filter_map(|recorded| match &recorded.event {
                Event::Action(event) => Some(event.clone()),
                _ => None,
            });
            events.collect()
        })
        .collect();
    document(&MeetingRecord { meeting: &meeting, actions: &actions, ..MeetingRecord::default() }, up_to(level))
}

pub(crate) fn paragraphs(blocks: &[HeadlinesBlock]) -> Vec<&str> {
    blocks
        .iter()
        .filter_map(|block| if let HeadlinesBlock::Paragraph(text) = block { Some(text.as_str()) } else { None })
        .collect()
}

fn under_first_item(document: &MeetingDocument) -> Vec<&str> {
    paragraphs(&document.items[0].content)
}

#[test]
fn a_live_decision_is_put_into_a_sentence() {
    let history = meeting().then("2019-02-27", "DecisionRecorded", decision(1, "WHITE", "the open terms"));
    let document = rendered(&history, &[], "WHITE").unwrap();
    assert_eq!(under_first_item(&document), ["The SSC AGREED the open terms."]);
    assert_eq!(document.holds.label(), "WHITE");
    assert!(document.front.contains(&HeadlinesBlock::Title("SSC Meeting Headlines".to_owned())));
    assert!(document.front.contains(&HeadlinesBlock::Paragraph("27 February 2019, 10:00 – 16:00".to_owned())));
}

#[test]
fn a_text_above_the_document_is_printed_with_its_mark_for_those_who_may_see_it() {
    let history = meeting().then("2019-02-27", "DecisionRecorded", decision(1, "RED", "the breach"));
    let red = rendered(&history, &[], "RED").unwrap();
    assert_eq!(under_first_item(&red), ["The SSC AGREED the breach. (RED)"]);
    assert_eq!(red.holds.label(), "RED");
    let white = rendered(&history, &[], "AMBER").unwrap();
    assert!(under_first_item(&white).is_empty() && white.decisions.is_empty());
    assert_eq!(white.holds.label(), "WHITE");
}

#[test]
fn imported_prose_comes_back_word_for_word_and_once() {
    let prose = "The SSC AGREED the open terms, and thanked the chair.";
    let history = meeting()
        .then("2019-02-27", "ParagraphRecorded", json!({"passage": 1, "item": 1, "text": text("WHITE", prose)}))
        .then(
            "2019-02-27",
            "DecisionRecorded",
            json!({"number": 1, "item": 1, "verb": "AGREED", "text": text("WHITE", "the open terms"), "passage": 1}),
        );
    let document = rendered(&history, &[], "WHITE").unwrap();
    assert_eq!(under_first_item(&document), [prose]);
    assert_eq!(document.decisions.len(), 1);
}

#[test]
fn a_correction_is_printed_in_the_place_of_its_event() {
    let history = meeting()
        .then("2019-02-27", "DecisionRecorded", decision(1, "WHITE", "the open terms"))
        .then("2019-02-27", "DecisionRecorded", decision(2, "WHITE", "the budget"))
        .replace("2019-02-27", 3, "DecisionRecorded", decision(1, "WHITE", "the closed terms"));
    let document = rendered(&history, &[], "WHITE").unwrap();
    assert_eq!(under_first_item(&document), ["The SSC AGREED the closed terms.", "The SSC AGREED the budget."]);
}

#[test]
fn an_action_is_printed_with_its_owner_and_its_due_date() {
    let action = History::of("action:SSC72/01").then(
        "2019-02-27",
        "ActionRaised",
        json!({"reference": "SSC72/01", "text": text("WHITE", "Circulate the paper"), "owners": ["SECAS"],
               "due_on": "2019-03-27", "raised_in": "SSC_72_2702", "raised_on": "2019-02-27", "item": 1}),
    );
    let document = rendered(&meeting(), &[action], "WHITE").unwrap();
    assert_eq!(under_first_item(&document), ["ACTION SSC72/01: SECAS to circulate the paper by 27 March 2019."]);
}

#[test]
fn a_meeting_above_the_clearance_has_no_document() {
    let history = History::of("meeting:SSC_72_2702").then(
        "2019-02-27",
        "MeetingConvened",
        json!({"reference": "SSC_72_2702", "held_on": "2019-02-27", "classification": "AMBER"}),
    );
    assert_eq!(rendered(&history, &[], "WHITE"), Err(MeetingDocumentError::AboveClearance));
    let unknown = History::of("meeting:SSC_72_2702");
    assert_eq!(rendered(&unknown, &[], "RED"), Err(MeetingDocumentError::NotConvened));
}

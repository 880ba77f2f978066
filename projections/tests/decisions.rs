//! The fold of decisions.

use crate::history::{History, text};
use minutebook_domain::meeting::Verb;
use minutebook_projections::decisions::Decisions;
use serde_json::json;

fn meeting() -> History {
    History::of("meeting:SSC_72_2702")
        .then(
            "2019-02-27",
            "DecisionRecorded",
            json!({
                "number": 1, "item": 3, "verb": "AGREED", "text": text("GREEN", "the open terms"),
                "subjects": ["Other User L"],
            }),
        )
        .then(
            "2019-02-27",
            "DecisionRecorded",
            json!({"number": 2, "verb": "NOTED", "text": text("WHITE", "the update"), "references": ["SECMP0037"]}),
        )
}

#[test]
fn each_decision_has_a_row_of_its_own() {
    let history = meeting();
    assert_eq!(history.keys::<Decisions>("2019-02-27"), ["1", "2"]);
    let first = history.row::<Decisions>("1", "2019-02-27").unwrap();
    assert_eq!(
        (first.id.to_string().as_str(), first.verb, first.item),
        ("SSC_72_2702/D1", Verb::Agreed, Some(3.into()))
    );
    assert_eq!(first.decided_at, "2019-02-27T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    assert_eq!(first.subjects, ["Other User L".parse().unwrap()]);
    assert_eq!((first.superseded_by, first.rescinded), (None, false));
}

#[test]
fn a_superseded_decision_names_its_successor_from_that_day_on() {
    let history = meeting().then(
        "2019-04-10",
        "DecisionSuperseded",
        json!({"decision": "SSC_72_2702/D1", "by": "SSC_73_1004/D4"}),
    );
    assert_eq!(history.row::<Decisions>("1", "2019-04-09").unwrap().superseded_by, None);
    let superseded = history.row::<Decisions>("1", "2019-04-10").unwrap();
    assert_eq!(superseded.superseded_by.unwrap().to_string(), "SSC_73_1004/D4");
    assert_eq!(history.row::<Decisions>("2", "2019-04-10").unwrap().superseded_by, None);
}

#[test]
fn a_rescinded_decision_is_marked_from_that_day_on() {
    let history = meeting().then(
        "2019-04-10",
        "DecisionSuperseded",
        json!({"decision": "SSC_72_2702/D1", "by": "SSC_73_1004/D4", "rescinded": true}),
    );
    assert!(!history.row::<Decisions>("1", "2019-04-09").unwrap().rescinded);
    assert!(history.row::<Decisions>("1", "2019-04-10").unwrap().rescinded);
}

#[test]
fn a_replaced_decision_has_the_words_of_its_correction() {
    let history = meeting().replace(
        "2019-02-27",
        2,
        "DecisionRecorded",
        json!({"number": 2, "verb": "APPROVED", "text": text("AMBER", "the budget")}),
    );
    let before = history.row_known_at::<Decisions>("2", "2019-03-01", 2).unwrap();
    assert_eq!(before.verb, Verb::Noted);
    let after = history.row::<Decisions>("2", "2019-03-01").unwrap();
    assert_eq!((after.verb, after.text.classification().label()), (Verb::Approved, "AMBER"));
    assert!(after.references.is_empty());
}

#[test]
fn a_struck_decision_has_no_row() {
    let history = meeting().correct("2019-02-27", 1, json!("struck"));
    assert_eq!(history.keys::<Decisions>("2019-03-01"), ["2"]);
}

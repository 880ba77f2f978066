//! One-line summaries of events.

use crate::history::{History, text, up_to};
use minutebook_projections::summary;
use serde_json::json;

fn summarised(stream: &str, event_type: &str, data: serde_json::Value, level: &str) -> String {
    summary(&History::of(stream).then("2019-02-27", event_type, data).events[0].event, up_to(level))
}

#[test]
fn a_decision_is_summarised_with_its_item_and_its_destination() {
    let data = json!({"number": 4, "item": 2, "verb": "RECOMMENDED", "text": text("WHITE", "the change"),
                      "recommended_to": "SECCo Board"});
    assert_eq!(
        summarised("meeting:SSC_72_2702", "DecisionRecorded", data, "WHITE"),
        "item 2: decision D4: RECOMMENDED the change; recommended to SECCo Board"
    );
}

#[test]
fn a_status_without_a_value_is_undisclosed() {
    let data = json!({"meeting": "SSC_72_2702", "agreed_on": "2019-02-27", "kind": "assurance"});
    assert_eq!(
        summarised("party:SSC:Other User L", "StatusAgreed", data, "RED"),
        "assurance status agreed at SSC_72_2702: undisclosed"
    );
}

#[test]
fn list_entries_above_the_clearance_are_replaced_one_by_one() {
    let data = json!({"passage": 1, "ordered": false, "entries": [text("WHITE", "tides"), text("RED", "the breach")]});
    assert_eq!(summarised("meeting:SSC_72_2702", "ListRecorded", data, "AMBER"), "tides; [RED]");
}

//! An event belongs to the stream that it names.

use crate::support::{event, marked, replace};
use minutebook_domain::action::{Action, ActionEvent};
use minutebook_domain::{Event, StreamId};
use serde_json::json;

fn raised(reference: &str) -> ActionEvent {
    let text = marked("WHITE", "Write to the Panel");
    let data = json!({"reference": reference, "text": text, "owners": ["SECAS"], "raised_on": "2019-02-27"});
    event("ActionRaised", &data)
}

#[test]
fn an_event_belongs_to_the_stream_it_names_at_any_depth_of_corrections() {
    let stream: StreamId = "action:SSC72/01".parse().unwrap();
    for (reference, belongs) in [("SSC72/01", true), ("SSC72/02", false)] {
        let once = replace::<Action>(1, raised(reference));
        let twice = replace::<Action>(2, once.clone());
        for event in [raised(reference), once, twice] {
            assert_eq!(Event::from(event).belongs_to(&stream), belongs, "{reference}");
        }
    }
    let meeting: StreamId = "meeting:SSC_72_2702".parse().unwrap();
    assert!(!Event::from(raised("SSC72/01")).belongs_to(&meeting));
}

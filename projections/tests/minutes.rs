//! The fold of minutes.

use crate::history::{History, text};
use minutebook_domain::meeting::MinutesOutcome;
use minutebook_projections::minutes::{Minutes, MinutesStep};
use minutebook_projections::projection::{Listing, Projection};
use serde_json::json;

fn approving() -> History {
    History::of("meeting:SSC_73_1303")
        .then("2019-03-20", "MinutesDrafted", json!({"edition": "draft", "drafted_on": "2019-03-20"}))
        .then(
            "2019-03-13",
            "MinutesApproved",
            json!({
                "committee": "SSC", "minutes_of": "2019-02-27", "edition": "draft", "outcome": "subject to amendments",
                "amendments": [text("WHITE", "a name"), text("AMBER", "a figure")], "comments_received": true,
            }),
        )
}

#[test]
fn a_draft_and_an_approval_are_rows_of_their_own() {
    let history = approving();
    assert_eq!(history.keys::<Minutes>("2019-03-13"), ["draft of 2019-02-27"]);
    assert_eq!(history.keys::<Minutes>("2019-03-20"), ["draft drafted", "draft of 2019-02-27"]);
}

#[test]
fn an_approval_keeps_its_amendments_and_their_highest_mark() {
    let row = approving().row::<Minutes>("draft of 2019-02-27", "2019-03-13").unwrap();
    let listing = Minutes::listing(&row);
    let MinutesStep::Approved { minutes_of, outcome, amendments, comments_received } = row.step else { panic!() };
    assert_eq!(minutes_of, "2019-02-27".parse().unwrap());
    assert_eq!((outcome, amendments.len()), (MinutesOutcome::SubjectToAmendments, 2));
    assert_eq!(comments_received, Some(true));
    assert_eq!(listing, Listing { scope: "SSC".to_owned(), facet: "approved" });
}

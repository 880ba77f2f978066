//! The fold of matters arising.

use crate::history::{History, text};
use minutebook_projections::matters::Matters;
use minutebook_projections::projection::{Listing, Projection};
use serde_json::json;

fn meeting() -> History {
    History::of("meeting:SSC_72_2702").then(
        "2019-02-27",
        "MatterArisingNoted",
        json!({"number": 1, "item": 2, "text": text("AMBER", "The survey of the gates"), "marked": "RED",
               "references": ["SECMP0037"]}),
    )
}

#[test]
fn a_matter_keeps_its_item_its_mark_and_its_references() {
    let row = meeting().row::<Matters>("1", "2019-02-27").unwrap();
    assert_eq!((row.meeting.to_string().as_str(), row.number, row.item), ("SSC_72_2702", 1, Some(2.into())));
    assert_eq!(row.marked.map(minutebook_domain::classification::Classification::label), Some("RED"));
    assert_eq!(row.references, ["SECMP0037".parse().unwrap()]);
    assert_eq!(Matters::listing(&row), Listing { scope: "SSC".to_owned(), facet: "" });
}

#[test]
fn a_supplemented_matter_gets_a_row_from_its_correction() {
    let history = meeting().correct(
        "2019-02-27",
        1,
        json!({"supplemented": {
            "type": "MatterArisingNoted", "data": {"number": 2, "text": text("WHITE", "The minutes of January")},
        }}),
    );
    assert_eq!(history.keys::<Matters>("2019-02-27"), ["1", "2"]);
    assert!(history.row_known_at::<Matters>("2", "2019-02-27", 1).is_none());
}

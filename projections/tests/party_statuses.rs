//! The fold of party statuses.

use crate::history::{History, text};
use minutebook_projections::party_statuses::PartyStatuses;
use serde_json::json;

const KEY: &str = "SSC_72_2702 assurance";

fn deferred() -> History {
    History::of("party:SSC:Other User L").then(
        "2019-02-27",
        "StatusDeferred",
        json!({"meeting": "SSC_72_2702", "deferred_on": "2019-02-27", "item": 5, "kind": "assurance",
               "deferred_to": "2019-03-13"}),
    )
}

#[test]
fn a_deferred_status_has_no_value() {
    let row = deferred().row::<PartyStatuses>(KEY, "2019-02-27").unwrap();
    assert!(row.deferred && row.value.is_none());
    assert_eq!(row.deferred_to, Some("2019-03-13".parse().unwrap()));
    assert_eq!((row.committee.as_str(), row.party.as_str(), row.item), ("SSC", "Other User L", Some(5.into())));
}

#[test]
fn a_status_agreed_later_is_a_row_beside_the_deferral() {
    let history = deferred().then(
        "2019-03-13",
        "StatusAgreed",
        json!({"meeting": "SSC_73_1303", "agreed_on": "2019-03-13", "kind": "assurance",
               "value": text("RED", "Approved"), "decision": "SSC_73_1303/D2"}),
    );
    assert_eq!(history.keys::<PartyStatuses>("2019-03-13"), [KEY, "SSC_73_1303 assurance"]);
    let row = history.row::<PartyStatuses>("SSC_73_1303 assurance", "2019-03-13").unwrap();
    assert!(!row.deferred);
    assert_eq!(row.decision.as_ref().unwrap().to_string(), "SSC_73_1303/D2");
}

//! The fold of committees.

use crate::history::History;
use minutebook_projections::committees::Committees;
use serde_json::json;

fn established() -> History {
    History::of("committee:SSC")
        .then(
            "2015-01-01",
            "CommitteeEstablished",
            json!({"code": "SSC", "name": "Security Sub-Committee", "scheme": "panel-information-policy",
                   "time_zone": "Europe/London", "quorum": 4, "established_on": "2015-01-01"}),
        )
        .then(
            "2018-05-01",
            "MemberAppointed",
            json!({"name": "Ada Marsh", "role": "chair", "appointed_on": "2018-05-01"}),
        )
}

fn members(history: &History, as_of: &str) -> Vec<String> {
    let row = history.row::<Committees>("", as_of).unwrap();
    row.members.iter().map(|member| member.name.to_string()).collect()
}

#[test]
fn an_established_committee_has_its_settings() {
    let row = established().row::<Committees>("", "2015-01-01").unwrap();
    assert_eq!((row.code.as_str(), row.name.as_str(), row.quorum), ("SSC", "Security Sub-Committee", Some(4)));
    assert_eq!((row.time_zone.as_str(), row.members.len()), ("Europe/London", 0));
}

#[test]
fn a_member_serves_from_the_appointment_to_the_retirement() {
    let history =
        established().then("2019-06-30", "MemberRetired", json!({"name": "Ada Marsh", "retired_on": "2019-06-30"}));
    assert!(members(&history, "2018-04-30").is_empty());
    assert_eq!(members(&history, "2019-06-29"), ["Ada Marsh"]);
    assert!(members(&history, "2019-06-30").is_empty());
}

//! The rules of a committee.

use super::{Case, case};
use crate::support::{event, record};
use minutebook_domain::committee::{Committee, CommitteeEvent};
use minutebook_domain::rules::check_history;
use serde_json::{Value, json};

fn committee() -> Value {
    json!({ "code": "SSC", "name": "Security Sub-Committee" })
}

fn with(field: &str, value: &str) -> Value {
    let mut data = committee();
    data[field] = value.into();
    data
}

fn member(name: &str) -> Value {
    json!({ "name": name, "role": "member", "appointed_on": "2019-01-09" })
}

fn retirement(name: &str, date: &str) -> Value {
    json!({ "name": name, "retired_on": date })
}

pub(super) fn cases() -> Vec<Case> {
    let established: CommitteeEvent = event("CommitteeEstablished", &committee());
    let appointed: CommitteeEvent = event("MemberAppointed", &member("Gordon Hextall"));
    let serving = [established.clone(), appointed.clone()];
    let retired = event("MemberRetired", &retirement("Gordon Hextall", "2019-02-27"));
    let state = |data: &Value| check_history::<Committee>(&[event("CommitteeEstablished", data)]).unwrap();
    let (plain, mut extended) = (state(&committee()), committee());
    extended["party_categories"] = json!(["Applicant"]);
    extended["assessments"] = json!(["Site Visit"]);
    let (extended, code) = (state(&extended), "SSC".parse().unwrap());
    let (category, assessment) = ("Applicant".parse().unwrap(), "Site Visit".parse().unwrap());
    vec![
        Case {
            rule: "category-of-its-committee",
            says: "a party has a category that the committee did not add",
            refused: plain.ensure_category(&code, &category),
            neighbour: extended.ensure_category(&code, &category),
        },
        Case {
            rule: "assessment-of-its-committee",
            says: "a status follows from an assessment that the committee did not add",
            refused: plain.ensure_assessment(&code, &assessment),
            neighbour: extended.ensure_assessment(&code, &assessment),
        },
        case::<Committee>(
            "committee-established-first",
            "a member is appointed to a committee that does not exist",
            &[],
            [record("MemberAppointed", &member("Gordon Hextall")), record("CommitteeEstablished", &committee())],
        ),
        case::<Committee>(
            "committee-established-once",
            "a committee is established twice",
            std::slice::from_ref(&established),
            [record("CommitteeEstablished", &committee()), record("MemberAppointed", &member("Gordon Hextall"))],
        ),
        case::<Committee>(
            "scheme-known",
            "a committee marks its texts by a scheme that nobody knows",
            &[],
            [
                record("CommitteeEstablished", &with("scheme", "Rainbow")),
                record("CommitteeEstablished", &with("scheme", "TLP 2.0")),
            ],
        ),
        case::<Committee>(
            "mark-of-its-scheme",
            "the default mark is a level of another scheme",
            &[],
            [
                record("CommitteeEstablished", &with("default_classification", "CLEAR")),
                record("CommitteeEstablished", &with("default_classification", "GREEN")),
            ],
        ),
        case::<Committee>(
            "time-zone-known",
            "a committee lives in a time zone that does not exist",
            &[],
            [
                record("CommitteeEstablished", &with("time_zone", "Europe/Atlantis")),
                record("CommitteeEstablished", &with("time_zone", "Europe/Dublin")),
            ],
        ),
        case::<Committee>(
            "member-appointed-once",
            "a member who serves is appointed again",
            &serving,
            [record("MemberAppointed", &member("Gordon Hextall")), record("MemberAppointed", &member("Julian Hughes"))],
        ),
        case::<Committee>(
            "member-serving",
            "someone retires who was never appointed",
            &serving,
            [
                record("MemberRetired", &retirement("Julian Hughes", "2019-02-27")),
                record("MemberRetired", &retirement("Gordon Hextall", "2019-02-27")),
            ],
        ),
        case::<Committee>(
            "member-serving",
            "a member retires twice",
            &[established, appointed, retired],
            [
                record("MemberRetired", &retirement("Gordon Hextall", "2019-02-27")),
                record("MemberAppointed", &member("Gordon Hextall")),
            ],
        ),
        case::<Committee>(
            "retired-after-appointed",
            "a member retires before being appointed",
            &serving,
            [
                record("MemberRetired", &retirement("Gordon Hextall", "2019-01-08")),
                record("MemberRetired", &retirement("Gordon Hextall", "2019-01-09")),
            ],
        ),
    ]
}

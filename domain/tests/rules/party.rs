//! The rules of a party.

use super::{Case, case, live_case};
use crate::support::{event, marked, record};
use minutebook_domain::party::{Party, PartyEvent};
use minutebook_domain::rules::LiveRecording;
use serde_json::{Value, json};

fn party(category: &str) -> Value {
    json!({ "committee": "SSC", "name": "Other User L", "category": category })
}

/// The status agreed at meeting 72, with one field set to something else.
fn agreed(field: &str, value: impl Into<Value>) -> Value {
    let mut data = json!({ "meeting": "SSC_72_2702", "agreed_on": "2019-02-27", "kind": "assurance" });
    data[field] = value.into();
    data
}

fn deferred(to: &str) -> Value {
    json!({ "meeting": "SSC_72_2702", "deferred_on": "2019-02-27", "kind": "assurance", "deferred_to": to })
}

fn real_name(classification: &str) -> Value {
    json!({ "real_name": marked(classification, "An Energy Company Ltd") })
}

pub(super) fn cases() -> Vec<Case> {
    let registered: PartyEvent = event("PartyRegistered", &party("Other User"));
    let known = std::slice::from_ref(&registered);
    let live = LiveRecording { today: "2019-02-27".parse().unwrap(), planned: false };
    let dealt_with = [registered.clone(), event("StatusAgreed", &agreed("item", 3))];
    vec![
        case::<Party>(
            "party-registered-first",
            "a party that nobody knows is given a status",
            &[],
            [record("StatusAgreed", &agreed("item", 3)), record("PartyRegistered", &party("Other User"))],
        ),
        live_case::<Party>(
            "party-registered-once",
            "a party is registered twice",
            known,
            [(registered.clone(), live), (event("StatusAgreed", &agreed("item", 3)), live)],
        ),
        live_case::<Party>(
            "day-has-come",
            "a status is agreed on a day that is still to come",
            known,
            [
                (event("StatusAgreed", &agreed("agreed_on", "2019-02-28")), live),
                (event("StatusAgreed", &agreed("agreed_on", "2019-02-27")), live),
            ],
        ),
        case::<Party>(
            "category-fits-name",
            "an Other User is registered as a gas network",
            &[],
            [record("PartyRegistered", &party("Gas Network")), record("PartyRegistered", &party("Other User"))],
        ),
        case::<Party>(
            "real-name-is-red",
            "a real name is written down below RED",
            known,
            [record("PartyIdentified", &real_name("AMBER")), record("PartyIdentified", &real_name("RED"))],
        ),
        case::<Party>(
            "status-fits-assessment",
            "an assurance status follows from a Verification assessment",
            known,
            [
                record("StatusAgreed", &agreed("assessment", "Verification User Security Assessment")),
                record("StatusAgreed", &agreed("assessment", "Full User Security Assessment")),
            ],
        ),
        case::<Party>(
            "status-once-a-meeting",
            "one meeting agrees the assurance status twice",
            &dealt_with,
            [record("StatusAgreed", &agreed("item", 4)), record("StatusAgreed", &agreed("kind", "compliance"))],
        ),
        case::<Party>(
            "status-once-a-meeting",
            "one meeting agrees the assurance status and defers it",
            &dealt_with,
            [
                record("StatusDeferred", &deferred("2019-03-27")),
                record("StatusAgreed", &agreed("meeting", "SSC_73_1303")),
            ],
        ),
        case::<Party>(
            "assurance-status-known",
            "an assurance status is agreed that the code does not have",
            known,
            [
                record("StatusAgreed", &agreed("value", marked("RED", "Splendid"))),
                record("StatusAgreed", &agreed("value", marked("RED", "Approved subject to a Director's Letter"))),
            ],
        ),
        case::<Party>(
            "assurance-status-known",
            "a status is approved subject to nothing",
            known,
            [
                record("StatusAgreed", &agreed("value", marked("RED", "Approved subject to "))),
                record("StatusAgreed", &agreed("value", marked("RED", "Approved"))),
            ],
        ),
        case::<Party>(
            "deferred-to-later",
            "a status is deferred to the day that deferred it",
            known,
            [record("StatusDeferred", &deferred("2019-02-27")), record("StatusDeferred", &deferred("2019-02-28"))],
        ),
    ]
}

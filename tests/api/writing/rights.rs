//! A right to record holds in its committees, for every event and for every subject that an event names, and only with a
//! clearance for the top of the committee's scheme.

use crate::fixtures::api_server::{ApiServer, Token};
use crate::fixtures::every_event::{event_of, folder};
use crate::fixtures::ledgers::{Store, TestLedger, on_both_stores};
use minutebook::access::Role;
use minutebook_domain::Event;
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both_stores!(
    a_subject_of_another_committee_is_named_by_nobody_without_a_right_there,
    a_correction_moves_nothing_into_another_committees_record,
);

/// The field of an event that names a subject, and how to send the event.
struct Row {
    event: &'static str,
    field: &'static str,
    /// The stream and the data that name a subject of a committee: an open meeting, or a closed one.
    command: fn(&Place) -> (String, Value),
    /// The status if the subject is the writer's own, and if it is, or belongs to, a closed meeting of their own.
    own: u16,
    closed: Option<u16>,
}

/// The subjects that a row may name.
struct Place {
    committee: &'static str,
    meeting: &'static str,
    /// A number that no other command of the test has.
    unused: u32,
}

const OPEN: &str = "AAA_1_0102";

fn white(text: &str) -> Value {
    json!({"classification": "WHITE", "text": text})
}

/// A row for an event of an action, which names the meeting that dealt with it. Each is sent to an action of its own.
macro_rules! at_meeting {
    ($event:literal, $place:literal, $data:tt) => {
        Row {
            event: $event,
            field: "at_meeting",
            command: |place| {
                let mut data = json!($data);
                data["at_meeting"] = place.meeting.into();
                (concat!("action:AAA1/", $place).into(), data)
            },
            own: 201,
            closed: Some(409),
        }
    };
}

/// Every field of every event that names a committee, or a subject of one.
const ROWS: &[Row] = &[
    Row {
        event: "CommitteeEstablished",
        field: "code",
        command: |place| ("committee:AAA".into(), json!({"code": place.committee, "name": "Another"})),
        own: 409,
        closed: None,
    },
    Row {
        event: "MeetingConvened",
        field: "reference",
        command: |place| {
            let reference = format!("{}_{}_0302", place.committee, place.unused);
            let stream = reference.replace("BBB", "AAA");
            (
                format!("meeting:{stream}"),
                json!({"reference": reference, "held_on": "2019-02-03", "classification": "WHITE"}),
            )
        },
        own: 201,
        closed: None,
    },
    Row {
        event: "DecisionRecorded",
        field: "supersedes",
        command: |place| {
            let supersedes = json!([format!("{}/D1", place.meeting)]);
            (format!("meeting:{OPEN}"), json!({"verb": "AGREED", "text": white("a plan"), "supersedes": supersedes}))
        },
        own: 201,
        closed: Some(201),
    },
    Row {
        event: "DecisionSuperseded",
        field: "decision",
        command: |place| {
            let stream = if place.committee == "AAA" { place.meeting } else { OPEN };
            (
                format!("meeting:{stream}"),
                json!({"decision": format!("{}/D2", place.meeting), "by": format!("{OPEN}/D3")}),
            )
        },
        own: 201,
        closed: Some(201),
    },
    Row {
        event: "DecisionSuperseded",
        field: "by",
        command: |place| {
            let decision = if place.meeting == OPEN { "D4" } else { "D5" };
            let by = format!("{}/D3", place.meeting);
            (format!("meeting:{OPEN}"), json!({"decision": format!("{OPEN}/{decision}"), "by": by}))
        },
        own: 201,
        closed: Some(201),
    },
    Row {
        event: "MinutesApproved",
        field: "committee",
        command: |place| {
            let approved = json!({"committee": place.committee, "minutes_of": "2019-01-15", "edition": "draft", "outcome": "as written"});
            (format!("meeting:{OPEN}"), approved)
        },
        own: 201,
        closed: None,
    },
    Row {
        event: "MeetingRenumbered",
        field: "reference",
        command: |place| {
            (format!("meeting:{OPEN}"), json!({"reference": format!("{}_{}_0102", place.committee, place.unused)}))
        },
        own: 201,
        closed: None,
    },
    Row {
        event: "ActionRaised",
        field: "reference",
        command: |place| {
            let stream = format!("action:AAA1/{}", place.unused);
            let reference = format!("{}1/{}", place.committee, place.unused);
            (stream, json!({"reference": reference, "text": white("do it"), "raised_on": "2019-02-01"}))
        },
        own: 201,
        closed: None,
    },
    Row {
        event: "ActionRaised",
        field: "raised_in",
        command: |place| {
            let reference = format!("AAA1/{}", place.unused);
            let data = json!({"reference": reference, "text": white("do it"), "raised_on": "2019-02-01", "raised_in": place.meeting});
            (format!("action:{reference}"), data)
        },
        own: 201,
        closed: Some(409),
    },
    Row {
        event: "ActionRaised",
        field: "decision",
        command: |place| {
            let reference = format!("AAA1/{}", place.unused);
            let decision = format!("{}/D3", place.meeting);
            let data = json!({"reference": reference, "text": white("do it"), "raised_on": "2019-02-01", "decision": decision});
            (format!("action:{reference}"), data)
        },
        own: 201,
        closed: Some(201),
    },
    at_meeting!("ActionAssigned", "11", {"owners": ["Ann"], "assigned_on": "2019-02-01"}),
    at_meeting!("ActionProgressed", "12", {"note": {"classification": "WHITE", "text": "a canary"}, "progressed_on": "2019-02-01"}),
    at_meeting!("DueDateMoved", "13", {"to": "2019-04-01", "moved_on": "2019-02-01"}),
    at_meeting!("ActionCarriedForward", "14", {"carried_on": "2019-02-01"}),
    at_meeting!("ActionCompleted", "15", {"completed_on": "2019-02-01"}),
    at_meeting!("ActionReopened", "16", {"reopened_on": "2019-02-01"}),
    at_meeting!("ActionWithdrawn", "17", {"withdrawn_on": "2019-02-01"}),
    at_meeting!("ActionSuperseded", "18", {"by": "AAA1/11", "superseded_on": "2019-02-01"}),
    Row {
        event: "ActionSuperseded",
        field: "by",
        command: |place| {
            ("action:AAA1/19".into(), json!({"by": format!("{}1/11", place.committee), "superseded_on": "2019-02-01"}))
        },
        own: 201,
        closed: None,
    },
    Row {
        event: "PartyRegistered",
        field: "committee",
        command: |place| {
            let data = json!({"committee": place.committee, "name": "Other User M", "category": "Other User"});
            ("party:AAA:Other User M".into(), data)
        },
        own: 201,
        closed: None,
    },
    Row {
        event: "StatusAgreed",
        field: "meeting",
        command: |place| {
            let data = json!({"meeting": place.meeting, "agreed_on": "2019-02-01", "kind": "assurance", "value": white("Approved")});
            ("party:AAA:Other User L".into(), data)
        },
        own: 201,
        closed: Some(409),
    },
    Row {
        event: "StatusAgreed",
        field: "decision",
        command: |place| {
            let decision = format!("{}/D3", place.meeting);
            let data = json!({"meeting": OPEN, "agreed_on": "2019-02-01", "kind": "compliance", "decision": decision});
            let party = if place.meeting == OPEN { "M" } else { "L" };
            (format!("party:AAA:Other User {party}"), data)
        },
        own: 201,
        closed: Some(201),
    },
    Row {
        event: "StatusDeferred",
        field: "meeting",
        command: |place| {
            (
                "party:AAA:Other User M".into(),
                json!({"meeting": place.meeting, "deferred_on": "2019-02-01", "kind": "assurance"}),
            )
        },
        own: 201,
        closed: Some(409),
    },
    // Nobody but an administrator of the whole ledger records events of tokens.
    Row {
        event: "TokenIssued",
        field: "committees",
        command: |place| {
            let data = json!({"id": "0123456789ab", "name": {"classification": "RED", "text": "me"}, "sha256": "0".repeat(64),
                "roles": ["secretary"], "clearance": "RED", "committees": [place.committee]});
            ("token:0123456789ab".into(), data)
        },
        own: 403,
        closed: None,
    },
];

/// Two committees, each with an open and a closed meeting, decisions, actions and a party.
async fn two_committees(server: &ApiServer) {
    let jane = server.secretary().await;
    let mut commands = Vec::new();
    let mut add = |stream: String, event: &str, data: Value| {
        commands.push(json!({"stream": stream, "type": event, "data": data}));
    };
    for code in ["AAA", "BBB"] {
        let established = json!({"code": code, "name": "A committee", "default_classification": "WHITE"});
        add(format!("committee:{code}"), "CommitteeEstablished", established);
        for (meeting, held_on) in [("1_0102", "2019-02-01"), ("2_0202", "2019-02-02")] {
            let (reference, stream) = (format!("{code}_{meeting}"), format!("meeting:{code}_{meeting}"));
            let convened = json!({"reference": reference, "held_on": held_on, "classification": "WHITE"});
            add(stream.clone(), "MeetingConvened", convened);
            for text in ["one", "two", "three", "four", "five"] {
                add(stream.clone(), "DecisionRecorded", json!({"verb": "AGREED", "text": white(text)}));
            }
        }
        for number in 11..20 {
            let reference = format!("{code}1/{number}");
            let raised = json!({"reference": reference, "text": white("do it"), "raised_on": "2019-01-01"});
            add(format!("action:{reference}"), "ActionRaised", raised);
        }
        add(format!("action:{code}1/16"), "ActionCompleted", json!({"completed_on": "2019-01-02"}));
        let party = json!({"committee": code, "name": "Other User L", "category": "Other User"});
        add(format!("party:{code}:Other User L"), "PartyRegistered", party);
        let closed = format!("meeting:{code}_2_0202");
        add(closed.clone(), "MeetingClosed", json!({}));
        add(closed, "HeadlinesPublished", json!({"audience": "WHITE", "published_on": "2019-02-03"}));
    }
    server.post(&jane, "/api/v1/commands", &json!({"commands": commands})).await.expect(201);
}

/// Sends the command of a row.
async fn send(server: &ApiServer, token: &Token, row: &Row, place: &Place) -> (u16, String) {
    let (stream, data) = (row.command)(place);
    let body = json!({"commands": [{"stream": stream, "type": row.event, "data": data}]});
    let answer = server.post(token, "/api/v1/commands", &body).await;
    (answer.status.as_u16(), format!("{} {}: {}", row.event, row.field, answer.text()))
}

#[test]
fn every_field_that_names_a_subject_has_its_row() {
    let naming: BTreeSet<(&str, &str)> = Event::catalogue()
        .flat_map(|(_, event)| {
            let named = Event::fields_of(event).into_iter().filter(|field| field.names_committee);
            named.map(move |field| (event, field.name))
        })
        .collect();
    let rows: BTreeSet<(&str, &str)> = ROWS.iter().map(|row| (row.event, row.field)).collect();
    assert_eq!(naming, rows);
}

async fn a_subject_of_another_committee_is_named_by_nobody_without_a_right_there(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    two_committees(&server).await;
    let own = server.token("ann", &[Role::Secretary], "RED", &["AAA"]).await;
    let amber = server.token("bob", &[Role::Secretary], "AMBER", &["AAA"]).await;
    let before = server.head().await;
    let place = |committee, meeting, unused| Place { committee, meeting, unused };
    for row in ROWS {
        for meeting in ["BBB_1_0102", "BBB_2_0202"] {
            let (status, told) = send(&server, &own, row, &place("BBB", meeting, 90)).await;
            assert_eq!(status, 403, "another committee's {meeting}: {told}");
        }
        let (status, told) = send(&server, &amber, row, &place("AAA", OPEN, 90)).await;
        assert_eq!(status, 403, "above the clearance: {told}");
    }
    assert_eq!(server.head().await, before);
    for (number, row) in (30..).step_by(2).zip(ROWS) {
        if let Some(expected) = row.closed {
            let (status, told) = send(&server, &own, row, &place("AAA", "AAA_2_0202", number)).await;
            assert_eq!(status, expected, "a closed meeting: {told}");
            assert!(status != 409 || told.contains("meeting-open"), "{told}");
        }
        let (status, told) = send(&server, &own, row, &place("AAA", OPEN, number + 1)).await;
        assert_eq!(status, row.own, "their own: {told}");
    }
}

async fn a_correction_moves_nothing_into_another_committees_record(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    two_committees(&server).await;
    let jane = server.secretary().await;
    let own = server.token("ann", &[Role::Secretary], "RED", &["AAA"]).await;
    let progressed = json!({"note": white("a note"), "progressed_on": "2019-02-01"});
    let path = "/api/v1/actions/AAA1/12/progress";
    let recorded = server.post(&own, path, &progressed).await.expect(201).json();
    let event = recorded["events"][0]["event_id"].as_str().unwrap().to_owned();
    let theirs = json!({"note": white("a note"), "progressed_on": "2019-02-01", "at_meeting": "BBB_1_0102"});
    let there = server.post(&jane, path, &theirs).await.expect(201).json();
    let there = there["events"][0]["event_id"].as_str().unwrap().to_owned();
    let before = server.head().await;
    let brought_in = json!({"type": "ActionProgressed", "data": theirs});
    for change in [
        json!({"replaced": brought_in}),
        json!({"supplemented": brought_in}),
        json!({"set": {"at_meeting": "BBB_1_0102"}}),
    ] {
        let body = json!({"change": change, "reason": "a try"});
        server.post(&own, &format!("/api/v1/events/{event}/corrections"), &body).await.expect(403);
    }
    // What stands in another committee's record is not taken out of it either.
    for change in [
        json!("struck"),
        json!({"marked": {"classification": "RED"}}),
        json!({"set": {"at_meeting": null}}),
        json!({"set": {"note": "another"}}),
    ] {
        let body = json!({"change": change, "reason": "a try"});
        server.post(&own, &format!("/api/v1/events/{there}/corrections"), &body).await.expect(403);
    }
    assert_eq!(server.head().await, before);
    // A correction beside it does not open a closed meeting.
    let corrected = json!({"corrects": event, "change": {"set": {"note": "another"}}});
    let agreed = json!({"stream": "party:AAA:Other User L", "type": "StatusAgreed",
        "data": {"meeting": "AAA_2_0202", "agreed_on": "2019-02-02", "kind": "assurance"}});
    let both = json!({"commands": [corrected, agreed], "reason": "a try"});
    let refused = server.post(&own, "/api/v1/commands", &both).await.expect(409).json();
    assert_eq!(refused["rule"], "meeting-open", "{refused}");
    assert_eq!(server.head().await, before);
}

#[tokio::test]
async fn an_event_of_every_kind_takes_a_right_in_its_committee() {
    let ledger = TestLedger::new(Store::Sqlite);
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    server.post(&jane, "/api/v1/committees", &json!({"code": "ZZZ", "name": "A committee"})).await.expect(201);
    let theirs = server.token("ann", &[Role::Secretary], "RED", &["ZZZ"]).await;
    let before = server.head().await;
    let mut kinds = BTreeSet::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let fixture = event_of(&entry.unwrap().path());
        let event = fixture.event;
        kinds.insert(event.event_type());
        let data = event.data().unwrap();
        let command = json!({"stream": fixture.stream, "type": event.event_type(), "data": data});
        let answer = server.post(&theirs, "/api/v1/commands", &json!({"commands": [command]})).await;
        assert_eq!(answer.status.as_u16(), 403, "{}: {}", event.event_type(), answer.text());
    }
    assert_eq!(kinds, Event::catalogue().map(|(_, name)| name).collect());
    assert_eq!(server.head().await, before);
}

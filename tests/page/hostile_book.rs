//! A committee whose every text field holds what the test chooses.

use crate::fixtures::cli::Cli;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Where a text goes: how long it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// One line of at most 200 characters.
    Name,
    /// Text of any length.
    Prose,
}

/// Records a committee with every event that has a text, and returns the texts.
pub(super) fn record(cli: &Cli, code: &str, written: fn(&str, Room) -> String) -> Vec<String> {
    let texts = RefCell::new(Vec::new());
    let put = |place: &str, room| {
        let text = written(place, room);
        texts.borrow_mut().push(text.clone());
        text
    };
    let name = |place: &str| put(place, Room::Name);
    let text = |place: &str| json!({"classification": "WHITE", "text": put(place, Room::Prose)});
    let lines: Vec<String> = [
        committee(code, &name),
        calendar(code, &name, &text),
        meeting(code, &name, &text),
        actions(code, &name, &text),
        parties(code, &name, &text),
    ]
    .concat()
    .into_iter()
    .map(|mut command| {
        if command.get("idempotency_key").is_none() {
            command["actor"] = name("actor").into();
        }
        command.to_string()
    })
    .collect();
    let run = cli.run_with(&["record", "lines"], &lines.join("\n"));
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    correct(cli, code, &name, &text);
    texts.into_inner()
}

type Text<'t> = &'t dyn Fn(&str) -> Value;
type Name<'t> = &'t dyn Fn(&str) -> String;

fn event(stream: &str, event_type: &str, data: Value) -> Value {
    json!({"stream": stream, "type": event_type, "data": data})
}

fn committee(code: &str, name: Name<'_>) -> Vec<Value> {
    let stream = format!("committee:{code}");
    let established = json!({
        "code": code, "name": name("committee"), "default_classification": "WHITE", "established_on": "2024-01-01",
        "assessments": [name("assessment")],
    });
    let appointed = json!({"name": name("member"), "organisation": name("of member"), "role": "chair", "appointed_on": "2024-01-02"});
    let retired = json!({"name": appointed["name"], "retired_on": "2024-02-03"});
    vec![
        event(&stream, "CommitteeEstablished", established),
        event(&stream, "MemberAppointed", appointed),
        event(&stream, "MemberRetired", retired),
    ]
}

/// A meeting that is postponed and renumbered, and one that is cancelled.
fn calendar(code: &str, name: Name<'_>, text: Text<'_>) -> Vec<Value> {
    let [first, second, renumbered] = ["1_1001", "2_1701", "3_2401"].map(|number| format!("{code}_{number}"));
    let convened = |reference: &str, day: &str, venue: String| {
        let data = json!({"reference": reference, "held_on": day, "starts_at": "10:00", "classification": "WHITE", "venue": venue});
        event(&format!("meeting:{reference}"), "MeetingConvened", data)
    };
    let (first_stream, second_stream) = (format!("meeting:{first}"), format!("meeting:{second}"));
    let cancelled = json!({"cancelled_on": "2024-01-05", "note": text("cancelled")});
    let postponed = json!({"postponed_on": "2024-01-06", "to": "2024-01-24", "venue": name("new venue"), "note": text("postponed")});
    let numbered = json!({"reference": renumbered, "renumbered_on": "2024-01-07", "note": text("renumbered")});
    vec![
        convened(&first, "2024-01-10", name("venue of the first")),
        event(&first_stream, "MeetingCancelled", cancelled),
        convened(&second, "2024-01-17", name("venue of the second")),
        event(&second_stream, "MeetingPostponed", postponed),
        event(&second_stream, "MeetingRenumbered", numbered),
    ]
}

fn meeting(code: &str, name: Name<'_>, text: Text<'_>) -> Vec<Value> {
    let reference = format!("{code}_4_0702");
    let stream = format!("meeting:{reference}");
    let of = |event_type: &str, data: Value| event(&stream, event_type, data);
    let present = name("present");
    let table = json!({"classification": "WHITE",
                       "text": {"header": [name("header")], "rows": [[name("cell")]]}});
    let decision = json!({
        "item": 1, "verb": "RECOMMENDED", "text": text("decision"), "recommended_to": name("recommended to"),
        "references": [name("reference")],
    });
    let delegated =
        json!({"item": 1, "verb": "DELEGATED", "text": text("second decision"), "delegated_to": name("delegated to")});
    let approved = json!({
        "minutes_of": "2024-01-24", "edition": "draft", "outcome": "subject to amendments", "amendments": [text("amendment")],
        "committee": code,
    });
    vec![
        of(
            "MeetingConvened",
            json!({"reference": reference, "held_on": "2024-02-07", "starts_at": "10:00",
                                     "classification": "WHITE", "venue": name("venue")}),
        ),
        of(
            "AttendanceRecorded",
            json!({"name": present, "organisation": name("of present"), "capacity": "chair",
                                        "part": name("part")}),
        ),
        of(
            "ApologiesRecorded",
            json!({"name": name("absent"), "organisation": name("of absent"), "alternate": name("alternate")}),
        ),
        of("AgendaItemTabled", json!({"number": 1, "title": text("title"), "references": [name("about")]})),
        of("InterestDeclared", json!({"name": present, "interest": text("interest"), "item": 1})),
        of(
            "ParagraphRecorded",
            json!({"item": 1, "text": text("paragraph"), "references": [name("named in paragraph")]}),
        ),
        of("ListRecorded", json!({"item": 1, "ordered": false, "entries": [text("entry")]})),
        of("TableRecorded", json!({"item": 1, "table": table})),
        of("MatterArisingNoted", json!({"item": 1, "text": text("matter"), "references": [name("named in matter")]})),
        of("DecisionRecorded", decision),
        of("DecisionRecorded", delegated),
        of("MinutesDrafted", json!({"document": name("document"), "drafted_on": "2024-02-08", "edition": "draft"})),
        of("MinutesApproved", approved),
    ]
}

fn actions(code: &str, name: Name<'_>, text: Text<'_>) -> Vec<Value> {
    let raised = |number: u8| {
        let reference = format!("{code}4/0{number}");
        let place = format!("action {number}");
        event(
            &format!("action:{reference}"),
            "ActionRaised",
            json!({
                "reference": reference, "text": text(&place), "owners": [name(&format!("owner {number}"))], "due_on": "2024-02-20",
                "raised_in": format!("{code}_4_0702"), "raised_on": "2024-02-07", "references": [name(&format!("named in action {number}"))],
            }),
        )
    };
    let of = |number: u8, event_type: &str, data: Value| event(&format!("action:{code}4/0{number}"), event_type, data);
    vec![
        raised(1),
        of(
            1,
            "ActionAssigned",
            json!({"assigned_on": "2024-02-08", "owners": [name("new owner"), name("other owner")]}),
        ),
        of(1, "ActionProgressed", json!({"progressed_on": "2024-02-09", "note": text("progress")})),
        of(1, "DueDateMoved", json!({"moved_on": "2024-02-10", "to": "2024-02-21", "note": text("moved")})),
        of(1, "ActionCarriedForward", json!({"carried_on": "2024-02-11", "to": "2024-02-22", "note": text("carried")})),
        raised(2),
        of(2, "ActionCompleted", json!({"completed_on": "2024-02-12", "note": text("completed")})),
        of(2, "ActionReopened", json!({"reopened_on": "2024-02-13", "note": text("reopened")})),
        raised(3),
        of(3, "ActionWithdrawn", json!({"withdrawn_on": "2024-02-14", "note": text("withdrawn")})),
    ]
}

fn parties(code: &str, name: Name<'_>, text: Text<'_>) -> Vec<Value> {
    let stream = format!("party:{code}:Other User K");
    let mut registered =
        event(&stream, "PartyRegistered", json!({"committee": code, "name": "Other User K", "category": "Other User"}));
    registered["on_behalf_of"] = name("on behalf of").into();
    registered["reason"] = name("reason").into();
    registered["correlation_id"] = name("correlation").into();
    let mut status = text("status");
    status["text"] = format!("Approved subject to {}", status["text"].as_str().unwrap()).into();
    vec![
        registered,
        event(&stream, "PartyIdentified", json!({"real_name": {"classification": "RED", "text": name("real name")}})),
        event(
            &stream,
            "StatusAgreed",
            json!({
                "meeting": format!("{code}_4_0702"), "agreed_on": "2024-02-07", "kind": "assurance", "item": 1,
                "assessment": "Full User Security Assessment", "authority": name("authority"), "value": status,
            }),
        ),
    ]
}

/// Corrects the first action, with a reason and an authority.
fn correct(cli: &Cli, code: &str, name: Name<'_>, text: Text<'_>) {
    let raised = cli
        .events()
        .into_iter()
        .find(|event| event["type"] == "ActionRaised" && event["stream"] == format!("action:{code}4/01"));
    let correction = json!({
        "corrects": raised.unwrap()["event_id"], "reason": name("reason of the correction"), "authority": name("authority of the correction"),
        "change": {"set": {"text": text("corrected")}},
    });
    let run = cli.run_with(&["record", "lines"], &correction.to_string());
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
}

/// The events that a book of these commands has no text for.
const WITHOUT_TEXT: [&str; 10] = [
    "ActionSuperseded",
    "DecisionSuperseded",
    "HeadlinesPublished",
    "MeetingClosed",
    "NextMeetingSet",
    "StatusDeferred",
    "TokenIssued",
    "TokenRevoked",
    "MemberRetired",
    "EventCorrected",
];

#[test]
fn every_event_with_a_text_is_in_the_hostile_book() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("domain/tests/fixtures/events/v1");
    let types: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().to_string_lossy().split('.').next().unwrap().to_owned())
        .filter(|name| !WITHOUT_TEXT.contains(&name.as_str()))
        .collect();
    let cli = Cli::new();
    record(&cli, "HTM", |place, _| place.to_owned());
    let recorded: BTreeSet<String> =
        cli.events().iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect();
    assert!(types.len() > 25, "{types:?}");
    assert_eq!(types.difference(&recorded).collect::<Vec<_>>(), [""; 0]);
}

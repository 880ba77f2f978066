//! `record correction --set`: named fields change, and the rest of the event stays.

use crate::fixtures::cli::Cli;
use serde_json::{Value, json};

/// An action that was raised, worked on and completed; a meeting with an item and a decision; a party with two statuses.
const SITTING: &[&[&str]] = &[
    &["committee", "SSC", "--name", "Security Sub-Committee", "--default-classification", "WHITE", "--quorum", "3"],
    &["party", "SSC", "Other User L"],
    &["meeting", "SSC_72_2702", "--held-on", "2019-02-27", "--venue", "Gate House", "--classification", "WHITE"],
    &["item", "SSC_72_2702", "Matters Arising"],
    &["decision", "SSC_72_2702", "AGREED", "--item", "1", "--text", "the terms", "--classification", "GREEN"],
    &["decision", "SSC_72_2702", "NOTED", "--text", "the report", "--classification", "WHITE"],
    &["status", "SSC_72_2702", "Other User L", "--kind", "assurance", "--agreed-on", "2019-02-27"],
    &["status-deferred", "SSC_72_2702", "Other User L", "--kind", "compliance", "--deferred-on", "2019-02-27"],
    &[
        "action",
        "SSC72/01",
        "--text",
        "Write to Other User L",
        "--classification",
        "AMBER",
        "--owner",
        "DCC",
        "--raised-on",
        "2019-02-27",
        "--due-on",
        "2019-03-13",
    ],
    &["progress", "SSC72/01", "--note", "a draft", "--classification", "GREEN", "--on", "2019-03-02"],
    &["complete", "SSC72/01", "--on", "2019-03-11", "--note", "Letter sent", "--classification", "GREEN"],
];

fn sitting() -> Cli {
    let cli = Cli::new();
    for words in SITTING {
        let arguments: Vec<&str> = std::iter::once("record").chain(words.iter().copied()).collect();
        cli.done(&arguments);
    }
    cli
}

/// Records a correction and returns the event that it put in place.
fn corrected(cli: &Cli, arguments: &[&str]) -> Value {
    cli.done(&[&["record", "correction", "--reason", "a slip"], arguments].concat());
    cli.events().pop().unwrap()["data"]["change"]["replaced"].take()
}

fn id_of(cli: &Cli, event_type: &str) -> String {
    let events = cli.events();
    let event = events.iter().rev().find(|event| event["type"] == event_type).unwrap();
    event["event_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_date_changes_and_the_note_stays() {
    let cli = sitting();
    let note = json!({"classification": "GREEN", "text": "Letter sent"});
    let replaced = corrected(&cli, &["SSC72/01", "--set", "completed_on=2019-03-12"]);
    assert_eq!(replaced["type"], "ActionCompleted");
    assert_eq!(replaced["data"], json!({"completed_on": "2019-03-12", "note": note}));
    let correction = cli.events().pop().unwrap();
    assert_eq!(correction["corrects"], id_of(&cli, "ActionCompleted"));
    assert_eq!(correction["valid_at"], "2019-03-12T00:00:00.000000Z");
    assert!(cli.done(&["verify"]).contains("sound; root"));
}

#[test]
fn a_text_keeps_its_mark_and_a_mark_its_text() {
    let cli = sitting();
    let text = |data: &Value| (data["text"]["classification"].clone(), data["text"]["text"].clone());
    let replaced = corrected(&cli, &["SSC72/01", "--set", "text=Write to Other User M"]);
    assert_eq!(text(&replaced["data"]), ("AMBER".into(), "Write to Other User M".into()));
    let replaced = corrected(&cli, &["SSC72/01", "--set", "text.classification=RED"]);
    assert_eq!(text(&replaced["data"]), ("RED".into(), "Write to Other User M".into()));
    assert_eq!(replaced["data"]["due_on"], "2019-03-13");
    let both = ["SSC72/01", "--event", "completed", "--set", "note=Sent", "--set", "note.classification=AMBER"];
    let replaced = corrected(&cli, &both);
    assert_eq!(replaced["data"]["note"], json!({"classification": "AMBER", "text": "Sent"}));
}

#[test]
fn a_list_gains_and_loses_entries() {
    let cli = sitting();
    let owners = ["SSC72/01", "--set", "owners+=SECAS", "--set", "owners-=DCC", "--set", "owners+=Ada Marsh"];
    assert_eq!(corrected(&cli, &owners)["data"]["owners"], json!(["SECAS", "Ada Marsh"]));
    assert_eq!(corrected(&cli, &["SSC72/01", "--set", "owners=DCC"])["data"]["owners"], json!(["DCC"]));
}

#[test]
fn an_empty_value_removes_an_optional_field() {
    let cli = sitting();
    let replaced = corrected(&cli, &["SSC72/01", "--set", "due_on="]);
    assert_eq!(replaced["data"].get("due_on"), None);
    assert_eq!(replaced["data"]["owners"], json!(["DCC"]));
    let replaced = corrected(&cli, &["SSC72/01", "--event", "ActionCompleted", "--set", "note="]);
    assert_eq!(replaced["data"], json!({"completed_on": "2019-03-11"}));
}

#[test]
fn a_reference_names_the_event_that_recorded_it() {
    let cli = sitting();
    for (arguments, event_type, field, value) in [
        (&["SSC_72_2702/D1", "--set", "verb=REJECTED"][..], "DecisionRecorded", "verb", json!("REJECTED")),
        (&["SSC_72_2702/D1", "--set", "item="], "DecisionRecorded", "item", Value::Null),
        (&["SSC_72_2702/1", "--set", "standing=true"], "AgendaItemTabled", "standing", json!(true)),
        (&["SSC_72_2702", "--set", "starts_at=10:30"], "MeetingConvened", "starts_at", json!("10:30")),
        (&["SSC", "--set", "quorum=4"], "CommitteeEstablished", "quorum", json!(4)),
        (
            &["Other User L", "--set", "registered_on=2018-01-01"],
            "PartyRegistered",
            "registered_on",
            json!("2018-01-01"),
        ),
        (&["SSC_72_2702/Other User L", "--event", "agreed", "--set", "item=1"], "StatusAgreed", "item", json!(1)),
        (&["Other User L", "--set", "deferred_to=2019-03-13"], "StatusDeferred", "deferred_to", json!("2019-03-13")),
        (
            &["SSC72/01", "--event", "progressed", "--set", "reported=on target"],
            "ActionProgressed",
            "reported",
            json!("on target"),
        ),
    ] {
        let replaced = corrected(&cli, arguments);
        assert_eq!((&replaced["type"], &replaced["data"][field]), (&event_type.into(), &value), "{arguments:?}");
    }
    let decision = json!({"classification": "GREEN", "text": "the terms"});
    let decided: Value = serde_json::from_str(&cli.done(&["decisions", "--format", "json"])).unwrap();
    assert!(decided.to_string().contains("REJECTED"), "{decided}");
    assert!(cli.events().iter().any(|event| event["data"]["change"]["replaced"]["data"]["text"] == decision));
    // A strike and a whole payload name their event in the same way.
    cli.done(&["record", "correction", "SSC_72_2702/D2", "--strike", "--reason", "it was another meeting"]);
    let by = r#"{"type": "ActionCompleted", "data": {"completed_on": "2019-03-09"}}"#;
    assert_eq!(corrected(&cli, &["SSC72/01", "--replace", by])["data"], json!({"completed_on": "2019-03-09"}));
    assert!(cli.done(&["verify"]).contains("sound; root"));
}

#[test]
fn a_corrected_event_starts_from_what_stands_there_now() {
    let cli = sitting();
    corrected(&cli, &["SSC72/01", "--set", "completed_on=2019-03-12"]);
    let first = id_of(&cli, "EventCorrected");
    let replaced = corrected(&cli, &["SSC72/01", "--event", "completed", "--set", "at_meeting=SSC_72_2702"]);
    assert_eq!(
        (&replaced["data"]["completed_on"], &replaced["data"]["note"]["text"]),
        (&"2019-03-12".into(), &"Letter sent".into())
    );
    // The id of the event and the id of its correction name the same fact.
    for id in [first, id_of(&cli, "ActionCompleted")] {
        let day = format!("completed_on=2019-03-{:02}", cli.events().len());
        let replaced = corrected(&cli, &[&id, "--set", &day]);
        assert_eq!(replaced["data"]["at_meeting"], "SSC_72_2702");
        assert_eq!(cli.events().pop().unwrap()["corrects"], id_of(&cli, "ActionCompleted"));
    }
    assert!(cli.done(&["verify"]).contains("sound; root"));
}

#[test]
fn an_event_that_was_left_out_and_added_is_corrected_too() {
    let cli = sitting();
    let left_out = r#"{"type": "ActionAssigned", "data": {"owners": ["SECAS"], "assigned_on": "2019-02-28"}}"#;
    cli.done(&["record", "correction", "SSC72/01", "--supplement", left_out, "--reason", "left out"]);
    for (day, owner) in [("2019-03-01", "Ada Marsh"), ("2019-02-28", "Ben Ford")] {
        let arguments = ["SSC72/01", "--event", "assigned", "--set", &format!("assigned_on={day}")];
        let replaced = corrected(&cli, &[&arguments[..], &["--set", &format!("owners={owner}")]].concat());
        let within = &replaced["data"]["change"]["supplemented"]["data"];
        assert_eq!(*within, json!({"assigned_on": day, "owners": [owner]}));
    }
    assert!(cli.done(&["verify"]).contains("sound; root"));
}

#[test]
fn a_refused_correction_says_what_is_wrong_in_words() {
    let cli = sitting();
    cli.done(&["record", "reopen", "SSC72/01", "--on", "2019-03-12"]);
    cli.done(&["record", "correction", "SSC72/01", "--event", "reopened", "--strike", "--reason", "r"]);
    let struck = id_of(&cli, "ActionReopened");
    let strike = id_of(&cli, "EventCorrected");
    let before = cli.events().len();
    let several = ["has 2 events that may be meant", &id_of(&cli, "ActionProgressed"), &id_of(&cli, "ActionCompleted")];
    let statuses = ["has 2 events that may be meant", &id_of(&cli, "StatusAgreed"), &id_of(&cli, "StatusDeferred")];
    let completed = ["SSC72/01", "--event", "completed", "--set"];
    let of_completed = |value: &'static str| [&completed[..], &[value]].concat();
    let cases: Vec<(Vec<&str>, Vec<&str>)> = vec![
        (
            vec!["SSC72/01", "--set", "completed=2019-03-12"],
            vec!["ActionRaised has no field `completed`", "one of: reference, text, owners, due_on"],
        ),
        (
            of_completed("due_on=2019-03-12"),
            vec![
                "ActionCompleted has no field `due_on`; it is a field of ActionRaised",
                "note, completed_on, at_meeting",
            ],
        ),
        (
            of_completed("completed_on=13/03/2019"),
            vec!["`completed_on` cannot be `13/03/2019`", "a date such as 2019-02-27"],
        ),
        (of_completed("completed_on="), vec!["`completed_on` is required: it cannot be removed"]),
        (
            of_completed("completed_on=2019-03-11"),
            vec!["the correction changes nothing", "[correction-changes-something]"],
        ),
        (
            of_completed("note.classification=PINK"),
            vec!["`note.classification` is not as expected", "WHITE, GREEN, AMBER"],
        ),
        (of_completed("note.words=x"), vec!["`note` has no part `words`", "`note.classification` or `note.text`"]),
        (of_completed("completed_on+=2019-03-12"), vec!["`completed_on` is not a list"]),
        (vec!["SSC72/01", "--set", "item=/first"], vec!["`item` cannot be `/first`", "a number, or a label"]),
        (vec!["SSC72/01", "--set", "owners-=SECAS"], vec!["`SECAS` is not among `owners`", "`DCC`"]),
        (vec!["SSC72/01", "--set", "owners+=DCC"], vec!["`DCC` is among `owners` already"]),
        (vec!["SSC72/01", "--set", "owners.first=DCC"], vec!["`owners` has no part `first`"]),
        (vec!["SSC72/01", "--set", "item=1", "--set", "item=2"], vec!["`item` is given twice"]),
        (vec!["SSC_72_2702/D1", "--set", "verb=MAYBE"], vec!["`verb` cannot be `MAYBE`", "one of: NOTED, AGREED"]),
        (vec!["SSC_72_2702/D1", "--set", "number=7"], vec!["[number-kept]"]),
        (vec!["SSC_72_2702/Other User L", "--set", "kind=compliance"], statuses.to_vec()),
        (
            vec!["SSC_72_2702/Other User L", "--event", "agreed", "--set", "value=Approved"],
            vec!["`value` needs a mark", "`value.classification` beside it"],
        ),
        (vec!["SSC72/01", "--set", "note=x"], several.to_vec()),
        (vec!["SSC72/01", "--set", "reopened_on=2019-03-12"], vec!["`SSC72/01` has no ActionReopened"]),
        (
            vec!["SSC72/01", "--event", "finished", "--set", "note=x"],
            vec!["`finished` is not an event type", "ActionCompleted"],
        ),
        (vec!["SSC72/09", "--set", "item=1"], vec!["there is no action `SSC72/09`"]),
        (vec!["SSC_72_2702/D9", "--set", "verb=NOTED"], vec!["there is no decision `SSC_72_2702/D9`"]),
        (vec!["Other User M", "--set", "registered_on=2018-01-01"], vec!["there is no party `Other User M`"]),
        (vec![&struck, "--set", "reopened_on=2019-03-13"], vec!["the event was struck", "[corrected-event-stands]"]),
        (vec![&strike, "--set", "authority=the chair"], vec!["strikes another", "[correction-of-a-fact]"]),
        (
            vec!["0190a6e0-0000-7000-8000-000000000001", "--set", "item=1"],
            vec!["no event has the id", "[correction-names-its-event]"],
        ),
    ];
    for (arguments, said) in cases {
        let run = cli.run(&[&["record", "correction", "--reason", "r"], &arguments[..]].concat());
        assert_eq!((run.status, run.out.as_str()), (1, ""), "{arguments:?}: {}", run.err);
        for part in said {
            assert!(run.err.contains(part), "{arguments:?} said: {}", run.err);
        }
    }
    for (arguments, said) in [
        (&["SSC72/01", "--set", "completed_on"][..], "completed_on=2019-03-12"),
        (&["SSC72/01", "--set", "=x"], "a field and its value were expected"),
        (&["letter", "--set", "item=1"], "an event's id or a reference was expected"),
        (&["SSC72/01", "--set", "item=1", "--strike"], "cannot be used with"),
        (&["SSC72/01"], "--set <FIELD=VALUE>"),
    ] {
        let run = cli.run(&[&["record", "correction", "--reason", "r"], arguments].concat());
        assert!(run.status == 2 && run.err.contains(said), "{arguments:?} said: {}", run.err);
    }
    let unreasoned = cli.run(&["record", "correction", "SSC72/01", "--set", "item=1"]);
    assert!(unreasoned.status == 1 && unreasoned.err.contains("needs a reason"), "{}", unreasoned.err);
    assert_eq!(cli.events().len(), before);
}

#[test]
fn a_repeated_key_corrects_once_and_lines_take_the_same_form() {
    let cli = sitting();
    let arguments =
        ["record", "correction", "SSC72/01", "--set", "owners-=DCC", "--reason", "r", "--idempotency-key", "k"];
    assert_eq!(cli.done(&arguments), cli.done(&arguments));
    let completed = id_of(&cli, "ActionCompleted");
    let lines = [
        json!({"corrects": completed, "change": {"set": {"completed_on": "2019-03-12"}}, "reason": "a day later"}),
        json!({"corrects": completed, "change": {"set": {"completed": "2019-03-12"}}, "reason": "r"}),
        json!({"commands": [
            {"corrects": completed, "change": {"set": {"completed_on": "2019-03-13"}}},
            {"corrects": completed, "change": {"set": {"note": null}}}], "reason": "r"}),
    ];
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    let before = cli.events().len();
    let run = cli.run_with(&["record", "lines"], &lines.join("\n"));
    assert_eq!(run.status, 1, "{}", run.err);
    let answers: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[0]["events"][0]["type"], "EventCorrected");
    assert_eq!(answers[1]["error"], "ActionCompleted has no field `completed`");
    assert!(answers[2]["error"].as_str().unwrap().contains("[one-merge-in-a-request]"), "{}", answers[2]);
    assert_eq!(cli.events().len(), before + 1);
    let note = &cli.events().pop().unwrap()["data"]["change"]["replaced"]["data"]["note"]["text"];
    assert_eq!(note, "Letter sent");
}

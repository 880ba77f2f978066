//! Redacted events show a reader every text up to their clearance and none above it.

use crate::fixtures::canaries::trace_in;
use crate::fixtures::canary_ledger::canary_ledger;
use crate::fixtures::classification::LEVELS;
use crate::fixtures::classification::up_to;
use crate::fixtures::committee::{begin, raised, request};
use crate::fixtures::ledgers::{FixedClock, Store, TestLedger, fixed, on_both_stores};
use crate::fixtures::random_ledger::record_random_with;
use minutebook::query::events::{Audience, EventReader};
use minutebook_domain::RecordedEvent;
use minutebook_ledger::{Log, Recorder, Selection};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::collections::BTreeMap;

on_both_stores!(
    events_show_every_text_up_to_the_clearance_and_none_above,
    corrections_are_redacted_by_the_texts_they_change
);

fn audience(level: &str) -> Audience {
    Audience { clearances: up_to(level).into(), reads_tokens: level == "RED" }
}

/// Every event as redacted for a reader; none for an event that is hidden as a whole.
async fn redacted(log: &Log, level: &str) -> Vec<Option<Value>> {
    let recorded = log.read_all(Selection::All).await.unwrap();
    let told = EventReader::new(log.clone()).redact(&recorded, &audience(level)).await.unwrap();
    told.into_iter().map(|event| event.map(|event| serde_json::to_value(event).unwrap())).collect()
}

fn text(told: &[Option<Value>]) -> String {
    told.iter().flatten().map(Value::to_string).collect::<Vec<_>>().join("\n")
}

async fn events_show_every_text_up_to_the_clearance_and_none_above(ledger: TestLedger) {
    let log = canary_ledger(&ledger, "").await;
    for (rank, reader) in LEVELS.iter().enumerate() {
        let told = text(&redacted(&log, reader).await);
        for (of, level) in LEVELS.iter().enumerate() {
            for place in ["action", "note", "progress", "corrected", "decision", "status", "reason"] {
                let canary = format!("Canary{level}{place}");
                assert_eq!(told.contains(&canary), of <= rank, "{canary} for {reader}");
            }
        }
        assert_eq!(
            told.contains("CanaryREDwide"),
            *reader == "RED",
            "a text first marked WHITE and now RED, read by {reader}"
        );
        for (number, level) in LEVELS.iter().enumerate().skip(rank + 1) {
            assert!(!told.contains(&format!("SSC72/0{}", number + 1)), "the action of {level} is named to {reader}");
            assert!(!told.contains(&format!("/D{}\"", number + 1)), "the decision of {level} is named to {reader}");
        }
    }
}

async fn corrections_are_redacted_by_the_texts_they_change(ledger: TestLedger) {
    let recorder = Recorder::new(ledger.open().await);
    begin(&recorder).await;
    let mut number = 0;
    let mut record = async |json: Value| {
        number += 1;
        recorder.record(&request(&format!("c-{number}"), &json)).await.unwrap().events[0].event_id
    };
    let meeting = |name: &str, data: Value| json!({"stream": "meeting:SSC_72_2702", "type": name, "data": data});
    let paragraph = |mark: &str, text: &str| json!({"text": {"classification": mark, "text": text}, "item": null});
    let list = meeting(
        "ListRecorded",
        json!({"entries": [{"classification": "WHITE", "text": "on Other User ‘L’"}, {"classification": "RED", "text": "on SECMP0037"}],
               "depths": [0, 1], "references": ["Other User L", "SECMP0037"]}),
    );
    record(list).await;
    let struck = record(meeting("ParagraphRecorded", paragraph("WHITE", "to be struck"))).await;
    record(json!({"corrects": struck, "change": "struck", "reason": "it named someone"})).await;
    let hidden = record(meeting("ParagraphRecorded", paragraph("RED", "the secret"))).await;
    record(json!({"corrects": hidden, "change": "struck", "reason": "the reason of a secret"})).await;
    let lowered = record(meeting("ParagraphRecorded", paragraph("RED", "secret until today"))).await;
    let mut by = paragraph("WHITE", "secret until today");
    by["passage"] = 4.into();
    let by = json!({"type": "ParagraphRecorded", "data": by});
    record(json!({"corrects": lowered, "change": {"replaced": by}, "reason": "it is public now"})).await;
    let mut red = raised("SSC72/01");
    red["data"]["text"]["classification"] = "RED".into();
    record(red).await;
    record(json!({"stream": "action:SSC72/01", "type": "ActionCompleted", "data": {"completed_on": "2019-03-13"}}))
        .await;
    let told = redacted(recorder.log(), "WHITE").await;
    let told: Vec<&Value> = told.iter().flatten().collect();
    let types: Vec<&str> = told.iter().map(|event| event["type"].as_str().unwrap()).collect();
    let expected = ["CommitteeEstablished", "MeetingConvened", "ListRecorded", "EventCorrected"];
    assert_eq!(types, expected, "{told:#?}");
    // A list keeps the visible entries and their references.
    let list = &told[2]["data"];
    assert_eq!(list["entries"].as_array().unwrap().len(), 1);
    assert_eq!((&list["depths"], &list["references"]), (&json!([0]), &json!(["Other User L"])));
    assert_eq!(told[2]["references"], json!(["Other User L", "SSC_72_2702"]));
    // A text lowered to WHITE is visible from its correction on.
    assert_eq!(told[3]["data"]["change"]["replaced"]["data"]["text"]["text"], "secret until today");
    assert_eq!((&told[3]["reason"], &told[3]["corrects"]), (&Value::Null, &Value::Null));
    // Idempotency keys are shown only to auditors and to the actor who recorded.
    assert!(told.iter().all(|event| event["command_id"].is_null()));
}

/// Replaces every classified text by a canary of its own; RED canaries end in `ending`. A correction that repeats a
/// canary gives it another classification.
fn canaries(number: &mut usize, ending: &str) -> impl FnMut(&mut Value) {
    move |json: &mut Value| plant(json, number, ending)
}

fn plant(value: &mut Value, number: &mut usize, ending: &str) {
    match value {
        Value::Object(fields) if fields.contains_key("classification") && fields.contains_key("text") => {
            *number += 1;
            let text = fields["text"].as_str().unwrap_or_default();
            if text.contains("Canary") {
                // A RED text stays RED, so that a text that differs between two histories is RED in both.
                if fields["classification"] != "RED" && !text.contains(" RED ") {
                    fields.insert("classification".into(), ["WHITE", "GREEN", "AMBER"][*number % 3].into());
                }
                return;
            }
            let mark = fields["classification"].as_str().unwrap_or_default();
            let ending = if mark == "RED" { ending } else { "" };
            // A status must begin with one of its fixed words.
            let before = if text == "Approved" { "Approved subject to " } else { "" };
            let canary = format!("{before}Canary {mark} §{number};{ending}");
            fields.insert("text".into(), canary.into());
        }
        Value::Object(fields) => fields.values_mut().for_each(|value| plant(value, number, ending)),
        Value::Array(values) => values.iter_mut().for_each(|value| plant(value, number, ending)),
        _ => {}
    }
}

/// The classifications that each canary ever had, in order.
fn marks(recorded: &[RecordedEvent]) -> BTreeMap<String, Vec<String>> {
    fn gather(value: &Value, marks: &mut BTreeMap<String, Vec<String>>) {
        match value {
            Value::Object(fields) if fields.contains_key("text") && fields.contains_key("classification") => {
                let text = fields["text"].as_str().unwrap_or_default().to_owned();
                marks.entry(text).or_default().push(fields["classification"].as_str().unwrap_or_default().to_owned());
            }
            Value::Object(fields) => fields.values().for_each(|value| gather(value, marks)),
            Value::Array(values) => values.iter().for_each(|value| gather(value, marks)),
            _ => {}
        }
    }
    let mut marks = BTreeMap::new();
    for event in recorded {
        gather(&event.event.data().unwrap(), &mut marks);
    }
    marks.retain(|text, _| text.contains("Canary"));
    marks
}

/// A SQLite ledger of random commands with canaries.
async fn random_canary_ledger(runner: &mut TestRunner, ending: &str) -> (TestLedger, Log) {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = Recorder::new(ledger.open_in(fixed(FixedClock::at("2019-05-01T12:00:00Z"))).await);
    let mut number = 0;
    for round in 0..3 {
        record_random_with(&recorder, runner, round, 1, canaries(&mut number, ending)).await;
    }
    (ledger, recorder.log().clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_canary_of_a_random_ledger_is_shown_above_the_clearance() {
    let mut runner = TestRunner::deterministic();
    // The number of canaries whose classification changed.
    let mut moved = 0;
    for _ in 0..6 {
        let (_ledger, log) = random_canary_ledger(&mut runner, "").await;
        let marks = marks(&log.read_all(Selection::All).await.unwrap());
        assert!(marks.len() > 10, "{marks:?}");
        moved += marks.values().filter(|marks| marks.iter().any(|mark| *mark != marks[0])).count();
        for (rank, reader) in LEVELS.iter().enumerate() {
            let told = text(&redacted(&log, reader).await);
            let permitted = |mark: &String| LEVELS.iter().position(|level| level == mark).unwrap() <= rank;
            let mut seen = 0;
            for (canary, marks) in &marks {
                let canary = canary.trim_start_matches("Approved subject to ");
                // Hidden unless today's classification and some earlier one are within the clearance.
                if !marks.last().is_some_and(permitted) || !marks.iter().any(permitted) {
                    assert_eq!(trace_in(&told, canary), None, "{canary} {marks:?} for {reader}");
                } else {
                    seen += usize::from(told.contains(canary));
                }
            }
            assert!(seen > 0, "{reader} sees no canary");
            if *reader == "RED" {
                assert_eq!(seen, marks.len(), "a reader cleared for RED sees every canary");
            }
        }
    }
    assert!(moved > 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_below_red_get_identical_events() {
    for _ in 0..3 {
        let (one, other) = (TestRunner::deterministic(), TestRunner::deterministic());
        let (mut one, mut other) = (one, other);
        let ((_one, one), (_other, other)) =
            (random_canary_ledger(&mut one, " one").await, random_canary_ledger(&mut other, " or another").await);
        for reader in ["WHITE", "GREEN", "AMBER"] {
            assert_eq!(text(&redacted(&one, reader).await), text(&redacted(&other, reader).await), "{reader}");
        }
        assert_ne!(text(&redacted(&one, "RED").await), text(&redacted(&other, "RED").await));
    }
}

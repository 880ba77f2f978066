//! What is disclosed of an event is what its redacted form says, for every reader.

use super::{assembled, digests, positions, record_sample};
use crate::fixtures::canary_ledger::canary_ledger;
use crate::fixtures::classification::{LEVELS, up_to};
use crate::fixtures::committee::request;
use crate::fixtures::every_event::append_every_event;
use crate::fixtures::ledgers::{FixedClock, Store, TestLedger, fixed, on_both_stores};
use crate::fixtures::random_ledger::record_random;
use minutebook::query::clearances::ClearanceByCommittee;
use minutebook::query::events::{Audience, EventReader};
use minutebook_domain::Position;
use minutebook_domain::fragment::FragmentKind;
use minutebook_ledger::{Log, Recorder, Selection};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

on_both_stores!(every_reader_of_the_canaries_gets_what_they_may_know_and_no_more);

/// Who reads: the clearance, and whether they may audit.
fn audiences() -> Vec<Audience> {
    let mut audiences = Vec::new();
    for level in LEVELS {
        let clearances = ClearanceByCommittee::from(up_to(level));
        audiences.push(Audience { clearances: clearances.clone(), reads_tokens: false });
        let clearances = clearances.with_audit(true, BTreeSet::new());
        audiences.push(Audience { clearances, reads_tokens: level == "RED" });
    }
    audiences
}

/// Without nulls, empty lists and marks: an absent field is null in a redacted event, and its marks are those of today.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !["classification", "disclosure"].contains(&name.as_str()));
            let kept = kept.map(|(name, value)| (name.clone(), plain(value)));
            Value::Object(kept.filter(|(_, value)| !value.is_null() && *value != json!([])).collect())
        }
        Value::Array(entries) => entries.iter().map(plain).collect(),
        other => other.clone(),
    }
}

/// Compares the disclosures of every event with the redacted events, for every reader; returns the number of fragments that
/// were withheld from someone.
async fn check(log: &Log) -> usize {
    let recorded = log.read_all(Selection::All).await.unwrap();
    let reader = EventReader::new(log.clone());
    let mut withheld = 0;
    for audience in audiences() {
        for event in reader.redact(&recorded, &audience).await.unwrap().into_iter().flatten() {
            let event = reader.disclose(event).await.unwrap();
            let disclosure = event.disclosure.clone().unwrap();
            let skeleton: Value = serde_json::from_str(&disclosure.skeleton).unwrap();
            let mut values: BTreeMap<u32, Value> =
                disclosure.fragments.iter().map(|fragment| (fragment.index, fragment.value.clone())).collect();
            let mut index = 0;
            let together = assembled(&skeleton, &mut |_| {
                index += 1;
                values.remove(&(index - 1))
            });
            assert!(values.is_empty(), "{values:?} are not in the skeleton");
            withheld += index as usize - disclosure.fragments.len();
            let (together, known) = (plain(&together.unwrap()), plain(&serde_json::to_value(&event).unwrap()));
            assert_eq!(together, known, "at {} for {audience:?}", event.position);
        }
    }
    withheld
}

async fn every_reader_of_the_canaries_gets_what_they_may_know_and_no_more(ledger: TestLedger) {
    let log = canary_ledger(&ledger, "").await;
    assert!(check(&log).await > 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_of_the_sample_gets_what_they_may_know_and_no_more() {
    let ledger = TestLedger::new(Store::Sqlite);
    let log = record_sample(&ledger).await;
    assert!(check(&log).await > 100);
}

/// Random books, in which the marks of some events and texts change.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_of_random_books_gets_what_they_may_know_and_no_more() {
    let mut runner = TestRunner::deterministic();
    for round in 0..4 {
        let ledger = TestLedger::new(Store::Sqlite);
        let recorder = Recorder::new(ledger.open_in(fixed(FixedClock::at("2019-06-01T12:00:00Z"))).await);
        for part in 0..3 {
            record_random(&recorder, &mut runner, part).await;
        }
        let events = recorder.log().read_all(Selection::All).await.unwrap();
        let mut marked = 0;
        for (index, event) in events.iter().enumerate().skip(round) {
            let field = [None, Some("text"), Some("note"), Some("reason"), Some("value")][index % 5];
            let mark = LEVELS[(index / 5 + round) % 4];
            let marking = json!({"classification": mark, "field": field});
            let json = json!({"corrects": event.event_id, "change": {"marked": marking}, "reason": "another mark",
                              "authority": "the Chair"});
            // An event without the text is refused, and so is a mark below that of its event.
            marked += usize::from(recorder.record(&request(&format!("mark-{index}"), &json)).await.is_ok());
        }
        assert!(marked > 10, "{marked}");
        assert!(check(recorder.log()).await > 100);
    }
}

/// Two entries of a list that say the same under different marks: the hidden entry is not taken for the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hidden_entry_is_not_disclosed_for_one_that_says_the_same() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = Recorder::new(ledger.open_in(fixed(FixedClock::at("2019-06-01T12:00:00Z"))).await);
    crate::fixtures::committee::begin(&recorder).await;
    let entry = |mark: &str, text: &str| json!({"classification": mark, "text": text});
    let list = |entries: Value| {
        json!({"type": "ListRecorded", "stream": "meeting:SSC_72_2702",
               "data": {"entries": entries, "depths": [0, 1, 1, 0], "references": ["SECMP0037", "Other User L"]}})
    };
    let entries = json!([
        entry("RED", "on SECMP0037"),
        entry("WHITE", "on SECMP0037"),
        entry("AMBER", "on Other User L"),
        entry("WHITE", "on SECMP0037")
    ]);
    let position = recorder.record(&request("1", &list(entries))).await.unwrap().events[0].position;
    check(recorder.log()).await;
    let reader = EventReader::new(recorder.log().clone());
    let event = reader.at(position, &Audience::public()).await.unwrap().unwrap();
    let disclosed = reader.disclose(event).await.unwrap().disclosure.unwrap().fragments;
    let marks: Vec<&Value> = disclosed.iter().map(|fragment| &fragment.value["classification"]).collect();
    assert_eq!(marks.iter().filter(|mark| ***mark == "WHITE").count(), 2);
    assert!(marks.iter().all(|mark| mark.is_null() || **mark == "WHITE"), "{marks:?}");
    let depths: Vec<&Value> = disclosed.iter().map(|fragment| &fragment.value).filter(|value| value.is_u64()).collect();
    assert_eq!(depths, [1, 0]);
}

/// The shape of a skeleton, which has the same digests everywhere.
fn shape(skeleton: &str) -> Value {
    let skeleton = serde_json::from_str(skeleton).unwrap();
    assembled(&skeleton, &mut |_| Some("digest".into())).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_absent_part_looks_like_a_hidden_one() {
    let ledger = TestLedger::new(Store::Sqlite);
    let log = ledger.open_in(fixed(FixedClock::at("2019-06-01T12:00:00Z"))).await;
    let recorder = Recorder::new(log.clone());
    crate::fixtures::committee::begin(&recorder).await;
    recorder.record(&request("1", &crate::fixtures::committee::raised("SSC72/01"))).await.unwrap();
    let note = json!({"classification": "RED", "text": "They refuse"});
    let progressed = |data: Value| json!({"stream": "action:SSC72/01", "type": "ActionProgressed", "data": data});
    let with = json!({"note": note, "reported": "overdue", "progressed_on": "2019-03-01", "at_meeting": "SSC_72_2702"});
    let without = json!({"reported": "overdue", "progressed_on": "2019-03-01"});
    let mut skeletons = Vec::new();
    for (key, data) in [("2", with), ("3", without)] {
        let receipt = recorder.record(&request(key, &progressed(data))).await.unwrap();
        let sealed = log.sealed(receipt.events[0].position).await.unwrap().unwrap();
        skeletons.push(sealed.disclose(|_| false).unwrap().skeleton);
    }
    let mut shapes: Vec<Value> = skeletons.iter().map(|skeleton| shape(skeleton)).collect();
    for shape in &mut shapes {
        for own in ["event_id", "position", "version"] {
            shape.as_object_mut().unwrap().remove(own);
        }
    }
    // A list of two references has two digests and one of one has one: their number is hidden up to a power of two.
    shapes[0]["references"] = shapes[1]["references"].clone();
    assert_eq!(shapes[0], shapes[1]);
    assert_eq!(
        shapes[0]["data"],
        json!({"at_meeting": "digest", "note": "digest", "progressed_on": "2019-03-01", "reported": "overdue"})
    );
    let all: BTreeSet<String> =
        skeletons.iter().flat_map(|skeleton| digests(&serde_json::from_str(skeleton).unwrap())).collect();
    assert_eq!(all.len(), skeletons.iter().map(|s| digests(&serde_json::from_str(s).unwrap()).len()).sum::<usize>());
}

/// The lists that are fragments have a power of two of digests, whatever their length.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_filled_up_to_a_power_of_two() {
    let ledger = TestLedger::new(Store::Sqlite);
    let log = ledger.open().await;
    append_every_event(&log).await;
    let mut lengths = BTreeSet::new();
    for position in positions(&log).await {
        let sealed = log.sealed(position).await.unwrap().unwrap();
        let skeleton = sealed.disclose(|_| false).unwrap().skeleton;
        let skeleton: Value = serde_json::from_str(&skeleton).unwrap();
        let own = skeleton["references"].as_array().unwrap().len();
        let all = sealed.disclose(|fragment| fragment.depth == 0 && fragment.slot.kind == FragmentKind::Names);
        let named = all.unwrap().fragments.len();
        assert_eq!(own, named.next_power_of_two());
        lengths.insert((named, own));
    }
    assert!(lengths.contains(&(3, 4)), "{lengths:?}");
    assert!(log.sealed(Position::START).await.unwrap().is_none());
}

//! Export and restore: a ledger exported from one store and restored into the other holds the same events.

use crate::fixtures::committee::{begin, completed, progressed, raised, request};
use crate::fixtures::ledgers::{Store, TestLedger, on_both_stores};
use minutebook_ledger::commitment::leaf;
use minutebook_ledger::merkle::{Hash, Tree};
use minutebook_ledger::{Export, Log, RestoreError, RestoreReceipt, restore, verify};
use serde_json::{Value, json};

on_both_stores!(
    an_export_restored_into_the_other_store_and_back_is_unchanged,
    a_restore_appends_only_missing_events,
    a_restore_into_a_ledger_with_other_events_is_refused,
    a_damaged_line_is_named_and_nothing_is_restored,
    a_forged_event_that_breaks_the_rules_is_refused,
);

/// An empty ledger on the store that `ledger` is not on.
fn elsewhere(ledger: &TestLedger) -> TestLedger {
    let sqlite = ledger.url_text.starts_with("sqlite:");
    TestLedger::new(if sqlite { Store::Postgres } else { Store::Sqlite })
}

/// A ledger with a command of several events, a text above White and a correction.
async fn recorded(ledger: &TestLedger) -> Log {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("1", &raised("SSC72/01"))).await.unwrap();
    let two = json!({"commands": [raised("SSC72/02"), progressed("SSC72/02", "a “note”, \u{1f4dc}")]});
    let placed = recorder.record(&request("2", &two)).await.unwrap();
    let strike = json!({"corrects": placed.events[1].event_id, "change": "struck", "reason": "another was meant"});
    recorder.record(&request("3", &strike)).await.unwrap();
    recorder.log().clone()
}

async fn exported(log: &Log) -> String {
    let mut export = Export::begin(log).await.unwrap();
    let mut all = String::new();
    while let Some(lines) = export.next_lines().await.unwrap() {
        all.push_str(&lines);
    }
    all
}

async fn brought_into(log: &Log, export: &str) -> Result<RestoreReceipt, RestoreError> {
    restore(log, export.as_bytes(), false).await
}

async fn an_export_restored_into_the_other_store_and_back_is_unchanged(ledger: TestLedger) {
    let log = recorded(&ledger).await;
    let export = exported(&log).await;
    let sound = verify(&log, |_| {}).await.unwrap();
    let (there, back) = (elsewhere(&ledger), elsewhere(&elsewhere(&ledger)));
    let mut text = export.clone();
    for target in [&there, &back] {
        let other = target.open().await;
        assert_eq!(restore(&other, text.as_bytes(), true).await.unwrap().appended, 6);
        assert_eq!(other.head().await.unwrap().number(), 0, "a rehearsal appends nothing");
        let restored = brought_into(&other, &text).await.unwrap();
        assert_eq!((restored.events, restored.appended, restored.root), (6, 6, sound.root));
        let report = verify(&other, |_| {}).await.unwrap();
        assert!(report.is_sound() && report.root == sound.root, "{report:?}");
        assert_eq!(other.root_at(other.head().await.unwrap()).await.unwrap(), sound.root);
        // The lines hold all positions, bytes, salts, leaves and fingerprints.
        text = exported(&other).await;
        assert_eq!(text, export);
        assert_eq!(brought_into(&other, &export).await.unwrap().appended, 0);
        // The restored ledger knows the keys of the first one and records on.
        let recorder = minutebook_ledger::Recorder::new(other.clone());
        let again = recorder.record(&request("1", &raised("SSC72/01"))).await.unwrap();
        assert_eq!(again.events[0].position.number(), 3);
        recorder.record(&request("new", &completed("SSC72/01"))).await.unwrap();
        assert!(verify(&other, |_| {}).await.unwrap().is_sound());
    }
}

async fn a_restore_appends_only_missing_events(ledger: TestLedger) {
    let log = recorded(&ledger).await;
    let first = exported(&log).await;
    let there = elsewhere(&ledger);
    let other = there.open().await;
    brought_into(&other, &first).await.unwrap();
    minutebook_ledger::Recorder::new(log.clone()).record(&request("later", &completed("SSC72/01"))).await.unwrap();
    let longer = exported(&log).await;
    assert_eq!(brought_into(&other, &longer).await.unwrap().appended, 1);
    assert_eq!(exported(&other).await, longer);
    // An older export holds no event that the ledger lacks.
    assert_eq!(brought_into(&other, &first).await.unwrap().appended, 0);
    assert_eq!(exported(&other).await, longer);
}

async fn a_restore_into_a_ledger_with_other_events_is_refused(ledger: TestLedger) {
    let export = exported(&recorded(&ledger).await).await;
    let there = elsewhere(&ledger);
    let recorder = there.recorder().await;
    begin(&recorder).await;
    let before = exported(recorder.log()).await;
    let refusal = brought_into(recorder.log(), &export).await.unwrap_err();
    assert!(matches!(refusal, RestoreError::Diverged { position: 1, .. }), "{refusal}");
    assert!(refusal.to_string().contains("CommitteeEstablished of committee:SSC"), "{refusal}");
    assert_eq!(exported(recorder.log()).await, before);
}

async fn a_damaged_line_is_named_and_nothing_is_restored(ledger: TestLedger) {
    let export = exported(&recorded(&ledger).await).await;
    let there = elsewhere(&ledger);
    let other = there.open().await;
    let lines: Vec<&str> = export.lines().collect();
    let mut damaged: Vec<(String, Option<u64>)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let joined = |with: &[&str]| [&lines[..index], with, &lines[index + 1..]].concat().join("\n") + "\n";
        let number = Some(index as u64 + 1);
        // One byte of the event, one digit of its hashes, a cut line, a leading space.
        for at in [line.len() / 3, line.len() - 20] {
            let mut changed = line.as_bytes().to_vec();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            damaged.push((joined(&[std::str::from_utf8(&changed).unwrap_or("\u{fffd}")]), number));
        }
        damaged.push((joined(&[&line[..line.char_indices().nth(20).unwrap().0]]), number));
        damaged.push((joined(&[&format!(" {line}")]), number));
        // If the line is dropped or doubled, the next line does not fit.
        let last = index == lines.len() - 1;
        damaged.push((joined(&[]), if last { None } else { number }));
        damaged.push((joined(&[line, line]), Some(index as u64 + 2)));
    }
    damaged.push((String::new(), None));
    damaged.push(("\n".to_owned(), Some(1)));
    for (text, line) in damaged {
        match (brought_into(&other, &text).await.unwrap_err(), line) {
            (RestoreError::Line { line: found, .. }, Some(line)) if found == line => {}
            (RestoreError::CutOff { .. }, None) => {}
            (refusal, _) => panic!("at {line:?} expected, and found: {refusal}\n{text}"),
        }
        assert_eq!(other.head().await.unwrap().number(), 0);
    }
}

/// The export with the event on line `line` changed, and its leaf and the root computed again.
fn forged(export: &str, line: usize, change: impl Fn(&mut Value)) -> String {
    let mut tree = Tree::default();
    let mut forged = String::new();
    for (index, text) in export.lines().enumerate() {
        let mut event: Value = serde_json::from_str(text).unwrap();
        let Some(tail) = event.as_object_mut().unwrap().remove("export") else { break };
        if index + 1 == line {
            change(&mut event);
        }
        let bytes = minutebook_ledger::canonical::to_bytes(&event).unwrap();
        let salt = hex::decode(tail["salt"].as_str().unwrap()).unwrap();
        let leaf: Hash = leaf(&salt, &bytes).unwrap();
        tree.push(leaf);
        let text = String::from_utf8(bytes).unwrap();
        forged.push_str(text.strip_suffix('}').unwrap());
        let fingerprint = tail["fingerprint"].as_str().unwrap();
        let salt = hex::encode(salt);
        forged.push_str(&format!(
            ",\"export\":{{\"fingerprint\":\"{fingerprint}\",\"leaf\":\"{leaf}\",\"salt\":\"{salt}\"}}}}\n"
        ));
    }
    forged + &format!("{{\"end\":{{\"format\":1,\"events\":{},\"root\":\"{}\"}}}}\n", tree.size(), tree.root())
}

/// The forged line, a part of the expected refusal, and the change.
type Forgery = (usize, &'static str, fn(&mut Value));

async fn a_forged_event_that_breaks_the_rules_is_refused(ledger: TestLedger) {
    let export = exported(&recorded(&ledger).await).await;
    let there = elsewhere(&ledger);
    let other = there.open().await;
    let forgeries: [Forgery; 7] = [
        (3, "rules", |event| event["data"]["due_on"] = "2019-01-01".into()),
        (4, "references", |event| event["references"] = json!(["SSC72/02", "SSC99/99"])),
        (4, "times", |event| event["recorded_at"] = "2001-01-01T00:00:00.000000Z".into()),
        (5, "version 9", |event| event["version"] = 9.into()),
        (3, "U+0000", |event| event["actor"] = "a\0b".into()),
        (3, "the years 1 to 9999", |event| event["data"]["raised_on"] = "0000-12-31".into()),
        (6, "schema version", |event| event["schema_version"] = 99.into()),
    ];
    for (line, said, change) in forgeries {
        let refusal = brought_into(&other, &forged(&export, line, change)).await.unwrap_err();
        let text = refusal.to_string();
        assert!(text.starts_with(&format!("line {line}: ")) && text.contains(said), "{said} expected: {text}");
        assert_eq!(other.head().await.unwrap().number(), 0);
    }
    let untouched = forged(&export, 1, |_| {});
    assert_eq!(untouched, export, "without a change the forger returns the export");
}

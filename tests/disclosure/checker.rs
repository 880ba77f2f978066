//! The checker in Python, `docs/check-disclosure.py`: it accepts what the program discloses, and refuses a forgery.

use super::{printed, record_sample};
use crate::fixtures::classification::LEVELS;
use crate::fixtures::every_event::append_every_event;
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::raw_database::RawDatabase;
use minutebook_ledger::commitment;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// The verdicts of the checker, one for each line.
pub(super) fn checked(lines: &[String]) -> Vec<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/check-disclosure.py");
    let mut command = Command::new("python3");
    let mut child =
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3 is needed");
    let mut input = child.stdin.take().unwrap();
    let text = lines.join("\n") + "\n";
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let verdicts: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(verdicts.len(), lines.len());
    assert_eq!(output.status.success(), verdicts.iter().all(|verdict| verdict.starts_with("OK ")));
    verdicts
}

/// The sample committee's ledger, with an event of every type after it.
async fn sample() -> TestLedger {
    let ledger = TestLedger::new(Store::Sqlite);
    let log = record_sample(&ledger).await;
    append_every_event(&log).await;
    log.close().await;
    ledger
}

#[test]
fn the_checker_has_at_most_sixty_lines_and_only_the_standard_library() {
    let script = include_str!("../../docs/check-disclosure.py");
    assert!(script.lines().count() <= 60);
    let imports: Vec<&str> = script.lines().filter(|line| line.contains("import ")).collect();
    assert_eq!(imports, ["import base64, hashlib, json, sys"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_disclosure_of_the_sample_is_accepted_at_every_clearance() {
    let ledger = sample().await;
    let raw = RawDatabase::of(&ledger).await;
    let mut lines = Vec::new();
    let mut expected = Vec::new();
    for audience in LEVELS.into_iter().map(Some).chain([None]) {
        let disclosures = printed(&ledger, audience);
        assert!(disclosures.len() > 10, "{audience:?}");
        for disclosure in disclosures {
            let position = disclosure["position"].as_i64().unwrap();
            let leaf = hex::encode(raw.bytes("leaf", position).await);
            expected.push(format!("OK {} {leaf}", position - 1));
            lines.push(disclosure.to_string());
        }
    }
    assert_eq!(checked(&lines), expected);
}

/// A disclosure with one thing changed.
type Forgery = (&'static str, fn(&mut Value, &Value));

/// What must not be accepted. The second disclosure is of another event.
const FORGERIES: [Forgery; 17] = [
    ("a changed byte of the skeleton", |forged, _| {
        let skeleton = forged["skeleton"].as_str().unwrap().replace("2023-04-14", "2023-04-15");
        forged["skeleton"] = skeleton.into();
    }),
    ("a changed digest", |forged, _| {
        let skeleton = forged["skeleton"].as_str().unwrap();
        let at = skeleton.find("{\"sd\":\"").unwrap() + 7;
        let other = if &skeleton[at..=at] == "A" { "B" } else { "A" };
        forged["skeleton"] = format!("{}{other}{}", &skeleton[..at], &skeleton[at + 1..]).into();
    }),
    ("a changed value", |forged, _| forged["fragments"][0]["value"] = "somebody else".into()),
    ("a changed mark", |forged, _| {
        let fragments = forged["fragments"].as_array_mut().unwrap();
        let text = fragments.iter_mut().find(|fragment| fragment["value"]["classification"].is_string()).unwrap();
        text["value"]["classification"] = "AMBER+STRICT".into();
    }),
    ("a changed salt", |forged, _| changed_hex(&mut forged["fragments"][0]["salt"])),
    ("a longer salt", |forged, _| {
        let longer = format!("{}00", forged["fragments"][0]["salt"].as_str().unwrap());
        forged["fragments"][0]["salt"] = longer.into();
    }),
    ("a changed outer salt", |forged, _| changed_hex(&mut forged["outer_salt"])),
    ("a changed leaf", |forged, _| changed_hex(&mut forged["leaf"])),
    ("two swapped values", |forged, _| {
        let first = forged["fragments"][0]["value"].clone();
        forged["fragments"][0]["value"] = forged["fragments"][1]["value"].clone();
        forged["fragments"][1]["value"] = first;
    }),
    ("two swapped indexes", |forged, _| {
        let first = forged["fragments"][0]["index"].clone();
        forged["fragments"][0]["index"] = forged["fragments"][1]["index"].clone();
        forged["fragments"][1]["index"] = first;
    }),
    ("a fragment twice", |forged, _| {
        let first = forged["fragments"][0].clone();
        forged["fragments"].as_array_mut().unwrap().push(first);
    }),
    ("an index beyond the last", |forged, _| forged["fragments"][0]["index"] = 1000.into()),
    ("an index before the first", |forged, _| forged["fragments"][0]["index"] = (-1).into()),
    ("a fragment of another event", |forged, other| {
        let index = forged["fragments"][0]["index"].clone();
        forged["fragments"][0] = other["fragments"][0].clone();
        forged["fragments"][0]["index"] = index;
    }),
    ("the skeleton of another event", |forged, other| {
        forged["skeleton"] = other["skeleton"].clone();
        with_own_leaf(forged);
    }),
    ("another index of the leaf", |forged, _| {
        forged["leaf_index"] = (forged["leaf_index"].as_u64().unwrap() + 1).into();
    }),
    ("another position", |forged, other| forged["position"] = other["position"].clone()),
];

/// Skeletons that say the same in another form. The forger also computes the leaf.
const OTHER_FORMS: [Forgery; 5] = [
    ("a space", |forged, _| replaced(forged, ",\"data\":", ", \"data\":")),
    ("an escape where none is needed", |forged, _| replaced(forged, "\"data\":", "\"dat\\u0061\":")),
    ("keys in another order", |forged, _| {
        let skeleton = forged["skeleton"].as_str().unwrap().to_owned();
        let (rest, version) = skeleton.strip_suffix('}').unwrap().rsplit_once(",\"version\":").unwrap();
        forged["skeleton"] = format!("{{\"version\":{version},{}}}", &rest[1..]).into();
    }),
    ("a duplicate key", |forged, _| {
        replaced(forged, "\"data\":", "\"classification\":\"WHITE\",\"data\":");
    }),
    ("a fraction", |forged, _| replaced(forged, "\"schema_version\":1", "\"schema_version\":1e0")),
];

fn changed_hex(digits: &mut Value) {
    let text = digits.as_str().unwrap();
    let other = if text.starts_with('0') { "1" } else { "0" };
    *digits = format!("{other}{}", &text[1..]).into();
}

fn replaced(forged: &mut Value, from: &str, to: &str) {
    let skeleton = forged["skeleton"].as_str().unwrap();
    assert!(skeleton.contains(from), "{from} in {skeleton}");
    forged["skeleton"] = skeleton.replacen(from, to, 1).into();
}

/// Computes the leaf of a forged skeleton.
fn with_own_leaf(forged: &mut Value) {
    let salt: [u8; 32] = hex::decode(forged["outer_salt"].as_str().unwrap()).unwrap().try_into().unwrap();
    let leaf = commitment::leaf_of_skeleton(&salt, forged["skeleton"].as_str().unwrap().as_bytes());
    forged["leaf"] = leaf.to_string().into();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_disclosure_is_refused() {
    let ledger = sample().await;
    let disclosures = printed(&ledger, None);
    let of_type = |name: &str| {
        let name = format!("\"type\":\"{name}\"");
        disclosures.iter().find(|given| given["skeleton"].as_str().unwrap().contains(&name)).unwrap()
    };
    let (raised, other) = (of_type("ActionRaised"), of_type("ActionCompleted"));
    let mut lines = vec![raised.to_string()];
    for (_, forge) in FORGERIES {
        let mut forged = raised.clone();
        forge(&mut forged, other);
        lines.push(forged.to_string());
    }
    for (_, forge) in OTHER_FORMS {
        let mut forged = raised.clone();
        forge(&mut forged, other);
        with_own_leaf(&mut forged);
        lines.push(forged.to_string());
    }
    // The same member twice outside the skeleton, and what is no disclosure at all.
    let twice = raised.to_string().replacen('{', "{\"leaf_index\":0,", 1);
    lines.extend([twice, json!({}).to_string(), json!([]).to_string(), "{".to_owned(), "[".repeat(100_000)]);
    let verdicts = checked(&lines);
    assert!(verdicts[0].starts_with("OK "), "{}", verdicts[0]);
    let names = FORGERIES.iter().chain(&OTHER_FORMS).map(|(name, _)| *name);
    let names = names.chain(["a member twice", "no disclosure", "a list", "no JSON", "too deep"]);
    for (name, verdict) in names.zip(&verdicts[1..]) {
        assert!(verdict.starts_with("REFUSED "), "{name}: {verdict}");
    }
}

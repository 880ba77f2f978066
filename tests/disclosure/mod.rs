//! Events disclosed in part: each part can be checked against the leaf, and what is withheld cannot be guessed.

mod api;
mod checker;
mod guessing;
mod readers;
mod worked_example;

use crate::fixtures::committee::request;
use crate::fixtures::ledgers::TestLedger;
use minutebook_domain::Position;
use minutebook_ledger::{Log, Recorder};
use serde_json::Value;

/// The disclosures that the command line prints of a ledger, one a line.
fn printed(ledger: &TestLedger, audience: Option<&str>) -> Vec<Value> {
    let cli = crate::fixtures::cli::Cli::new();
    let mut arguments = vec!["--ledger", ledger.url_text.as_str(), "log", "--disclosure"];
    arguments.extend(audience.into_iter().flat_map(|level| ["--audience", level]));
    cli.done(&arguments).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Records the sample committee.
async fn record_sample(ledger: &TestLedger) -> Log {
    let recorder = Recorder::new(ledger.open().await);
    for (number, line) in include_str!("../fixtures/data/committee.ndjson").lines().enumerate() {
        let json: Value = serde_json::from_str(line).unwrap();
        recorder.record(&request(&format!("line-{number}"), &json)).await.unwrap();
    }
    recorder.log().clone()
}

/// Every position of a log.
async fn positions(log: &Log) -> impl Iterator<Item = Position> + use<> {
    (1..=log.head().await.unwrap().number()).map(Position::new)
}

/// Replaces each digest in a skeleton, in the order of its text; a part without a value is left out.
fn assembled(skeleton: &Value, value_of: &mut impl FnMut(&str) -> Option<Value>) -> Option<Value> {
    match skeleton {
        Value::Object(members) => {
            if let Some(digest) = members.get("sd") {
                return value_of(digest.as_str().unwrap());
            }
            let members = members.iter().filter_map(|(name, value)| Some((name.clone(), assembled(value, value_of)?)));
            Some(Value::Object(members.collect()))
        }
        Value::Array(entries) => {
            Some(Value::Array(entries.iter().filter_map(|entry| assembled(entry, value_of)).collect()))
        }
        other => Some(other.clone()),
    }
}

/// The digests of a skeleton, in the order of its text.
fn digests(skeleton: &Value) -> Vec<String> {
    let mut digests = Vec::new();
    assembled(skeleton, &mut |digest| {
        digests.push(digest.to_owned());
        None
    });
    digests
}

//! A book to ask: the sample committee, recorded on 1 July 2023, and a committee in New York. What was wrong in it was put
//! right on 1 August.

use super::{Cli, Run};
use crate::support::committee::request;
use crate::support::ledgers::{FixedClock, TestLedger, fixed};
use minutebook_ledger::{Recorder, Selection};
use serde_json::{Value, json};

const SAMPLE: &str = include_str!("../fixtures/committee.ndjson");

/// The book, and the program that is asked.
pub(super) struct Book {
    cli: Cli,
    ledger: TestLedger,
}

impl Book {
    pub(super) async fn new(ledger: TestLedger) -> Self {
        let clock = FixedClock::at("2023-07-01T10:00:00Z");
        let recorder = Recorder::new(ledger.open_in(fixed(clock.clone())).await);
        let sample = SAMPLE.lines().map(|line| serde_json::from_str(line).unwrap());
        for (number, command) in sample.chain(new_york()).enumerate() {
            recorder.record(&request(&format!("line-{number}"), &command)).await.unwrap();
        }
        clock.set("2023-08-01T10:00:00Z");
        correct(&recorder, "action:TSC4/01", &[("due_on", json!("2023-04-21"))]).await;
        correct(&recorder, "action:NYC1/02", &[("text", json!({"classification": "RED", "text": "Ring the insurer"}))])
            .await;
        let status = [("value", json!({"classification": "RED", "text": "Approved subject to a second audit"}))];
        correct(&recorder, "party:TSC:Other User K", &status).await;
        recorder.log().close().await;
        Self { cli: Cli::new(), ledger }
    }

    pub(super) fn run(&self, words: &str) -> Run {
        let arguments: Vec<&str> =
            ["--ledger", &self.ledger.url_text].into_iter().chain(words.split_whitespace()).collect();
        // A name of several words is written with tildes between them.
        let arguments: Vec<String> = arguments.iter().map(|word| word.replace('~', " ")).collect();
        self.cli.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// What it prints, with what was asked above it.
    pub(super) fn asked(&self, words: &str) -> String {
        let run = self.run(words);
        assert_eq!(run.status, 0, "{words}: {}", run.err);
        format!("$ minutebook {}\n{}\n", words.replace('~', " "), run.out)
    }

    pub(super) fn all_asked(&self, questions: &[&str]) -> String {
        questions.iter().map(|words| self.asked(words)).collect()
    }

    pub(super) fn json(&self, words: &str) -> Value {
        let run = self.run(&format!("{words} --format json"));
        serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{words}: {}{}", run.out, run.err))
    }

    /// One field of everything that is listed.
    pub(super) fn listed(&self, words: &str, list: &str, field: &str) -> Vec<String> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.json(words)[list].as_array().unwrap().iter().map(|row| text(&row[field])).collect()
    }

    /// It is refused: what it says, in one line.
    pub(super) fn refused(&self, words: &str, status: i32) -> String {
        let run = self.run(words);
        assert_eq!((run.status, run.out.as_str()), (status, ""), "{words}");
        run.err
    }
}

/// A committee whose days are not London's, and what of it is confidential.
fn new_york() -> Vec<Value> {
    let action = |reference: &str, text: &str| {
        json!({"stream": format!("action:{reference}"), "type": "ActionRaised",
               "data": {"reference": reference, "text": {"classification": "WHITE", "text": text}, "owners": ["Bo"],
                        "due_on": "2023-04-27", "raised_in": "NYC_1_1404", "raised_on": "2023-04-14"}})
    };
    let decision = |verb: &str, mark: &str, text: &str| {
        json!({"stream": "meeting:NYC_1_1404", "type": "DecisionRecorded",
               "data": {"verb": verb, "text": {"classification": mark, "text": text}}})
    };
    let mut superseding = decision("AGREED", "WHITE", "=the open terms");
    superseding["data"]["supersedes"] = json!(["NYC_1_1404/D1"]);
    vec![
        json!({"stream": "committee:NYC", "type": "CommitteeEstablished",
               "data": {"code": "NYC", "name": "New York Committee", "time_zone": "America/New_York"}}),
        json!({"stream": "meeting:NYC_1_1404", "type": "MeetingConvened",
               "data": {"reference": "NYC_1_1404", "held_on": "2023-04-14", "starts_at": "09:30", "classification": "AMBER"}}),
        decision("AGREED", "RED", "the sealed terms"),
        superseding,
        json!({"stream": "meeting:NYC_1_1404", "type": "MatterArisingNoted",
               "data": {"text": {"classification": "RED", "text": "The breach of March"}}}),
        action("NYC1/01", "File the lease"),
        action("NYC1/02", "Ring the insurer"),
    ]
}

/// Puts other values in the place of those that the first event of its type, the last of the stream, had.
async fn correct(recorder: &Recorder, stream: &str, fields: &[(&str, Value)]) {
    let events = recorder.log().read_all(Selection::Stream(stream.parse().unwrap())).await.unwrap();
    let wanted = |event_type: &str| ["ActionRaised", "StatusAgreed"].contains(&event_type);
    let event = events.iter().find(|event| wanted(event.event.event_type())).unwrap();
    let mut data = event.event.data().unwrap();
    for (field, value) in fields {
        data[*field] = value.clone();
    }
    let by = json!({"type": event.event.event_type(), "data": data});
    let correction = json!({"corrects": event.event_id, "change": {"replaced": by}, "reason": "misheard"});
    recorder.record(&request(&format!("correct-{stream}"), &correction)).await.unwrap();
}

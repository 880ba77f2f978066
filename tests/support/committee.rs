//! A committee to record: the Security Sub-Committee, one meeting, actions.

use minutebook_ledger::{Command, Envelope, Recorder, Request, command_json};
use serde_json::{Value, json};

/// A request from JSON, recorded by `tester` under this key.
pub(crate) fn request(key: &str, json: &Value) -> Request {
    let defaults = Envelope { actor: "tester".into(), command_id: key.into(), ..Envelope::default() };
    command_json::request(&json.to_string(), defaults).unwrap()
}

/// The command inside a request from JSON.
pub(crate) fn command(json: &Value) -> Command {
    request("unused", json).commands.remove(0)
}

pub(crate) fn established(code: &str) -> Value {
    json!({"stream": format!("committee:{code}"), "type": "CommitteeEstablished",
           "data": {"code": code, "name": "Security Sub-Committee"}})
}

pub(crate) fn convened(meeting: &str, held_on: &str) -> Value {
    json!({"stream": format!("meeting:{meeting}"), "type": "MeetingConvened",
           "data": {"reference": meeting, "held_on": held_on, "starts_at": "10:00", "classification": "WHITE"}})
}

pub(crate) fn raised(action: &str) -> Value {
    json!({"stream": format!("action:{action}"), "type": "ActionRaised",
           "data": {"reference": action, "text": {"classification": "WHITE", "text": "Circulate the paper"},
                    "owners": ["SECAS"], "due_on": "2019-03-27", "raised_on": "2019-02-27"}})
}

pub(crate) fn progressed(action: &str, note: &str) -> Value {
    json!({"stream": format!("action:{action}"), "type": "ActionProgressed",
           "data": {"note": {"classification": "GREEN", "text": note}, "progressed_on": "2019-03-01"}})
}

pub(crate) fn completed(action: &str) -> Value {
    json!({"stream": format!("action:{action}"), "type": "ActionCompleted", "data": {"completed_on": "2019-03-13"}})
}

/// Establishes the SSC and convenes its meeting of 27 February 2019.
pub(crate) async fn begin(recorder: &Recorder) {
    for (key, json) in [("begin-1", established("SSC")), ("begin-2", convened("SSC_72_2702", "2019-02-27"))] {
        recorder.record(&request(key, &json)).await.unwrap();
    }
}

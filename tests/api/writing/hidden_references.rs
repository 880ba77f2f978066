//! A writer gets the same answer for a subject above their clearance as for one that does not exist.

use super::routes::everything;
use crate::fixtures::api_client::Answer;
use crate::fixtures::api_server::{ApiServer, Token};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook::access::Role;
use minutebook_ledger::Selection;
use serde_json::{Value, json};

const CANARY: &str = "canary-of-red";

on_both_stores!(a_subject_above_the_clearance_is_not_found, answers_are_identical_with_and_without_the_hidden_subject);

/// Records a meeting with a RED decision, action and paragraph, and a RED meeting.
async fn begun(server: &ApiServer, with_red: bool) {
    let jane = server.secretary().await;
    let begin = everything();
    for place in [0, 3] {
        server.post(&jane, begin[place].0, &begin[place].1).await.expect(201);
    }
    if !with_red {
        return;
    }
    let red = json!({"classification": "RED", "text": CANARY});
    for (path, body) in [
        ("/api/v1/meetings/SSC_72_2702/paragraphs", json!({"text": red})),
        ("/api/v1/meetings/SSC_72_2702/decisions", json!({"verb": "AGREED", "text": red})),
        (
            "/api/v1/actions",
            json!({"reference": "SSC72/05", "text": red, "owners": [CANARY], "raised_on": "2019-02-27"}),
        ),
        (
            "/api/v1/meetings",
            json!({"reference": "SSC_73_1303", "held_on": "2019-03-13", "venue": CANARY, "classification": "RED"}),
        ),
    ] {
        server.post(&jane, path, &body).await.expect(201);
    }
}

/// Writes that concern the RED subjects.
fn writes() -> Vec<(&'static str, Value)> {
    let action = |what: &str| -> &'static str { format!("/api/v1/actions/SSC72/05/{what}").leak() };
    let white = json!({"classification": "WHITE", "text": "a"});
    vec![
        (action("complete"), json!({"completed_on": "2019-03-01"})),
        (action("complete"), json!({"completed_on": "2018-03-01"})),
        (action("reopen"), json!({"reopened_on": "2019-03-01"})),
        (action("assign"), json!({"owners": ["A"], "assigned_on": "2019-03-01"})),
        ("/api/v1/meetings/SSC_73_1303/items", json!({"title": white})),
        ("/api/v1/meetings/SSC_73_1303/close", json!({})),
        (
            "/api/v1/meetings/SSC_72_2702/decisions",
            json!({"number": 7, "verb": "AGREED", "text": white, "supersedes": ["SSC_72_2702/D1"]}),
        ),
        (
            "/api/v1/actions",
            json!({"reference": "SSC72/06", "text": white, "raised_in": "SSC_73_1303", "raised_on": "2019-03-13"}),
        ),
        (
            "/api/v1/commands",
            json!({"commands": [{"stream": "action:SSC72/05", "type": "ActionCompleted", "data": {"completed_on": "2019-03-01"}}]}),
        ),
    ]
}

async fn answers(server: &ApiServer, token: &Token) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (path, body) in writes() {
        answers.push(server.post(token, path, &body).await);
        let headers = [("idempotency-key", "probe"), ("if-match", "\"1\"")];
        answers.push(server.post_with(token, path, &body, &headers).await);
    }
    answers
}

async fn a_subject_above_the_clearance_is_not_found(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    begun(&server, true).await;
    let amber = server.token("an amber secretary", &[Role::Secretary], "AMBER", &[]).await;
    let events = server.recorder.log().read_all(Selection::All).await.unwrap();
    let red = events.iter().filter(|event| event.event.data().unwrap().to_string().contains(CANARY));
    let before = server.head().await;
    for event in red {
        let path = format!("/api/v1/events/{}/corrections", event.event_id);
        let body = json!({"change": "struck", "reason": "a guess"});
        let unseen = server.post(&amber, &path, &body).await.expect(404);
        let none = "/api/v1/events/0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10/corrections";
        let nothing = server.post(&amber, none, &body).await.expect(404);
        let id = event.event_id.to_string();
        assert_eq!(
            unseen.text().replace(&id, "?"),
            nothing.text().replace("0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10", "?")
        );
    }
    for answer in answers(&server, &amber).await {
        assert!(!answer.text().contains(CANARY), "{}", answer.text());
        assert!([404, 409].contains(&answer.status.as_u16()), "{}", answer.text());
    }
    assert_eq!(server.head().await, before);
    // A secretary with RED clearance may write to them.
    let jane = server.secretary().await;
    let (path, body) = writes().remove(0);
    server.post(&jane, path, &body).await.expect(201);
}

async fn answers_are_identical_with_and_without_the_hidden_subject(with: TestLedger) {
    let without = TestLedger::like(&with);
    let mut told = Vec::new();
    for (ledger, with_red) in [(&with, true), (&without, false)] {
        let server = ApiServer::open(ledger).await;
        begun(&server, with_red).await;
        let amber = server.token("an amber secretary", &[Role::Secretary], "AMBER", &[]).await;
        told.push(
            answers(&server, &amber).await.iter().map(|answer| (answer.status, answer.text())).collect::<Vec<_>>(),
        );
    }
    for ((with, without), (path, body)) in told[0].chunks(2).zip(told[1].chunks(2)).zip(writes()) {
        assert_eq!(with, without, "{path} {body}");
    }
}

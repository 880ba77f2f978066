//! What a writer may not see is not there for them, whatever they ask to have done with it.

use super::routes::everything;
use crate::fixtures::api_client::Answer;
use crate::fixtures::api_server::{ApiServer, Token};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook::access::Role;
use minutebook_ledger::Selection;
use serde_json::{Value, json};

const CANARY: &str = "canary-of-red";

on_both_stores!(what_is_above_their_clearance_is_not_there, it_is_answered_as_if_it_had_never_been);

/// A meeting with a decision, an action and a paragraph that are RED, recorded by someone who may.
async fn begun(desk: &ApiServer, with_red: bool) {
    let jane = desk.secretary().await;
    let begin = everything();
    for place in [0, 3] {
        desk.post(&jane, begin[place].0, &begin[place].1).await.expect(201);
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
        desk.post(&jane, path, &body).await.expect(201);
    }
}

/// What a writer asks who cannot see any of that: with the RED in the book or without, the answer is the same.
fn asked() -> Vec<(&'static str, Value)> {
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

async fn answers(desk: &ApiServer, token: &Token) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (path, body) in asked() {
        answers.push(desk.post(token, path, &body).await);
        let headers = [("idempotency-key", "probe"), ("if-match", "\"1\"")];
        answers.push(desk.post_with(token, path, &body, &headers).await);
    }
    answers
}

async fn what_is_above_their_clearance_is_not_there(ledger: TestLedger) {
    let desk = ApiServer::open(&ledger).await;
    begun(&desk, true).await;
    let amber = desk.token("an amber secretary", &[Role::Secretary], "AMBER", &[]).await;
    let events = desk.recorder.log().read_all(Selection::All).await.unwrap();
    let red = events.iter().filter(|event| event.event.data().unwrap().to_string().contains(CANARY));
    let before = desk.head().await;
    for event in red {
        let path = format!("/api/v1/events/{}/corrections", event.event_id);
        let body = json!({"change": "struck", "reason": "a guess"});
        let unseen = desk.post(&amber, &path, &body).await.expect(404);
        let none = "/api/v1/events/0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10/corrections";
        let nothing = desk.post(&amber, none, &body).await.expect(404);
        let id = event.event_id.to_string();
        assert_eq!(
            unseen.text().replace(&id, "?"),
            nothing.text().replace("0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10", "?")
        );
    }
    for answer in answers(&desk, &amber).await {
        assert!(!answer.text().contains(CANARY), "{}", answer.text());
        assert!([404, 409].contains(&answer.status.as_u16()), "{}", answer.text());
    }
    assert_eq!(desk.head().await, before);
    // Who may read RED finds all of it.
    let jane = desk.secretary().await;
    let (path, body) = asked().remove(0);
    desk.post(&jane, path, &body).await.expect(201);
}

async fn it_is_answered_as_if_it_had_never_been(with: TestLedger) {
    let without = TestLedger::like(&with);
    let mut told = Vec::new();
    for (ledger, with_red) in [(&with, true), (&without, false)] {
        let desk = ApiServer::open(ledger).await;
        begun(&desk, with_red).await;
        let amber = desk.token("an amber secretary", &[Role::Secretary], "AMBER", &[]).await;
        told.push(answers(&desk, &amber).await.iter().map(|answer| (answer.status, answer.text())).collect::<Vec<_>>());
    }
    for ((with, without), (path, body)) in told[0].chunks(2).zip(told[1].chunks(2)).zip(asked()) {
        assert_eq!(with, without, "{path} {body}");
    }
}

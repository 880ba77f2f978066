//! A writer without a right gets the same answer for a subject that exists as for one that does not.

use super::routes::everything;
use crate::fixtures::api_client::Answer;
use crate::fixtures::api_server::{ApiServer, Token};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook::access::Role;
use minutebook_ledger::Selection;
use serde_json::{Value, json};

const CANARY: &str = "canary-of-red";

on_both_stores!(
    a_correction_without_a_right_tells_nothing_of_its_event,
    answers_without_a_right_are_identical_with_and_without_the_subject
);

/// Records a meeting with a RED decision, action and paragraph, and a RED meeting.
async fn begun(server: &ApiServer, with_red: bool) {
    let jane = server.secretary().await;
    let begin = everything();
    for place in [0, 3] {
        server.post(&jane, begin[place].0, &begin[place].1).await.expect(201);
    }
    server.post(&jane, "/api/v1/committees", &json!({"code": "TSC", "name": "Technical"})).await.expect(201);
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
        for condition in ["\"1\"", "\"9\"", "*"] {
            let headers = [("idempotency-key", "probe"), ("if-match", condition)];
            answers.push(server.post_with(token, path, &body, &headers).await);
        }
    }
    answers
}

/// A secretary of all committees below the top of their scheme, and one of another committee with the highest clearance.
async fn unpermitted(server: &ApiServer) -> [Token; 2] {
    let amber = server.token("an amber secretary", &[Role::Secretary], "AMBER", &[]).await;
    [amber, server.token("their secretary", &[Role::Secretary], "RED", &["TSC"]).await]
}

const NO_EVENT: &str = "0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10";

async fn a_correction_without_a_right_tells_nothing_of_its_event(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    begun(&server, true).await;
    let mut events = server.recorder.log().read_all(Selection::All).await.unwrap();
    events.retain(|event| event.stream.committee().is_some_and(|code| code.as_str() == "SSC"));
    let before = server.head().await;
    for (token, status) in unpermitted(&server).await.iter().zip([403, 404]) {
        let struck = json!({"change": "struck", "reason": "a guess"});
        let none = format!("/api/v1/events/{NO_EVENT}/corrections");
        let nothing = server.post(token, &none, &struck).await.expect(status);
        for event in &events {
            let id = event.event_id.to_string();
            let path = format!("/api/v1/events/{id}/corrections");
            for headers in
                [[("idempotency-key", "a"), ("if-match", "\"7\"")], [("idempotency-key", "b"), ("if-match", "*")]]
            {
                let answer = server.post_with(token, &path, &struck, &headers).await.expect(status);
                assert_eq!(answer.text().replace(&id, "?"), nothing.text().replace(NO_EVENT, "?"));
            }
        }
    }
    // Two tokens were issued since.
    assert_eq!(server.head().await, before + 2);
}

async fn answers_without_a_right_are_identical_with_and_without_the_subject(with: TestLedger) {
    let without = TestLedger::like(&with);
    let mut told = Vec::new();
    for (ledger, with_red) in [(&with, true), (&without, false)] {
        let server = ApiServer::open(ledger).await;
        begun(&server, with_red).await;
        let before = server.head().await;
        let mut all = Vec::new();
        for token in unpermitted(&server).await {
            for answer in answers(&server, &token).await {
                assert!(!answer.text().contains(CANARY), "{}", answer.text());
                all.push(answer.expect(403).text());
            }
            let document =
                b"# SSC_73_1303\n\n**Security Sub-Committee Meeting Headlines, SSC_73_1303, 13th March 2019**\n";
            for query in ["?dry_run=true", "", "?meeting=SSC_72_2702&move=true", "?meeting=SSC_79_0101"] {
                let path = format!("/api/v1/imports{query}");
                all.push(server.upload(&token, &path, "text/markdown", document).await.expect(403).text());
            }
        }
        assert_eq!(server.head().await, before + 2);
        told.push(all);
    }
    assert_eq!(told[0], told[1]);
}

//! What is not recorded, and what the sender is told.

use super::routes::everything;
use crate::fixtures::api_server::{ApiServer, Token, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use axum::body::Body;
use axum::http::Method;
use minutebook::access::Role;
use serde_json::{Value, json};

on_both_stores!(nobody_records_without_a_token, what_is_amiss_is_named, who_may_not_is_told_so);

async fn nobody_records_without_a_token(ledger: TestLedger) {
    let desk = ApiServer::open(&ledger).await;
    let reader = desk.token("a reader", &[Role::Reader, Role::Member, Role::Auditor, Role::Admin], "RED", &[]).await;
    let before = desk.head().await;
    let mut routes = everything();
    routes.push(("/api/v1/commands", json!({"commands": []}), ""));
    routes.push(("/api/v1/imports", json!({}), ""));
    routes.push(("/api/v1/events/0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10/corrections", json!({}), ""));
    for (path, body, _) in routes {
        let answer = desk.post(&None, path, &body).await.expect(401);
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{path}");
        desk.post(&Some("mb_made_up".into()), path, &body).await.expect(401);
        desk.post(&reader, path, &body).await.expect(403);
    }
    assert_eq!(desk.head().await, before);
}

const JSON: (&str, &str) = ("content-type", "application/json");
const KEY: (&str, &str) = ("idempotency-key", "k");
const WELL: &[(&str, &str)] = &[JSON, KEY];
const ITEMS: &str = "/api/v1/meetings/SSC_72_2702/items";

/// A request, and what is answered: its status, its type, the field and the rule it names.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)], (u16, &'static str, &'static str));

/// Whatever can be amiss with a request.
const AMISS: &[Case] = &[
    (ITEMS, "{}", &[JSON], (400, "malformed-request", "Idempotency-Key")),
    (ITEMS, "{}", &[JSON, ("idempotency-key", "two words")], (400, "malformed-request", "Idempotency-Key")),
    (ITEMS, "{}", &[JSON, KEY, ("if-match", "3")], (400, "malformed-request", "If-Match")),
    (ITEMS, "{", WELL, (400, "malformed-request", "body")),
    (ITEMS, "", WELL, (400, "malformed-request", "body")),
    ("/api/v1/meetings/SSC_72_2702/items?as_of=2019-01-01", "{}", WELL, (400, "malformed-request", "as_of")),
    ("/api/v1/parties/DCC/identify", "{}", WELL, (400, "malformed-request", "committee")),
    (ITEMS, "{}", &[KEY], (415, "unsupported-media-type", "Content-Type")),
    (ITEMS, "{}", &[KEY, ("content-type", "text/plain")], (415, "unsupported-media-type", "Content-Type")),
    ("/api/v1/imports", "{}", WELL, (415, "unsupported-media-type", "Content-Type")),
    (ITEMS, "[]", WELL, (422, "unprocessable", "")),
    (ITEMS, "{}", WELL, (422, "unprocessable", "title")),
    (ITEMS, r#"{"title": "a"}"#, WELL, (422, "unprocessable", "title")),
    (
        ITEMS,
        r#"{"title": {"classification": "PINK", "text": "a"}}"#,
        WELL,
        (422, "unprocessable", "title.classification"),
    ),
    (ITEMS, r#"{"title": {"text": "a"}}"#, WELL, (422, "unprocessable", "title.classification")),
    (ITEMS, r#"{"titel": 1}"#, WELL, (422, "unprocessable", "titel")),
    (
        ITEMS,
        r#"{"title": {"classification": "RED", "text": "a"}, "number": -1}"#,
        WELL,
        (422, "unprocessable", "number"),
    ),
    (
        "/api/v1/meetings/SSC_99_0101/items",
        r#"{"title": {"classification": "RED", "text": "a"}}"#,
        WELL,
        (404, "not-found", ""),
    ),
    (
        "/api/v1/meetings/nonsense/items",
        r#"{"title": {"classification": "RED", "text": "a"}}"#,
        WELL,
        (404, "not-found", ""),
    ),
    ("/api/v1/actions/SSC72/09/complete", r#"{"completed_on": "2019-03-01"}"#, WELL, (404, "not-found", "")),
    ("/api/v1/actions/SSC72/x/complete", r#"{"completed_on": "2019-03-01"}"#, WELL, (404, "not-found", "")),
    (
        "/api/v1/committees/XYZ/members",
        r#"{"name": "A", "role": "chair", "appointed_on": "2019-03-01"}"#,
        WELL,
        (404, "not-found", ""),
    ),
    (
        "/api/v1/parties/DCC/identify?committee=SSC",
        r#"{"real_name": {"classification": "RED", "text": "A"}}"#,
        WELL,
        (404, "not-found", ""),
    ),
    (
        "/api/v1/events/0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10/corrections",
        r#"{"change": "struck", "reason": "a slip"}"#,
        WELL,
        (404, "not-found", "event_id"),
    ),
    ("/api/v1/commands", r#"{"commands": []}"#, WELL, (422, "unprocessable", "")),
    ("/api/v1/commands", r#"{"commands": [], "actor": "the chair"}"#, WELL, (422, "unprocessable", "actor")),
    (
        "/api/v1/commands",
        r#"{"commands": [], "idempotency_key": "x"}"#,
        WELL,
        (422, "unprocessable", "idempotency_key"),
    ),
    (
        "/api/v1/commands",
        r#"{"commands": [{"stream": "meeting:SSC_72_2702", "type": "Party", "data": {}}]}"#,
        WELL,
        (422, "unprocessable", "commands"),
    ),
];

async fn what_is_amiss_is_named(ledger: TestLedger) {
    let desk = ApiServer::open(&ledger).await;
    let jane = desk.secretary().await;
    for (path, body, _) in everything().into_iter().take(17) {
        desk.post(&jane, path, &body).await.expect(201);
    }
    let before = desk.head().await;
    for (path, body, headers, (status, kind, field)) in AMISS {
        let request = request(Method::POST, path, &jane, headers).body(Body::from(*body)).unwrap();
        let answer = desk.send(request).await.expect(*status);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let told = answer.json();
        assert_eq!(told["type"], format!("urn:minutebook:problem:{kind}"), "{path} {body}: {told}");
        assert_eq!(told["field"].as_str().unwrap_or_default(), *field, "{path} {body}: {told}");
        assert_eq!(told["status"], *status);
    }
    let body = format!(r#"{{"title": "{}"}}"#, "a".repeat(9 << 20));
    let large = request(Method::POST, ITEMS, &jane, WELL).body(Body::from(body)).unwrap();
    desk.send(large).await.expect(413);
    let text = "a".repeat(2 << 20);
    desk.post(&jane, ITEMS, &json!({"title": {"classification": "WHITE", "text": text}})).await.expect(413);
    a_rule_is_named(&desk, &jane).await;
    assert_eq!(desk.head().await, before);
}

async fn a_rule_is_named(desk: &ApiServer, jane: &Token) {
    let (convene, again, _) = everything().remove(3);
    let unmet = json!({"reference": "SSC99/01", "text": {"classification": "WHITE", "text": "a"},
                       "raised_in": "SSC_99_0101", "raised_on": "2019-01-01"});
    let table = [
        (convene, again, "meeting-convened-once"),
        ("/api/v1/actions", unmet, "meeting-convened-first"),
        ("/api/v1/meetings/SSC_72_2702/next-meeting", json!({"on": "2019-01-01"}), "next-meeting-later"),
        (
            "/api/v1/meetings/SSC_72_2702/publish",
            json!({"audience": "WHITE", "published_on": "2019-03-01"}),
            "published-after-close",
        ),
    ];
    for (path, body, rule) in table {
        let refused = desk.post(jane, path, &body).await.expect(409).json();
        assert_eq!(refused["rule"], rule, "{refused}");
        assert!(refused["detail"].is_string() && refused["accepted"].is_string(), "{refused}");
    }
}

async fn who_may_not_is_told_so(ledger: TestLedger) {
    let desk = ApiServer::open(&ledger).await;
    let jane = desk.secretary().await;
    for (path, body, _) in everything().into_iter().take(17) {
        desk.post(&jane, path, &body).await.expect(201);
    }
    desk.post(&jane, "/api/v1/committees", &json!({"code": "TSC", "name": "Technical"})).await.expect(201);
    let theirs = desk.token("tom", &[Role::Secretary], "RED", &["TSC"]).await;
    let chair = desk.token("ann", &[Role::Chair], "RED", &["SSC"]).await;
    let before = desk.head().await;
    let item = json!({"title": {"classification": "WHITE", "text": "a"}});
    let close: Value = json!({});
    let closing = "/api/v1/meetings/SSC_72_2702/close";
    // What anyone may see is there, and not theirs to touch; what is not there is not there.
    desk.post(&theirs, ITEMS, &item).await.expect(403);
    desk.post(&theirs, "/api/v1/meetings/SSC_99_0101/items", &item).await.expect(404);
    desk.post(&theirs, closing, &close).await.expect(403);
    desk.post(&chair, ITEMS, &item).await.expect(403);
    let both = json!({"commands": [
        {"stream": "meeting:SSC_72_2702", "type": "NextMeetingSet", "data": {"on": "2019-03-20"}},
        {"stream": "meeting:SSC_72_2702", "type": "MeetingClosed", "data": {}},
    ]});
    desk.post(&chair, "/api/v1/commands", &both).await.expect(403);
    let token = json!({"commands": [{"stream": "token:0123456789ab", "type": "TokenRevoked", "data": {}}]});
    desk.post(&jane, "/api/v1/commands", &token).await.expect(404);
    assert_eq!(desk.head().await, before);
    desk.post(&chair, closing, &close).await.expect(201);
}

//! Refused writes: the status, the problem, and the field of each.

use super::routes::everything;
use crate::fixtures::api_client::request;
use crate::fixtures::api_server::{ApiServer, Token};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use axum::body::Body;
use axum::http::Method;
use minutebook::access::Role;
use serde_json::{Value, json};

on_both_stores!(
    a_write_without_a_permitting_token_is_refused,
    a_malformed_write_names_its_field,
    a_write_without_permission_gets_403
);

async fn a_write_without_a_permitting_token_is_refused(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let reader = server.token("a reader", &[Role::Reader, Role::Member, Role::Auditor, Role::Admin], "RED", &[]).await;
    let before = server.head().await;
    let mut routes = everything();
    routes.push(("/api/v1/commands", json!({"commands": []}), ""));
    routes.push(("/api/v1/imports", json!({}), ""));
    routes.push(("/api/v1/events/0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10/corrections", json!({}), ""));
    for (path, body, _) in routes {
        let answer = server.post(&None, path, &body).await.expect(401);
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{path}");
        server.post(&Some("mb_made_up".into()), path, &body).await.expect(401);
        server.post(&reader, path, &body).await.expect(403);
    }
    assert_eq!(server.head().await, before);
}

const JSON: (&str, &str) = ("content-type", "application/json");
const KEY: (&str, &str) = ("idempotency-key", "k");
const VALID_HEADERS: &[(&str, &str)] = &[JSON, KEY];
const ITEMS: &str = "/api/v1/meetings/SSC_72_2702/items";

/// Path, body and headers of a request; status, problem and field of its answer.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)], (u16, &'static str, &'static str));

/// Every way in which a request can be malformed.
const MALFORMED: &[Case] = &[
    (ITEMS, "{}", &[JSON], (400, "malformed-request", "Idempotency-Key")),
    (ITEMS, "{}", &[JSON, ("idempotency-key", "two words")], (400, "malformed-request", "Idempotency-Key")),
    (ITEMS, "{}", &[JSON, KEY, ("if-match", "3")], (400, "malformed-request", "If-Match")),
    (ITEMS, "{", VALID_HEADERS, (400, "malformed-request", "body")),
    (ITEMS, "", VALID_HEADERS, (400, "malformed-request", "body")),
    ("/api/v1/meetings/SSC_72_2702/items?as_of=2019-01-01", "{}", VALID_HEADERS, (400, "malformed-request", "as_of")),
    ("/api/v1/parties/DCC/identify", "{}", VALID_HEADERS, (400, "malformed-request", "committee")),
    (ITEMS, "{}", &[KEY], (415, "unsupported-media-type", "Content-Type")),
    (ITEMS, "{}", &[KEY, ("content-type", "text/plain")], (415, "unsupported-media-type", "Content-Type")),
    ("/api/v1/imports", "{}", VALID_HEADERS, (415, "unsupported-media-type", "Content-Type")),
    (ITEMS, "[]", VALID_HEADERS, (422, "unprocessable", "")),
    (ITEMS, "{}", VALID_HEADERS, (422, "unprocessable", "title")),
    (ITEMS, r#"{"title": "a"}"#, VALID_HEADERS, (422, "unprocessable", "title")),
    (
        ITEMS,
        r#"{"title": {"classification": "PINK", "text": "a"}}"#,
        VALID_HEADERS,
        (422, "unprocessable", "title.classification"),
    ),
    (ITEMS, r#"{"title": {"text": "a"}}"#, VALID_HEADERS, (422, "unprocessable", "title.classification")),
    (
        ITEMS,
        r#"{"title": {"classification": "RED", "text": "a\u0000b"}}"#,
        VALID_HEADERS,
        (422, "unprocessable", "title.text"),
    ),
    (
        ITEMS,
        r#"{"title": {"classification": "RED", "text": "a\ud800b"}}"#,
        VALID_HEADERS,
        (422, "unprocessable", "title.text"),
    ),
    (
        "/api/v1/meetings/SSC_72_2702/items?on_behalf_of=a%00b",
        "{}",
        VALID_HEADERS,
        (400, "malformed-request", "on_behalf_of"),
    ),
    (ITEMS, r#"{"titel": 1}"#, VALID_HEADERS, (422, "unprocessable", "titel")),
    (
        ITEMS,
        r#"{"title": {"classification": "RED", "text": "a"}, "number": -1}"#,
        VALID_HEADERS,
        (422, "unprocessable", "number"),
    ),
    (
        "/api/v1/meetings/SSC_99_0101/items",
        r#"{"title": {"classification": "RED", "text": "a"}}"#,
        VALID_HEADERS,
        (404, "not-found", ""),
    ),
    (
        "/api/v1/meetings/nonsense/items",
        r#"{"title": {"classification": "RED", "text": "a"}}"#,
        VALID_HEADERS,
        (404, "not-found", ""),
    ),
    ("/api/v1/actions/SSC72/09/complete", r#"{"completed_on": "2019-03-01"}"#, VALID_HEADERS, (404, "not-found", "")),
    ("/api/v1/actions/SSC72/x/complete", r#"{"completed_on": "2019-03-01"}"#, VALID_HEADERS, (404, "not-found", "")),
    (
        "/api/v1/committees/XYZ/members",
        r#"{"name": "A", "role": "chair", "appointed_on": "2019-03-01"}"#,
        VALID_HEADERS,
        (404, "not-found", ""),
    ),
    (
        "/api/v1/parties/DCC/identify?committee=SSC",
        r#"{"real_name": {"classification": "RED", "text": "A"}}"#,
        VALID_HEADERS,
        (404, "not-found", ""),
    ),
    (
        "/api/v1/events/0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10/corrections",
        r#"{"change": "struck", "reason": "a slip"}"#,
        VALID_HEADERS,
        (404, "not-found", "event_id"),
    ),
    ("/api/v1/commands", r#"{"commands": []}"#, VALID_HEADERS, (422, "unprocessable", "")),
    ("/api/v1/commands", r#"{"commands": [], "actor": "the chair"}"#, VALID_HEADERS, (422, "unprocessable", "actor")),
    (
        "/api/v1/commands",
        r#"{"commands": [], "idempotency_key": "x"}"#,
        VALID_HEADERS,
        (422, "unprocessable", "idempotency_key"),
    ),
    (
        "/api/v1/commands",
        r#"{"commands": [{"stream": "meeting:SSC_72_2702", "type": "Party", "data": {}}]}"#,
        VALID_HEADERS,
        (422, "unprocessable", "commands"),
    ),
];

async fn a_malformed_write_names_its_field(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    for (path, body, _) in everything().into_iter().take(17) {
        server.post(&jane, path, &body).await.expect(201);
    }
    let before = server.head().await;
    for (path, body, headers, (status, kind, field)) in MALFORMED {
        let request = request(Method::POST, path, jane.as_ref(), headers).body(Body::from(*body)).unwrap();
        let answer = server.send(request).await.expect(*status);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let told = answer.json();
        assert_eq!(told["type"], format!("urn:minutebook:problem:{kind}"), "{path} {body}: {told}");
        assert_eq!(told["field"].as_str().unwrap_or_default(), *field, "{path} {body}: {told}");
        assert_eq!(told["status"], *status);
    }
    let body = format!(r#"{{"title": "{}"}}"#, "a".repeat(9 << 20));
    let large = request(Method::POST, ITEMS, jane.as_ref(), VALID_HEADERS).body(Body::from(body)).unwrap();
    server.send(large).await.expect(413);
    let text = "a".repeat(2 << 20);
    server.post(&jane, ITEMS, &json!({"title": {"classification": "WHITE", "text": text}})).await.expect(413);
    a_refusal_names_its_rule(&server, &jane).await;
    assert_eq!(server.head().await, before);
}

async fn a_refusal_names_its_rule(server: &ApiServer, jane: &Token) {
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
        let refused = server.post(jane, path, &body).await.expect(409).json();
        assert_eq!(refused["rule"], rule, "{refused}");
        assert!(refused["detail"].is_string() && refused["accepted"].is_string(), "{refused}");
    }
}

async fn a_write_without_permission_gets_403(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    for (path, body, _) in everything().into_iter().take(17) {
        server.post(&jane, path, &body).await.expect(201);
    }
    server.post(&jane, "/api/v1/committees", &json!({"code": "TSC", "name": "Technical"})).await.expect(201);
    let theirs = server.token("tom", &[Role::Secretary], "RED", &["TSC"]).await;
    let chair = server.token("ann", &[Role::Chair], "RED", &["SSC"]).await;
    let before = server.head().await;
    let item = json!({"title": {"classification": "WHITE", "text": "a"}});
    let close: Value = json!({});
    let closing = "/api/v1/meetings/SSC_72_2702/close";
    // Whether the subject exists or not.
    server.post(&theirs, ITEMS, &item).await.expect(403);
    server.post(&theirs, "/api/v1/meetings/SSC_99_0101/items", &item).await.expect(403);
    server.post(&theirs, closing, &close).await.expect(403);
    server.post(&chair, ITEMS, &item).await.expect(403);
    let both = json!({"commands": [
        {"stream": "meeting:SSC_72_2702", "type": "NextMeetingSet", "data": {"on": "2019-03-20"}},
        {"stream": "meeting:SSC_72_2702", "type": "MeetingClosed", "data": {}},
    ]});
    server.post(&chair, "/api/v1/commands", &both).await.expect(403);
    let token = json!({"commands": [{"stream": "token:0123456789ab", "type": "TokenRevoked", "data": {}}]});
    server.post(&jane, "/api/v1/commands", &token).await.expect(403);
    assert_eq!(server.head().await, before);
    server.post(&chair, closing, &close).await.expect(201);
}

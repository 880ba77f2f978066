//! Idempotency keys and stale versions.

use super::routes::everything;
use crate::fixtures::api_server::ApiServer;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook::access::Role;
use serde_json::json;
use std::collections::BTreeSet;

on_both_stores!(
    a_retry_gets_the_first_answer,
    concurrent_requests_with_one_key_record_once,
    a_key_belongs_to_one_request_of_one_token,
    a_stale_version_is_refused,
);

async fn a_retry_gets_the_first_answer(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    for (number, (path, body, _)) in everything().into_iter().enumerate() {
        let key = format!("monday-{number}");
        let headers = [("idempotency-key", key.as_str())];
        let first = server.post_with(&jane, path, &body, &headers).await.expect(201);
        let head = server.head().await;
        let again = server.post_with(&jane, path, &body, &headers).await.expect(201);
        assert_eq!((&again.body, server.head().await), (&first.body, head), "{path}");
        for name in ["location", "etag"] {
            assert_eq!(again.header(name), first.header(name), "{path}");
        }
    }
    // Even if the version in `If-Match` is stale by now and the meeting is closed.
    let (path, body, _) = everything().remove(4);
    let headers = [("idempotency-key", "monday-4"), ("if-match", "\"1\"")];
    server.post_with(&jane, path, &body, &headers).await.expect(201);
}

async fn concurrent_requests_with_one_key_record_once(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    let begin = everything();
    for place in [0, 3] {
        server.post(&jane, begin[place].0, &begin[place].1).await.expect(201);
    }
    let before = server.head().await;
    let text = json!({"text": {"classification": "WHITE", "text": "once"}});
    let sendings = (0..32).map(|_| {
        let (server, jane, text) = (server.clone(), jane.clone(), text.clone());
        tokio::spawn(async move {
            let path = "/api/v1/meetings/SSC_72_2702/paragraphs";
            server.post_with(&jane, path, &text, &[("idempotency-key", "the-same")]).await.expect(201).body
        })
    });
    let mut answers = BTreeSet::new();
    for sending in sendings.collect::<Vec<_>>() {
        answers.insert(sending.await.unwrap());
    }
    assert_eq!((answers.len(), server.head().await), (1, before + 1));
}

async fn a_key_belongs_to_one_request_of_one_token(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    let john = server.token("john.brown", &[Role::Secretary], "RED", &[]).await;
    let headers = [("idempotency-key", "k")];
    let code = |code: &str| json!({"code": code, "name": "A committee"});
    let first = server.post_with(&jane, "/api/v1/committees", &code("AAA"), &headers).await.expect(201);
    let head = server.head().await;
    let other = server.post_with(&jane, "/api/v1/committees", &code("BBB"), &headers).await.expect(422).json();
    assert_eq!(other["type"], "urn:minutebook:problem:key-reused");
    assert_eq!(other["field"], "Idempotency-Key");
    assert_eq!(server.head().await, head);
    // Two writers may use the same key, and do not learn of each other.
    server.post_with(&john, "/api/v1/committees", &code("CCC"), &headers).await.expect(201);
    let again = server.post_with(&jane, "/api/v1/committees", &code("AAA"), &headers).await.expect(201);
    assert_eq!(again.body, first.body);
    // A token of the same name is another writer.
    let namesake = server.token("jane.smith", &[Role::Secretary], "RED", &[]).await;
    server.post_with(&namesake, "/api/v1/committees", &code("DDD"), &headers).await.expect(201);
}

async fn a_stale_version_is_refused(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    let begin = everything();
    server.post(&jane, begin[0].0, &begin[0].1).await.expect(201);
    server.post(&jane, begin[3].0, &begin[3].1).await.expect(201);
    let text = json!({"text": {"classification": "WHITE", "text": "a paragraph"}});
    let path = "/api/v1/meetings/SSC_72_2702/paragraphs";
    let with = |key: &'static str, version: &'static str| [("idempotency-key", key), ("if-match", version)];
    let written = server.post_with(&jane, path, &text, &with("a", "\"1\"")).await.expect(201);
    assert_eq!(written.header("etag"), "\"2\"");
    let head = server.head().await;
    for (key, version) in [("b", "\"1\""), ("c", "\"3\""), ("d", "\"0\""), ("e", "\"96-a1b2c3\"")] {
        let stale = server.post_with(&jane, path, &text, &with(key, version)).await.expect(412).json();
        assert_eq!(stale["type"], "urn:minutebook:problem:stale", "{version}");
        assert!(stale["detail"].as_str().unwrap().contains("version 2"), "{stale}");
    }
    assert_eq!(server.head().await, head);
    server.post_with(&jane, path, &text, &with("f", "*")).await.expect(201);
    let (path, body, _) = &begin[16];
    server.post_with(&jane, path, body, &with("g", "*")).await.expect(412);
    server.post_with(&jane, path, body, &with("h", "\"0\"")).await.expect(201);
}

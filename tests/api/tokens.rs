//! Authentication over HTTP. `tests/access/` tests what each token permits.

use crate::fixtures::api_client::ApiClient;
use crate::fixtures::committee::begin;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};

on_both_stores!(every_bad_token_gets_the_same_401);

async fn every_bad_token_gets_the_same_401(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let client = ApiClient::of(recorder.log().clone());
    assert_eq!(client.get("/api/v1/meetings").await.status, 200, "the public needs no token");
    let token = crate::fixtures::api_client::token(&recorder, &[minutebook::access::Role::Reader], "RED", None).await;
    assert_eq!(client.with(&token).get("/api/v1/meetings").await.status, 200);
    let mut mistyped = token.clone();
    mistyped.pop();
    let last = if token.ends_with('a') { 'b' } else { 'a' };
    mistyped.push(last);
    let unknown = "mb_000000000000000000000000000000000000";
    let mut answers = Vec::new();
    for header in [
        format!("Bearer {mistyped}"),
        format!("Bearer {unknown}"),
        format!("Bearer {token} {token}"),
        format!("Basic {token}"),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        String::new(),
        "Bearer eyJhbGciOiJub25lIn0.e30.".to_owned(),
    ] {
        let refused = client.get_with("/api/v1/meetings", &[("authorization", &header)]).await;
        assert_eq!(refused.problem(), (401, "unauthorized".into(), String::new()), "{header}");
        assert!(refused.header("www-authenticate").starts_with("Bearer"), "{header}");
        answers.push(refused.body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "the answers do not tell the reasons apart");
    let twice = [("authorization", format!("Bearer {token}")), ("authorization", format!("Bearer {token}"))];
    let twice: Vec<(&str, &str)> = twice.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(client.get_with("/api/v1/meetings", &twice).await.status, 401);
}

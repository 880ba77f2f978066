//! Entity tags and cached responses: a 304 for a current response, and never a stale one or another reader's.

use crate::fixtures::api_client::ApiClient;
use crate::fixtures::committee::{begin, completed, established, raised, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use axum::body::Body;
use axum::http::Method;

on_both_stores!(
    a_repeated_read_with_its_tag_gets_304,
    a_cached_response_is_never_stale,
    readers_with_other_clearances_share_no_response
);

async fn a_repeated_read_with_its_tag_gets_304(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("raise", &raised("SSC72/01"))).await.unwrap();
    let client = ApiClient::of(recorder.log().clone());
    for path in ["/api/v1/actions", "/api/v1/actions/SSC72/01", "/api/v1/actions?format=csv", "/api/v1/statistics"] {
        let first = client.get(path).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.len() > 32, "{path}: {tag}");
        for has in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let again = client.get_with(path, &[("if-none-match", &has)]).await;
            assert_eq!(
                (again.status.as_u16(), again.body.len(), again.header("etag")),
                (304, 0, tag.as_str()),
                "{path}"
            );
        }
        assert_eq!(client.get_with(path, &[("if-none-match", "\"x\"")]).await, first);
        let head = client.send(Method::HEAD, path, &[], Body::empty()).await;
        assert_eq!((head.status.as_u16(), head.body.len(), head.header("etag")), (200, 0, tag.as_str()));
        assert_eq!(head.header("content-length"), first.body.len().to_string());
        assert_eq!(first.header("vary"), "accept, authorization, cookie");
    }
}

async fn a_cached_response_is_never_stale(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let client = ApiClient::of(recorder.log().clone());
    let mut tags = Vec::new();
    for number in 1..20 {
        let reference = format!("SSC72/{number:02}");
        recorder.record(&request(&format!("raise-{number}"), &raised(&reference))).await.unwrap();
        let found = client.get("/api/v1/actions").await;
        assert_eq!(found.json()["total"], number, "an acknowledged write is read");
        assert!(!tags.contains(&found.header("etag").to_owned()));
        tags.push(found.header("etag").to_owned());
    }
    recorder.record(&request("complete", &completed("SSC72/01"))).await.unwrap();
    let has = tags.pop().unwrap();
    assert_eq!(client.get_with("/api/v1/actions", &[("if-none-match", &has)]).await.status, 200);
}

async fn readers_with_other_clearances_share_no_response(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    crate::fixtures::small_ledger::record_small_ledger(&recorder).await;
    recorder.record(&request("tsc", &established("TSC"))).await.unwrap();
    let public = ApiClient::of(recorder.log().clone());
    let red = public.cleared(&recorder, "RED", None).await;
    let elsewhere = public.cleared(&recorder, "RED", Some(&["TSC"])).await;
    for _ in 0..3 {
        assert_eq!(red.get("/api/v1/actions").await.json()["total"], 2);
        assert_eq!(public.get("/api/v1/actions").await.json()["total"], 1);
        assert_eq!(elsewhere.get("/api/v1/actions").await.json()["total"], 1, "a clearance ends with its committees");
    }
    let has = red.get("/api/v1/actions").await.header("etag").to_owned();
    assert_eq!(public.get_with("/api/v1/actions", &[("if-none-match", &has)]).await.status, 200);
}

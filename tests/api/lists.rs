//! Lists: equal to the command line's, at any moment, on every page, in every format.

use crate::fixtures::api_client::ApiClient;
use crate::fixtures::committee::{raised, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook_ledger::{Recorder, command_json};
use serde_json::Value;

const BOOK: &str = include_str!("../fixtures/data/committee.ndjson");

on_both_stores!(
    every_list_equals_the_command_lines,
    pages_are_stable_while_the_list_grows,
    as_of_and_known_at_read_the_past,
    format_and_accept_choose_the_format,
    a_malformed_parameter_is_named,
    at_least_waits_for_a_write,
);

async fn record(recorder: &Recorder) {
    for (number, line) in BOOK.lines().enumerate() {
        let key = format!("book-{number}");
        let defaults =
            minutebook_domain::RequestMetadata { actor: "tester".into(), command_id: key, ..Default::default() };
        recorder.record(&command_json::request(line, defaults).unwrap()).await.unwrap();
    }
}

fn printed(ledger: &TestLedger, words: &[&str]) -> Value {
    let output = crate::fixtures::record_lines::minutebook(&ledger.url_text).args(words).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn every_list_equals_the_command_lines(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    record(&recorder).await;
    let public = ApiClient::of(recorder.log().clone());
    let cleared = public.cleared(&recorder, "RED", None).await;
    for (clearance, client) in [("WHITE", &public), ("RED", &cleared)] {
        for (path, words) in [
            ("actions", &["actions"][..]),
            ("actions?all=true&sort=-due_on", &["actions", "--all", "--sort", "-due_on"]),
            ("actions?status=complete,withdrawn", &["actions", "--status", "complete,withdrawn"]),
            ("decisions", &["decisions"]),
            ("decisions?verb=AGREED,NOTED&sort=verb", &["decisions", "--verb", "AGREED,NOTED", "--sort", "verb"]),
            ("matters", &["matters"]),
            ("search?search=paper", &["search", "paper"]),
            ("meetings", &["meetings"]),
            ("minutes?unapproved=true", &["minutes", "--unapproved"]),
            ("parties", &["party"]),
            ("actions?as_of=2019-03-12", &["actions", "--as-of", "2019-03-12"]),
            ("actions?all=true&known_at=20", &["actions", "--all", "--known-at", "20"]),
        ] {
            let found = client.get(&format!("/api/v1/{path}")).await;
            assert_eq!(found.status, 200, "{path}: {}", found.text());
            let words: Vec<&str> =
                words.iter().copied().chain(["--format", "json", "--clearance", clearance]).collect();
            let (found, printed) = (found.json(), printed(&ledger, &words));
            let list = printed.as_object().unwrap().keys().find(|key| printed[key.as_str()].is_array()).unwrap();
            assert_eq!(found[list], printed[list], "{path} for {clearance}");
            assert_eq!(found["total"], printed["total"]);
        }
    }
}

async fn pages_are_stable_while_the_list_grows(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    record(&recorder).await;
    for number in 50..57 {
        let action = raised(&format!("TSC42/{number}"));
        recorder.record(&request(&format!("raise-{number}"), &action)).await.unwrap();
    }
    let client = ApiClient::of(recorder.log().clone());
    let whole = client.get("/api/v1/actions?all=true&sort=-reference").await.json();
    let mut next = Some("/api/v1/actions?all=true&sort=-reference&limit=3".to_owned());
    let mut read = Vec::new();
    while let Some(path) = next {
        let page = client.get(&path).await;
        let link = page.header("link").to_owned();
        let page = page.json();
        assert!(page["actions"].as_array().unwrap().len() <= 3);
        read.extend(page["actions"].as_array().unwrap().clone());
        next = page["next"].as_str().map(str::to_owned);
        assert_eq!(link.is_empty(), next.is_none());
        // The last page has the field too, with null: Grafana's Infinity source fails where it finds none.
        let cursor = page.as_object().unwrap()["cursor"].as_str();
        assert_eq!(next.as_deref().map(|next| next.rsplit_once("cursor=").unwrap().1), cursor);
        // This action sorts before the pages read so far.
        let number = 90 + read.len();
        let action = raised(&format!("TSC42/{number}"));
        recorder.record(&request(&format!("meanwhile-{number}"), &action)).await.unwrap();
    }
    let references = |rows: &[Value]| rows.iter().map(|row| row["reference"].clone()).collect::<Vec<_>>();
    assert_eq!(references(&read), references(whole["actions"].as_array().unwrap()));
}

async fn as_of_and_known_at_read_the_past(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    crate::fixtures::small_ledger::record_small_ledger(&recorder).await;
    let client = ApiClient::of(recorder.log().clone());
    let status = async |query: &str| {
        let found = client.get(&format!("/api/v1/actions/SSC72/01?{query}")).await;
        assert_eq!(found.status, 200, "{query}: {}", found.text());
        found.json()["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status("").await, "outstanding");
    assert_eq!(status("as_of=2019-04-05&known_at=7").await, "outstanding");
    assert_eq!(status("as_of=2019-04-10&known_at=7").await, "complete");
    assert_eq!(status("as_of=2019-04-05&known_at=8").await, "complete", "the correction is known");
    assert_eq!(client.get("/api/v1/actions/SSC72/01?as_of=2019-02-26").await.problem().0, 404, "not raised yet");
    assert_eq!(client.get("/api/v1/actions/SSC72/02").await.problem().0, 404, "it is RED");
    assert_eq!(
        client.get("/api/v1/actions?known_at=11").await.problem(),
        (404, "still-to-come".into(), "known_at".into())
    );
}

async fn format_and_accept_choose_the_format(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    record(&recorder).await;
    let client = ApiClient::of(recorder.log().clone());
    for (path, accept, form) in [
        ("actions", "", "application/json"),
        ("actions", "text/html,*/*;q=0.8", "application/json"),
        ("actions", "text/csv", "text/csv; charset=utf-8"),
        ("actions", "text/calendar", "text/calendar; charset=utf-8"),
        ("actions?format=csv", "application/json", "text/csv; charset=utf-8"),
        ("meetings?format=ics", "", "text/calendar; charset=utf-8"),
    ] {
        let found =
            client.get_with(&format!("/api/v1/{path}"), &[("accept", accept)][..usize::from(!accept.is_empty())]).await;
        assert_eq!((found.status.as_u16(), found.header("content-type")), (200, form), "{path} {accept}");
    }
    let csv = client.get("/api/v1/decisions?format=csv").await.text();
    assert_eq!(
        csv.lines().next(),
        Some(
            "id,verb,text,meeting,item,decided_on,subjects,recommended_to,supersedes,superseded_by,classification,committee,deferred_to,delegated_to,rescinded,references"
        )
    );
    // Excel reads UTF-8 only behind a byte order mark.
    for list in ["decisions", "statistics"] {
        let plain = client.get(&format!("/api/v1/{list}?format=csv")).await.text();
        let marked = client.get(&format!("/api/v1/{list}?format=csv&bom=true")).await.text();
        assert_eq!(marked, format!("\u{feff}{plain}"), "{list}");
    }
    assert!(client.get("/api/v1/meetings?format=ics").await.text().starts_with("BEGIN:VCALENDAR\r\n"));
    let refused = client.get_with("/api/v1/decisions", &[("accept", "text/calendar")]).await;
    assert_eq!(refused.problem(), (406, "not-acceptable".into(), String::new()));
    assert_eq!(client.get("/api/v1/decisions?format=ics").await.problem().2, "format");
}

async fn a_malformed_parameter_is_named(ledger: TestLedger) {
    let client = ApiClient::of(ledger.open().await);
    for (query, field) in [
        ("statsu=complete", "statsu"),
        ("status=done", "status"),
        ("as_of=yesterday", "as_of"),
        ("as_of=2019-02-30", "as_of"),
        ("known_at=soon", "known_at"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("cursor=7", "cursor"),
        ("sort=colour", "sort"),
        ("meeting=SSC_72_3102", "meeting"),
        ("committee=ssc", "committee"),
        ("due_before=2019", "due_before"),
    ] {
        let found = client.get(&format!("/api/v1/actions?{query}")).await;
        assert_eq!(found.problem(), (400, "malformed-request".into(), field.into()), "{query}");
    }
    assert_eq!(
        client.get("/api/v1/actions?committee=XYZ").await.problem(),
        (404, "unknown-committee".into(), "committee".into())
    );
    assert_eq!(client.get("/api/v1/nothing").await.problem().0, 404);
    assert_eq!(
        client.send(axum::http::Method::DELETE, "/api/v1/actions", &[], axum::body::Body::empty()).await.problem().0,
        405
    );
}

async fn at_least_waits_for_a_write(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    record(&recorder).await;
    // Another process on the same ledger.
    let elsewhere = ApiClient::of(ledger.open().await);
    for number in 60..65 {
        let action = raised(&format!("TSC42/{number}"));
        let receipt = recorder.record(&request(&format!("raise-{number}"), &action)).await.unwrap();
        let position = receipt.events[0].position;
        let found = elsewhere.get(&format!("/api/v1/actions/TSC42/{number}?at_least={position}")).await;
        assert_eq!(found.status, 200, "{}", found.text());
    }
    let found = elsewhere.get("/api/v1/actions?at_least=100000").await;
    assert_eq!(found.problem(), (409, "not-yet".into(), "at_least".into()));
    assert_eq!(found.header("retry-after"), "1");
}

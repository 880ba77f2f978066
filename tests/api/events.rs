//! Events, as pages and one by one, for each clearance.

use crate::fixtures::api_client::ApiClient;
use crate::fixtures::canaries::trace_in;
use crate::fixtures::canary_ledger::canary_ledger;
use crate::fixtures::classification::LEVELS;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook_ledger::Recorder;
use serde_json::{Value, json};

on_both_stores!(each_reader_gets_their_events_on_pages, an_event_is_found_by_its_id_at_its_clearance);

/// The events of all pages, by following `next`.
async fn pages(client: &ApiClient, path: &str) -> Vec<Value> {
    let mut events = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let answer = client.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let page = answer.json();
        next = page["next"].as_str().map(str::to_owned);
        assert_eq!(answer.header("link").is_empty(), next.is_none());
        events.extend(page["events"].as_array().unwrap().clone());
    }
    events
}

async fn each_reader_gets_their_events_on_pages(ledger: TestLedger) {
    let log = canary_ledger(&ledger, "").await;
    let recorder = Recorder::new(log.clone());
    let public = ApiClient::of(log.clone());
    for (rank, level) in LEVELS.iter().enumerate() {
        let client = if rank == 0 { public.clone() } else { public.cleared(&recorder, level, None).await };
        let all = pages(&client, "/api/v1/events?limit=1000").await;
        assert_eq!(pages(&client, "/api/v1/events?limit=3").await, all, "the pages add up to the whole list: {level}");
        let positions: Vec<u64> = all.iter().map(|event| event["position"].as_u64().unwrap()).collect();
        assert!(positions.is_sorted_by(|a, b| a < b) && !positions.is_empty());
        let told = format!("{all:?}");
        for above in &LEVELS[rank + 1..] {
            assert_eq!(trace_in(&told, &format!("Canary{above}")), None, "{above} for {level}");
        }
        assert!(told.contains(&format!("Canary{level}action")), "{level}");
        let lines = client.get("/api/v1/events?limit=1000&format=ndjson").await;
        assert_eq!(lines.header("content-type"), "application/x-ndjson");
        let lines: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines, all);
        // Each filter returns the matching events of the whole list.
        for (query, fits) in [
            ("type=ActionProgressed", (|event| event["type"] == "ActionProgressed") as fn(&Value) -> bool),
            ("stream=action:SSC72/11", |event| event["stream"] == "action:SSC72/11"),
            ("stream=action:SSC72/04", |event| event["stream"] == "action:SSC72/04"),
            ("reference=SSC_72_2702/D4", |event| named(event, "SSC_72_2702/D4")),
            ("reference=SSC72/04&type=ActionSuperseded", |event| {
                event["type"] == "ActionSuperseded" && named(event, "SSC72/04")
            }),
            ("committee=SSC", |event| event["stream"].as_str().is_some_and(|stream| stream.contains("SSC"))),
            ("committee=TSC", |_| false),
            ("after=10", |event| event["position"].as_u64() > Some(10)),
        ] {
            let found = pages(&client, &format!("/api/v1/events?limit=4&{query}")).await;
            let expected: Vec<Value> = all.iter().filter(|event| fits(event)).cloned().collect();
            assert_eq!(found, expected, "{query} for {level}");
        }
    }
    assert_eq!(public.get("/api/v1/events?type=Nothing").await.problem().2, "type");
    assert_eq!(public.get("/api/v1/events?limit=0").await.status, 400);
}

fn named(event: &Value, name: &str) -> bool {
    event["references"].as_array().unwrap().contains(&json!(name))
}

async fn an_event_is_found_by_its_id_at_its_clearance(ledger: TestLedger) {
    let log = canary_ledger(&ledger, "").await;
    let recorder = Recorder::new(log.clone());
    let public = ApiClient::of(log);
    let secretary = public.cleared(&recorder, "RED", None).await;
    let (seen, all) = (pages(&public, "/api/v1/events").await, pages(&secretary, "/api/v1/events").await);
    assert!(seen.len() < all.len());
    for event in &all {
        let path = format!("/api/v1/events/{}", event["event_id"].as_str().unwrap());
        assert_eq!(secretary.get(&path).await.json(), *event);
        let answer = public.get(&path).await;
        match seen.iter().find(|seen| seen["position"] == event["position"]) {
            Some(seen) => assert_eq!(answer.json(), *seen),
            None => assert_eq!(answer.problem(), (404, "not-found".into(), String::new())),
        }
    }
    for nothing in ["x", "0190a6e0-5b2f-7c11-8a4e-3f1f0e8d2a10", "%00"] {
        assert_eq!(public.get(&format!("/api/v1/events/{nothing}")).await.status, 404, "{nothing}");
    }
}

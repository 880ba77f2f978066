//! The live feed: every event once, nothing above the reader's clearance, and no reader without a valid token.

use crate::fixtures::api_client::{ApiClient, token};
use crate::fixtures::canaries::trace_in;
use crate::fixtures::canary_ledger::canary_ledger;
use crate::fixtures::classification::LEVELS;
use crate::fixtures::committee::{begin, progressed, raised, request};
use crate::fixtures::feed_reader::{FeedReader, until};
use crate::fixtures::ledgers::{Store, TestLedger, on_both_stores};
use axum::Router;
use futures_util::future::join_all;
use minutebook::access::{Grant, Role, issue, revoke};
use minutebook::api::{FeedSettings, Service, router};
use minutebook::webhooks::WebhookSettings;
use minutebook_domain::RequestMetadata;
use minutebook_ledger::{Log, Recorder};
use serde_json::{Value, json};
use std::time::Duration;

on_both_stores!(
    a_reader_who_reconnects_gets_each_event_once,
    the_feed_sends_what_the_list_of_events_returns,
    an_event_reclassified_meanwhile_is_not_sent_to_later_readers,
);

const FEED: &str = "/api/v1/events/stream";

fn served(log: &Log) -> Router {
    router(Service::new(log.clone()))
}

async fn a_reader_who_reconnects_gets_each_event_once(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let router = served(recorder.log());
    let (recorder, router) = (&recorder, &router);
    let writers = join_all((0..8).map(|writer| async move {
        for number in 0..12 {
            let action = format!("SSC{}/{number:02}", 100 + writer);
            recorder.record(&request(&action, &raised(&action))).await.unwrap();
        }
    }));
    let last = 2 + 8 * 12;
    let reader = async {
        let mut seen: Vec<u64> = Vec::new();
        // The reader disconnects after a few events and resumes from the last id.
        while seen.last() != Some(&last) {
            let from = if seen.is_empty() { format!("{FEED}?after=0") } else { FEED.to_owned() };
            let mut feed = FeedReader::open(router, &from, None, seen.last().copied()).await;
            for _ in 0..7 {
                let Some(event) = feed.event().await.filter(|_| seen.last() != Some(&last)) else { break };
                assert_eq!(event.data.unwrap()["position"].as_u64(), event.id);
                seen.extend(event.id);
                if seen.last() == Some(&last) {
                    break;
                }
            }
        }
        seen
    };
    let (_, seen) = tokio::join!(writers, reader);
    assert_eq!(seen, (1..=last).collect::<Vec<u64>>());
}

async fn the_feed_sends_what_the_list_of_events_returns(ledger: TestLedger) {
    let log = canary_ledger(&ledger, "").await;
    let recorder = Recorder::new(log.clone());
    let router = served(&log);
    let public = ApiClient::of(log.clone());
    for (rank, level) in LEVELS.iter().enumerate() {
        let token = token(&recorder, &[Role::Member], level, None).await;
        for query in ["", "type=DecisionRecorded", "stream=meeting:SSC_72_2702", "reference=SSC72/11", "committee=SSC"]
        {
            let listed = public.with(&token).get(&format!("/api/v1/events?limit=1000&{query}")).await.json();
            let listed = listed["events"].as_array().unwrap();
            let mut feed = FeedReader::open(&router, &format!("{FEED}?after=0&{query}"), Some(&token), None).await;
            for expected in listed {
                let event = feed.event().await.unwrap();
                assert_eq!(event.data.as_ref(), Some(expected), "{query} for {level}");
                assert_eq!(event.event.as_deref(), expected["type"].as_str());
                for above in &LEVELS[rank + 1..] {
                    assert_eq!(trace_in(&expected.to_string(), &format!("Canary{above}")), None);
                }
            }
        }
    }
    let head = log.head().await.unwrap().number();
    let answer = public.get_with(FEED, &[("last-event-id", &(head + 1).to_string())]).await;
    assert_eq!(answer.problem(), (404, "still-to-come".into(), "Last-Event-ID".into()));
    assert_eq!(public.get_with(FEED, &[("last-event-id", "x")]).await.status, 400);
    assert_eq!(public.get(&format!("{FEED}?type=x")).await.status, 400);
}

async fn an_event_reclassified_meanwhile_is_not_sent_to_later_readers(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let router = served(recorder.log());
    let mut early = FeedReader::open(&router, FEED, None, None).await;
    let mut wide = raised("SSC72/01");
    wide["data"]["text"]["text"] = "printed too widely".into();
    let receipt = recorder.record(&request("wide", &wide)).await.unwrap();
    let data = early.event().await.unwrap().data.unwrap();
    assert_eq!(data["data"]["text"]["text"], "printed too widely");
    wide["data"]["text"]["classification"] = "RED".into();
    let by = json!({"type": "ActionRaised", "data": wide["data"]});
    let json = json!({"corrects": receipt.events[0].event_id, "change": {"replaced": by}, "reason": "too wide"});
    recorder.record(&request("narrow", &json)).await.unwrap();
    recorder.record(&request("next", &raised("SSC72/02"))).await.unwrap();
    // The event is still in the ring and was sent before; a reader who connects now does not get it.
    let mut late = FeedReader::open(&router, FEED, None, Some(2)).await;
    for feed in [&mut early, &mut late] {
        assert_eq!(feed.event().await.unwrap().data.unwrap()["stream"], "action:SSC72/02");
    }
}

fn impatient() -> FeedSettings {
    FeedSettings { heartbeat: Duration::from_hours(1), patience: Duration::from_millis(1), ..FeedSettings::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_is_disconnected_and_misses_nothing() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let service = Service::with_settings(recorder.log().clone(), Vec::new(), impatient(), WebhookSettings::default());
    let served = router(service.clone());
    let mut slow = FeedReader::open(&served, &format!("{FEED}?after=0"), None, None).await;
    recorder.record(&request("a-1", &raised("SSC72/01"))).await.unwrap();
    // The reader accepts no chunk.
    until(|| service.feed_readers() == 0).await;
    let mut seen = Vec::new();
    while let Some(message) = slow.next().await {
        seen.extend(message.id);
    }
    recorder.record(&request("a-2", &raised("SSC72/02"))).await.unwrap();
    let patient = router(Service::new(recorder.log().clone()));
    let mut back = FeedReader::open(&patient, &format!("{FEED}?after=0"), None, seen.last().copied()).await;
    while seen.last() != Some(&4) {
        seen.extend(back.event().await.unwrap().id);
    }
    assert_eq!(seen, [1, 2, 3, 4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_with_a_revoked_token_is_disconnected() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let service = Service::new(recorder.log().clone());
    let served = router(service.clone());
    let grant = Grant {
        name: "a tester".parse().unwrap(),
        roles: vec![Role::Member],
        clearance: "RED".parse().unwrap(),
        committees: None,
        valid_from: None,
        expires_at: None,
    };
    let metadata =
        |key: &str| RequestMetadata { actor: "tester".into(), command_id: key.into(), ..RequestMetadata::default() };
    let issued = issue(&recorder, grant, metadata("issue")).await.unwrap();
    let mut feed = FeedReader::open(&served, FEED, Some(issued.secret.reveal()), None).await;
    recorder.record(&request("a-1", &raised("SSC72/01"))).await.unwrap();
    assert_eq!(feed.event().await.unwrap().data.unwrap()["stream"], "action:SSC72/01");
    revoke(&recorder, issued.id, false, metadata("revoke")).await.unwrap();
    recorder.record(&request("a-2", &raised("SSC72/02"))).await.unwrap();
    assert_eq!(feed.event().await, None, "an event after the revocation is not sent");
    // A server that stops disconnects all readers.
    let mut public = FeedReader::open(&served, FEED, None, None).await;
    service.end_feed();
    assert_eq!(public.event().await, None);
    until(|| service.feed_readers() == 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_heartbeat_advances_the_position_and_carries_no_event() {
    let ledger = TestLedger::new(Store::Sqlite);
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let settings = FeedSettings { heartbeat: Duration::from_millis(5), ..FeedSettings::default() };
    let served =
        router(Service::with_settings(recorder.log().clone(), Vec::new(), settings, WebhookSettings::default()));
    let mut feed = FeedReader::open(&served, FEED, None, None).await;
    let mut red = raised("SSC72/01");
    red["data"]["text"]["classification"] = "RED".into();
    recorder.record(&request("a-1", &red)).await.unwrap();
    recorder.record(&request("a-2", &progressed("SSC72/01", "a note"))).await.unwrap();
    let mut place = None;
    while place != Some(4) {
        let message = feed.next().await.unwrap();
        assert_eq!((&message.event, &message.data), (&None::<String>, &None::<Value>));
        place = message.id.or(place);
    }
    assert!(feed.next().await.unwrap().is_comment);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_feed_of_one_process_has_the_events_of_another() {
    let ledger = TestLedger::new(Store::Postgres);
    let (one, other) = (ledger.recorder().await, ledger.recorder().await);
    begin(&one).await;
    let served = served(other.log());
    let mut feed = FeedReader::open(&served, &format!("{FEED}?after=0"), None, None).await;
    for number in 1..=20 {
        let action = format!("SSC72/{number:02}");
        let by = if number % 2 == 0 { &other } else { &one };
        by.record(&request(&action, &raised(&action))).await.unwrap();
    }
    let mut seen = Vec::new();
    while seen.last() != Some(&22) {
        seen.extend(feed.event().await.unwrap().id);
    }
    assert_eq!(seen, (1..=22).collect::<Vec<u64>>());
}

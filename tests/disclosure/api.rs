//! The API discloses to each reader what they may know, and gives the salt of an event to nobody.

use crate::fixtures::api_client::ApiClient;
use crate::fixtures::canary_ledger::canary_ledger;
use crate::fixtures::classification::LEVELS;
use crate::fixtures::feed_reader::FeedReader;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::raw_database::RawDatabase;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use minutebook::api::{Service, router};
use minutebook_ledger::Recorder;
use serde_json::Value;

on_both_stores!(each_reader_gets_the_disclosure_of_what_they_may_know, the_feed_discloses_each_event_on_request,);

async fn each_reader_gets_the_disclosure_of_what_they_may_know(ledger: TestLedger) {
    let log = canary_ledger(&ledger, "").await;
    let recorder = Recorder::new(log.clone());
    let public = ApiClient::of(log.clone());
    let raw = RawDatabase::of(&ledger).await;
    let head = log.head().await.unwrap().number();
    let mut fragments = Vec::new();
    for (rank, level) in LEVELS.iter().enumerate() {
        let client = if rank == 0 { public.clone() } else { public.cleared(&recorder, level, None).await };
        let mut answers = client.get("/api/v1/events?limit=1000&disclosure=true").await.text();
        let listed: Vec<Value> = serde_json::from_str::<Value>(&answers).unwrap()["events"].as_array().unwrap().clone();
        fragments
            .push(listed.iter().map(|event| event["disclosure"]["fragments"].as_array().unwrap().len()).sum::<usize>());
        for position in 1..=head {
            let answer = client.get(&format!("/api/v1/events/{position}?disclosure=true")).await;
            match listed.iter().find(|event| event["position"] == position) {
                None => assert_eq!(answer.status, 404, "{position} for {level}"),
                Some(event) => {
                    assert_eq!(&answer.json(), event, "{position} for {level}");
                    let id = event["event_id"].as_str().unwrap();
                    assert_eq!(client.get(&format!("/api/v1/events/{id}?disclosure=true")).await.json(), *event);
                    let plain = client.get(&format!("/api/v1/events/{position}")).await.json();
                    assert!(plain.get("disclosure").is_none());
                    let leaf = hex::encode(raw.bytes("leaf", position.cast_signed()).await);
                    assert_eq!(event["disclosure"]["leaf"], leaf);
                }
            }
            answers.push_str(&answer.text());
        }
        for position in 1..=head {
            let salt = raw.bytes("salt", position.cast_signed()).await;
            for form in [hex::encode(&salt), URL_SAFE_NO_PAD.encode(&salt), STANDARD.encode(&salt)] {
                assert!(!answers.contains(&form), "the salt of {position} for {level}");
            }
        }
    }
    assert!(fragments.is_sorted_by(|low, high| low < high), "{fragments:?}");
    assert_eq!(public.get("/api/v1/events/0?disclosure=true").await.status, 404);
    assert_eq!(public.get(&format!("/api/v1/events/{}", u64::MAX)).await.status, 404);
    assert_eq!(public.get("/api/v1/events/1?disclosure=perhaps").await.problem().2, "disclosure");
}

async fn the_feed_discloses_each_event_on_request(ledger: TestLedger) {
    let log = canary_ledger(&ledger, "").await;
    let expected = ApiClient::of(log.clone()).get("/api/v1/events?limit=1000&disclosure=true").await.json();
    let expected = expected["events"].as_array().unwrap().clone();
    let router = router(Service::new(log));
    // From the ring and from the log, for one reader who asks for disclosures and one who does not.
    for disclosure in [true, false, true] {
        let path = format!("/api/v1/events/stream?after=0&disclosure={disclosure}");
        let mut feed = FeedReader::open(&router, &path, None, None).await;
        for event in &expected {
            let told = feed.event().await.unwrap().data.unwrap();
            let mut event = event.clone();
            if !disclosure {
                event.as_object_mut().unwrap().remove("disclosure");
            }
            assert_eq!(told, event);
        }
    }
}

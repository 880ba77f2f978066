//! Calendars: what a client that holds an older copy of an entry needs in order to update it.

use crate::fixtures::api_client::ApiClient;
use crate::fixtures::committee::{begin, completed, convened, raised, request};
use crate::fixtures::ledgers::{FixedClock, TestLedger, fixed, on_both_stores};
use minutebook_ledger::{Recorder, Request};
use serde_json::json;
use std::collections::BTreeMap;

on_both_stores!(
    a_change_of_a_meeting_updates_its_entry,
    the_announced_meeting_stands_in_the_calendar_until_one_is_convened,
    due_dates_are_events_on_request,
);

/// The properties of each entry by its UID.
async fn entries(client: &ApiClient, path: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let text = client.get(path).await.expect(200).text().replace("\r\n ", "");
    let parts = text.split("BEGIN:V").skip(2);
    let properties = |part: &str| {
        let lines = part.lines().filter_map(|line| line.split_once(':'));
        lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<BTreeMap<_, _>>()
    };
    parts.map(properties).map(|entry| (entry["UID"].clone(), entry)).collect()
}

async fn on_the_first_of_march(ledger: &TestLedger) -> (std::sync::Arc<FixedClock>, Recorder, ApiClient) {
    let clock = FixedClock::at("2019-03-01T10:00:00Z");
    let recorder = Recorder::new(ledger.open_in(fixed(clock.clone())).await);
    begin(&recorder).await;
    let client = ApiClient::of(recorder.log().clone());
    (clock, recorder, client)
}

async fn a_change_of_a_meeting_updates_its_entry(ledger: TestLedger) {
    let (clock, recorder, client) = on_the_first_of_march(&ledger).await;
    recorder.record(&request("m", &convened("SSC_73_1303", "2019-03-13"))).await.unwrap();
    let entry = async || entries(&client, "/api/v1/meetings?format=ics").await["SSC_73_1303@minutebook"].clone();
    let before = entry().await;
    assert_eq!((before["LAST-MODIFIED"].as_str(), before["STATUS"].as_str()), ("20190301T100000Z", "CONFIRMED"));
    clock.set("2019-03-02T10:00:00Z");
    recorder.record(&request("other", &convened("SSC_74_2703", "2019-03-27"))).await.unwrap();
    let unchanged = entry().await;
    assert_eq!((&unchanged["LAST-MODIFIED"], &unchanged["SEQUENCE"]), (&before["LAST-MODIFIED"], &before["SEQUENCE"]));
    clock.set("2019-03-03T10:00:00Z");
    let postponed = json!({"stream": "meeting:SSC_73_1303", "type": "MeetingPostponed",
                           "data": {"to": "2019-03-14", "starts_at": "11:00"}});
    recorder.record(&request("later", &postponed)).await.unwrap();
    let moved = entry().await;
    assert_eq!((moved["LAST-MODIFIED"].as_str(), moved["DTSTART"].as_str()), ("20190303T100000Z", "20190314T110000Z"));
    let sequence = |entry: &BTreeMap<String, String>| entry["SEQUENCE"].parse::<i32>().unwrap();
    assert!(sequence(&moved) > sequence(&before), "{moved:?}");
    clock.set("2019-03-04T10:00:00Z");
    let cancelled = json!({"stream": "meeting:SSC_73_1303", "type": "MeetingCancelled", "data": {}});
    recorder.record(&request("off", &cancelled)).await.unwrap();
    let off = entry().await;
    assert_eq!(off["STATUS"], "CANCELLED");
    assert!(sequence(&off) > sequence(&moved), "{off:?}");
}

async fn the_announced_meeting_stands_in_the_calendar_until_one_is_convened(ledger: TestLedger) {
    let (_, recorder, client) = on_the_first_of_march(&ledger).await;
    let announced = json!({"stream": "meeting:SSC_72_2702", "type": "NextMeetingSet", "data": {"on": "2019-03-13"}});
    recorder.record(&request("next", &announced)).await.unwrap();
    let calendar = async || entries(&client, "/api/v1/meetings?format=ics").await;
    let found = calendar().await["SSC_72_2702/next@minutebook"].clone();
    assert_eq!((found["DTSTART;VALUE=DATE"].as_str(), found["STATUS"].as_str()), ("20190313", "TENTATIVE"));
    assert_eq!(found["SUMMARY"], "SSC meeting\\, announced");
    recorder.record(&request("m", &convened("SSC_73_1303", "2019-03-13"))).await.unwrap();
    assert_eq!(calendar().await.into_keys().collect::<Vec<_>>(), ["SSC_72_2702@minutebook", "SSC_73_1303@minutebook"]);
    // A meeting that was cancelled or moved is what became of the announcement.
    let cancelled = json!({"stream": "meeting:SSC_73_1303", "type": "MeetingCancelled", "data": {}});
    recorder.record(&request("off", &cancelled)).await.unwrap();
    assert_eq!(calendar().await.len(), 2);
}

async fn due_dates_are_events_on_request(ledger: TestLedger) {
    let (_, recorder, client) = on_the_first_of_march(&ledger).await;
    for action in ["SSC72/01", "SSC72/02"] {
        recorder.record(&request(action, &raised(action))).await.unwrap();
    }
    let done = Request { planned: true, ..request("done", &completed("SSC72/02")) };
    recorder.record(&done).await.unwrap();
    let to_dos = entries(&client, "/api/v1/actions?all=true&format=ics&as_of=2019-03-20").await;
    assert_eq!(to_dos.len(), 2);
    assert!(to_dos.values().all(|to_do| to_do.contains_key("DUE;VALUE=DATE") && to_do.contains_key("SEQUENCE")));
    let events = entries(&client, "/api/v1/actions?all=true&format=ics&as=events&as_of=2019-03-20").await;
    let names = ["SSC72/01/due@minutebook", "SSC72/02/due@minutebook"];
    assert_eq!(events.keys().map(String::as_str).collect::<Vec<_>>(), names);
    let summaries: Vec<&str> = events.values().map(|event| event["SUMMARY"].as_str()).collect();
    assert_eq!(summaries, ["Due: SSC72/01 Circulate the paper", "Complete: SSC72/02 Circulate the paper"]);
    assert!(events.values().all(|event| event["DTSTART;VALUE=DATE"] == "20190327"));
    let refused = client.get("/api/v1/actions?format=ics&as=tasks").await;
    assert_eq!(refused.problem(), (400, "malformed-request".into(), "as".into()));
}

//! Corrections, and requests with several commands.

use super::routes::everything_recorded;
use crate::fixtures::api_server::ApiServer;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook_ledger::Selection;
use serde_json::{Value, json};

on_both_stores!(an_event_is_corrected, commands_are_recorded_together_or_not_at_all);

async fn an_event_is_corrected(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    everything_recorded(&server, &jane).await;
    let events = server.recorder.log().read_all(Selection::All).await.unwrap();
    let event = |kind: &str| events.iter().find(|event| event.event.event_type() == kind).unwrap();
    let raised = event("ActionRaised");
    let path = format!("/api/v1/events/{}/corrections", raised.event_id);
    let mut data = raised.event.data().unwrap();
    data["due_on"] = "2019-03-28".into();
    let replaced = |data: &Value| json!({"change": {"replaced": {"type": "ActionRaised", "data": data}}, "reason": "a slip", "authority": "the Chair"});
    let answer = server.post(&jane, &path, &replaced(&data)).await.expect(201);
    assert_eq!(answer.json()["events"][0]["type"], "EventCorrected");
    assert_eq!(answer.header("location"), "/api/v1/actions/SSC72/01");
    let by = server.recorder.log().read_all(Selection::All).await.unwrap().pop().unwrap();
    assert_eq!((by.metadata.corrects, by.metadata.reason.as_deref()), (Some(raised.event_id), Some("a slip")));
    let refused = server.post(&jane, &path, &json!({"change": "struck"})).await.expect(422).json();
    assert_eq!(refused["field"], "reason");
    let refused = server.post(&jane, &path, &json!({"change": "struck", "reason": " "})).await.expect(422).json();
    assert_eq!(refused["field"], "reason", "{refused}");
    data["due"] = 1.into();
    let refused = server.post(&jane, &path, &replaced(&data)).await.expect(422).json();
    assert_eq!(refused["field"], "change.replaced.data.due", "{refused}");
    let struck = json!({"change": "struck", "reason": "it was another meeting"});
    let refused = server.post(&jane, &path, &struck).await.expect(409).json();
    assert_eq!(refused["rule"], "first-event-stands");
    let matter = format!("/api/v1/events/{}/corrections", event("MatterArisingNoted").event_id);
    server.post(&jane, &matter, &struck).await.expect(201);
    let left_out = json!({"type": "ApologiesRecorded", "data": {"name": "Carl"}});
    let supplement = json!({"change": {"supplemented": left_out}, "reason": "left out"});
    let after = format!("/api/v1/events/{}/corrections", event("ApologiesRecorded").event_id);
    server.post(&jane, &after, &supplement).await.expect(201);
    let headers = [("idempotency-key", "stale"), ("if-match", "\"1\"")];
    server.post_with(&jane, &after, &supplement, &headers).await.expect(412);
}

async fn commands_are_recorded_together_or_not_at_all(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let amber = server.token("jane.smith", &[minutebook::access::Role::Secretary], "AMBER", &[]).await;
    let white = |text: &str| json!({"classification": "WHITE", "text": text});
    let commands = |last: Value| {
        json!({"reason": "the sitting of 27 February", "commands": [
            {"stream": "committee:SSC", "type": "CommitteeEstablished", "data": {"code": "SSC", "name": "Security", "default_classification": "WHITE"}},
            {"stream": "meeting:SSC_72_2702", "type": "MeetingConvened",
             "data": {"reference": "SSC_72_2702", "held_on": "2019-02-27", "classification": "WHITE"}},
            {"stream": "meeting:SSC_72_2702", "type": "DecisionRecorded", "data": {"verb": "AGREED", "text": white("a plan")}},
            {"stream": "meeting:SSC_72_2702", "type": "DecisionRecorded",
             "data": {"verb": "AGREED", "text": white("another"), "supersedes": ["SSC_72_2702/D1"]}},
            last,
        ]})
    };
    let before = server.head().await;
    let wrong = json!({"stream": "meeting:SSC_72_2702", "type": "NextMeetingSet", "data": {"on": "2019-02-01"}});
    server.post(&amber, "/api/v1/commands", &commands(wrong)).await.expect(409);
    assert_eq!(server.head().await, before);
    let right = json!({"stream": "meeting:SSC_72_2702", "type": "NextMeetingSet", "data": {"on": "2019-03-13"}});
    let answer = server.post(&amber, "/api/v1/commands", &commands(right)).await.expect(201);
    // The decision that takes another's place marks that one.
    assert_eq!(answer.json()["events"].as_array().unwrap().len(), 6);
    assert_eq!((answer.json()["position"].as_u64().unwrap(), server.head().await), (before + 6, before + 6));
    let last = server.recorder.log().read_all(Selection::All).await.unwrap().pop().unwrap();
    assert_eq!(
        (last.metadata.actor.as_str(), last.metadata.reason.as_deref()),
        ("jane.smith", Some("the sitting of 27 February"))
    );
}

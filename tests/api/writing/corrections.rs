//! Corrections, and requests with several commands.

use super::routes::everything_recorded;
use crate::fixtures::api_server::ApiServer;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook_domain::classification::Clearance;
use minutebook_ledger::Selection;
use serde_json::{Value, json};

on_both_stores!(
    an_event_is_corrected,
    a_merge_changes_fields_and_keeps_the_rest,
    a_merge_that_does_not_fit_is_refused,
    a_merge_is_as_confidential_as_what_it_starts_from,
    commands_are_recorded_together_or_not_at_all
);

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
    assert_eq!(
        (by.metadata.corrects, by.metadata.reason.as_ref().and_then(|reason| reason.disclose(Clearance::full()))),
        (Some(raised.event_id), Some("a slip"))
    );
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

/// The address of the corrections of the last event of a type.
async fn corrections_of(server: &ApiServer, event_type: &str) -> String {
    let events = server.recorder.log().read_all(Selection::All).await.unwrap();
    let event = events.iter().rev().find(|event| event.event.event_type() == event_type).unwrap();
    format!("/api/v1/events/{}/corrections", event.event_id)
}

fn merge(fields: Value) -> Value {
    json!({"change": {"set": fields}, "reason": "a slip"})
}

/// The data of the event that the last event of the log puts in place.
async fn replacement(server: &ApiServer) -> Value {
    let last = server.recorder.log().read_all(Selection::All).await.unwrap().pop().unwrap();
    last.event.data().unwrap()["change"]["replaced"]["data"].take()
}

async fn a_merge_changes_fields_and_keeps_the_rest(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    everything_recorded(&server, &jane).await;
    let raised = corrections_of(&server, "ActionRaised").await;
    let first = json!({"owners": {"add": ["SECAS", "Ann"]}, "due_on": "2019-05-01", "text": "Circulate it"});
    let answer = server.post(&jane, &raised, &merge(first)).await.expect(201);
    assert_eq!(answer.json()["events"][0]["type"], "EventCorrected");
    let text = json!({"classification": "WHITE", "text": "Circulate it"});
    let stands = replacement(&server).await;
    assert_eq!((&stands["text"], &stands["owners"]), (&text, &json!(["SECAS", "Ann"])));
    // The second correction starts from what the first put in place.
    let second = json!({"owners": {"remove": ["Ann"]}, "text": {"classification": "RED"}, "due_on": null});
    server.post(&jane, &raised, &merge(second)).await.expect(201);
    let stands = replacement(&server).await;
    let text = json!({"classification": "RED", "text": "Circulate it"});
    assert_eq!((&stands["text"], &stands["owners"], stands.get("due_on")), (&text, &json!(["SECAS"]), None));
    let decision = corrections_of(&server, "DecisionRecorded").await;
    let headers = [("idempotency-key", "verb")];
    let verb = merge(json!({"verb": "REJECTED"}));
    let answer = server.post_with(&jane, &decision, &verb, &headers).await.expect(201).json();
    assert_eq!(replacement(&server).await["verb"], "REJECTED");
    // A repeated request is not taken for a correction that changes nothing.
    assert_eq!(server.post_with(&jane, &decision, &verb, &headers).await.expect(201).json(), answer);
    // An event with a text that was marked anew can still be corrected, and its text keeps the new mark.
    let matter = corrections_of(&server, "MatterArisingNoted").await;
    let marked = json!({"change": {"marked": {"classification": "AMBER", "field": "text"}}, "reason": "too low"});
    server.post(&jane, &matter, &marked).await.expect(201);
    server.post(&jane, &matter, &merge(json!({"item": null}))).await.expect(201);
    assert_eq!(replacement(&server).await["text"]["classification"], "AMBER");
    let completed = corrections_of(&server, "ActionCompleted").await;
    let id = completed.split('/').nth(4).unwrap();
    let commands = json!({"reason": "a slip", "commands": [
        {"corrects": id, "change": {"set": {"completed_on": "2019-03-04"}}},
        {"stream": "meeting:SSC_72_2702", "type": "ApologiesRecorded", "data": {"name": "Carl"}},
    ]});
    // The meeting is closed, so neither is recorded.
    let before = server.head().await;
    server.post(&jane, "/api/v1/commands", &commands).await.expect(409);
    assert_eq!(server.head().await, before);
    let alone = json!({"reason": "a slip", "commands": [commands["commands"][0]]});
    server.post(&jane, "/api/v1/commands", &alone).await.expect(201);
    assert_eq!(replacement(&server).await["completed_on"], "2019-03-04");
}

async fn a_merge_that_does_not_fit_is_refused(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    everything_recorded(&server, &jane).await;
    let completed = corrections_of(&server, "ActionCompleted").await;
    let before = server.head().await;
    for (fields, field, said) in [
        (json!({"done_on": "2019-03-12"}), "change.set.done_on", "ActionCompleted has no field `done_on`"),
        (json!({"due_on": "2019-03-12"}), "change.set.due_on", "it is a field of ActionRaised"),
        (json!({"completed_on": "12 March"}), "change.set.completed_on", "`completed_on` cannot be `12 March`"),
        (json!({"completed_on": 12}), "change.set.completed_on", "`completed_on` cannot be `12`"),
        (json!({"completed_on": null}), "change.set.completed_on", "is required"),
        (json!({"completed_on": {"add": ["2019-03-12"]}}), "change.set.completed_on", "is not a list"),
        (json!({"note": "Sent"}), "change.set.note.classification", "`note` needs a mark"),
        (json!({"note": {"classification": "PINK", "text": "x"}}), "change.set.note.classification", "not as expected"),
        (json!({"note": {"words": "Sent"}}), "change.set.note.words", "`note` has no part `words`"),
        (json!({}), "change.set", "at least one field"),
    ] {
        let refused = server.post(&jane, &completed, &merge(fields.clone())).await.expect(422).json();
        assert_eq!(refused["field"], field, "{fields}: {refused}");
        assert!(refused["detail"].as_str().unwrap().contains(said), "{fields}: {refused}");
    }
    let same = merge(json!({"completed_on": "2019-03-05"}));
    let refused = server.post(&jane, &completed, &same).await.expect(409).json();
    assert_eq!(refused["rule"], "correction-changes-something");
    assert_eq!(server.head().await, before);
    let changed = merge(json!({"completed_on": "2019-03-04"}));
    let stale = [("idempotency-key", "stale"), ("if-match", "\"1\"")];
    server.post_with(&jane, &completed, &changed, &stale).await.expect(412);
    server.post(&jane, &completed, &json!({"change": {"set": {"completed_on": "2019-03-04"}}})).await.expect(422);
}

async fn a_merge_is_as_confidential_as_what_it_starts_from(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
    let white = json!({"classification": "WHITE", "text": "Circulate the paper"});
    for (path, body) in [
        ("committees", json!({"code": "SSC", "name": "Security", "default_classification": "WHITE"})),
        ("meetings", json!({"reference": "SSC_72_2702", "held_on": "2019-02-27", "classification": "WHITE"})),
        ("actions", json!({"reference": "SSC72/01", "text": white, "raised_on": "2019-02-27"})),
        ("actions/SSC72/01/complete", json!({"completed_on": "2019-03-05"})),
        ("actions/SSC72/01/reopen", json!({"reopened_on": "2019-03-06"})),
    ] {
        server.post(&jane, &format!("/api/v1/{path}"), &body).await.expect(201);
    }
    let completed = corrections_of(&server, "ActionCompleted").await;
    let secret = json!({"note": {"classification": "RED", "text": "paid by Real Ltd"}, "completed_on": "2019-03-01"});
    server.post(&jane, &format!("{completed}?classification=AMBER"), &merge(secret)).await.expect(201);
    // What jane changes next is as confidential as the correction that she starts from.
    let secret = json!({"completed_on": "2019-03-02"});
    server.post(&jane, &format!("{completed}?classification=AMBER"), &merge(secret)).await.expect(201);
    server.post(&jane, &completed, &merge(json!({"at_meeting": "SSC_72_2702"}))).await.expect(201);
    let last = server.recorder.log().read_all(Selection::All).await.unwrap().pop().unwrap();
    assert_eq!(last.metadata.classification.label(), "AMBER");
    let low = json!({"note": {"classification": "GREEN", "text": "paid"}});
    let refused = server.post(&jane, &completed, &merge(low)).await.expect(409).json();
    assert_eq!(refused["rule"], "text-not-below-its-event");
}

async fn commands_are_recorded_together_or_not_at_all(ledger: TestLedger) {
    let server = ApiServer::open(&ledger).await;
    let jane = server.secretary().await;
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
    server.post(&jane, "/api/v1/commands", &commands(wrong)).await.expect(409);
    assert_eq!(server.head().await, before);
    let right = json!({"stream": "meeting:SSC_72_2702", "type": "NextMeetingSet", "data": {"on": "2019-03-13"}});
    let answer = server.post(&jane, "/api/v1/commands", &commands(right)).await.expect(201);
    // The decision that takes another's place marks that one.
    assert_eq!(answer.json()["events"].as_array().unwrap().len(), 6);
    assert_eq!((answer.json()["position"].as_u64().unwrap(), server.head().await), (before + 6, before + 6));
    let last = server.recorder.log().read_all(Selection::All).await.unwrap().pop().unwrap();
    assert_eq!(
        (
            last.metadata.actor.as_str(),
            last.metadata.reason.as_ref().and_then(|reason| reason.disclose(Clearance::full()))
        ),
        ("jane.smith", Some("the sitting of 27 February"))
    );
}

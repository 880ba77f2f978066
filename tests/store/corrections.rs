//! Corrections: later events that strike, replace or supplement an earlier one.

use crate::fixtures::committee::{begin, completed, raised, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook_domain::classification::Clearance;
use minutebook_ledger::{RecordError, Selection};
use serde_json::json;

on_both_stores!(
    a_correction_names_its_event_and_its_reason,
    a_closed_meeting_accepts_only_supplements_and_replacements,
    a_correction_that_breaks_the_rules_is_refused,
    a_decision_that_others_rest_on_cannot_be_struck,
    a_reason_and_an_authority_take_the_highest_mark_of_what_they_may_mention,
);

async fn a_reason_and_an_authority_take_the_highest_mark_of_what_they_may_mention(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("1", &raised("SSC72/01"))).await.unwrap();
    let noted = |mark: &str| {
        json!({"stream": "action:SSC72/01", "type": "ActionProgressed", "reason": "the secretary asked for it",
               "data": {"note": {"classification": mark, "text": "They refuse"}, "progressed_on": "2019-03-01"}})
    };
    let marks = async |key: &str, json: &serde_json::Value| {
        let position = recorder.record(&request(key, json)).await.unwrap().events[0].position;
        let events = recorder.log().read_all(Selection::All).await.unwrap();
        let event = events.into_iter().find(|event| event.position == position).unwrap();
        let mut marks = vec![event.metadata.classification.to_string()];
        event.marks(&mut |mark| marks.push(mark.to_string()));
        (event.event_id, marks)
    };
    // The event's mark, the note's, and the reason's.
    let (white, of_white) = marks("2", &noted("WHITE")).await;
    let (amber, of_amber) = marks("3", &noted("AMBER")).await;
    assert_eq!(of_white, ["WHITE", "WHITE", "WHITE"]);
    assert_eq!(of_amber, ["WHITE", "AMBER", "AMBER"]);
    // The event's mark, the authority's, and the reason's.
    let strike =
        |event| json!({"corrects": event, "change": "struck", "reason": "it never happened", "authority": "the chair"});
    assert_eq!(marks("4", &strike(white)).await.1, ["WHITE", "WHITE", "WHITE"]);
    assert_eq!(marks("5", &strike(amber)).await.1, ["WHITE", "AMBER", "AMBER"]);
    let marking =
        json!({"corrects": white, "change": {"marked": {"classification": "RED", "field": "reason"}}, "reason": "r"});
    recorder.record(&request("6", &marking)).await.unwrap();
    let first = recorder.log().read_all(Selection::Reference("SSC72/01".into())).await.unwrap()[0].event_id;
    let without =
        json!({"corrects": first, "change": {"marked": {"classification": "RED", "field": "reason"}}, "reason": "r"});
    let refusal = recorder.record(&request("7", &without)).await.unwrap_err();
    assert!(matches!(&refusal, RecordError::Rejected(refusal) if refusal.rule() == "mark-of-a-text"), "{refusal}");
}

async fn a_correction_names_its_event_and_its_reason(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("1", &raised("SSC72/01"))).await.unwrap();
    let done = recorder.record(&request("2", &completed("SSC72/01"))).await.unwrap();
    let id = done.events[0].event_id;
    let unreasoned = recorder.record(&request("c0", &json!({"corrects": id, "change": "struck"}))).await.unwrap_err();
    assert!(matches!(unreasoned, RecordError::Malformed(_)), "{unreasoned}");
    let strike =
        json!({"corrects": id, "change": "struck", "reason": "another action was meant", "authority": "the chair"});
    recorder.record(&request("c1", &strike)).await.unwrap();
    let events = recorder.log().read_all(Selection::Reference("SSC72/01".into())).await.unwrap();
    let correction = events.last().unwrap();
    assert_eq!(
        (
            correction.metadata.corrects,
            correction.metadata.reason.as_ref().and_then(|reason| reason.disclose(Clearance::full()))
        ),
        (Some(id), Some("another action was meant"))
    );
    // The action is outstanding again, in this process's cached state and in another process.
    recorder.record(&request("3", &completed("SSC72/01"))).await.unwrap();
    let refusal = ledger.recorder().await.record(&request("4", &completed("SSC72/01"))).await.unwrap_err();
    assert!(matches!(&refusal, RecordError::Rejected(refusal) if refusal.rule() == "action-outstanding"), "{refusal}");
    let nobody = json!({"corrects": "0190a6e0-0000-7000-8000-000000000001", "change": "struck", "reason": "r"});
    let refusal = recorder.record(&request("5", &nobody)).await.unwrap_err();
    assert!(refusal.to_string().contains("no event has the id"), "{refusal}");
}

async fn a_closed_meeting_accepts_only_supplements_and_replacements(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let meeting = "meeting:SSC_72_2702";
    let item = json!({"type": "AgendaItemTabled", "data": {"number": 1, "title": {"classification": "WHITE", "text": "SPOTI"}}});
    let decision = json!({"type": "DecisionRecorded",
                          "data": {"item": 1, "verb": "NOTED", "text": {"classification": "WHITE", "text": "the update"}}});
    let in_stream = |event: &serde_json::Value| {
        let mut event = event.clone();
        event["stream"] = meeting.into();
        event
    };
    let tabled = recorder.record(&request("1", &in_stream(&item))).await.unwrap();
    recorder.record(&request("2", &json!({"stream": meeting, "type": "MeetingClosed", "data": {}}))).await.unwrap();
    let refusal = recorder.record(&request("3", &in_stream(&decision))).await.unwrap_err();
    assert!(matches!(&refusal, RecordError::Rejected(refusal) if refusal.rule() == "meeting-open"), "{refusal}");
    let supplement = json!({"corrects": tabled.events[0].event_id, "change": {"supplemented": decision}, "reason": "left out of the minutes"});
    recorder.record(&request("4", &supplement)).await.unwrap();
    // The supplement took number 1; a replacement keeps the number of the item it replaces.
    let retitled =
        json!({"type": "AgendaItemTabled", "data": {"title": {"classification": "WHITE", "text": "Use of SPOTI"}}});
    let replacement =
        json!({"corrects": tabled.events[0].event_id, "change": {"replaced": retitled}, "reason": "the title in full"});
    recorder.record(&request("5", &replacement)).await.unwrap();
    let report = minutebook_ledger::verify(recorder.log(), |_| {}).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
}

async fn a_correction_that_breaks_the_rules_is_refused(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let first = recorder.record(&request("1", &raised("SSC72/01"))).await.unwrap();
    recorder.record(&request("2", &completed("SSC72/01"))).await.unwrap();
    let withdrawn = json!({"type": "ActionWithdrawn", "data": {"withdrawn_on": "2019-03-13"}});
    for (key, change, rule) in [
        ("3", json!("struck"), "first-event-stands"),
        ("5", json!({"supplemented": withdrawn}), "corrected-history-legal"),
    ] {
        let correction = json!({"corrects": first.events[0].event_id, "change": change, "reason": "r"});
        let refusal = recorder.record(&request(key, &correction)).await.unwrap_err();
        assert!(matches!(&refusal, RecordError::Rejected(refusal) if refusal.rule() == rule), "{refusal}");
    }
    let mut other = raised("SSC72/02");
    other.as_object_mut().unwrap().remove("stream");
    let swap = json!({"corrects": first.events[0].event_id, "change": {"replaced": other}, "reason": "another one"});
    let refusal = recorder.record(&request("4", &swap)).await.unwrap_err();
    assert!(matches!(&refusal, RecordError::Rejected(refusal) if refusal.rule() == "event-of-its-stream"), "{refusal}");
    assert_eq!(recorder.log().head().await.unwrap().number(), 4);
}

async fn a_decision_that_others_rest_on_cannot_be_struck(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let decision = |supersedes: &[&str]| {
        json!({"stream": "meeting:SSC_72_2702", "type": "DecisionRecorded",
               "data": {"verb": "AGREED", "text": {"classification": "WHITE", "text": "the terms"}, "supersedes": supersedes}})
    };
    recorder.record(&request("1", &decision(&[]))).await.unwrap();
    let second = recorder.record(&request("2", &decision(&["SSC_72_2702/D1"]))).await.unwrap();
    let strike = |event: &minutebook_ledger::EventLocation| json!({"corrects": event.event_id, "change": "struck", "reason": "r"});
    let refusal = recorder.record(&request("3", &strike(&second.events[0]))).await.unwrap_err();
    assert!(matches!(&refusal, RecordError::Rejected(refusal) if refusal.rule() == "nothing-rests-on-it"), "{refusal}");
    // The mark on the superseded decision goes first, then the decision.
    recorder.record(&request("4", &strike(&second.events[1]))).await.unwrap();
    recorder.record(&request("5", &strike(&second.events[0]))).await.unwrap();
    // The events that name the decision include the correction that struck it.
    let trail = recorder.log().read_all(Selection::Reference("SSC_72_2702/D2".into())).await.unwrap();
    assert!(trail.iter().any(|event| event.metadata.corrects == Some(second.events[0].event_id)));
    // An expected version is checked for corrections too.
    let mut stale = request("6", &strike(&second.events[0]));
    stale.expected = Some(minutebook_domain::StreamVersion::new(77));
    assert!(matches!(
        recorder.record(&stale).await,
        Err(RecordError::Append(minutebook_ledger::AppendError::Conflict { .. }))
    ));
}

//! Rules that depend on events of another stream.

use crate::fixtures::committee::{begin, completed, convened, established, raised, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook_ledger::{RecordError, Recorder, Selection};
use serde_json::{Value, json};

on_both_stores!(
    an_event_is_refused_without_the_events_it_rests_on,
    minutes_are_approved_as_written_only_once_across_meetings,
    a_decision_that_supersedes_marks_the_other_in_the_same_batch,
    a_status_agreed_at_a_closed_meeting_is_refused,
    an_event_in_another_subjects_stream_is_refused,
);

async fn refused(recorder: &Recorder, json: &Value) -> String {
    static KEYS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let key = format!("refused-{}", KEYS.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
    let before = recorder.log().head().await.unwrap();
    let refusal = recorder.record(&request(&key, json)).await.unwrap_err();
    assert_eq!(recorder.log().head().await.unwrap(), before, "a refusal wrote an event");
    match refusal {
        RecordError::Rejected(refusal) => refusal.rule().to_owned(),
        other => other.to_string(),
    }
}

fn approval(meeting: &str, edition: &str, outcome: &str) -> Value {
    json!({"stream": format!("meeting:{meeting}"), "type": "MinutesApproved",
           "data": {"committee": "SSC", "minutes_of": "2019-02-13", "edition": edition, "outcome": outcome}})
}

fn decision(meeting: &str, extra: Value) -> Value {
    let mut data = json!({"verb": "AGREED", "text": {"classification": "WHITE", "text": "the terms"}});
    data.as_object_mut().unwrap().extend(extra.as_object().cloned().unwrap_or_default());
    json!({"stream": format!("meeting:{meeting}"), "type": "DecisionRecorded", "data": data})
}

async fn an_event_is_refused_without_the_events_it_rests_on(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    assert_eq!(refused(&recorder, &convened("SSC_72_2702", "2019-02-27")).await, "committee-established-first");
    assert_eq!(refused(&recorder, &raised("SSC72/01")).await, "committee-established-first");
    recorder.record(&request("c", &established("SSC"))).await.unwrap();
    let mut in_meeting = raised("SSC72/01");
    in_meeting["data"]["raised_in"] = "SSC_72_2702".into();
    assert_eq!(refused(&recorder, &in_meeting).await, "meeting-convened-first");
    // In one batch, each event may rest on the event before it.
    let batch = json!({"commands": [convened("SSC_72_2702", "2019-02-27"), in_meeting]});
    recorder.record(&request("b", &batch)).await.unwrap();
    let by_nobody = json!({"stream": "action:SSC72/01", "type": "ActionSuperseded",
                           "data": {"by": "SSC72/09", "superseded_on": "2019-03-01"}});
    assert_eq!(refused(&recorder, &by_nobody).await, "action-raised-first");
    let on_nothing = decision("SSC_72_2702", json!({"supersedes": ["SSC_71_1302/D1"]}));
    assert_eq!(refused(&recorder, &on_nothing).await, "superseded-decision-recorded");
}

async fn minutes_are_approved_as_written_only_once_across_meetings(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("m", &convened("SSC_73_1303", "2019-03-13"))).await.unwrap();
    let mut amended = approval("SSC_72_2702", "draft", "subject to amendments");
    assert_eq!(refused(&recorder, &amended).await, "amendments-given");
    amended["data"]["amendments"] = json!([{"classification": "GREEN", "text": "In item 3, for ‘two’ read ‘three’"}]);
    recorder.record(&request("a1", &amended)).await.unwrap();
    recorder.record(&request("a2", &approval("SSC_72_2702", "confidential draft", "as written"))).await.unwrap();
    // Amended minutes come back once more; those approved as written do not.
    let first = recorder.record(&request("a3", &approval("SSC_73_1303", "draft", "as written"))).await.unwrap();
    assert_eq!(
        refused(&recorder, &approval("SSC_73_1303", "confidential draft", "as written")).await,
        "minutes-approved-once"
    );
    // Striking the approval allows another one.
    let strike = json!({"corrects": first.events[0].event_id, "change": "struck", "reason": "they were not approved"});
    recorder.record(&request("strike", &strike)).await.unwrap();
    recorder.record(&request("a4", &approval("SSC_73_1303", "draft", "as written"))).await.unwrap();
}

async fn a_decision_that_supersedes_marks_the_other_in_the_same_batch(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    recorder.record(&request("m", &convened("SSC_73_1303", "2019-03-13"))).await.unwrap();
    recorder.record(&request("d1", &decision("SSC_72_2702", json!({})))).await.unwrap();
    let close = json!({"stream": "meeting:SSC_72_2702", "type": "MeetingClosed", "data": {}});
    recorder.record(&request("close", &close)).await.unwrap();
    let later = decision("SSC_73_1303", json!({"supersedes": ["SSC_72_2702/D1"]}));
    let receipt = recorder.record(&request("d2", &later)).await.unwrap();
    let types: Vec<_> =
        receipt.events.iter().map(|placed| (placed.stream.to_string(), placed.event_type.as_str())).collect();
    assert_eq!(
        types,
        [("meeting:SSC_73_1303".into(), "DecisionRecorded"), ("meeting:SSC_72_2702".into(), "DecisionSuperseded")]
    );
    assert_eq!(refused(&recorder, &later).await, "superseded-once");
    let found = recorder.log().read_all(Selection::Reference("SSC_72_2702/D1".into())).await.unwrap();
    assert_eq!(found.len(), 3, "the decision, its successor and the mark are found by its id");
    let marked = found.iter().find(|recorded| recorded.event.event_type() == "DecisionSuperseded").unwrap();
    let held_on = marked.metadata.valid_at.date_naive().to_string();
    assert_eq!(held_on, "2019-03-13", "it stood until the later meeting, and not only to its own");
}

async fn a_status_agreed_at_a_closed_meeting_is_refused(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let party = json!({"stream": "party:SSC:Other User L", "type": "PartyRegistered",
                       "data": {"committee": "SSC", "name": "Other User L", "category": "Other User"}});
    let status = json!({"stream": "party:SSC:Other User L", "type": "StatusAgreed",
                        "data": {"meeting": "SSC_72_2702", "agreed_on": "2019-02-27", "kind": "assurance"}});
    assert_eq!(refused(&recorder, &status).await, "party-registered-first");
    recorder.record(&request("p", &party)).await.unwrap();
    let close = json!({"stream": "meeting:SSC_72_2702", "type": "MeetingClosed", "data": {}});
    // Another process closes the meeting, while this one still caches it as open.
    recorder
        .record(&request(
            "a",
            &json!({"stream": "meeting:SSC_72_2702", "type": "NextMeetingSet", "data": {"on": "2019-03-13"}}),
        ))
        .await
        .unwrap();
    ledger.recorder().await.record(&request("close", &close)).await.unwrap();
    assert_eq!(refused(&recorder, &status).await, "meeting-open");
}

async fn an_event_in_another_subjects_stream_is_refused(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let mut other = raised("SSC72/01");
    other["stream"] = "action:SSC72/02".into();
    assert_eq!(refused(&recorder, &other).await, "event-of-its-stream");
    assert_eq!(refused(&recorder, &completed("SSC72/01")).await, "action-raised-first");
}

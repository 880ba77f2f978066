//! Random commands through two recorders with caches of their own. Refused commands leave no event, recorded events form
//! a legal history, and the cached states equal those read from the log.

use crate::fixtures::committee::{begin, completed, convened, progressed, raised, request};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use minutebook_ledger::{RecordError, Recorder, Selection, verify};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

on_both_stores!(random_commands_leave_a_legal_history);

/// Commands on few streams with few numbers, so that many of them are illegal.
fn commands() -> impl Strategy<Value = Value> {
    let action = prop::sample::select(vec!["SSC72/01", "SSC72/02"]);
    let day = prop::sample::select(vec!["2019-02-20", "2019-02-27", "2019-03-13"]);
    let meeting = prop::sample::select(vec!["SSC_72_2702", "SSC_73_1303"]);
    let on_action = (action, day, 0..7).prop_map(|(action, day, kind)| match kind {
        0 => raised(action),
        1 => progressed(action, "on"),
        2 => completed(action),
        kind => {
            let (name, data) = match kind {
                3 => ("DueDateMoved", json!({"to": day, "moved_on": day})),
                4 => ("ActionReopened", json!({"reopened_on": day})),
                5 => ("ActionWithdrawn", json!({"withdrawn_on": day})),
                _ => ("ActionAssigned", json!({"owners": ["DCC"], "assigned_on": day})),
            };
            json!({"stream": format!("action:{action}"), "type": name, "data": data})
        }
    });
    let on_meeting = (meeting, 0..7_u32, 1..4_u32).prop_map(|(meeting, kind, number)| {
        let text = json!({"classification": "RED", "text": "the terms"});
        let (name, data) = match kind {
            0 => return convened(meeting, if meeting == "SSC_72_2702" { "2019-02-27" } else { "2019-03-13" }),
            1 => ("AgendaItemTabled", json!({"number": number, "title": text})),
            2 => ("DecisionRecorded", json!({"item": number, "verb": "AGREED", "text": text})),
            3 => (
                "DecisionRecorded",
                json!({"verb": "AGREED", "text": text, "supersedes": [format!("SSC_72_2702/D{number}")]}),
            ),
            4 => (
                "MinutesApproved",
                json!({"committee": "SSC", "minutes_of": "2019-02-13", "edition": "draft", "outcome": "as written"}),
            ),
            5 => ("ParagraphRecorded", json!({"item": number, "text": text})),
            _ => ("MeetingClosed", json!({})),
        };
        json!({"stream": format!("meeting:{meeting}"), "type": name, "data": data})
    });
    let one = prop_oneof![on_action, on_meeting].boxed();
    prop_oneof![
        4 => one.clone(),
        1 => prop::collection::vec(one, 2..4).prop_map(|commands| json!({"commands": commands})),
    ]
}

/// Which of two recorders sends, the command, and perhaps the event to strike instead.
fn steps() -> impl Strategy<Value = Vec<(bool, Value, Option<prop::sample::Index>)>> {
    prop::collection::vec(
        (any::<bool>(), commands(), prop::option::weighted(0.15, any::<prop::sample::Index>())),
        30..60,
    )
}

async fn random_commands_leave_a_legal_history(ledger: TestLedger) {
    let mut runner = TestRunner::new(Config::default());
    let recorders = [ledger.recorder().await, ledger.recorder().await];
    begin(&recorders[0]).await;
    let (mut recorded, mut refused) = (0, 0);
    for round in 0..4 {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        for (index, (first, command, correct)) in steps.into_iter().enumerate() {
            let recorder = &recorders[usize::from(first)];
            let before = recorder.log().head().await.unwrap();
            let json = match correct {
                Some(which) => {
                    let events = recorder.log().read_all(Selection::All).await.unwrap();
                    let event = which.get(&events);
                    json!({"corrects": event.event_id, "change": "struck", "reason": "at random"})
                }
                None => command,
            };
            match recorder.record(&request(&format!("{round}-{index}"), &json)).await {
                Ok(receipt) => {
                    recorded += 1;
                    assert_eq!(receipt.events[0].position, before.next());
                }
                Err(RecordError::Rejected(_)) => {
                    refused += 1;
                    assert_eq!(recorder.log().head().await.unwrap(), before, "a refusal left an event: {json}");
                }
                Err(other) => panic!("{json}: {other}"),
            }
        }
    }
    assert!(recorded > 20 && refused > 20, "both happen often: {recorded} recorded, {refused} refused");
    let report = verify(recorders[0].log(), |_| {}).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    cached_states_equal_the_log(&recorders).await;
}

/// Checks that both recorders and a third without a cache refuse alike: the cached states are those of the log.
async fn cached_states_equal_the_log(recorders: &[Recorder; 2]) {
    let fresh = Recorder::new(recorders[0].log().clone());
    for (number, action) in ["SSC72/01", "SSC72/02"].into_iter().enumerate() {
        for json in [
            completed(action),
            raised(action),
            json!({"stream": format!("action:{action}"), "type": "ActionReopened", "data": {"reopened_on": "2019-04-01"}}),
        ] {
            let mut outcomes = Vec::new();
            for recorder in [&recorders[0], &recorders[1], &fresh] {
                // The second command is always illegal, so nothing is written.
                let mut sent = json!({"commands": [json, {"stream": "action:SSC99/99", "type": "ActionCompleted", "data": {"completed_on": "2019-04-01"}}]});
                sent["idempotency_key"] = format!("replay-{number}").into();
                let refusal = recorder.record(&request("replay", &sent)).await.unwrap_err();
                let RecordError::Rejected(refusal) = refusal else { panic!("{refusal}") };
                outcomes.push(refusal.rule());
            }
            assert!(outcomes.iter().all(|outcome| outcome == &outcomes[0]), "{json}: {outcomes:?}");
        }
    }
}

//! A book of random commands: interleaved streams, backdated events, corrections of every kind, several clients at once.

use crate::support::committee::{begin, request};
use futures_util::future::join_all;
use minutebook_domain::{Event, Position, RecordedEvent};
use minutebook_ledger::{RecordError, Recorder, Selection};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const DAYS: [&str; 7] =
    ["2019-02-20", "2019-02-27", "2019-03-01", "2019-03-13", "2019-03-27", "2019-04-10", "2019-05-01"];

fn day() -> impl Strategy<Value = &'static str> {
    prop::sample::select(DAYS.to_vec())
}

fn text() -> impl Strategy<Value = Value> {
    let mark = prop::sample::select(vec!["WHITE", "GREEN", "AMBER", "RED"]);
    (mark, 0..20_u32)
        .prop_map(|(mark, number)| json!({"classification": mark, "text": format!("the \\ terms\t{number} – ‘§’")}))
}

fn of_action() -> impl Strategy<Value = Value> {
    let action = prop::sample::select(vec!["SSC72/01", "SSC72/02", "TSC1/01"]);
    (action, day(), day(), text(), 0..10).prop_map(|(action, on, to, text, kind)| {
        let (name, data) = match kind {
            0..=2 => (
                "ActionRaised",
                json!({"reference": action, "text": text, "owners": ["SECAS"], "due_on": to, "raised_on": on}),
            ),
            3 => ("ActionProgressed", json!({"note": text, "progressed_on": on})),
            4 => ("DueDateMoved", json!({"to": to, "moved_on": on})),
            5 => ("ActionAssigned", json!({"owners": ["DCC", to], "assigned_on": on})),
            6 => ("ActionCarriedForward", json!({"carried_on": on})),
            7 => ("ActionReopened", json!({"reopened_on": on})),
            8 => ("ActionWithdrawn", json!({"withdrawn_on": on})),
            _ => ("ActionCompleted", json!({"completed_on": on, "note": text})),
        };
        json!({"stream": format!("action:{action}"), "type": name, "data": data})
    })
}

fn of_meeting() -> impl Strategy<Value = Value> {
    (0..2_usize, 0..10, 1..4_u32, text(), day()).prop_map(|(which, kind, number, text, on)| {
        let meeting = ["SSC_72_2702", "SSC_73_1303"][which];
        let (name, data) = match kind {
            0 => (
                "MeetingConvened",
                json!({"reference": meeting, "held_on": (["2019-02-27", "2019-03-13"][which]),
                                            "starts_at": "10:00", "classification": "WHITE"}),
            ),
            1 => ("AgendaItemTabled", json!({"number": number, "title": text})),
            2 => ("DecisionRecorded", json!({"verb": "AGREED", "text": text})),
            3 => (
                "DecisionRecorded",
                json!({"verb": "AGREED", "text": text, "supersedes": [format!("SSC_72_2702/D{number}")]}),
            ),
            4 => (
                "MinutesApproved",
                json!({"committee": "SSC", "minutes_of": "2019-02-13", "edition": "draft", "outcome": "as written"}),
            ),
            5 => ("MatterArisingNoted", json!({"text": text})),
            6 => ("MinutesDrafted", json!({"edition": "draft", "drafted_on": on})),
            7 => ("NextMeetingSet", json!({"on": "2019-06-05"})),
            8 => ("AttendanceRecorded", json!({"name": format!("Member {number}"), "capacity": "member"})),
            _ => ("HeadlinesPublished", json!({"audience": "WHITE", "published_on": on})),
        };
        json!({"stream": format!("meeting:{meeting}"), "type": name, "data": data})
    })
}

fn of_party() -> impl Strategy<Value = Value> {
    let party = prop::sample::select(vec!["Other User L", "Small Supplier AA"]);
    (party, 0..2_usize, 0..6, any::<bool>()).prop_map(|(party, which, kind, compliance)| {
        let (meeting, on) = [("SSC_72_2702", "2019-02-27"), ("SSC_73_1303", "2019-03-13")][which];
        let status = if compliance { "compliance" } else { "assurance" };
        let (name, data) = match kind {
            0 | 1 => (
                "PartyRegistered",
                json!({"committee": "SSC", "name": party, "category": party.rsplit_once(' ').unwrap().0}),
            ),
            2 | 3 => (
                "StatusAgreed",
                json!({"meeting": meeting, "agreed_on": on, "kind": status,
                                             "value": {"classification": "RED", "text": "Approved"}}),
            ),
            4 => ("StatusDeferred", json!({"meeting": meeting, "deferred_on": on, "kind": status})),
            _ => ("PartyIdentified", json!({"real_name": {"classification": "RED", "text": "Real Ltd"}})),
        };
        json!({"stream": format!("party:SSC:{party}"), "type": name, "data": data})
    })
}

fn of_committee() -> impl Strategy<Value = Value> {
    (1..4_u32, any::<bool>(), day()).prop_map(|(number, retires, on)| {
        let name = format!("Member {number}");
        let (event, data) = if retires {
            ("MemberRetired", json!({"name": name, "retired_on": on}))
        } else {
            ("MemberAppointed", json!({"name": name, "role": "member", "appointed_on": on}))
        };
        json!({"stream": "committee:SSC", "type": event, "data": data})
    })
}

#[derive(Debug, Clone)]
enum Step {
    Record(Value),
    /// Of some event, which is struck, replaced by one of its type if the bool says so, or supplemented.
    Correct(prop::sample::Index, u8, Value),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = prop_oneof![4 => of_action(), 4 => of_meeting(), 2 => of_party(), 1 => of_committee()].boxed();
    // An event may say itself when it was so, long before it is recorded.
    let dated = (one, prop::option::weighted(0.2, day())).prop_map(|(mut command, at)| {
        if let Some(at) = at {
            command["valid_at"] = format!("{at}T12:00:00Z").into();
        }
        command
    });
    let dated = dated.boxed();
    let batch = prop::collection::vec(dated.clone(), 2..5).prop_map(|mut commands| {
        for command in &mut commands {
            command.as_object_mut().unwrap().remove("valid_at");
        }
        json!({"commands": commands})
    });
    let record = prop_oneof![5 => dated.clone(), 1 => batch].prop_map(Step::Record);
    let correct = (any::<prop::sample::Index>(), 0..3_u8, dated)
        .prop_map(|(index, how, command)| Step::Correct(index, how, command));
    prop::collection::vec(prop_oneof![5 => record, 1 => correct], 60..120)
}

/// Records random commands, several at a time. What the rules refuse leaves nothing, and is not asked about.
pub(crate) async fn fill(recorder: &Recorder, runner: &mut TestRunner, round: u32) -> usize {
    fill_with(recorder, runner, round, 4, |_| {}).await
}

/// As [`fill`], so many at a time, each command changed beforehand.
pub(crate) async fn fill_with(
    recorder: &Recorder,
    runner: &mut TestRunner,
    round: u32,
    at_once: usize,
    mut change: impl FnMut(&mut Value),
) -> usize {
    if round == 0 {
        begin(recorder).await;
        let other = json!({"stream": "committee:TSC", "type": "CommitteeEstablished",
                           "data": {"code": "TSC", "name": "Technical Sub-Committee", "time_zone": "America/New_York"}});
        recorder.record(&request("begin-3", &other)).await.unwrap();
    }
    let steps = steps().new_tree(runner).unwrap().current();
    let mut recorded = 0;
    for (number, group) in steps.chunks(at_once).enumerate() {
        let events = recorder.log().read_all(Selection::All).await.unwrap();
        let requests: Vec<_> = group
            .iter()
            .enumerate()
            .filter_map(|(index, step)| {
                let mut json = json(step, &events)?;
                change(&mut json);
                Some(request(&format!("{round}-{number}-{index}"), &json))
            })
            .collect();
        let outcomes = join_all(requests.iter().map(|request| recorder.record(request))).await;
        for outcome in outcomes {
            match outcome {
                Ok(receipt) => recorded += receipt.events.len(),
                Err(RecordError::Rejected(_) | RecordError::Malformed(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
    }
    recorded
}

fn json(step: &Step, events: &[RecordedEvent]) -> Option<Value> {
    match step {
        Step::Record(command) => Some(command.clone()),
        Step::Correct(index, how, command) => {
            let event = index.get(events);
            // What stands in place of an event is of its type: the command if it is, or the event itself with other words.
            let by = match how {
                // A correction is struck at times, and not replaced by another.
                _ if event.event.event_type() == "EventCorrected" => {
                    return Some(json!({"corrects": event.event_id, "change": "struck", "reason": "at random"}));
                }
                0 => return Some(json!({"corrects": event.event_id, "change": "struck", "reason": "at random"})),
                1 => json!({"type": event.event.event_type(), "data": redated(&event.event)?}),
                _ => json!({"type": command["type"], "data": command["data"]}),
            };
            let change = if *how == 1 { "replaced" } else { "supplemented" };
            Some(json!({"corrects": event.event_id, "change": {change: by}, "reason": "at random"}))
        }
    }
}

/// The data of an event, so on another day.
fn redated(event: &Event) -> Option<Value> {
    let mut data = event.data().ok()?;
    for (_, value) in data.as_object_mut()? {
        if value.as_str().is_some_and(|text| text == "2019-03-01" || text == "2019-03-27") {
            *value = "2019-04-10".into();
        }
    }
    Some(data)
}

/// The last position of each command.
pub(crate) fn ends(events: &[RecordedEvent]) -> Vec<Position> {
    let mut ends: Vec<Position> = Vec::new();
    for (index, event) in events.iter().enumerate() {
        if events.get(index + 1).is_none_or(|next| next.command_id != event.command_id) {
            ends.push(event.position);
        }
    }
    ends
}

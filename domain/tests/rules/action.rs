//! The rules of an action.

use super::{Case, case, live_case};
use crate::support::{event, marked, record};
use minutebook_domain::action::{Action, ActionEvent};
use minutebook_domain::rules::LiveRecording;
use serde_json::{Value, json};

/// An action raised on 27 February 2019, with one field set to something else.
fn raised(field: &str, value: impl Into<Value>) -> Value {
    let mut data = json!({
        "reference": "SSC72/01", "text": marked("WHITE", "SECAS to write to the parties."), "owners": ["SECAS"],
        "raised_on": "2019-02-27", "due_on": "2019-03-13",
    });
    data[field] = value.into();
    data
}

fn assigned(owners: &[&str]) -> Value {
    json!({ "owners": owners, "assigned_on": "2019-03-13" })
}

fn moved(to: &str) -> Value {
    json!({ "to": to, "moved_on": "2019-03-13" })
}

/// The data of an event which has nothing but its day.
fn on(field: &str, date: &str) -> Value {
    json!({ field: date })
}

fn superseded(by: &str) -> Value {
    json!({ "by": by, "superseded_on": "2019-03-13" })
}

/// Every event that only an outstanding action can have, on a day of choice.
fn of_an_outstanding_action(date: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("ActionAssigned", json!({ "owners": ["DCC"], "assigned_on": date })),
        ("ActionProgressed", json!({ "reported": "on target", "progressed_on": date })),
        ("DueDateMoved", json!({ "to": "2019-04-10", "moved_on": date })),
        ("ActionCarriedForward", on("carried_on", date)),
        ("ActionCompleted", on("completed_on", date)),
        ("ActionWithdrawn", on("withdrawn_on", date)),
        ("ActionSuperseded", json!({ "by": "SSC73/02", "superseded_on": date })),
    ]
}

pub(super) fn cases() -> Vec<Case> {
    let live = LiveRecording { today: "2019-03-13".parse().unwrap(), planned: false };
    let outstanding: ActionEvent = event("ActionRaised", &raised("item", 3));
    let history = std::slice::from_ref(&outstanding);
    let reopening = || record("ActionReopened", &on("reopened_on", "2019-03-13"));
    let mut cases = one_of_each(history);
    for (update, data) in of_an_outstanding_action("2019-03-14") {
        let update = || event(update, &data);
        let says = "an action is dealt with on a day that is still to come";
        let planned = LiveRecording { planned: true, ..live };
        cases.push(live_case::<Action>("day-has-come", says, history, [(update(), live), (update(), planned)]));
    }
    for (closing, data) in [
        ("ActionCompleted", on("completed_on", "2019-03-13")),
        ("ActionWithdrawn", on("withdrawn_on", "2019-03-13")),
        ("ActionSuperseded", superseded("SSC73/02")),
    ] {
        let closed = [outstanding.clone(), event(closing, &data)];
        for (update, data) in of_an_outstanding_action("2019-03-13") {
            let says = "an action that is closed is dealt with as if it were outstanding";
            // A document may state the same end again, and what led to it, for readers who do not know it.
            let ends = ["ActionCompleted", "ActionWithdrawn", "ActionSuperseded"];
            let case = if update == closing || !ends.contains(&update) {
                let reopening = event("ActionReopened", &on("reopened_on", "2019-03-13"));
                live_case::<Action>(
                    "action-outstanding",
                    says,
                    &closed,
                    [(event(update, &data), live), (reopening, live)],
                )
            } else {
                case::<Action>("action-outstanding", says, &closed, [record(update, &data), reopening()])
            };
            cases.push(case);
        }
        cases.push(case::<Action>(
            "not-before-raised",
            "an action is reopened before it was raised",
            &closed,
            [record("ActionReopened", &on("reopened_on", "2019-02-26")), reopening()],
        ));
    }
    for ((update, early), (_, on_the_day)) in
        of_an_outstanding_action("2019-02-26").into_iter().zip(of_an_outstanding_action("2019-02-27"))
    {
        cases.push(case::<Action>(
            "not-before-raised",
            "something happens to an action before it was raised",
            history,
            [record(update, &early), record(update, &on_the_day)],
        ));
    }
    cases
}

fn one_of_each(history: &[ActionEvent]) -> Vec<Case> {
    let live = LiveRecording { today: "2019-03-13".parse().unwrap(), planned: false };
    let said = |note: Value| json!({ "note": note, "progressed_on": "2019-03-13" });
    vec![
        case::<Action>(
            "action-raised-first",
            "an action is completed that was never raised",
            &[],
            [record("ActionCompleted", &on("completed_on", "2019-03-13")), record("ActionRaised", &raised("item", 3))],
        ),
        live_case::<Action>(
            "action-raised-once",
            "an action is raised twice",
            history,
            [(event("ActionRaised", &raised("item", 3)), live), (event("ActionAssigned", &assigned(&["DCC"])), live)],
        ),
        case::<Action>(
            "due-after-raised",
            "an action is due before it is raised",
            &[],
            [
                record("ActionRaised", &raised("due_on", "2019-02-26")),
                record("ActionRaised", &raised("due_on", "2019-02-27")),
            ],
        ),
        case::<Action>(
            "raised-by-own-committee",
            "an action is raised by another committee's meeting",
            &[],
            [
                record("ActionRaised", &raised("raised_in", "OPSG_5_2702")),
                record("ActionRaised", &raised("raised_in", "SSC_72_2702")),
            ],
        ),
        case::<Action>(
            "owner-named",
            "an action is assigned to nobody",
            history,
            [record("ActionAssigned", &assigned(&[])), record("ActionAssigned", &assigned(&["DCC"]))],
        ),
        live_case::<Action>(
            "owners-change",
            "an action is assigned to those who have it",
            history,
            [
                (event("ActionAssigned", &assigned(&["SECAS"])), live),
                (event("ActionAssigned", &assigned(&["SECAS", "DCC"])), live),
            ],
        ),
        case::<Action>(
            "update-says-something",
            "an update says nothing",
            history,
            [
                record("ActionProgressed", &said(Value::Null)),
                record("ActionProgressed", &said(marked("GREEN", "The letters are drafted."))),
            ],
        ),
        live_case::<Action>(
            "due-date-changes",
            "a due date is moved to where it is",
            history,
            [(event("DueDateMoved", &moved("2019-03-13")), live), (event("DueDateMoved", &moved("2019-03-14")), live)],
        ),
        case::<Action>(
            "not-before-raised",
            "an action is to be done before it was raised",
            history,
            [record("DueDateMoved", &moved("2019-02-26")), record("DueDateMoved", &moved("2019-02-27"))],
        ),
        case::<Action>(
            "reopened-when-closed",
            "an action that is outstanding is reopened",
            history,
            [
                record("ActionReopened", &on("reopened_on", "2019-03-13")),
                record("ActionCompleted", &on("completed_on", "2019-03-13")),
            ],
        ),
        case::<Action>(
            "superseded-by-another",
            "an action supersedes itself",
            history,
            [record("ActionSuperseded", &superseded("SSC72/01")), record("ActionSuperseded", &superseded("SSC73/02"))],
        ),
    ]
}

//! The rules of corrections, shown on an action's stream: they are the same for every aggregate.

use super::{Case, case, correct};
use crate::support::{event, mark, marked, replace, strike, supplement};
use minutebook_domain::action::{Action, ActionEvent};
use minutebook_domain::meeting::{Meeting, MeetingEvent};
use minutebook_domain::rules::AggregateCommand;
use serde_json::json;

fn raised(text: &str) -> ActionEvent {
    let data = json!({ "reference": "SSC72/01", "text": marked("WHITE", text), "raised_on": "2019-02-27" });
    event("ActionRaised", &data)
}

fn assigned(owner: &str) -> ActionEvent {
    event("ActionAssigned", &json!({ "owners": [owner], "assigned_on": "2019-02-27" }))
}

fn completed() -> ActionEvent {
    event("ActionCompleted", &json!({ "completed_on": "2019-03-13" }))
}

fn withdrawn() -> ActionEvent {
    event("ActionWithdrawn", &json!({ "withdrawn_on": "2019-03-13" }))
}

/// Raised, assigned, completed; the assignment is corrected at version 4.
fn history() -> Vec<ActionEvent> {
    vec![raised("Write."), assigned("SECAS"), completed(), replace::<Action>(2, assigned("DCC"))]
}

/// A case in which both commands correct the history.
fn corrections(rule: &'static str, says: &'static str, refused: &ActionEvent, neighbour: &ActionEvent) -> Case {
    let history = history();
    case::<Action>(rule, says, &history, [correct(&history, refused), correct(&history, neighbour)])
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        case::<Action>(
            "correction-names-its-event",
            "a correction is recorded like any other event",
            &history(),
            [AggregateCommand::Record(strike::<Action>(3)), correct(&history(), &strike::<Action>(3))],
        ),
        corrections(
            "correction-names-its-event",
            "a correction names an event that is not there",
            &strike::<Action>(5),
            &strike::<Action>(4),
        ),
        corrections(
            "correction-names-its-event",
            "a correction names version 0",
            &strike::<Action>(0),
            &strike::<Action>(2),
        ),
        corrections(
            "replacement-of-same-type",
            "a completion takes the place of an assignment",
            &replace::<Action>(2, completed()),
            &replace::<Action>(2, assigned("SSC Chair")),
        ),
        corrections(
            "replacement-of-same-type",
            "an assignment takes the place of a completion, of which a withdrawal says otherwise",
            &replace::<Action>(3, assigned("SSC Chair")),
            &replace::<Action>(3, withdrawn()),
        ),
        corrections(
            "supplement-is-a-fact",
            "a correction is supplemented",
            &supplement::<Action>(4, assigned("Gordon Hextall")),
            &supplement::<Action>(2, assigned("Gordon Hextall")),
        ),
        corrections(
            "supplement-is-a-fact",
            "a correction was left out",
            &supplement::<Action>(2, strike::<Action>(2)),
            &strike::<Action>(2),
        ),
        corrections(
            "corrected-history-legal",
            "an action was withdrawn after it was completed",
            &supplement::<Action>(2, withdrawn()),
            &supplement::<Action>(2, assigned("SSC Chair")),
        ),
        corrections(
            "first-event-stands",
            "an action was never raised",
            &strike::<Action>(1),
            &replace::<Action>(1, raised("Write to the parties.")),
        ),
        corrections(
            "mark-of-a-text",
            "a text that the event does not have is marked anew",
            &mark::<Action>(1, Some("note")),
            &mark::<Action>(1, Some("text")),
        ),
        number_kept(),
    ];
    cases.extend(corrections_in_place_of_a_correction());
    cases
}

/// A replacement that leaves its number out takes that of the corrected item; another number is refused.
fn number_kept() -> Case {
    let convened = json!({ "reference": "SSC_72_2702", "held_on": "2019-02-27", "classification": "WHITE" });
    let item = |number: u32, title: &str| {
        event::<MeetingEvent>("AgendaItemTabled", &json!({ "number": number, "title": marked("WHITE", title) }))
    };
    let history = vec![event("MeetingConvened", &convened), item(1, "SPOTI")];
    let renumbered = correct(&history, &replace::<Meeting>(2, item(2, "Use of SPOTI")));
    let retitled = correct(&history, &replace::<Meeting>(2, item(0, "Use of SPOTI")));
    case::<Meeting>("number-kept", "an item comes to have another number", &history, [renumbered, retitled])
}

/// A correction that replaces another is judged as if it stood in its place.
fn corrections_in_place_of_a_correction() -> Vec<Case> {
    let in_its_place = |correction| replace::<Action>(4, correction);
    vec![
        corrections(
            "correction-names-its-event",
            "a correction comes to name an event that is still to be recorded",
            &in_its_place(strike::<Action>(6)),
            &in_its_place(strike::<Action>(3)),
        ),
        corrections(
            "correction-names-its-event",
            "a correction comes to name itself",
            &in_its_place(strike::<Action>(4)),
            &in_its_place(strike::<Action>(2)),
        ),
        corrections(
            "replacement-of-same-type",
            "a correction comes to put a completion in the place of an assignment",
            &in_its_place(replace::<Action>(2, completed())),
            &in_its_place(replace::<Action>(2, assigned("SSC Chair"))),
        ),
        corrections(
            "supplement-is-a-fact",
            "a correction comes to bring in another",
            &in_its_place(supplement::<Action>(2, strike::<Action>(2))),
            &in_its_place(supplement::<Action>(2, assigned("SSC Chair"))),
        ),
    ]
}

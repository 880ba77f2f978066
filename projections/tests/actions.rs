//! The fold of actions.

use crate::history::{History, text};
use minutebook_domain::action::{ActionStatus, ReportedProgress};
use minutebook_projections::actions::{ActionRow, Actions};
use minutebook_projections::projection::{Listing, Projection};
use serde_json::json;

/// An action raised on 27 February, due on 13 March.
fn raised() -> History {
    History::of("action:SSC72/01").then(
        "2019-02-27",
        "ActionRaised",
        json!({
            "reference": "SSC72/01", "text": text("WHITE", "Circulate the paper"), "owners": ["SECAS"],
            "due_on": "2019-03-13", "raised_in": "SSC_72_2702", "raised_on": "2019-02-27", "item": 4,
        }),
    )
}

fn row(history: &History, as_of: &str) -> ActionRow {
    history.row::<Actions>("", as_of).unwrap()
}

fn note(row: &ActionRow) -> Option<String> {
    row.note.as_ref().and_then(|note| note.disclose(crate::history::up_to("RED"))).map(ToString::to_string)
}

#[test]
fn a_raised_action_is_outstanding_from_its_day_on() {
    let history = raised();
    assert!(history.row::<Actions>("", "2019-02-26").is_none());
    let row = row(&history, "2019-02-27");
    assert_eq!(row.status, ActionStatus::Outstanding);
    assert_eq!(row.due_on, Some("2019-03-13".parse().unwrap()));
    assert_eq!(row.owners, ["SECAS".parse().unwrap()]);
    assert_eq!((row.item, row.due_date_moves, row.carried_forward, row.reassigned), (Some(4.into()), 0, 0, 0));
    assert_eq!((note(&row), row.reported, row.closed_on), (None, None, None));
}

#[test]
fn updates_are_counted_and_the_latest_note_stays() {
    let history = raised()
        .then("2019-03-01", "ActionAssigned", json!({"owners": ["NCSC"], "assigned_on": "2019-03-01"}))
        .then(
            "2019-03-02",
            "DueDateMoved",
            json!({"to": "2019-04-10", "note": text("WHITE", "More time is needed"), "moved_on": "2019-03-02"}),
        )
        .then("2019-03-13", "ActionCarriedForward", json!({"to": "2019-04-10", "carried_on": "2019-03-13"}))
        .then("2019-03-20", "ActionProgressed", json!({"reported": "on target", "progressed_on": "2019-03-20"}));
    let row = row(&history, "2019-03-31");
    assert_eq!(row.owners, ["NCSC".parse().unwrap()]);
    assert_eq!(row.due_on, Some("2019-04-10".parse().unwrap()));
    assert_eq!((row.due_date_moves, row.carried_forward, row.reassigned), (1, 1, 1));
    assert_eq!(note(&row).as_deref(), Some("More time is needed"));
    assert_eq!(row.reported, Some(ReportedProgress::OnTarget));
    assert_eq!(row.updated_on, "2019-03-20".parse().unwrap());
}

#[test]
fn a_completed_action_can_be_reopened() {
    let history = raised().then("2019-03-13", "ActionCompleted", json!({"completed_on": "2019-03-13"})).then(
        "2019-03-20",
        "ActionReopened",
        json!({"reopened_on": "2019-03-20"}),
    );
    let closed = row(&history, "2019-03-14");
    assert_eq!((closed.status, closed.closed_on), (ActionStatus::Complete, Some("2019-03-13".parse().unwrap())));
    let reopened = row(&history, "2019-03-20");
    assert_eq!((reopened.status, reopened.closed_on), (ActionStatus::Outstanding, None));
}

#[test]
fn a_superseded_action_names_its_successor() {
    let history =
        raised().then("2019-03-13", "ActionSuperseded", json!({"by": "SSC73/02", "superseded_on": "2019-03-13"}));
    let row = row(&history, "2019-03-13");
    assert_eq!(row.status, ActionStatus::Superseded);
    assert_eq!(row.superseded_by.unwrap().to_string(), "SSC73/02");
}

#[test]
fn a_backdated_event_counts_from_its_own_day() {
    let history = raised()
        .then("2019-03-20", "DueDateMoved", json!({"to": "2019-05-08", "moved_on": "2019-03-20"}))
        // Recorded last, but it happened first.
        .then("2019-03-05", "DueDateMoved", json!({"to": "2019-04-10", "moved_on": "2019-03-05"}));
    assert_eq!(row(&history, "2019-03-06").due_on, Some("2019-04-10".parse().unwrap()));
    let last = row(&history, "2019-03-21");
    assert_eq!((last.due_on, last.due_date_moves), (Some("2019-05-08".parse().unwrap()), 2));
    let before = history.row_known_at::<Actions>("", "2019-03-21", 2).unwrap();
    assert_eq!(before.due_date_moves, 1);
}

#[test]
fn an_event_dated_before_the_raising_changes_nothing() {
    let history =
        raised().then("2019-02-01", "ActionAssigned", json!({"owners": ["NCSC"], "assigned_on": "2019-02-01"}));
    assert!(history.row::<Actions>("", "2019-02-26").is_none());
    let row = row(&history, "2019-02-27");
    assert_eq!((row.owners, row.reassigned), (vec!["SECAS".parse().unwrap()], 0));
}

#[test]
fn a_correction_replaces_an_event_and_is_not_known_before_it_is_recorded() {
    let history = raised().then("2019-03-13", "ActionCompleted", json!({"completed_on": "2019-03-13"})).correct(
        "2019-03-13",
        2,
        json!("struck"),
    );
    let known_then = history.row_known_at::<Actions>("", "2019-03-31", 2).unwrap();
    assert_eq!(known_then.status, ActionStatus::Complete);
    assert_eq!(row(&history, "2019-03-31").status, ActionStatus::Outstanding);
}

#[test]
fn a_row_is_listed_by_its_status() {
    let listing = |facet| Listing { scope: "SSC".to_owned(), facet };
    let history = raised().then(
        "2019-03-13",
        "ActionCompleted",
        json!({"note": text("RED", "The breach is closed"), "completed_on": "2019-03-13"}),
    );
    assert_eq!(Actions::listing(&row(&history, "2019-03-01")), listing("outstanding"));
    assert_eq!(Actions::listing(&row(&history, "2019-03-13")), listing("closed"));
}

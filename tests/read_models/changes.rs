//! The changes of a list between two moments, and the events that caused them.

use crate::fixtures::classification::up_to;
use crate::fixtures::folded_log::{FoldedLog, far_future};
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::random_ledger::record_random;
use crate::fixtures::small_ledger::{end_of_day, record_small_ledger};
use minutebook::query::changes::changes_between;
use minutebook_domain::StreamId;
use minutebook_ledger::{BitemporalMoment, Log};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::differences::{Difference, RowChange};
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::projection::Projection;
use minutebook_projections::redaction::{RowFields, redact_row};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeMap;

on_both_stores!(a_difference_names_its_fields_and_events, differences_applied_to_the_first_rows_give_the_second);

async fn actions(log: &Log, first: BitemporalMoment, second: BitemporalMoment, level: &str) -> Vec<Difference> {
    let committee = "SSC".parse().unwrap();
    changes_between::<Actions>(log, &committee, first, second, up_to(level), true).await.unwrap()
}

/// The difference as JSON: subject, kind of change, fields with old and new value, events with whether they count.
fn short(difference: &Difference) -> Value {
    let fields = difference.fields.iter().map(|change| json!([change.field, change.from, change.to]));
    let events =
        difference.events.iter().map(|cause| json!([cause.origin.position, cause.origin.event_type, cause.counts]));
    json!({
        "of": difference.stream.subject(), "change": difference.change,
        "fields": fields.collect::<Vec<_>>(), "events": events.collect::<Vec<_>>(),
    })
}

async fn a_difference_names_its_fields_and_events(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    record_small_ledger(&recorder).await;
    let log = recorder.log();
    // As known today, from the raising to the day after the due date was moved. The assignment was backdated.
    let found = actions(log, end_of_day("2019-02-28", None), end_of_day("2019-03-14", None), "WHITE").await;
    let expected = json!([{"of": "SSC72/01", "change": "changed", "fields": [
        ["due_date_moves", 0, 1], ["due_on", "2019-03-27", "2019-04-10"], ["owners", ["SECAS"], ["DCC", "SECAS"]],
        ["reassigned", 0, 1], ["updated_on", "2019-02-27", "2019-03-13"],
    ], "events": [[4, "DueDateMoved", true], [6, "ActionAssigned", true]]}]);
    assert_eq!(found.iter().map(short).collect::<Value>(), expected);
    // A reader up to GREEN sees the note too; one up to RED sees another action.
    let found = actions(log, end_of_day("2019-02-28", None), end_of_day("2019-03-14", None), "GREEN").await;
    assert_eq!(found.len(), 1);
    assert!(found[0].fields.iter().any(|change| change.field == "note" && change.to == json!("The paper is late")));
    let found = actions(log, end_of_day("2019-02-26", None), end_of_day("2019-03-14", None), "RED").await;
    let expected = json!([
        {"of": "SSC72/01", "change": "added", "fields": [], "events":
            [[3, "ActionRaised", true], [4, "DueDateMoved", true], [6, "ActionAssigned", true]]},
        {"of": "SSC72/02", "change": "added", "fields": [], "events": [[5, "ActionRaised", true]]},
    ]);
    assert_eq!(found.iter().map(short).collect::<Value>(), expected);
    // A correction changes the row as of one moment, between the positions before and after it.
    let found = actions(log, end_of_day("2019-04-20", Some(7)), end_of_day("2019-04-20", Some(8)), "WHITE").await;
    let expected = json!([{"of": "SSC72/01", "change": "changed", "fields": [
        ["closed_on", "2019-04-10", "2019-04-03"], ["updated_on", "2019-04-10", "2019-04-03"],
    ], "events": [[7, "ActionCompleted", false], [8, "ActionCompleted", true]]}]);
    assert_eq!(found.iter().map(short).collect::<Value>(), expected);
    let correction = found[0].events[1].origin.correction.as_ref().unwrap();
    assert_eq!(
        (correction.change.as_str(), correction.reason.as_deref()),
        ("replaced", Some("read from the wrong line"))
    );
    // The correction is struck, and then the event it corrected.
    let found = actions(log, end_of_day("2019-04-20", Some(8)), end_of_day("2019-04-20", Some(9)), "WHITE").await;
    let events = json!([[7, "ActionCompleted", true], [8, "ActionCompleted", false], [9, "EventCorrected", true]]);
    assert_eq!(short(&found[0])["events"], events);
    let found = actions(log, end_of_day("2019-04-20", Some(9)), end_of_day("2019-04-20", Some(10)), "WHITE").await;
    assert_eq!(short(&found[0])["events"], json!([[7, "ActionCompleted", false], [10, "EventCorrected", true]]));
    assert!(found[0].fields.iter().any(|change| change.field == "status" && change.to == json!("outstanding")));
    // In reverse, the events that counted no longer count.
    let back = actions(log, end_of_day("2019-04-20", Some(10)), end_of_day("2019-04-20", Some(9)), "WHITE").await;
    assert_eq!(short(&back[0])["events"], json!([[7, "ActionCompleted", true], [10, "EventCorrected", false]]));
    let gone = actions(log, end_of_day("2019-03-14", None), end_of_day("2019-02-26", None), "WHITE").await;
    assert_eq!((gone.len(), gone[0].change), (1, RowChange::Gone));
}

/// The rows that a reader sees, by stream and key.
type VisibleRows = BTreeMap<(StreamId, String), RowFields>;

async fn differences_applied_to_the_first_rows_give_the_second(ledger: TestLedger) {
    let mut runner = TestRunner::new(Config::default());
    let recorder = ledger.recorder().await;
    let mut changes = 0;
    let mut round = 0;
    while round < 3 || changes <= 50 {
        assert!(round < 30, "{changes} changes");
        record_random(&recorder, &mut runner, round).await;
        round += 1;
        let folded = FoldedLog::read(recorder.log()).await;
        for _ in 0..12 {
            let (mut first, mut second) = (folded.moment(&mut runner), folded.moment(&mut runner));
            let level =
                prop::sample::select(vec!["WHITE", "GREEN", "AMBER", "RED"]).new_tree(&mut runner).unwrap().current();
            if level != "RED" {
                // Today's classifications apply to past rows too, which the plain fold does not know.
                (first.known_at, second.known_at) = (None, None);
            }
            changes += apply_differences::<Actions>(&folded, recorder.log(), first, second, level).await;
            changes += apply_differences::<Decisions>(&folded, recorder.log(), first, second, level).await;
            changes += apply_differences::<PartyStatuses>(&folded, recorder.log(), first, second, level).await;
        }
    }
}

/// Applies the differences to the rows at `first` and compares the result with the rows at `second`. Returns their
/// number.
async fn apply_differences<P: Projection>(
    folded: &FoldedLog,
    log: &Log,
    first: BitemporalMoment,
    second: BitemporalMoment,
    level: &str,
) -> usize {
    let seen = |at: BitemporalMoment| -> VisibleRows {
        let rows = folded.plain::<P>(at, up_to(level)).into_iter();
        rows.filter_map(|(place, row)| Some((place, redact_row(&row, up_to(level)).unwrap()?))).collect()
    };
    // A row does not name a subject that the reader may not see.
    let all = seen(BitemporalMoment::as_known_now(far_future()));
    let names: Vec<Value> = all.values().filter_map(|row| row.get("reference").or(row.get("id")).cloned()).collect();
    let hidden = |name: &Value| level != "RED" && name.is_string() && !names.contains(name);
    let seen = |at: BitemporalMoment| -> VisibleRows {
        let mut rows = seen(at);
        for row in rows.values_mut() {
            row.entry("superseded_by").and_modify(|by| {
                if hidden(by) {
                    *by = Value::Null;
                }
            });
            row.entry("supersedes").and_modify(|names| names.as_array_mut().unwrap().retain(|name| !hidden(name)));
        }
        rows
    };
    let mut rows = seen(first);
    let mut changes = 0;
    for scope in ["SSC", "TSC"] {
        let committee = scope.parse().unwrap();
        for difference in changes_between::<P>(log, &committee, first, second, up_to(level), true).await.unwrap() {
            assert!(!difference.events.is_empty(), "{difference:?}");
            for cause in &difference.events {
                let event = folded.event(cause.origin.position);
                assert_eq!(
                    (event.event_id, &event.metadata.actor),
                    (cause.origin.event_id, cause.origin.actor.as_ref().unwrap())
                );
                let known = if cause.counts { second.known_at } else { first.known_at };
                assert!(known.is_none_or(|known| event.position <= known), "{cause:?} was not known");
            }
            apply(&mut rows, difference);
            changes += 1;
        }
    }
    assert_eq!(rows, seen(second), "{} from {first:?} to {second:?} for {level}", P::NAME);
    changes
}

fn apply(rows: &mut VisibleRows, difference: Difference) {
    let place = (difference.stream, difference.key);
    match difference.change {
        RowChange::Added => assert_eq!(rows.insert(place, difference.row), None),
        RowChange::Gone => assert_eq!(rows.remove(&place), Some(difference.row)),
        RowChange::Changed => {
            let row = rows.get_mut(&place).unwrap();
            for change in difference.fields {
                assert_eq!(row.get(&change.field).cloned().unwrap_or_default(), change.from);
                row.insert(change.field, change.to);
            }
            // The classification of a hidden text is absent.
            row.retain(|field, value| !value.is_null() || difference.row.contains_key(field));
        }
    }
}

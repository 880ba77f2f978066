//! A clock that ran ahead once: what a query by day leaves out is said, and a position takes it in.

use crate::fixtures::api_client::ApiClient;
use crate::fixtures::committee::{established, raised, request};
use crate::fixtures::ledgers::{FixedClock, TestLedger, fixed, on_both_stores};
use minutebook::query::clearances::ClearanceByCommittee;
use minutebook::query::clock_gap::clock_gap;
use minutebook::query::read_query::ReadQuery;
use minutebook_ledger::{Log, Recorder};
use serde_json::{Value, json};

on_both_stores!(events_that_a_day_leaves_out_because_the_clock_had_run_ahead_are_named_by_a_position);

/// Opens the ledger at a time that a person confirmed, and records.
async fn recorded_at(ledger: &TestLedger, time: &str, json: &Value) -> Log {
    let environment = fixed(FixedClock::at(time)).accepting(Some(time[..10].parse().unwrap()));
    let log = ledger.open_in(environment).await;
    Recorder::new(log.clone()).record(&request(time, json)).await.unwrap();
    log
}

async fn gap(log: &Log, known_at: &str) -> Option<(String, u64)> {
    let clearances = ClearanceByCommittee::public();
    let query = ReadQuery { as_of: None, known_at: Some(known_at.parse().unwrap()), clearances, committee: None };
    let gap = clock_gap(log, &query).await.unwrap()?;
    Some((gap.recorded_at.to_rfc3339(), gap.known_at.number()))
}

async fn events_that_a_day_leaves_out_because_the_clock_had_run_ahead_are_named_by_a_position(ledger: TestLedger) {
    let ahead = "2036-02-03T04:05:06+00:00";
    recorded_at(&ledger, "2026-11-20T10:00:00Z", &established("SSC")).await;
    recorded_at(&ledger, "2036-02-03T04:05:06Z", &raised("SSC1/01")).await;
    recorded_at(&ledger, "2026-11-22T10:00:00Z", &raised("SSC1/02")).await;
    let log = recorded_at(&ledger, "2026-11-24T10:00:00Z", &raised("SSC1/03")).await;
    for (known_at, expected) in [
        ("2026-11-19", None),
        ("2026-11-21", None),
        ("2026-11-22", Some((ahead.to_owned(), 3))),
        ("2026-11-23", Some((ahead.to_owned(), 3))),
        ("2026-11-25", Some((ahead.to_owned(), 4))),
        ("2036-02-04", None),
        ("3", None),
    ] {
        assert_eq!(gap(&log, known_at).await, expected, "{known_at}");
    }
    let client = ApiClient::of(log);
    let listed = |page: &Value| page["actions"].as_array().unwrap().len();
    let by_day = client.get("/api/v1/actions?known_at=2026-11-23").await.expect(200).json();
    let expected = json!({"recorded_at": "2036-02-03T04:05:06.000000Z", "known_at": 3});
    assert_eq!((listed(&by_day), &by_day["clock_gap"]), (0, &expected));
    let by_position = client.get("/api/v1/actions?known_at=3").await.expect(200).json();
    assert_eq!((listed(&by_position), by_position.get("clock_gap")), (2, None));
    // Once the time has come that the clock had shown, a later day has all of it.
    let log = recorded_at(&ledger, "2036-02-04T10:00:00Z", &raised("SSC1/04")).await;
    assert_eq!(gap(&log, "2036-02-05").await, None);
    assert_eq!(gap(&log, "2026-11-23").await, Some((ahead.to_owned(), 3)));
}

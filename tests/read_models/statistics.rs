//! Statistics, compared with a ledger counted by hand and with a plain count of folded rows.

use crate::fixtures::classification::up_to;
use crate::fixtures::folded_log::FoldedLog;
use crate::fixtures::ledgers::{TestLedger, on_both_stores};
use crate::fixtures::random_ledger::record_random;
use crate::fixtures::small_ledger::{end_of_day, record_small_ledger};
use chrono::{Datelike, NaiveDate, TimeZone};
use chrono_tz::Tz;
use minutebook::query::read_query::{DefaultMoment, ReadQuery, committee_scopes};
use minutebook::query::statistics::{CommitteeStatistics, StatisticsCache, StatisticsRequest, statistics};
use minutebook_domain::reference::Name;
use minutebook_ledger::{BitemporalMoment, Log};
use minutebook_projections::actions::{ActionRow, Actions};
use minutebook_projections::decisions::Decisions;
use minutebook_projections::party_statuses::PartyStatuses;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

on_both_stores!(
    statistics_of_the_small_ledger_equal_those_by_hand,
    at_random_moments_every_statistic_equals_a_plain_count
);

pub(super) async fn counted(log: &Log, at: BitemporalMoment, level: &str) -> CommitteeStatistics {
    counted_with(&StatisticsCache::default(), log, at, level, None).await
}

/// The statistics of SSC with a cache, of the actions of an owner if there is one.
async fn counted_with(
    cache: &StatisticsCache,
    log: &Log,
    at: BitemporalMoment,
    level: &str,
    owner: Option<&Name>,
) -> CommitteeStatistics {
    let clearances = up_to(level).into();
    let query = ReadQuery { as_of: None, known_at: None, clearances, committee: Some("SSC".parse().unwrap()) };
    let mut scopes = committee_scopes(log, &query, DefaultMoment::Now).await.unwrap();
    scopes[0].at = at;
    let request = StatisticsRequest { owner, months: 120 };
    statistics(log, cache, &scopes, request).await.unwrap().remove(0)
}

async fn statistics_of_the_small_ledger_equal_those_by_hand(ledger: TestLedger) {
    let recorder = ledger.recorder().await;
    record_small_ledger(&recorder).await;
    // As known after the completion, SSC72/01 was moved once and done after 42 days; SSC72/02 is overdue.
    let found = counted(recorder.log(), end_of_day("2019-04-20", Some(7)), "RED").await;
    let expected = json!({
        "opened": 2, "closed": 1, "outstanding": 1, "overdue": 1, "median_days_to_close": 42.0, "due_date_moves": 1,
        "by_month": [
            {"month": "2019-02", "opened": 2, "closed": 0, "outstanding": 2, "overdue": 0},
            {"month": "2019-03", "opened": 0, "closed": 0, "outstanding": 2, "overdue": 1},
            {"month": "2019-04", "opened": 0, "closed": 1, "outstanding": 1, "overdue": 1},
        ],
        "by_owner": [
            {"owner": "DCC", "opened": 2, "closed": 1, "outstanding": 1, "overdue": 1,
             "median_days_to_close": 42.0, "due_date_moves": 1},
            {"owner": "SECAS", "opened": 1, "closed": 1, "outstanding": 0, "overdue": 0,
             "median_days_to_close": 42.0, "due_date_moves": 1},
        ],
    });
    assert_eq!(serde_json::to_value(&found.actions).unwrap(), expected);
    // As corrected, it took 35 days. As known today it is outstanding, and overdue after its due date.
    let found = counted(recorder.log(), end_of_day("2019-04-20", Some(8)), "RED").await;
    assert_eq!(found.actions.median_days_to_close, Some(35.0));
    let found = counted(recorder.log(), end_of_day("2019-04-10", None), "WHITE").await;
    assert_eq!(
        (found.actions.total.outstanding, found.actions.total.overdue),
        (1, 0),
        "an action is not overdue on its due date"
    );
    let found = counted(recorder.log(), end_of_day("2019-04-11", None), "WHITE").await;
    assert_eq!(
        (found.actions.total.opened, found.actions.total.overdue),
        (1, 1),
        "the RED action is not counted for this reader"
    );
    // As known at position 0, nothing is counted.
    let found = counted(recorder.log(), end_of_day("2019-04-11", Some(0)), "RED").await;
    assert!(found.actions.by_month.is_empty() && found.actions.by_owner.is_empty() && found.decisions.is_empty());
}

async fn at_random_moments_every_statistic_equals_a_plain_count(ledger: TestLedger) {
    let mut runner = TestRunner::new(Config::default());
    let recorder = ledger.recorder().await;
    let cache = StatisticsCache::default();
    let mut opened = 0;
    let mut round = 0;
    while round < 3 || opened == 0 {
        assert!(round < 30, "no action was counted");
        record_random(&recorder, &mut runner, round).await;
        round += 1;
        let folded = FoldedLog::read(recorder.log()).await;
        for _ in 0..12 {
            let at = folded.moment(&mut runner);
            let level = prop::sample::select(vec!["WHITE", "AMBER", "RED"]).new_tree(&mut runner).unwrap().current();
            // What earlier rounds left in the cache is brought up to date.
            let found = counted_with(&cache, recorder.log(), at, level, None).await;
            opened += found.actions.total.opened;
            let text = serde_json::to_value(&found.actions).unwrap();
            assert_eq!(text, plain_actions(&folded, at, found.day, level, None), "{at:?} for {level}");
            for owner in found.actions.by_owner.iter().filter_map(|of| of.owner.as_ref()).take(1) {
                let of_owner = counted_with(&cache, recorder.log(), at, level, Some(owner)).await;
                let text = serde_json::to_value(&of_owner.actions).unwrap();
                let plain = plain_actions(&folded, at, found.day, level, Some(owner));
                assert_eq!(text, plain, "{at:?} for {level}, {owner}");
            }
            assert_eq!(serde_json::to_value(&found.decisions).unwrap(), plain_decisions(&folded, at, level));
            let statuses = folded
                .plain::<PartyStatuses>(at, up_to(level))
                .into_values()
                .filter(|row| row.committee.as_str() == "SSC");
            let statuses: Vec<_> = statuses.collect();
            let total: u32 = found.statuses.iter().map(|of| of.agreed + of.deferred).sum();
            assert_eq!(total as usize, statuses.len());
            for of in &found.statuses {
                let same = statuses.iter().filter(|row| row.kind == of.kind && row.category.to_string() == of.category);
                assert_eq!(of.deferred as usize, same.filter(|row| row.deferred).count());
            }
        }
    }
}

fn visible(folded: &FoldedLog, at: BitemporalMoment, level: &str) -> Vec<ActionRow> {
    let rows = folded.plain::<Actions>(at, up_to(level)).into_values();
    let of_ssc = rows.filter(|row| row.reference.committee().as_str() == "SSC");
    of_ssc.filter(|row| row.text.disclose(up_to(level)).is_some()).collect()
}

/// Every statistic of the actions, counted row by row.
fn plain_actions(folded: &FoldedLog, at: BitemporalMoment, day: NaiveDate, level: &str, owner: Option<&Name>) -> Value {
    let mut rows = visible(folded, at, level);
    rows.retain(|row| owner.is_none_or(|owner| row.owners.contains(owner)));
    let number = |row: &ActionRow| row.reference.to_string();
    let figures = |rows: &[&ActionRow], day: NaiveDate| {
        let open: Vec<_> = rows.iter().filter(|row| row.status.word() == "outstanding").collect();
        let late = open.iter().filter(|row| row.due_on.is_some_and(|due| due < day)).count();
        let mut took: Vec<i64> = Vec::new();
        for row in rows {
            took.extend(row.closed_on.map(|closed| (closed - row.raised_on).num_days()));
        }
        took.sort_unstable();
        #[expect(clippy::cast_precision_loss, reason = "a few days")]
        let median = match took.len() {
            0 => Value::Null,
            odd if odd % 2 == 1 => json!(took[odd / 2] as f64),
            even => json!((took[even / 2 - 1] + took[even / 2]) as f64 / 2.0),
        };
        let moves: u32 = rows.iter().map(|row| row.due_date_moves).sum();
        json!({"opened": rows.len(), "closed": took.len(), "outstanding": open.len(), "overdue": late,
               "median_days_to_close": median, "due_date_moves": moves})
    };
    let all: Vec<&ActionRow> = rows.iter().collect();
    let mut result = figures(&all, day);
    let mut owners: Vec<String> = rows.iter().flat_map(|row| row.owners.iter().map(ToString::to_string)).collect();
    owners.sort();
    owners.dedup();
    let by_owner = owners.iter().map(|owner| {
        let own: Vec<&ActionRow> =
            rows.iter().filter(|row| row.owners.iter().any(|name| name.as_str() == owner)).collect();
        let mut of = figures(&own, day);
        of["owner"] = owner.as_str().into();
        of
    });
    result["by_owner"] = by_owner.collect();
    let mut months = Vec::new();
    let first = rows.iter().map(|row| row.raised_on).min().unwrap_or(day);
    let mut month = first.with_day(1).unwrap();
    while month <= day && !rows.is_empty() {
        let next = month + chrono::Months::new(1);
        let end = next.pred_opt().unwrap().min(day);
        let midnight = Tz::Europe__London.from_local_datetime(&next.and_hms_opt(0, 0, 0).unwrap()).unwrap().to_utc();
        let as_of = at.as_of.min(midnight - chrono::TimeDelta::microseconds(1));
        let mut then = visible(folded, BitemporalMoment { as_of, ..at }, level);
        then.retain(|row| rows.iter().any(|now| number(now) == number(row)));
        let then = figures(&then.iter().collect::<Vec<_>>(), end);
        let within = |on: NaiveDate| (month..next).contains(&on);
        months.push(json!({
            "month": month.format("%Y-%m").to_string(), "outstanding": then["outstanding"], "overdue": then["overdue"],
            "opened": rows.iter().filter(|row| within(row.raised_on)).count(),
            "closed": rows.iter().filter(|row| row.closed_on.is_some_and(within)).count(),
        }));
        month = next;
    }
    result["by_month"] = months.split_off(months.len().saturating_sub(120)).into();
    result
}

fn plain_decisions(folded: &FoldedLog, at: BitemporalMoment, level: &str) -> Value {
    let mut found: Vec<(String, String, u32)> = Vec::new();
    let rows = folded.plain::<Decisions>(at, up_to(level)).into_values();
    for row in rows.filter(|row| row.text.disclose(up_to(level)).is_some()) {
        let month = row.decided_at.with_timezone(&Tz::Europe__London).format("%Y-%m").to_string();
        match found.iter_mut().find(|(of, verb, _)| (of, verb.as_str()) == (&month, row.verb.word())) {
            Some((.., count)) => *count += 1,
            None => found.push((month, row.verb.to_string(), 1)),
        }
    }
    found.sort();
    found
        .into_iter()
        .map(|(month, verb, decisions)| json!({"month": month, "verb": verb, "decisions": decisions}))
        .collect()
}

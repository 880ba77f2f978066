//! The views and their `_at` functions return the rows of the read models, at any moment, as known at any moment.

use crate::fixtures::committee::{begin, raised, request};
use crate::fixtures::folded_log::{FoldedLog, far_future};
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::random_ledger::record_random;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use minutebook::query::meeting_names::MeetingNames;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::reference::DecisionId;
use minutebook_ledger::testing::sqlx;
use minutebook_ledger::testing::sqlx::{AssertSqlSafe, PgPool};
use minutebook_ledger::{BitemporalMoment, Log, RecordError, RowFilter};
use minutebook_projections::actions::Actions;
use minutebook_projections::committees::Committees;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::matters::Matters;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::minutes::Minutes;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::projection::Projection;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_random_moments_each_function_returns_the_rows_of_its_read_model() {
    let ledger = TestLedger::new(Store::Postgres);
    let mut runner = TestRunner::new(Config::default());
    let recorder = ledger.recorder().await;
    let pool = PgPool::connect(&ledger.url_text).await.unwrap();
    let mut seen = BTreeMap::new();
    for round in 0..4 {
        record_random(&recorder, &mut runner, round).await;
        let folded = FoldedLog::read(recorder.log()).await;
        for _ in 0..10 {
            compare_all(recorder.log(), &pool, folded.moment(&mut runner), &mut seen).await;
        }
        // Every random moment may be before a view's first row.
        compare_all(recorder.log(), &pool, far_future_at(), &mut seen).await;
    }
    assert!(seen.len() == 7 && seen.values().all(|rows| *rows > 0), "every view had rows: {seen:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_too_large_for_the_views_is_refused() {
    let ledger = TestLedger::new(Store::Postgres);
    let recorder = ledger.recorder().await;
    let pool = PgPool::connect(&ledger.url_text).await.unwrap();
    let raise = async |action: &str, item: u32| {
        let mut raised = raised(action);
        raised["data"]["raised_in"] = Value::Null;
        raised["data"]["item"] = item.into();
        recorder.record(&request(action, &raised)).await
    };
    begin(&recorder).await;
    let largest = i32::MAX.unsigned_abs();
    let refused = raise("SSC72/01", largest + 1).await.unwrap_err();
    assert!(matches!(&refused, RecordError::Malformed(what) if what.contains("2147483648")), "{refused}");
    raise("SSC72/02", largest).await.unwrap();
    let items = sqlx::query_scalar::<_, String>("SELECT item FROM actions").fetch_all(&pool).await.unwrap();
    assert_eq!(items, [i32::MAX.to_string()]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_views_show_the_present_rows() {
    let ledger = TestLedger::new(Store::Postgres);
    let recorder = ledger.recorder().await;
    record_random(&recorder, &mut TestRunner::new(Config::default()), 0).await;
    let pool = PgPool::connect(&ledger.url_text).await.unwrap();
    for view in VIEWS {
        let now = query(&pool, &format!("SELECT to_jsonb(v)::text FROM {view} AS v"), None).await;
        let at = query(
            &pool,
            &format!("SELECT to_jsonb(v)::text FROM {view}_at($1::text::timestamptz, $2) AS v"),
            Some(far_future_at()),
        )
        .await;
        assert_eq!(without_overdue(now), without_overdue(at), "{view}");
    }
    // `infinity` is after every event.
    let count = |sql: &'static str| sqlx::query_scalar::<_, i64>(sql).fetch_one(&pool);
    assert_eq!(
        count("SELECT COUNT(*) FROM meetings_at('infinity')").await.unwrap(),
        count("SELECT COUNT(*) FROM meetings").await.unwrap()
    );
    assert_eq!(count("SELECT COUNT(*) FROM meetings_at('-infinity')").await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_is_overdue_after_its_day_in_the_committees_time_zone() {
    let ledger = TestLedger::new(Store::Postgres);
    let recorder = ledger.recorder().await;
    begin(&recorder).await;
    let mut action = raised("SSC72/01");
    // In summer time the day ends at 23:00 UTC.
    action["data"]["due_on"] = "2019-04-10".into();
    recorder.record(&request("raise", &action)).await.unwrap();
    let pool = PgPool::connect(&ledger.url_text).await.unwrap();
    for (moment, overdue, progress) in
        [("2019-04-10T22:59:59.999999Z", false, "on target"), ("2019-04-10T23:00:00Z", true, "overdue")]
    {
        let found: (bool, String) =
            sqlx::query_as("SELECT overdue, progress FROM outstanding_actions_at($1::text::timestamptz)")
                .bind(moment)
                .fetch_one(&pool)
                .await
                .unwrap();
        assert_eq!(found, (overdue, progress.to_owned()), "{moment}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_views_refuse_a_halted_read_model() {
    let ledger = TestLedger::new(Store::Postgres);
    begin(&ledger.recorder().await).await;
    let pool = PgPool::connect(&ledger.url_text).await.unwrap();
    sqlx::query("UPDATE read_models SET halted_at = 2 WHERE name = 'meetings'").execute(&pool).await.unwrap();
    let refusal = sqlx::query("SELECT * FROM meetings").fetch_all(&pool).await.unwrap_err().to_string();
    assert!(refusal.contains("the read model meetings cannot go on at position 2"), "{refusal}");
    assert_eq!(
        query(&pool, "SELECT to_jsonb(v)::text FROM committees AS v", None).await.len(),
        1,
        "the other views still answer"
    );
    sqlx::query("UPDATE read_up_to SET position = 1").execute(&pool).await.unwrap();
    let refusal = sqlx::query("SELECT * FROM committees").fetch_all(&pool).await.unwrap_err().to_string();
    assert!(refusal.contains("at position 1 and the log at 2"), "{refusal}");
}

/// The views, each with a function of its name and `_at`.
pub(super) const VIEWS: [&str; 10] = [
    "actions",
    "outstanding_actions",
    "party_status_history",
    "party_statuses_current",
    "decision_register",
    "matters_arising",
    "meetings",
    "agenda_items",
    "minutes",
    "committees",
];

fn far_future_at() -> BitemporalMoment {
    BitemporalMoment::as_known_now(far_future())
}

fn without_overdue(mut rows: Vec<Value>) -> Vec<Value> {
    for row in &mut rows {
        let row = row.as_object_mut().unwrap();
        row.remove("overdue");
        row.remove("progress");
    }
    sorted(rows)
}

pub(super) async fn compare_all(
    log: &Log,
    pool: &PgPool,
    at: BitemporalMoment,
    seen: &mut BTreeMap<&'static str, usize>,
) {
    let mut compared = |view: &'static str, rows: usize| *seen.entry(view).or_default() += rows;
    compared("actions", compare::<Actions>(log, pool, "actions", at, action).await);
    compared("committees", compare::<Committees>(log, pool, "committees", at, |_, _| {}).await);
    compared("decisions", compare::<Decisions>(log, pool, "decision_register", at, decision).await);
    compared("matters", compare::<Matters>(log, pool, "matters_arising", at, matter).await);
    compared("meetings", compare::<Meetings>(log, pool, "meetings", at, meeting).await);
    compared("minutes", compare::<Minutes>(log, pool, "minutes", at, minutes).await);
    compared("statuses", compare::<PartyStatuses>(log, pool, "party_status_history", at, status).await);
    outstanding_actions_are_those_of_the_actions(pool, at).await;
    agenda_items_are_those_of_the_meetings(pool, at).await;
    current_statuses_are_the_latest_of_the_history(pool, at).await;
}

/// Compares one function with the rows of its read model, in the view's layout. Returns the number of rows.
async fn compare<P: Projection>(
    log: &Log,
    pool: &PgPool,
    view: &str,
    at: BitemporalMoment,
    lay_out: fn(&mut Map<String, Value>, BitemporalMoment),
) -> usize {
    let mut expected = Vec::new();
    for scope in ["", "SSC", "TSC"] {
        let committees: Vec<CommitteeCode> = scope.parse().into_iter().collect();
        let names = MeetingNames::read(log, &committees, at, Clearance::full()).await.unwrap();
        for found in
            log.rows::<P>(RowFilter::Listed { scope, facets: P::FACETS }, at, Clearance::full()).await.unwrap().rows
        {
            let mut row = serde_json::to_value(&found.row).unwrap();
            let row_map = row.as_object_mut().unwrap();
            if !scope.is_empty() {
                row_map.insert("committee".into(), scope.into());
            }
            for field in P::MEETING_FIELDS {
                in_force(&mut row_map[*field], &names);
            }
            if let Some(number) = row_map.get("item").filter(|item| item.is_number()) {
                let label = number.to_string();
                row_map.insert("item".into(), label.into());
            }
            lay_out(row_map, at);
            expected.push(row);
        }
    }
    let rows =
        query(pool, &format!("SELECT to_jsonb(v)::text FROM {view}_at($1::text::timestamptz, $2) AS v"), Some(at))
            .await;
    let rows: Vec<Value> = rows.into_iter().map(|row| moments_in_utc(row, &["decided_at", "noted_at"])).collect();
    assert_eq!(sorted(rows), sorted(expected.clone()), "{view}, {at:?}");
    expected.len()
}

/// Gives the meetings and decisions in a field by the references in force.
fn in_force(value: &mut Value, names: &MeetingNames) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| in_force(value, names)),
        Value::String(named) => {
            *named = match named.parse::<DecisionId>() {
                Ok(decision) => names.decision(&decision).to_string(),
                Err(_) => names.meeting(&named.parse().unwrap()).to_string(),
            };
        }
        _ => {}
    }
}

async fn query(pool: &PgPool, sql: &str, at: Option<BitemporalMoment>) -> Vec<Value> {
    let mut query = sqlx::query_scalar::<_, String>(AssertSqlSafe(sql.to_owned()));
    if let Some(at) = at {
        let known_at = at.known_at.map(|position| i64::try_from(position.number()).unwrap());
        query = query.bind(at.as_of.to_rfc3339()).bind(known_at);
    }
    let rows = query.fetch_all(pool).await.unwrap();
    rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
}

fn sorted(mut rows: Vec<Value>) -> Vec<Value> {
    rows.sort_by_key(ToString::to_string);
    rows
}

fn moments_in_utc(mut row: Value, fields: &[&str]) -> Value {
    for field in fields {
        if let Some(value) = row.get_mut(*field) {
            let moment: DateTime<Utc> = value.as_str().unwrap().parse().unwrap();
            *value = serde_json::to_value(moment).unwrap();
        }
    }
    row
}

/// Splits a classified text into a text field and a classification field.
fn flatten(row: &mut Map<String, Value>, field: &str, mark: &str) {
    let classified = row.remove(field).unwrap();
    row.insert(field.into(), classified["text"].clone());
    row.insert(mark.into(), classified["classification"].clone());
}

fn mentions(row: &mut Map<String, Value>) {
    let references = row.remove("references").unwrap();
    row.insert("mentions".into(), references);
}

fn zone(row: &Map<String, Value>) -> Tz {
    if row["committee"] == "TSC" { chrono_tz::America::New_York } else { chrono_tz::Europe::London }
}

fn day(moment: DateTime<Utc>, zone: Tz) -> String {
    moment.with_timezone(&zone).date_naive().to_string()
}

fn action(row: &mut Map<String, Value>, at: BitemporalMoment) {
    flatten(row, "text", "classification");
    flatten(row, "note", "note_classification");
    mentions(row);
    let outstanding = row["status"] == "outstanding";
    let today = day(at.as_of, zone(row));
    let due_on = row["due_on"].as_str().map(str::to_owned);
    let overdue = outstanding && due_on.as_deref().is_some_and(|due_on| due_on < today.as_str());
    let progress = match due_on {
        _ if !outstanding => Value::Null,
        _ if overdue => "overdue".into(),
        None => row["reported"].clone(),
        Some(_) => "on target".into(),
    };
    row.insert("overdue".into(), overdue.into());
    row.insert("progress".into(), progress);
}

fn decision(row: &mut Map<String, Value>, _: BitemporalMoment) {
    flatten(row, "text", "classification");
    mentions(row);
    let decided_on = day(row["decided_at"].as_str().unwrap().parse().unwrap(), zone(row));
    row.insert("decided_on".into(), decided_on.into());
}

fn matter(row: &mut Map<String, Value>, _: BitemporalMoment) {
    flatten(row, "text", "classification");
    mentions(row);
    let noted_on = day(row["noted_at"].as_str().unwrap().parse().unwrap(), zone(row));
    row.insert("noted_on".into(), noted_on.into());
}

fn meeting(row: &mut Map<String, Value>, _: BitemporalMoment) {
    let number: u32 = row["reference"].as_str().unwrap().split('_').nth(1).unwrap().parse().unwrap();
    row.insert("number".into(), number.into());
    let held_on: NaiveDate = row["held_on"].as_str().unwrap().parse().unwrap();
    for field in ["starts_at", "ends_at"] {
        let Some(time) = row[field].as_str() else { continue };
        let moment = held_on.and_time(time.parse::<NaiveTime>().unwrap()).and_local_timezone(zone(row)).unwrap();
        let shown = moment.to_utc().format("%Y-%m-%dT%H:%M:%S+00:00").to_string();
        row.insert(field.into(), shown.into());
    }
    for item in row["items"].as_array_mut().unwrap() {
        flatten(item.as_object_mut().unwrap(), "title", "title_classification");
    }
}

fn minutes(row: &mut Map<String, Value>, _: BitemporalMoment) {
    for field in ["drafted_on", "document", "minutes_of", "outcome", "comments_received"] {
        row.entry(field).or_insert(Value::Null);
    }
    let amendments = row.remove("amendments").unwrap_or_else(|| json!([]));
    let texts: Vec<Value> = amendments.as_array().unwrap().iter().map(|text| text["text"].clone()).collect();
    row.insert("amendments".into(), texts.into());
}

fn status(row: &mut Map<String, Value>, _: BitemporalMoment) {
    flatten(row, "value", "classification");
}

async fn outstanding_actions_are_those_of_the_actions(pool: &PgPool, at: BitemporalMoment) {
    let all = query(pool, "SELECT to_jsonb(v)::text FROM actions_at($1::text::timestamptz, $2) AS v", Some(at)).await;
    let outstanding =
        query(pool, "SELECT to_jsonb(v)::text FROM outstanding_actions_at($1::text::timestamptz, $2) AS v", Some(at))
            .await;
    let expected = all.into_iter().filter(|row| row["status"] == "outstanding").collect();
    assert_eq!(sorted(outstanding), sorted(expected), "{at:?}");
}

async fn agenda_items_are_those_of_the_meetings(pool: &PgPool, at: BitemporalMoment) {
    let meetings =
        query(pool, "SELECT to_jsonb(v)::text FROM meetings_at($1::text::timestamptz, $2) AS v", Some(at)).await;
    let items =
        query(pool, "SELECT to_jsonb(v)::text FROM agenda_items_at($1::text::timestamptz, $2) AS v", Some(at)).await;
    let mut expected = Vec::new();
    for meeting in meetings {
        for item in meeting["items"].as_array().unwrap() {
            let mut item = item.clone();
            item["number"] = item["number"].to_string().into();
            item["meeting"] = meeting["reference"].clone();
            item["committee"] = meeting["committee"].clone();
            item["held_on"] = meeting["held_on"].clone();
            expected.push(item);
        }
    }
    assert_eq!(sorted(items), sorted(expected), "{at:?}");
}

async fn current_statuses_are_the_latest_of_the_history(pool: &PgPool, at: BitemporalMoment) {
    let history =
        query(pool, "SELECT to_jsonb(v)::text FROM party_status_history_at($1::text::timestamptz, $2) AS v", Some(at))
            .await;
    let current = query(
        pool,
        "SELECT to_jsonb(v)::text FROM party_statuses_current_at($1::text::timestamptz, $2) AS v",
        Some(at),
    )
    .await;
    let mut latest: BTreeMap<String, Value> = BTreeMap::new();
    for row in history {
        let place = format!("{} {} {}", row["committee"], row["party"], row["kind"]);
        let order = |row: &Value| (row["agreed_on"].to_string(), row["meeting"].to_string());
        if latest.get(&place).is_none_or(|other| order(other) < order(&row)) {
            latest.insert(place, row);
        }
    }
    assert_eq!(sorted(current), sorted(latest.into_values().collect()), "{at:?}");
}

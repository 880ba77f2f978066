//! Every query of the Grafana dashboard in docs/grafana returns rows, with the role of docs/sql.md.

use crate::fixtures::ledgers::template;
use crate::fixtures::postgres::cluster;
use crate::fixtures::record_lines::minutebook;
use minutebook_domain::classification::Clearance;
use minutebook_ledger::testing::sqlx;
use minutebook_ledger::testing::sqlx::{AssertSqlSafe, Column, PgPool, Row};
use minutebook_ledger::{LedgerUrl, Log};
use serde_json::Value;

const DASHBOARD: &str = include_str!("../../../docs/grafana/minutebook.json");

/// Every query of a dashboard, with the title of its panel or the name of its variable.
fn queries(dashboard: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let panels = dashboard["panels"].as_array().unwrap();
    let of_panel = |panel: &Value| {
        let targets = panel["targets"].as_array().unwrap();
        targets.iter().map(|target| (text(&panel["title"]), text(&target["rawSql"]))).collect::<Vec<_>>()
    };
    let mut queries: Vec<_> = panels.iter().flat_map(of_panel).collect();
    for variable in dashboard["templating"]["list"].as_array().unwrap().iter().filter(|v| v["type"] == "query") {
        queries.push((text(&variable["name"]), text(&variable["query"])));
    }
    for annotation in dashboard["annotations"]["list"].as_array().unwrap() {
        queries.push((text(&annotation["name"]), text(&annotation["target"]["rawSql"])));
    }
    queries
}

/// The query for this committee and period, with Grafana's macros expanded.
fn expanded(query: &str, committee: &str, from: &str, to: &str) -> String {
    let mut sql = query.replace("${committee:sqlstring}", &format!("'{committee}'"));
    while let Some((before, rest)) = sql.split_once("$__timeFilter(") {
        let (column, after) = rest.split_once(')').unwrap();
        sql = format!("{before}{column} BETWEEN '{from}' AND '{to}'{after}");
    }
    sql = sql.replace("$__timeFrom()", &format!("'{from}'")).replace("$__timeTo()", &format!("'{to}'"));
    assert!(!sql.contains('$'), "a macro or variable that this test does not know: {sql}");
    sql
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_query_of_the_dashboard_returns_rows_of_the_sample_committee() {
    let database = cluster().create_database_from(template());
    let url_text = cluster().url(&database);
    let import = minutebook(&url_text).current_dir(env!("CARGO_MANIFEST_DIR")).args(["import", "sample"]).output();
    let import = import.unwrap();
    assert!(import.status.success(), "{}", String::from_utf8_lossy(&import.stderr));
    let url: LedgerUrl = url_text.parse().unwrap();
    let role = format!("grafana_of_{database}");
    cluster().execute(&database, &format!("CREATE ROLE {role} LOGIN"));
    Log::grant_read(&url, &role, Clearance::up_to("WHITE".parse().unwrap())).await.unwrap();
    let pool = PgPool::connect(&cluster().url_as(&database, &role)).await.unwrap();

    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let queries = queries(&dashboard);
    assert!(queries.len() >= 12, "{queries:?}");
    for (what, query) in &queries {
        let sql = expanded(query, "TSC", "2024-01-01T00:00:00Z", "2024-06-15T00:00:00Z");
        let rows = sqlx::query(AssertSqlSafe(sql.clone())).fetch_all(&pool).await;
        let rows = rows.unwrap_or_else(|error| panic!("{what}: {error}\n{sql}"));
        assert!(!rows.is_empty(), "{what} returns no row:\n{sql}");
        // A time series needs a column `time`.
        let is_series = dashboard["panels"]
            .as_array()
            .unwrap()
            .iter()
            .any(|panel| panel["title"] == what.as_str() && panel["targets"][0]["format"] == "time_series");
        assert!(!is_series || rows[0].column(0).name() == "time", "{what}: {sql}");
        if let Ok(number) = rows[0].try_get::<i64, _>(0) {
            assert!(number > 0, "{what} counts nothing:\n{sql}");
        }
    }
    // An earlier day and another committee have fewer outstanding actions.
    let (_, outstanding) = &queries[0];
    let count = async |committee: &str, to: &str| -> i64 {
        let sql = expanded(outstanding, committee, "2024-01-01T00:00:00Z", to);
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&pool).await.unwrap()
    };
    let now = count("TSC", "2024-06-15T00:00:00Z").await;
    assert!(count("TSC", "2023-12-31T00:00:00Z").await < now && now > 0);
    assert_eq!(count("XYZ", "2024-06-15T00:00:00Z").await, 0);
}

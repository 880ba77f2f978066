//! The documentation of the SQL views agrees with the database.

use super::rows::VIEWS;
use crate::fixtures::ledgers::template;
use crate::fixtures::postgres::cluster;

const COLUMNS: &str = "\
    SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) \
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 \
    WHERE c.relname = ANY (string_to_array('{views}', ',')) ORDER BY c.relname, a.attnum";

#[test]
fn the_columns_have_the_accepted_types() {
    let columns = cluster().execute(&copy(), &COLUMNS.replace("{views}", &VIEWS.join(",")));
    insta::assert_snapshot!("columns", columns);
}

#[test]
fn every_view_and_column_is_described_in_the_database_and_in_the_documentation() {
    let database = copy();
    let documentation = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sql.md")).unwrap();
    for view in VIEWS {
        let described = cluster().execute(&database, &format!("SELECT obj_description('{view}'::regclass)"));
        assert!(!described.is_empty(), "{view} has no comment");
        // Two views have the columns of another view and share its section.
        let section = match view {
            "outstanding_actions" => "actions",
            "party_statuses_current" => "party_status_history",
            view => view,
        };
        assert!(documentation.contains(&format!("`{view}`")), "docs/sql.md does not name {view}");
        let section = documentation.split(&format!("### `{section}`")).nth(1).unwrap().split("\n### ").next().unwrap();
        let columns = format!(
            "SELECT attname || ' ' || COALESCE(col_description(attrelid, attnum), '') FROM pg_attribute \
             WHERE attrelid = '{view}'::regclass AND attnum > 0"
        );
        for line in cluster().execute(&database, &columns).lines() {
            let (column, comment) = line.split_once(' ').unwrap();
            assert!(!comment.is_empty(), "{view}.{column} has no comment");
            assert!(section.contains(&format!("| `{column}` |")), "docs/sql.md does not describe {view}.{column}");
        }
    }
}

fn copy() -> String {
    cluster().create_database_from(template())
}

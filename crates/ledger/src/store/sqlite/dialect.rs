//! SQL as SQLite has it. The rows of a generation have tables of their own, whose names hold its number.

use crate::store::dialect::{Dialect, Index};
use crate::store::interval_tree::FOREVER;
use crate::store::statement::Statement;
use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;

/// Without statistics SQLite would read a list by the key of its rows, and so all rows of the read model: the index is
/// forced. The largest number stands in the text: as a parameter it would have SQLite prepare the statement anew for
/// each value, because an index applies to one value only.
pub(super) const DIALECT: Dialect = Dialect {
    join_events: |page| format!("SELECT CAST(group_concat(CAST(event_bytes AS TEXT), char(10)) AS BLOB) FROM ({page})"),
    event_id: str::to_owned,
    in_list: |column, parameter| format!("{column} IN (SELECT value FROM json_each({parameter}))"),
    list: |parameter| format!("json_each({parameter}) AS q"),
    head_written_by: "NULL",
    versions: |generation| format!("row_versions_{generation}"),
    by_index: |generation, index| match index {
        Index::ByValidTime => format!(" INDEXED BY row_versions_{generation}_by_valid_time"),
        Index::ByKnownTime => format!(" INDEXED BY row_versions_{generation}_by_known_time"),
    },
    newest_versions: |parameters, generation, keys| {
        let keys = parameters.text(serde_json::json!(keys).to_string());
        format!(
            "json_each({keys}) AS q CROSS JOIN row_versions_{generation} AS v ON v.stream = q.value ->> 0 \
             AND v.key = q.value ->> 1 AND v.valid_to = {FOREVER} AND v.known_to = {FOREVER}"
        )
    },
    versions_of_streams: |parameters, generation, streams| {
        let streams = parameters.texts(streams.to_vec());
        format!(
            "json_each({streams}) AS q CROSS JOIN row_versions_{generation} AS v ON v.stream = q.value \
             AND v.known_to = {FOREVER}"
        )
    },
    searched: |generation| format!("searched_{generation}"),
    words: "words",
    holds: |generation, scope, word| {
        let words = format!("searched_words_{generation}");
        let place = scope.map(|scope| format!("'\"§' || {scope} || '\" AND ' || ")).unwrap_or_default();
        format!("s.id IN (SELECT rowid FROM {words} WHERE {words} MATCH {place}{word})")
    },
    whole: |word| format!("\"{word}\""),
    beginning: |word| format!("\"{word}\" *"),
};

pub(super) fn query(statement: Statement) -> sqlx::Result<Query<'static, Sqlite, SqliteArguments>> {
    statement.for_sqlite()
}

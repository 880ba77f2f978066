//! Rows of read models as PostgreSQL takes them in statements.

use super::array_table::{ArrayTable, Binder};
use crate::store::error::StoreError;
use crate::store::row_version::{NewRows, RowVersion, SearchEntry};
use crate::store::timed::TimedConnection;
use sqlx::{AssertSqlSafe, Postgres};

/// Rows that go to the server in one statement.
const ROWS_AT_ONCE: usize = 2048;

/// Inserts rows into the tables in use. PostgreSQL refuses COPY there because of their row-level security.
pub(super) async fn insert_rows(connection: &mut TimedConnection<Postgres>, rows: &NewRows) -> Result<(), StoreError> {
    for chunk in rows.versions.chunks(ROWS_AT_ONCE) {
        let mut binder = Binder::default();
        let sql = versions(&mut binder, chunk).insert_into("row_versions", "");
        sqlx::query_with(AssertSqlSafe(sql), binder.into_arguments()?).execute(&mut *connection).await?;
    }
    for chunk in rows.searched.chunks(ROWS_AT_ONCE) {
        let mut binder = Binder::default();
        let sql = search_entries(&mut binder, chunk).insert_into("searched", "");
        sqlx::query_with(AssertSqlSafe(sql), binder.into_arguments()?).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Returns versions of rows with every column of `row_versions`.
pub(super) fn versions<'b>(binder: &'b mut Binder, rows: &[(i64, RowVersion)]) -> ArrayTable<'b> {
    version_times(binder, rows)
        .texts("scope", column(rows, |(_, version)| version.content.scope.as_str()))
        .texts("facet", column(rows, |(_, version)| version.content.facet.as_str()))
        .optional_texts("content", column(rows, |(_, version)| version.content.row.as_deref()))
}

/// Returns versions of rows with their keys and times alone.
pub(super) fn version_times<'b>(binder: &'b mut Binder, rows: &[(i64, RowVersion)]) -> ArrayTable<'b> {
    ArrayTable::new(binder)
        .numbers("generation", column(rows, |(generation, _)| *generation))
        .texts("stream", column(rows, |(_, version)| version.stream.as_str()))
        .texts("key", column(rows, |(_, version)| version.key.as_str()))
        .numbers("valid_from", column(rows, |(_, version)| version.valid_from))
        .numbers("valid_to", column(rows, |(_, version)| version.valid_to))
        .numbers("known_from", column(rows, |(_, version)| version.known_from))
        .numbers("ended_known", column(rows, |(_, version)| version.ended_known))
        .numbers("known_to", column(rows, |(_, version)| version.known_to))
        .numbers("known_end", column(rows, |(_, version)| version.known_end()))
        .numbers("valid_node", column(rows, |(_, version)| version.valid_node()))
        .numbers("known_node", column(rows, |(_, version)| version.known_node()))
        .numbers("rank_from", column(rows, |(_, version)| i64::from(version.ranks.from)))
        .numbers("rank_to", column(rows, |(_, version)| i64::from(version.ranks.to)))
}

/// Returns search entries with every column of `searched` but the id.
pub(super) fn search_entries<'b>(binder: &'b mut Binder, rows: &[(i64, SearchEntry)]) -> ArrayTable<'b> {
    let words: Vec<String> = column(rows, |(_, entry)| entry.indexed_words());
    ArrayTable::new(binder)
        .numbers("generation", column(rows, |(generation, _)| *generation))
        .texts("stream", column(rows, |(_, entry)| entry.stream.as_str()))
        .texts("key", column(rows, |(_, entry)| entry.key.as_str()))
        .numbers("known_from", column(rows, |(_, entry)| entry.known_from))
        .numbers("rank", column(rows, |(_, entry)| i64::from(entry.passage.rank)))
        .texts("words", words.iter().map(String::as_str).collect())
        .converted("array_to_tsvector(string_to_array(r.words, ' '))")
}

/// Returns one column of some rows.
pub(super) fn column<'a, T, C>(rows: &'a [T], of: impl Fn(&'a T) -> C) -> Vec<C> {
    rows.iter().map(of).collect()
}

//! Rows of read models, written in bulk.

use super::{StoreError, place_word};
use crate::ledger::views::row::{NewRows, Searched};
use sqlx::PgConnection;

/// Versions of rows that go to the server in one statement.
const ROWS_AT_ONCE: usize = 2048;

/// The words of an entry of the index, with the one that says where its row is listed.
pub(super) fn indexed_words((generation, searched): &(i64, Searched)) -> String {
    format!("{} {}", place_word(*generation, &searched.scope), searched.passage.words)
}

/// Writes rows in bulk. COPY would, but for the row-level security of the table, which refuses COPY FROM.
pub(super) async fn insert_rows(connection: &mut PgConnection, rows: &NewRows) -> Result<(), StoreError> {
    let sql = "INSERT INTO row_versions (generation, stream, key, valid_from, valid_to, known_from, ended_known, \
               known_to, known_end, valid_node, known_node, scope, facet, rank, content) \
               SELECT * FROM UNNEST($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], \
               $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::text[], \
               $14::bigint[], $15::text[])";
    for chunk in rows.versions.chunks(ROWS_AT_ONCE) {
        sqlx::query(sql)
            .bind(column(chunk, |(generation, _)| *generation))
            .bind(column(chunk, |(_, version)| version.stream.as_str()))
            .bind(column(chunk, |(_, version)| version.key.as_str()))
            .bind(column(chunk, |(_, version)| version.valid_from))
            .bind(column(chunk, |(_, version)| version.valid_to))
            .bind(column(chunk, |(_, version)| version.known_from))
            .bind(column(chunk, |(_, version)| version.ended_known))
            .bind(column(chunk, |(_, version)| version.known_to))
            .bind(column(chunk, |(_, version)| version.known_end()))
            .bind(column(chunk, |(_, version)| version.valid_node()))
            .bind(column(chunk, |(_, version)| version.known_node()))
            .bind(column(chunk, |(_, version)| version.content.scope.as_str()))
            .bind(column(chunk, |(_, version)| version.content.facet.as_str()))
            .bind(column(chunk, |(_, version)| i64::from(version.content.rank)))
            .bind(column(chunk, |(_, version)| version.content.row.as_deref()))
            .execute(&mut *connection)
            .await?;
    }
    let sql = "INSERT INTO searched (generation, stream, key, known_from, rank, words) \
               SELECT s.generation, s.stream, s.key, s.known_from, s.rank, array_to_tsvector(string_to_array(s.words, ' ')) \
               FROM UNNEST($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[]) \
                    AS s (generation, stream, key, known_from, rank, words)";
    for chunk in rows.searched.chunks(ROWS_AT_ONCE) {
        sqlx::query(sql)
            .bind(column(chunk, |(generation, _)| *generation))
            .bind(column(chunk, |(_, searched)| searched.stream.as_str()))
            .bind(column(chunk, |(_, searched)| searched.key.as_str()))
            .bind(column(chunk, |(_, searched)| searched.known_from))
            .bind(column(chunk, |(_, searched)| i64::from(searched.passage.rank)))
            .bind(column(chunk, indexed_words))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// One column of some rows, as UNNEST takes it.
pub(super) fn column<'a, T, C>(rows: &'a [T], of: impl Fn(&'a T) -> C) -> Vec<C> {
    rows.iter().map(of).collect()
}

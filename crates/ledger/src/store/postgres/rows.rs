//! Rows of read models, written in bulk.

use super::{StoreError, place_word};
use crate::read_models::row::{NewRows, SearchEntry};
use sqlx::PgConnection;
use std::io::Write as _;

/// Versions of rows that go to the server in one statement.
const ROWS_AT_ONCE: usize = 2048;

/// The words of an entry of the index, with the one that says where its row is listed.
pub(super) fn indexed_words((_, searched): &(i64, SearchEntry)) -> String {
    format!("{} {}", place_word(&searched.scope), searched.passage.words)
}

/// Writes rows to the tables that are in use. COPY would not: their row-level security refuses COPY FROM.
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

/// Rows in the text format of COPY: a line for each, a tab between two columns.
#[derive(Default)]
pub(super) struct CopyRow(Vec<u8>);

impl CopyRow {
    pub(super) fn number(&mut self, number: i64) -> &mut Self {
        // Writing to a Vec does not fail.
        let _ = write!(self.0, "{number}\t");
        self
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for byte in text.bytes() {
            match byte {
                b'\\' => self.0.extend_from_slice(b"\\\\"),
                b'\t' => self.0.extend_from_slice(b"\\t"),
                b'\n' => self.0.extend_from_slice(b"\\n"),
                b'\r' => self.0.extend_from_slice(b"\\r"),
                byte => self.0.push(byte),
            }
        }
        self.0.push(b'\t');
        self
    }

    pub(super) fn optional(&mut self, text: Option<&str>) -> &mut Self {
        let Some(text) = text else {
            self.0.extend_from_slice(b"\\N\t");
            return self;
        };
        self.text(text)
    }

    /// Words with a space between each two, as a text search vector. They hold letters and digits, and one of them the sign
    /// of a paragraph, so that none needs more than the quotes.
    pub(super) fn words(&mut self, words: &str) -> &mut Self {
        let quoted = words.split(' ').flat_map(|word| ["'", word, "' "]).collect::<String>();
        self.text(quoted.trim_end())
    }

    /// Ends the line.
    pub(super) fn end(&mut self) {
        if let Some(last) = self.0.last_mut() {
            *last = b'\n';
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// One column of some rows, as UNNEST takes it.
pub(super) fn column<'a, T, C>(rows: &'a [T], of: impl Fn(&'a T) -> C) -> Vec<C> {
    rows.iter().map(of).collect()
}

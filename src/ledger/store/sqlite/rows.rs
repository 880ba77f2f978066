//! Rows of read models, written to the tables of their generations.

use super::StoreError;
use crate::ledger::store::Head;
use crate::ledger::store::row_query::place_word;
use crate::ledger::store::{HALT, MOVE_READ_MODELS, VERSION_COLUMNS, stored};
use crate::ledger::views::projector::RowChanges;
use crate::ledger::views::row::{NewRows, RowVersion};
use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection};

/// Rows per statement. Few distinct sizes, so that few statements are prepared, and each once.
const CHUNKS: [usize; 7] = [64, 32, 16, 8, 4, 2, 1];

pub(super) type Query<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

/// Runs `before`, then a list of so many values for each row, then `after`.
pub(super) async fn write<T>(
    connection: &mut SqliteConnection,
    rows: &[T],
    (before, columns, after): (&str, usize, &str),
    bind: impl for<'q> Fn(Query<'q>, &'q T) -> Query<'q>,
) -> Result<(), StoreError> {
    let values = format!("({})", vec!["?"; columns].join(", "));
    let mut rest = rows;
    while let Some(size) = CHUNKS.into_iter().find(|size| *size <= rest.len()) {
        let (chunk, others) = rest.split_at(size);
        rest = others;
        let sql = format!("{before} VALUES {}{after}", vec![values.as_str(); size].join(", "));
        let query = chunk.iter().fold(sqlx::query(AssertSqlSafe(sql)), &bind);
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Writes what an append changes in the read models.
pub(super) async fn write_rows(
    connection: &mut SqliteConnection,
    rows: &RowChanges,
    head: Head,
) -> Result<(), StoreError> {
    insert_rows(connection, &rows.added).await?;
    for (generation, ended) in by_generation(&rows.ended) {
        let before = format!(
            "UPDATE row_versions_{generation} SET valid_to = e.column5, ended_known = e.column6, known_to = e.column7, \
             known_end = e.column8, valid_node = e.column9, known_node = e.column10 FROM ("
        );
        let after =
            ") AS e WHERE stream = e.column1 AND key = e.column2 AND known_from = e.column3 AND valid_from = e.column4";
        write(connection, ended, (&before, 10, after), |query, (_, version)| {
            let RowVersion { stream, key, known_from, valid_from, valid_to, ended_known, known_to, .. } = version;
            let query = query.bind(stream).bind(key).bind(known_from).bind(valid_from).bind(valid_to).bind(ended_known);
            query.bind(known_to).bind(version.known_end()).bind(version.valid_node()).bind(version.known_node())
        })
        .await?;
    }
    for (name, position, why) in &rows.halted {
        sqlx::query(HALT).bind(name).bind(position).bind(why).execute(&mut *connection).await?;
    }
    if rows.current {
        sqlx::query(MOVE_READ_MODELS).bind(stored(head.position)).execute(connection).await?;
    }
    Ok(())
}

pub(super) async fn insert_rows(connection: &mut SqliteConnection, rows: &NewRows) -> Result<(), StoreError> {
    for (generation, searched) in by_generation(&rows.searched) {
        let before = format!("INSERT INTO searched_{generation} (stream, key, known_from, rank, words)");
        write(connection, searched, (&before, 5, ""), |query, (_, searched)| {
            let query = query.bind(&searched.stream).bind(&searched.key).bind(searched.known_from);
            let words = format!("{} {}", place_word(&searched.scope), searched.passage.words);
            query.bind(searched.passage.rank).bind(words)
        })
        .await?;
    }
    for (generation, versions) in by_generation(&rows.versions) {
        let before = format!("INSERT INTO row_versions_{generation} ({VERSION_COLUMNS})");
        write(connection, versions, (&before, 14, ""), |query, (_, version)| {
            let RowVersion { stream, key, valid_from, valid_to, known_from, ended_known, known_to, content } = version;
            let query = query.bind(stream).bind(key).bind(valid_from).bind(valid_to).bind(known_from).bind(ended_known);
            let query =
                query.bind(known_to).bind(version.known_end()).bind(version.valid_node()).bind(version.known_node());
            query.bind(&content.scope).bind(&content.facet).bind(content.rank).bind(&content.row)
        })
        .await?;
    }
    Ok(())
}

/// The rows of each generation, which stand together.
fn by_generation<T>(rows: &[(i64, T)]) -> impl Iterator<Item = (i64, &[(i64, T)])> {
    let of_one = rows.chunk_by(|(one, _), (next, _)| one == next);
    of_one.filter_map(|rows| Some((rows.first()?.0, rows)))
}

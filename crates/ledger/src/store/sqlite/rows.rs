//! Writes rows of read models to the tables of their generations.

use super::statements::Statements;
use crate::store::error::StoreError;
use crate::store::event_log::Head;
use crate::store::numbers::stored;
use crate::store::read_models::RowChanges;
use crate::store::row_version::{NewRows, RowVersion, VERSION_COLUMNS};

/// Writes what an append changes in the read models.
pub(super) async fn write_rows(
    statements: &mut Statements<'_>,
    rows: &RowChanges,
    head: Head,
) -> Result<(), StoreError> {
    insert_rows(statements, &rows.added).await?;
    for (generation, ended) in by_generation(&rows.ended) {
        let before = format!(
            "UPDATE row_versions_{generation} SET valid_to = e.column5, ended_known = e.column6, known_to = e.column7, \
             known_end = e.column8, valid_node = e.column9, known_node = e.column10, rank_to = e.column12 FROM ("
        );
        let after = ") AS e WHERE stream = e.column1 AND key = e.column2 AND known_from = e.column3 \
                     AND valid_from = e.column4 AND rank_from = e.column11";
        statements
            .write(ended, (&before, 12, after), |values, (_, version)| {
                let RowVersion { stream, key, known_from, valid_from, valid_to, ended_known, known_to, .. } = version;
                values
                    .add(stream)
                    .add(key)
                    .add(known_from)
                    .add(valid_from)
                    .add(valid_to)
                    .add(ended_known)
                    .add(known_to);
                values.add(version.known_end()).add(version.valid_node()).add(version.known_node());
                values.add(version.ranks.from).add(version.ranks.to);
            })
            .await?;
    }
    if rows.current {
        statements.run("UPDATE read_up_to SET position = ?", &[stored(head.position)]).await?;
    }
    Ok(())
}

/// Writes new rows and their search entries.
pub(super) async fn insert_rows(statements: &mut Statements<'_>, rows: &NewRows) -> Result<(), StoreError> {
    for (generation, searched) in by_generation(&rows.searched) {
        let before = format!("INSERT INTO searched_{generation} (stream, key, known_from, rank, words)");
        statements
            .write(searched, (&before, 5, ""), |values, (_, searched)| {
                values.add(&searched.stream).add(&searched.key).add(searched.known_from).add(searched.passage.rank);
                values.add(searched.indexed_words());
            })
            .await?;
    }
    for (generation, versions) in by_generation(&rows.versions) {
        let before = format!("INSERT INTO row_versions_{generation} ({VERSION_COLUMNS})");
        statements
            .write(versions, (&before, 15, ""), |values, (_, version)| {
                let RowVersion { stream, key, valid_from, valid_to, known_from, ended_known, known_to, ranks, content } =
                    version;
                values
                    .add(stream)
                    .add(key)
                    .add(valid_from)
                    .add(valid_to)
                    .add(known_from)
                    .add(ended_known)
                    .add(known_to);
                values.add(version.known_end()).add(version.valid_node()).add(version.known_node());
                values.add(ranks.from).add(ranks.to).add(&content.scope).add(&content.facet).add(&content.row);
            })
            .await?;
    }
    Ok(())
}

/// Returns the runs of rows of one generation, each with its number.
fn by_generation<T>(rows: &[(i64, T)]) -> impl Iterator<Item = (i64, &[(i64, T)])> {
    let runs = rows.chunk_by(|(one, _), (next, _)| one == next);
    runs.filter_map(|rows| Some((rows.first()?.0, rows)))
}

//! The table of each list for a terminal: its headings, its cells and its text when it is empty.

mod actions;
mod committees;
mod decisions;
mod deferrals;
mod lint;
mod matters;
mod meetings;
mod minutes;
mod parties;
mod references;
mod search;

use super::table::{Column, TableCell, TableLayout, laid_out};
use crate::query::list::{ListField, ListItem};

/// A list item that is shown as a row of a table.
pub trait TableRow: ListItem {
    /// The columns.
    const COLUMNS: &'static [Column];
    /// The text shown instead of a table without rows.
    const EMPTY: &'static str;

    /// Returns one cell for each column.
    fn cells(&self) -> Vec<TableCell>;
}

/// Renders a list as a table.
pub fn list_table<V: TableRow>(rows: &[V], layout: TableLayout) -> String {
    laid_out(V::COLUMNS, rows.iter().map(TableRow::cells).collect(), V::EMPTY, layout)
}

/// What stands in a column that a user chose.
enum ChosenColumn<V: TableRow> {
    /// The cell of this column of the table.
    Cell(usize),
    /// This field of the list.
    Field(&'static ListField<V>),
}

/// A name that is neither a column of the table nor a field of the list.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no column `{given}`")]
pub struct UnknownColumn {
    given: String,
    /// The names that would be accepted.
    pub accepted: String,
}

/// Renders the named columns of a list as a table: columns of the table, such as `Due`, and fields of the list, such as
/// `due_on`. Upper and lower case are alike.
pub fn chosen_table<V: TableRow>(rows: &[V], names: &[String], layout: TableLayout) -> Result<String, UnknownColumn> {
    let chosen = names.iter().map(|name| chosen_column::<V>(name)).collect::<Result<Vec<_>, _>>()?;
    let columns = chosen.iter().filter_map(|choice| match choice {
        ChosenColumn::Cell(index) => V::COLUMNS.get(*index).copied(),
        ChosenColumn::Field(field) => Some(Column::text(field.name)),
    });
    let row = |view: &V| {
        let cells = view.cells();
        let cell = |choice: &ChosenColumn<V>| match choice {
            ChosenColumn::Cell(index) => cells.get(*index).cloned().unwrap_or_else(|| String::new().into()),
            ChosenColumn::Field(field) => (field.value)(view).into(),
        };
        chosen.iter().map(cell).collect()
    };
    let columns: Vec<Column> = columns.map(Column::always).collect();
    Ok(laid_out(&columns, rows.iter().map(row).collect(), V::EMPTY, layout))
}

/// The fields of a list by name, for CSV; all if none is named.
pub fn chosen_fields<V: TableRow>(names: &[String]) -> Result<Vec<&'static ListField<V>>, UnknownColumn> {
    if names.is_empty() {
        return Ok(V::FIELDS.iter().collect());
    }
    let field = |name: &String| {
        let unknown =
            || UnknownColumn { given: name.clone(), accepted: join(V::FIELDS.iter().map(|field| field.name)) };
        V::FIELDS.iter().find(|field| is_named(field.name, name)).ok_or_else(unknown)
    };
    names.iter().map(field).collect()
}

/// Whether a user may mean `heading` by `name`.
fn is_named(heading: &str, name: &str) -> bool {
    let plain = |name: &str| name.trim().to_lowercase().replace(['-', '_'], " ");
    plain(heading) == plain(name)
}

fn join(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn chosen_column<V: TableRow>(name: &str) -> Result<ChosenColumn<V>, UnknownColumn> {
    if let Some(index) = V::COLUMNS.iter().position(|column| is_named(column.heading(), name)) {
        return Ok(ChosenColumn::Cell(index));
    }
    if let Some(field) = V::FIELDS.iter().find(|field| is_named(field.name, name)) {
        return Ok(ChosenColumn::Field(field));
    }
    let headings = V::COLUMNS.iter().map(Column::heading);
    let accepted = join(headings.chain(V::FIELDS.iter().map(|field| field.name)));
    Err(UnknownColumn { given: name.to_owned(), accepted })
}

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

use super::table::{TableCell, toned_table};
use crate::query::list::ListItem;

/// A list item that is shown as a row of a table.
pub trait TableRow: ListItem {
    /// The column headings.
    const HEADINGS: &'static [&'static str];
    /// The text shown instead of a table without rows.
    const EMPTY: &'static str;

    /// Returns one cell for each heading.
    fn cells(&self) -> Vec<TableCell>;
}

/// Renders a list as a table, with its tones as colours if `colour` is set.
pub fn list_table<V: TableRow>(rows: &[V], colour: bool) -> String {
    toned_table(V::HEADINGS, rows.iter().map(TableRow::cells).collect(), V::EMPTY, colour)
}

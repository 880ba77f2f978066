//! Tables for people, as wide as the terminal.

use super::visible::visible;
use comfy_table::{Attribute, Color, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use std::sync::OnceLock;

/// The largest width of the tables of this process, if limited.
static MAX_WIDTH: OnceLock<u16> = OnceLock::new();

/// Limits the width of every table of this process, in a terminal and in a file. The first call wins.
pub fn within(columns: u16) {
    let _ = MAX_WIDTH.set(columns);
}

/// A single line, under the header: long lists are read down their columns.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// The width of a decision's id or a party's name, which the first column holds.
const NAME_WIDTH: usize = 20;
/// The width of a day or of a meeting's reference.
const DAY_WIDTH: usize = 11;

/// The emphasis of a cell, shown as a colour. The text carries the same meaning without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// No emphasis.
    Plain,
    /// Late or rejected.
    Alert,
    /// Done.
    Settled,
    /// Of minor importance.
    Faint,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableCell {
    text: String,
    tone: Tone,
}

impl TableCell {
    /// Creates a cell with a tone.
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }
}

impl<T: Into<String>> From<T> for TableCell {
    fn from(text: T) -> Self {
        Self::toned(text, Tone::Plain)
    }
}

/// Renders a table without tones, or returns `empty` if there are no rows.
pub fn table(header: &[&str], rows: Vec<Vec<String>>, empty: &str) -> String {
    let cells = |row: Vec<String>| row.into_iter().map(TableCell::from).collect();
    toned_table(header, rows.into_iter().map(cells).collect(), empty, false)
}

/// Renders a table with its tones as colours if `colour` is set and the output is a terminal.
pub fn toned_table(header: &[&str], rows: Vec<Vec<TableCell>>, empty: &str, colour: bool) -> String {
    if rows.is_empty() {
        return empty.to_owned();
    }
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.iter().map(|title| (*title).to_owned()));
    for row in rows {
        table.add_row(row.into_iter().map(|cell| drawn(cell, colour)));
    }
    keep_whole(&mut table);
    if let Some(widest) = MAX_WIDTH.get() {
        table.set_width(table.width().map_or(*widest, |width| width.min(*widest)));
    }
    table.to_string()
}

/// Keeps narrow columns from wrapping, so that references and days stay on one line.
fn keep_whole(table: &mut Table) {
    let widths = table.column_max_content_widths();
    for (index, column) in table.column_iter_mut().enumerate() {
        let narrow = if index == 0 { NAME_WIDTH } else { DAY_WIDTH };
        if widths.get(index).is_some_and(|width| usize::from(*width) <= narrow) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

fn drawn(cell: TableCell, colour: bool) -> comfy_table::Cell {
    let text = cell.text.replace("\r\n", "\n").replace('\t', " ");
    let drawn = comfy_table::Cell::new(visible(&text));
    match cell.tone {
        Tone::Alert if colour => drawn.fg(Color::Red).add_attribute(Attribute::Bold),
        Tone::Settled if colour => drawn.fg(Color::Green),
        Tone::Faint if colour => drawn.add_attribute(Attribute::Dim),
        _ => drawn,
    }
}

//! Tables for people, as wide as the terminal.

use comfy_table::{Attribute, Color, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use std::sync::OnceLock;

/// The columns that no table of this process is wider than, where that was said.
static WIDEST: OnceLock<u16> = OnceLock::new();

/// Has every table from now on be no wider than so many columns, also where it goes into a file: for text that is read
/// from its beginning to its end. What was said first holds.
pub fn within(columns: u16) {
    let _ = WIDEST.set(columns);
}

/// One line under the header, and nothing else: a list of many rows is read down its columns.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Characters of a decision's id or a party's name, which are what the first column holds.
const WIDEST_NAME: usize = 20;
/// Characters of a day, or of a meeting's reference.
const WIDEST_DAY: usize = 11;

/// How much a cell asks to be looked at. Nothing is said by it alone: the words say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As any other.
    Plain,
    /// Something is late, or was turned down.
    Alert,
    /// Something is done.
    Settled,
    /// What is known already, or of no account.
    Faint,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// A cell in a tone.
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::toned(text, Tone::Plain)
    }
}

/// A table with a line under its header, or `nothing` where there are no rows.
pub fn table(header: &[&str], rows: Vec<Vec<String>>, nothing: &str) -> String {
    let cells = |row: Vec<String>| row.into_iter().map(Cell::from).collect();
    toned_table(header, rows.into_iter().map(cells).collect(), nothing, false)
}

/// The same, with its tones as colours if `colour` and if it goes to a terminal.
pub fn toned_table(header: &[&str], rows: Vec<Vec<Cell>>, nothing: &str, colour: bool) -> String {
    if rows.is_empty() {
        return nothing.to_owned();
    }
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.iter().map(|title| (*title).to_owned()));
    for row in rows {
        table.add_row(row.into_iter().map(|cell| drawn(cell, colour)));
    }
    keep_whole(&mut table);
    if let Some(widest) = WIDEST.get() {
        table.set_width(table.width().map_or(*widest, |width| width.min(*widest)));
    }
    table.to_string()
}

/// References and days are not broken over two lines: columns that are as narrow as those stay as they are.
fn keep_whole(table: &mut Table) {
    let widths = table.column_max_content_widths();
    for (index, column) in table.column_iter_mut().enumerate() {
        let narrow = if index == 0 { WIDEST_NAME } else { WIDEST_DAY };
        if widths.get(index).is_some_and(|width| usize::from(*width) <= narrow) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

fn drawn(cell: Cell, colour: bool) -> comfy_table::Cell {
    // A control character could move the cursor or colour the terminal.
    let printable = cell.text.replace(|c: char| c.is_control() && c != '\n', "\u{fffd}");
    let drawn = comfy_table::Cell::new(printable);
    match cell.tone {
        Tone::Alert if colour => drawn.fg(Color::Red).add_attribute(Attribute::Bold),
        Tone::Settled if colour => drawn.fg(Color::Green),
        Tone::Faint if colour => drawn.add_attribute(Attribute::Dim),
        _ => drawn,
    }
}

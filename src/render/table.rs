//! Tables for people, as wide as the terminal.

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};

/// One line under the header, and nothing else: a list of many rows is read down its columns.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table with a line under its header, or `nothing` where there are no rows.
pub fn table(header: &[&str], rows: Vec<Vec<String>>, nothing: &str) -> String {
    if rows.is_empty() {
        return nothing.to_owned();
    }
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.iter().map(|title| (*title).to_owned()));
    // A control character could move the cursor or colour the terminal.
    let printable = |cell: String| cell.replace(|c: char| c.is_control() && c != '\n', "\u{fffd}");
    for row in rows {
        table.add_row(row.into_iter().map(printable));
    }
    table.to_string()
}

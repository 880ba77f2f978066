//! A spreadsheet as rows of cells, whether it comes from CSV or XLSX, and the limits of its size.

use chrono::NaiveDate;
use std::borrow::Cow;

/// The most rows of a file, all sheets together. A committee raises some hundred actions a year.
pub const MAX_ROWS: usize = 100_000;

/// The most cells of a file that hold something, all sheets together.
pub const MAX_CELLS: usize = 1_000_000;

/// The most bytes of text in a file's cells. A string that several cells share counts for each.
pub const MAX_CELL_BYTES: usize = 32 * 1024 * 1024;

/// The file exceeds [`MAX_ROWS`], [`MAX_CELLS`] or [`MAX_CELL_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the file is too large: expected at most {MAX_ROWS} rows, {MAX_CELLS} cells and {MAX_CELL_BYTES} bytes of text"
)]
pub struct LogTooLarge;

/// A sheet of a workbook, or a whole CSV file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sheet {
    /// The sheet's name; `None` for a CSV file.
    pub(crate) name: Option<String>,
    /// The rows that hold something, in order.
    pub(crate) rows: Vec<SheetRow>,
}

/// A row, with the number that a spreadsheet program shows beside it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SheetRow {
    pub(crate) number: u32,
    /// The cells that hold something, each with its column from 0.
    pub(crate) cells: Vec<(u32, SheetCell)>,
}

/// The content of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SheetCell {
    Text(String),
    Number(f64),
    Date(NaiveDate),
    /// The error of a formula: `#REF!`.
    Error(String),
}

impl SheetCell {
    /// Returns the content as a person reads it.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) | Self::Error(text) => Cow::Borrowed(text.trim()),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Date(date) => Cow::Owned(date.to_string()),
        }
    }
}

impl SheetRow {
    /// Returns the cell in a column; `None` if it is empty.
    pub(crate) fn cell(&self, column: u32) -> Option<&SheetCell> {
        self.cells.iter().find(|(at, _)| *at == column).map(|(_, cell)| cell)
    }

    /// Returns the row as one line.
    pub(crate) fn text(&self) -> String {
        let cells: Vec<String> =
            self.cells.iter().map(|(_, cell)| cell.text().split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        cells.join(" | ")
    }
}

/// Returns a column's letters: 0 is `A`, 27 is `AB`.
pub(crate) fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        // The remainder is below 26, so it is a letter.
        letters.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or(0)));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// The part of the limits that is left while a file is read.
#[derive(Debug)]
pub(crate) struct SizeBudget {
    cells: usize,
    bytes: usize,
}

impl Default for SizeBudget {
    fn default() -> Self {
        Self { cells: MAX_CELLS, bytes: MAX_CELL_BYTES }
    }
}

impl SizeBudget {
    /// Counts a cell with this much text; `None` once a limit is passed.
    pub(crate) fn take(&mut self, bytes: usize) -> Option<()> {
        self.cells = self.cells.checked_sub(1)?;
        self.bytes = self.bytes.checked_sub(bytes)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        let known = [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")];
        for (column, expected) in known {
            assert_eq!(letters(column), expected);
        }
    }
}

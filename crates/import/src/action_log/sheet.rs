//! A spreadsheet as its cells, whatever kind of file it was in; and the limits of what is read.

use chrono::NaiveDate;
use std::borrow::Cow;

/// The most rows that are read of a file, all sheets together. A committee raises some hundred actions a year.
pub const MAX_ROWS: usize = 100_000;

/// The most cells with something in them that are read of a file, all sheets together.
pub const MAX_CELLS: usize = 1_000_000;

/// The most bytes of text that are read of a file's cells. One text that many cells share counts for each.
pub const MAX_CELL_BYTES: usize = 32 * 1024 * 1024;

/// One sheet of a workbook, or the whole of a CSV file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sheet {
    /// Its name; a CSV file has none.
    pub(crate) name: Option<String>,
    /// The rows that hold something, in order.
    pub(crate) rows: Vec<SheetRow>,
}

/// A row, with the number that a spreadsheet program shows beside it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SheetRow {
    pub(crate) number: u32,
    /// The cells that hold something: the column, from 0, and what is in it.
    pub(crate) cells: Vec<(u32, SheetCell)>,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SheetCell {
    Text(String),
    Number(f64),
    Date(NaiveDate),
    /// A formula's failure, `#REF!`.
    Error(String),
}

impl SheetCell {
    /// The cell as a person reads it.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) | Self::Error(text) => Cow::Borrowed(text.trim()),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Date(date) => Cow::Owned(date.to_string()),
        }
    }
}

impl SheetRow {
    /// What is in the column; `None` for an empty cell.
    pub(crate) fn cell(&self, column: u32) -> Option<&SheetCell> {
        self.cells.iter().find(|(at, _)| *at == column).map(|(_, cell)| cell)
    }

    /// The whole row in one line.
    pub(crate) fn text(&self) -> String {
        let cells: Vec<String> =
            self.cells.iter().map(|(_, cell)| cell.text().split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        cells.join(" | ")
    }
}

/// A column's letters: 0 is `A`, 27 is `AB`.
pub(crate) fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        // Below 26, so that it is a letter.
        letters.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or(0)));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// What is left of the limits while a file is read.
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
    /// Takes a cell with this much text; `None` if the file holds more than is read.
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

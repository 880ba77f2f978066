//! Findings about an action log, by sheet, row and column.

use super::sheet::letters;
use crate::findings::ImportFindingKind;
use serde::Serialize;

/// A place in the action log that needs a secretary's attention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellFinding {
    /// The sheet's name, in a workbook with several.
    pub sheet: Option<String>,
    /// The row, as the spreadsheet program numbers it.
    pub row: u32,
    /// The column's letters; null for a finding about the whole row.
    pub column: Option<String>,
    /// The kind of finding; its kebab-case name is part of the JSON contract.
    pub kind: ImportFindingKind,
    /// An excerpt of the row, or what was expected there.
    pub text: String,
}

/// A cell or row that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnrecognisedCell {
    /// The sheet's name, in a workbook with several.
    pub sheet: Option<String>,
    /// The row, as the spreadsheet program numbers it.
    pub row: u32,
    /// The column's letters; null for a whole row.
    pub column: Option<String>,
    /// The whole text.
    pub text: String,
}

impl CellFinding {
    /// Returns the place as a spreadsheet program writes it: `'Open actions'!D14`.
    pub fn place(&self) -> String {
        let cell = match &self.column {
            Some(column) => format!("{column}{}", self.row),
            None => format!("row {}", self.row),
        };
        match &self.sheet {
            Some(sheet) => format!("'{sheet}'!{cell}"),
            None => cell,
        }
    }
}

/// Returns a column's letters.
pub(super) fn lettered(column: Option<u32>) -> Option<String> {
    column.map(letters)
}

//! What an import has to say about an action log, by sheet, row and column.

use super::sheet::letters;
use crate::findings::ImportFindingKind;
use serde::Serialize;

/// Something in the log that calls for a secretary's attention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellFinding {
    /// The sheet, where the file has several.
    pub sheet: Option<String>,
    /// The row.
    pub row: u32,
    /// The column's letters; null for what is about the whole row.
    pub column: Option<String>,
    /// What it is, in a short stable name.
    pub kind: ImportFindingKind,
    /// An excerpt, or what was expected.
    pub text: String,
}

/// What was not understood: a cell, or a whole row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnrecognisedCell {
    /// The sheet, where the file has several.
    pub sheet: Option<String>,
    /// The row.
    pub row: u32,
    /// The column's letters; null for a whole row.
    pub column: Option<String>,
    /// What stands there.
    pub text: String,
}

impl CellFinding {
    /// Where it is, as a spreadsheet program writes it: `'Open actions'!D14`.
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

/// The column of a finding.
pub(super) fn lettered(column: Option<u32>) -> Option<String> {
    column.map(letters)
}

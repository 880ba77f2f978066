//! Action logs: the spreadsheets in which committees keep their actions, as CSV or XLSX.
//!
//! [`read`] turns a file's bytes into an [`ActionLog`] with an entry for each action. [`log_events`] compares it with the
//! ledger and gives the events that the ledger lacks. Both are pure: the caller passes what the ledger holds as a
//! [`KnownCommittee`].

mod cell_date;
mod cell_reference;
mod columns;
mod csv;
mod entries;
mod error;
mod events;
mod findings;
mod known_committee;
pub mod report;
mod sheet;
mod status_cell;
mod xlsx;

pub use columns::ACCEPTED_HEADINGS;
pub use entries::{ActionLog, ActionLogEntry};
pub use error::ActionLogError;
pub use events::{LogEvents, log_establishment, log_events};
pub use findings::{CellFinding, UnrecognisedCell};
pub use known_committee::{KnownAction, KnownCommittee};
pub use sheet::{LogTooLarge, MAX_CELL_BYTES, MAX_CELLS, MAX_ROWS};

use crate::context::ImportContext;
use crate::findings::ImportFinding;
use crate::source::MAX_DOCUMENT_BYTES;

/// The first bytes of every XLSX file.
const ZIP: &[u8] = b"PK";

/// Whether to read a file of this name and content as an action log.
pub fn is_action_log(file_name: &str, bytes: &[u8]) -> bool {
    let extension = file_name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let of_a_sheet = matches!(extension.as_deref(), Some("csv" | "tsv" | "xlsx" | "xlsm"));
    let workbook = b"xl/workbook.xml";
    of_a_sheet || bytes.starts_with(ZIP) && bytes.windows(workbook.len()).any(|window| window == workbook)
}

/// Returns each row as text, with its sheet's name and its number, to print beside a finding. Empty if the file cannot be
/// read.
pub fn source_rows(bytes: &[u8]) -> Vec<(Option<String>, u32, String)> {
    let sheets = sheets(bytes).unwrap_or_default();
    let rows =
        |sheet: sheet::Sheet| sheet.rows.into_iter().map(move |row| (sheet.name.clone(), row.number, row.text()));
    sheets.into_iter().flat_map(rows).collect()
}

/// Reads an action log; the content decides between CSV and XLSX. The context's file name supplies the committee and
/// the log's date where the content has neither.
pub fn read(bytes: &[u8], context: &ImportContext<'_>) -> Result<ActionLog, ActionLogError> {
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(ActionLogError::TooLarge { bytes: bytes.len() });
    }
    let mut sheets = sheets(bytes)?;
    let dropped = without_null(&mut sheets);
    let mut log = entries::read(&sheets, context)?;
    log.findings.splice(0..0, dropped);
    Ok(log)
}

/// Leaves U+0000, which no ledger can hold, out of every cell, and returns a finding for each cell that held it.
fn without_null(sheets: &mut [sheet::Sheet]) -> Vec<CellFinding> {
    let is_workbook = sheets.len() > 1;
    let mut findings = Vec::new();
    for sheet in sheets {
        let name = sheet.name.clone().filter(|_| is_workbook);
        for row in &mut sheet.rows {
            for (column, cell) in &mut row.cells {
                let sheet::SheetCell::Text(text) = cell else { continue };
                if text.contains('\0') {
                    *text = text.replace('\0', "");
                    let ImportFinding { kind, text, .. } = ImportFinding::null_dropped(row.number);
                    let column = Some(sheet::letters(*column));
                    findings.push(CellFinding { sheet: name.clone(), row: row.number, column, kind, text });
                }
            }
        }
    }
    findings
}

fn sheets(bytes: &[u8]) -> Result<Vec<sheet::Sheet>, ActionLogError> {
    // Office's format of before 2007 is not CSV either: opening the package gives the error that says what to do.
    let packed = bytes.starts_with(ZIP) || bytes.starts_with(b"\xD0\xCF\x11\xE0");
    if packed { xlsx::read(bytes) } else { csv::read(bytes) }
}

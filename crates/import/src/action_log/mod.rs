//! Action logs: the spreadsheet in which a committee keeps its actions, as CSV or XLSX.
//!
//! [`read`] takes a file's bytes and gives an [`ActionLog`], a row for each action; [`log_events`] says what of it the
//! book does not have yet. Both are pure: what the book has is handed in, as a [`KnownCommittee`].

mod book;
mod columns;
mod csv;
mod day;
mod events;
mod findings;
mod reference;
pub mod report;
mod rows;
mod sheet;
mod status;
mod xlsx;

pub use book::{KnownAction, KnownCommittee};
pub use columns::ACCEPTED_HEADINGS;
pub use events::{LogEvents, log_establishment, log_events};
pub use findings::{CellFinding, UnrecognisedCell};
pub use rows::{ActionLog, ActionLogEntry};
pub use sheet::{MAX_CELL_BYTES, MAX_CELLS, MAX_ROWS};

use crate::source::MAX_DOCUMENT_BYTES;
use crate::{ImportContext, package};

/// How the package of every XLSX file begins.
const ZIP: &[u8] = b"PK";

/// An action log that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionLogError {
    /// It is larger than any action log.
    #[error("the file has {bytes} bytes: at most {MAX_DOCUMENT_BYTES} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It holds more than is read.
    #[error(transparent)]
    TooMuch(#[from] LogTooLarge),
    /// Its package is refused.
    #[error(transparent)]
    Package(#[from] package::PackageError),
    /// Its package is no workbook.
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
    /// No row is the header of an action log.
    #[error("no header of an action log was found: expected {ACCEPTED_HEADINGS}")]
    NoHeader,
    /// No row has a committee's code, and nothing else tells which committee it is.
    #[error(
        "no committee was found: expected references such as `SSC72/01`, or the committee's code in the title or in the \
         file's name, such as `SSC action log.csv`"
    )]
    NoCommittee,
    /// The references are of several committees.
    #[error("the references are of several committees, {committees}: expected one committee's actions in one file")]
    SeveralCommittees {
        /// Their codes.
        committees: String,
    },
}

/// It holds more rows, cells or text than is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the file holds more than {MAX_ROWS} rows, {MAX_CELLS} cells or {MAX_CELL_BYTES} bytes of text: at most that many are read"
)]
pub struct LogTooLarge;

/// Whether a file of this name and content is to be read as an action log.
pub fn is_action_log(file_name: &str, bytes: &[u8]) -> bool {
    let extension = file_name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let of_a_sheet = matches!(extension.as_deref(), Some("csv" | "tsv" | "xlsx" | "xlsm"));
    let workbook = b"xl/workbook.xml";
    of_a_sheet || bytes.starts_with(ZIP) && bytes.windows(workbook.len()).any(|window| window == workbook)
}

/// The rows of a file as text, each with its sheet and its number: what a person is shown beside a finding. Empty for a
/// file that cannot be read.
pub fn source_rows(bytes: &[u8]) -> Vec<(Option<String>, u32, String)> {
    let sheets = sheets(bytes).unwrap_or_default();
    let rows =
        |sheet: sheet::Sheet| sheet.rows.into_iter().map(move |row| (sheet.name.clone(), row.number, row.text()));
    sheets.into_iter().flat_map(rows).collect()
}

/// Reads an action log. The format is told by the content. `Context::file_name` may give the committee and the day of
/// the log where nothing in it does.
pub fn read(bytes: &[u8], context: &ImportContext<'_>) -> Result<ActionLog, ActionLogError> {
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(ActionLogError::TooLarge { bytes: bytes.len() });
    }
    rows::read(&sheets(bytes)?, context)
}

fn sheets(bytes: &[u8]) -> Result<Vec<sheet::Sheet>, ActionLogError> {
    // What begins as Office's files before 2007 is no CSV either: the package says what to do.
    let packed = bytes.starts_with(ZIP) || bytes.starts_with(b"\xD0\xCF\x11\xE0");
    if packed { xlsx::read(bytes) } else { csv::read(bytes) }
}

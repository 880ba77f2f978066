//! Why an action log is refused.

use super::columns::ACCEPTED_HEADINGS;
use super::sheet::LogTooLarge;
use crate::package::PackageError;
use crate::source::MAX_DOCUMENT_BYTES;
use calamine::XlsxError;

/// Why a file cannot be read as an action log.
#[derive(Debug, thiserror::Error)]
pub enum ActionLogError {
    /// The file exceeds [`MAX_DOCUMENT_BYTES`].
    #[error("the file has {bytes} bytes: expected at most {MAX_DOCUMENT_BYTES}")]
    TooLarge {
        /// The file's size in bytes.
        bytes: usize,
    },
    /// The file holds too many rows, cells or bytes of text.
    #[error(transparent)]
    TooMuch(#[from] LogTooLarge),
    /// The workbook's ZIP package is refused.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The package holds no workbook that can be read.
    #[error("the workbook cannot be read: {0}")]
    Workbook(#[from] XlsxError),
    /// No sheet has the header row of an action log.
    #[error("no header row of an action log was found: expected {ACCEPTED_HEADINGS}")]
    NoHeader,
    /// No reference, title or file name gives the committee's code.
    #[error(
        "no committee was found: expected references such as `SSC72/01`, or the committee's code in the title or in the \
         file's name, such as `SSC action log.csv`"
    )]
    NoCommittee,
    /// The references name several committees, none of them in most rows.
    #[error("the references name several committees, {committees}: expected the actions of one committee in one file")]
    SeveralCommittees {
        /// Their codes, each in backticks.
        committees: String,
    },
}

//! What became of one file.

use crate::cli::failure::Failure;

/// What is printed of a file that was imported, in either format.
pub(super) struct FileOutput {
    pub(super) json: serde_json::Value,
    pub(super) text: String,
}

/// Why a file was not imported.
pub(super) enum NotImported {
    /// It is a document, and was refused or cannot be read.
    Refused(Failure),
    /// It is not a document. That is an error only for a file that was named, not for one found in a folder.
    Skipped(String),
}

impl NotImported {
    pub(super) fn into_failure(self) -> Failure {
        match self {
            Self::Refused(failure) => failure,
            Self::Skipped(why) => Failure::new(why),
        }
    }
}

impl From<Failure> for NotImported {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

//! A file, read into headlines or an action log without looking at the ledger.

use super::error::ImportError;
use chrono::NaiveDate;
use minutebook_import::action_log::{self, ActionLog, MAX_ROWS, source_rows};
use minutebook_import::{ImportContext, ParsedHeadlines, SourceLines, read};
use minutebook_ledger::merkle;
use std::path::{Path, PathBuf};

/// A file that was read, before it is compared with the ledger.
pub struct SourceDocument {
    /// The path as it was given, for the report.
    pub(super) path: PathBuf,
    /// The file's name without its folder, for the source of its events.
    pub(super) name: String,
    pub(super) sha256: String,
    pub(super) content: DocumentContent,
}

/// What was read from a file, by the kind of document.
pub(super) enum DocumentContent {
    Headlines(Box<ParsedHeadlines>),
    ActionLog(ActionLog, SourceLines),
}

impl SourceDocument {
    /// Reads the bytes of the file at `path`; its name tells an action log from headlines where the bytes don't. Blocks
    /// the thread: 32 MiB take seconds.
    pub fn read(path: &Path, bytes: &[u8]) -> Result<Self, ImportError> {
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        let context = ImportContext { file_name: &name, ..ImportContext::default() };
        let content = if action_log::is_action_log(&name, bytes) {
            DocumentContent::ActionLog(action_log::read(bytes, &context)?, numbered_rows(bytes))
        } else {
            DocumentContent::Headlines(Box::new(read(bytes, &context)?))
        };
        Ok(Self { path: path.to_owned(), sha256: merkle::digest(bytes).to_string(), name, content })
    }

    /// The day of the meeting, if the document is a meeting's headlines.
    pub fn held_on(&self) -> Option<NaiveDate> {
        match &self.content {
            DocumentContent::Headlines(headlines) => Some(headlines.held_on),
            DocumentContent::ActionLog(..) => None,
        }
    }
}

/// The rows of an action log by number. Rows of several sheets with the same number are joined.
fn numbered_rows(bytes: &[u8]) -> SourceLines {
    let mut rows: Vec<String> = Vec::new();
    for (_, number, text) in source_rows(bytes) {
        let index = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        if index < MAX_ROWS {
            rows.resize(rows.len().max(index + 1), String::new());
            rows[index].push_str(&text);
        }
    }
    rows.iter().map(String::as_str).collect()
}

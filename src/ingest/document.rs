//! A file, read into headlines or an action log without looking at the ledger.

use super::error::ImportError;
use chrono::NaiveDate;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::{CommitteeCode, MeetingRef};
use minutebook_import::action_log::{self, ActionLog, CellFinding, MAX_ROWS, source_rows};
use minutebook_import::{ImportContext, ImportFinding, ImportFindingKind, ParsedHeadlines, SourceLines, read};
use minutebook_ledger::{Recorder, merkle};
use std::io;
use std::path::{Path, PathBuf};
use tokio::task::spawn_blocking;

/// A file that was read, before it is compared with the ledger.
pub struct SourceDocument {
    /// The path as it was given, for the report.
    pub(super) path: PathBuf,
    /// The file's name without its folder, for the source of its events.
    pub(super) name: String,
    pub(super) sha256: String,
    pub(super) content: DocumentContent,
    /// The mark of a document that states none.
    classification: Option<Classification>,
    /// The meeting that the caller says it is of.
    pub(super) meeting: Option<MeetingRef>,
    /// Whether what it recorded under another meeting is moved to that one.
    pub(super) moves: bool,
    /// The bytes of a document that states no mark, to read it again under the mark that is assumed.
    unmarked: Option<Vec<u8>>,
}

/// What was read from a file, by the kind of document.
pub(super) enum DocumentContent {
    Headlines(Box<ParsedHeadlines>),
    ActionLog(ActionLog, SourceLines),
}

impl DocumentContent {
    fn read(
        name: &str,
        bytes: &[u8],
        meeting: Option<&MeetingRef>,
        default_classification: Option<Classification>,
    ) -> Result<Self, ImportError> {
        let context = ImportContext { file_name: name, meeting, default_classification, ..ImportContext::default() };
        Ok(if action_log::is_action_log(name, bytes) {
            Self::ActionLog(action_log::read(bytes, &context)?, numbered_rows(bytes))
        } else {
            Self::Headlines(Box::new(read(bytes, &context)?))
        })
    }

    fn committee(&self) -> &CommitteeCode {
        match self {
            Self::Headlines(headlines) => headlines.committee(),
            Self::ActionLog(log, _) => &log.committee,
        }
    }

    /// Returns whether the document, or a row of it, states no mark.
    fn lacks_a_mark(&self) -> bool {
        let unmarked = ImportFindingKind::DocumentWithoutClassification;
        match self {
            Self::Headlines(headlines) => headlines.findings.iter().any(|finding| finding.kind == unmarked),
            Self::ActionLog(log, _) => log.findings.iter().any(|finding| finding.kind == unmarked),
        }
    }

    /// Adds the finding that a mark was assumed.
    fn find_assumed(&mut self, text: String) {
        let kind = ImportFindingKind::MarkAssumed;
        match self {
            Self::Headlines(headlines) => {
                let line = headlines.convened_lines.0;
                headlines.findings.push(ImportFinding { line, kind, text });
                headlines.findings.sort_by_key(|finding| finding.line);
            }
            Self::ActionLog(log, _) => {
                let first = log.entries.first();
                let (sheet, row) = first.map_or((None, 1), |entry| (entry.sheet.clone(), entry.row));
                log.findings.insert(0, CellFinding { sheet, row, column: None, kind, text });
            }
        }
    }
}

impl SourceDocument {
    /// Reads the bytes of the file at `path`; its name tells an action log from headlines where the bytes don't. Blocks
    /// the thread: 32 MiB take seconds.
    pub fn read(path: &Path, bytes: &[u8]) -> Result<Self, ImportError> {
        Self::read_as(path, bytes, None)
    }

    /// Reads the bytes as the headlines of `meeting`, whatever meeting they name.
    pub fn read_as(path: &Path, bytes: &[u8], meeting: Option<MeetingRef>) -> Result<Self, ImportError> {
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        let content = DocumentContent::read(&name, bytes, meeting.as_ref(), None)?;
        let unmarked = content.lacks_a_mark().then(|| bytes.to_vec());
        let sha256 = merkle::digest(bytes).to_string();
        let path = path.to_owned();
        Ok(Self { path, sha256, name, content, classification: None, meeting, moves: false, unmarked })
    }

    /// The committee whose document it is.
    pub fn committee(&self) -> &CommitteeCode {
        self.content.committee()
    }

    /// The SHA-256 of its bytes, in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Gives the document a mark, if it states none.
    #[must_use]
    pub fn with_classification(self, classification: Option<Classification>) -> Self {
        Self { classification, ..self }
    }

    /// Lets the document be moved, if it was recorded under another meeting than the one given.
    #[must_use]
    pub fn moving(self, moves: bool) -> Self {
        Self { moves, ..self }
    }

    /// Reads a document that states no mark again: under the mark that it was given, or else its committee's default. A
    /// finding says which mark was assumed.
    pub(super) async fn assume_mark(&mut self, recorder: &Recorder) -> Result<(), ImportError> {
        let Some(bytes) = self.unmarked.take() else { return Ok(()) };
        let code = self.content.committee().clone();
        let (mark, why) = match self.classification {
            Some(given) => (given, "given with the import".to_owned()),
            None => match recorder.default_classification(&code).await? {
                Some(default) => (default, format!("the default of {code}")),
                None => (Classification::highest(), format!("the ledger does not know {code}")),
            },
        };
        if mark != Classification::highest() {
            let name = self.name.clone();
            // Parsing takes seconds for a large document, and would block the runtime's thread.
            let meeting = self.meeting.clone();
            let reading = spawn_blocking(move || DocumentContent::read(&name, &bytes, meeting.as_ref(), Some(mark)));
            self.content = reading.await.map_err(|error| ImportError::from(io::Error::other(error)))??;
        }
        self.content.find_assumed(format!("{mark}: {why}"));
        Ok(())
    }

    /// The rank of the mark that a meeting's document states.
    pub fn mark_rank(&self) -> Option<u8> {
        match &self.content {
            DocumentContent::Headlines(headlines) => Some(headlines.text_classification.rank()),
            DocumentContent::ActionLog(..) => None,
        }
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

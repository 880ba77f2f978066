//! Documents into the ledger: each file is read whole, judged whole, and recorded as one batch or not at all.
//!
//! The reading itself is in the `import` crate and knows nothing of the book. Here the book has its say: what it holds
//! already is not recorded again, and what its rules do not admit is left out and reported. There is a file for each
//! kind of document.

mod headlines;

use crate::ledger::{Command, Envelope, RecordError, Recorder, Request, leaf};
use minutebook_domain::{Rejection, Source};
use minutebook_import::report::FileReport;
use minutebook_import::{SourceLines, Sourced};
use std::path::Path;

/// The version of the importer, kept with every event that it reads.
pub const IMPORTER: &str = env!("CARGO_PKG_VERSION");

/// A document as it was read and judged, before anything of it is recorded.
pub struct Prepared {
    /// What `import --format json` prints of it.
    pub report: FileReport,
    /// What is to be recorded, with the lines it was read from.
    pub events: Vec<Sourced>,
    /// The document's lines, as its reader told them apart.
    pub source_lines: SourceLines,
    request: Option<Request>,
}

/// A document that cannot be recorded. Nothing of it is in the ledger.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be opened or read.
    #[error("the file cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// The document is no meeting's headlines.
    #[error(transparent)]
    Document(#[from] minutebook_import::Refusal),
    /// The book has the meeting from another document.
    #[error("the book holds meeting {meeting} from another document; nothing of this one was recorded")]
    OtherDocument {
        /// The meeting.
        meeting: String,
    },
    /// A part of the meeting itself is not admitted by the rules.
    #[error("line {line}: {refusal}")]
    Refused {
        /// The line it was read from.
        line: u32,
        /// The rule, and what would be accepted.
        refusal: Rejection,
    },
    /// The ledger refused it.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// A file as it came in, with what every kind of document needs of it.
struct Incoming<'a> {
    recorder: &'a Recorder,
    /// The path as it was given, for the report.
    path: &'a Path,
    /// The file's name without its folder.
    name: String,
    bytes: Vec<u8>,
    sha256: String,
    envelope: &'a Envelope,
}

impl Incoming<'_> {
    /// The key of the command that records the file. It is the document: the same bytes are recorded once, whoever sends
    /// them under whatever name.
    fn key(&self) -> String {
        format!("import {}", self.sha256)
    }

    async fn is_recorded(&self) -> Result<bool, RecordError> {
        Ok(self.recorder.receipt(&self.key()).await?.is_some())
    }

    fn source(&self) -> Source {
        Source {
            file: Some(self.name.clone()),
            sha256: Some(self.sha256.clone()),
            importer: Some(IMPORTER.into()),
            ..Source::default()
        }
    }

    /// The request that records `events`, each with the lines it was read from.
    fn request(&self, events: &[Sourced]) -> Request {
        let source = self.source();
        let command = |sourced: &Sourced| Command::Record {
            stream: sourced.stream.clone(),
            event: sourced.event.clone(),
            source: Some(Source {
                first_line: Some(sourced.lines.0),
                last_line: Some(sourced.lines.1),
                ..source.clone()
            }),
        };
        let commands = events.iter().map(command).collect();
        let envelope = Envelope { command_id: self.key(), source, ..self.envelope.clone() };
        Request { commands, envelope, expected: None }
    }
}

/// Reads the document at `path` and judges it against the book. `envelope` says who imports it; its key and source
/// are the document's own.
pub async fn prepare(recorder: &Recorder, path: &Path, envelope: &Envelope) -> Result<Prepared, ImportError> {
    let bytes = tokio::fs::read(path).await?;
    let sha256 = leaf::digest(&bytes).to_string();
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    headlines::prepare(&Incoming { recorder, path, name, bytes, sha256, envelope }).await
}

/// Records a prepared document, whole and durably.
pub async fn record(recorder: &Recorder, prepared: Prepared) -> Result<FileReport, ImportError> {
    let Prepared { mut report, request, .. } = prepared;
    if let Some(request) = request {
        report.events_appended = recorder.record(&request).await?.events.len() as u64;
    }
    Ok(report)
}

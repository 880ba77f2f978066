//! Documents into the ledger: each file is read whole, judged whole, and recorded as one batch or not at all.
//!
//! The reading itself is in the `import` crate and knows nothing of the book. Here the book has its say: what it holds
//! already is not recorded again, and what its rules do not admit is left out and reported. There is a file for each
//! kind of document.

mod action_log;
mod headlines;
mod reimport;

use chrono::NaiveDate;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Rejection, Source, StreamId};
use minutebook_import::action_log::report::LogReport;
use minutebook_import::action_log::{self as logs, ActionLog, ActionLogError};
use minutebook_import::report::FileReport;
use minutebook_import::{ImportContext, ParsedHeadlines, SourceLines, SourcedEvent, read};
use minutebook_ledger::{Command, Decided, Envelope, Receipt, RecordError, Recorder, Rehearsal, Request, merkle};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The version of the importer, kept with every event that it reads.
pub const IMPORTER: &str = env!("CARGO_PKG_VERSION");

/// What `import --format json` prints of a file, by the kind of document it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "there is one for each file, and most are of the larger kind")]
pub enum Report {
    /// A meeting's headlines.
    Headlines(FileReport),
    /// A committee's action log.
    ActionLog(LogReport),
}

impl Report {
    /// The SHA-256 of the document's bytes.
    pub fn sha256(&self) -> &str {
        match self {
            Self::Headlines(report) => &report.sha256,
            Self::ActionLog(report) => &report.sha256,
        }
    }

    /// The committee whose document it is.
    pub fn committee(&self) -> &CommitteeCode {
        match self {
            Self::Headlines(report) => &report.committee,
            Self::ActionLog(report) => &report.committee,
        }
    }

    /// The streams, besides those of the committee and of parties, that the document is about.
    pub fn streams(&self) -> BTreeSet<StreamId> {
        let (actions, updates) = match self {
            Self::Headlines(report) => (&report.actions, &report.action_updates),
            Self::ActionLog(report) => (&report.actions, &report.action_updates),
        };
        let named =
            actions.iter().map(|action| &action.reference).chain(updates.iter().map(|update| &update.reference));
        let mut streams: BTreeSet<StreamId> = named.flat_map(action_log::alike).map(StreamId::Action).collect();
        if let Self::Headlines(report) = self {
            streams.insert(StreamId::Meeting(report.meeting.clone()));
        }
        streams
    }

    fn appended(&mut self, events: u64) {
        match self {
            Self::Headlines(report) => report.events_appended = events,
            Self::ActionLog(report) => report.events_appended = events,
        }
    }
}

/// A document as it was read and judged, before anything of it is recorded.
pub struct Prepared {
    /// What `import --format json` prints of it.
    pub report: Report,
    /// What is to be recorded, with the lines it was read from.
    pub events: Vec<SourcedEvent>,
    /// Where the book has the meeting already: what becomes of each, `struck`, `replaced` or `added`.
    pub changes: Vec<&'static str>,
    /// The document's lines, as its reader told them apart.
    pub source_lines: SourceLines,
    ready: Option<Ready>,
}

/// A document that cannot be recorded. Nothing of it is in the ledger.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be opened or read.
    #[error("the file cannot be read: {0}")]
    File(#[from] std::io::Error),
    /// The document is no meeting's headlines.
    #[error(transparent)]
    Document(#[from] minutebook_import::DocumentError),
    /// The file is no action log, or not one that can be read.
    #[error(transparent)]
    ActionLog(#[from] ActionLogError),
    /// The book has the meeting, and from no document.
    #[error("the book holds meeting {meeting} as it was recorded live; nothing of this document was recorded")]
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

impl ImportError {
    /// What would be accepted, or what to do instead.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::OtherDocument { .. } => Some("put the record right by corrections, event by event, with a reason"),
            Self::ActionLog(ActionLogError::SeveralCommittees { .. }) => {
                Some("part the file by committee, and import each part")
            }
            Self::Document(_) => Some("headlines of a meeting, as Markdown, plain text, DOCX or PDF, were expected"),
            _ => None,
        }
    }
}

/// A file as it came in and was read, before the book has had its say.
pub struct Document {
    /// The path as it was given, for the report.
    path: PathBuf,
    /// The file's name without its folder.
    name: String,
    sha256: String,
    said: Said,
}

/// What a file says.
enum Said {
    Headlines(Box<ParsedHeadlines>),
    ActionLog(ActionLog, SourceLines),
}

impl Document {
    /// Reads a file that is at hand, as if it stood at `path`. This takes a processor's time and no other's: a file of
    /// 32 MiB takes seconds.
    pub fn read(path: &Path, bytes: &[u8]) -> Result<Self, ImportError> {
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        let context = ImportContext { file_name: &name, ..ImportContext::default() };
        let said = if logs::is_action_log(&name, bytes) {
            Said::ActionLog(logs::read(bytes, &context)?, action_log::rows(bytes))
        } else {
            Said::Headlines(Box::new(read(bytes, &context)?))
        };
        Ok(Self { path: path.to_owned(), sha256: merkle::digest(bytes).to_string(), name, said })
    }

    /// The day of the meeting, if the document is a meeting's headlines.
    pub fn held_on(&self) -> Option<NaiveDate> {
        match &self.said {
            Said::Headlines(headlines) => Some(headlines.held_on),
            Said::ActionLog(..) => None,
        }
    }
}

/// A document on its way into a book.
struct Incoming<'a> {
    recorder: &'a Recorder,
    path: PathBuf,
    name: String,
    sha256: String,
    envelope: &'a Envelope,
}

/// The events of a document, parted by what the book's rules say to them.
struct Judged {
    kept: Vec<SourcedEvent>,
    refused: Vec<(SourcedEvent, Rejection)>,
    /// Records what was kept.
    ready: Ready,
}

/// A request, and what its rehearsal decided.
struct Ready {
    request: Request,
    decided: Decided,
}

impl Incoming<'_> {
    /// Lets the rules judge each event as if those before it were recorded.
    async fn judge(&self, all: Vec<SourcedEvent>) -> Result<Judged, RecordError> {
        let mut request = self.request(&all);
        let Rehearsal { outcomes, decided } = self.recorder.rehearse(&request).await?;
        let (mut kept, mut refused, mut commands) = (Vec::new(), Vec::new(), Vec::new());
        for ((sourced, command), outcome) in all.into_iter().zip(request.commands).zip(outcomes) {
            match outcome {
                None => {
                    kept.push(sourced);
                    commands.push(command);
                }
                Some(refusal) => refused.push((sourced, refusal)),
            }
        }
        request.commands = commands;
        Ok(Judged { kept, refused, ready: Ready { request, decided } })
    }

    fn key(&self) -> String {
        key(&self.sha256)
    }

    async fn is_recorded(&self) -> Result<bool, RecordError> {
        Ok(self.recorder.receipt(&self.key()).await?.is_some())
    }

    fn source(&self) -> Source {
        Source {
            client: self.envelope.source.client.clone(),
            file: Some(self.name.clone()),
            sha256: Some(self.sha256.clone()),
            importer: Some(IMPORTER.into()),
            ..Source::default()
        }
    }

    /// Where something on these lines came from.
    fn source_of(&self, lines: (u32, u32)) -> Source {
        Source { first_line: Some(lines.0), last_line: Some(lines.1), ..self.source() }
    }

    /// The request that puts the record right as `commands` say.
    fn correction(&self, commands: Vec<Command>) -> Request {
        let reason = Some(format!("corrected headlines: file {} (sha {})", self.name, &self.sha256[..12]));
        let envelope = Envelope { command_id: self.key(), source: self.source(), reason, ..self.envelope.clone() };
        Request { commands, envelope, expected: None }
    }

    /// The request that records `events`, each with the lines it was read from.
    fn request(&self, events: &[SourcedEvent]) -> Request {
        let command = |sourced: &SourcedEvent| Command::Record {
            stream: sourced.stream.clone(),
            event: sourced.event.clone(),
            source: Some(self.source_of(sourced.lines)),
        };
        let commands = events.iter().map(command).collect();
        let envelope = Envelope { command_id: self.key(), source: self.source(), ..self.envelope.clone() };
        Request { commands, envelope, expected: None }
    }
}

/// Judges a document against the book. `envelope` says who imports it; its key and source are the document's own.
pub async fn prepare(recorder: &Recorder, document: Document, envelope: &Envelope) -> Result<Prepared, ImportError> {
    let Document { path, name, sha256, said } = document;
    let incoming = Incoming { recorder, path, name, sha256, envelope };
    match said {
        Said::Headlines(headlines) => headlines::prepare(&incoming, *headlines).await,
        Said::ActionLog(log, rows) => action_log::prepare(&incoming, log, rows).await,
    }
}

/// A document that is in the ledger.
pub struct Imported {
    /// What `import --format json` prints of it.
    pub report: Report,
    /// Where its events stand, though they were recorded when it was imported before; nothing if it brought none.
    pub receipt: Option<Receipt>,
}

/// Records a prepared document, whole and durably.
pub async fn record(recorder: &Recorder, prepared: Prepared) -> Result<Imported, ImportError> {
    let Prepared { mut report, ready, .. } = prepared;
    let receipt = match ready {
        Some(Ready { request, decided }) => {
            let receipt = recorder.record_rehearsed(&request, decided).await?;
            report.appended(receipt.events.len() as u64);
            Some(receipt)
        }
        None => recorder.receipt(&key(report.sha256())).await?,
    };
    Ok(Imported { report, receipt })
}

/// The key of the command that records a document. It is the document: the same bytes are recorded once, whoever sends
/// them and however they are named.
fn key(sha256: &str) -> String {
    format!("import {sha256}")
}

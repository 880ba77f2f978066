//! Documents into the ledger: each file is read whole, judged whole, and recorded as one batch or not at all.
//!
//! The reading itself is in the `import` crate and knows nothing of the book. Here the book has its say: what it holds
//! already is not recorded again, and what its rules do not admit is left out and reported.

use crate::ledger::{Command, Envelope, RecordError, Recorder, Request, leaf};
use minutebook_domain::action::ActionEvent;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, Rejection, Source};
use minutebook_import::report::{FileReport, report};
use minutebook_import::{Context, Finding, Headlines, Kind, Sourced, establishment, events, read};
use std::path::Path;

/// The version of the importer, kept with every event that it reads.
pub const IMPORTER: &str = env!("CARGO_PKG_VERSION");

/// A document as it was read and judged, before anything of it is recorded.
pub struct Prepared {
    /// What `import --format json` prints of it.
    pub report: FileReport,
    /// What is to be recorded, with the lines it was read from.
    pub events: Vec<Sourced>,
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

/// Reads the document at `path` and judges it against the book. `envelope` says who imports it; its key and source
/// are the document's own.
pub async fn prepare(recorder: &Recorder, path: &Path, envelope: &Envelope) -> Result<Prepared, ImportError> {
    let bytes = tokio::fs::read(path).await?;
    let sha256 = leaf::digest(&bytes).to_string();
    let file = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let headlines = read(&bytes, &Context { file_name: &file, ..Context::default() })?;
    let mut report = report(&headlines);
    report.file = path.display().to_string();
    report.sha256.clone_from(&sha256);
    // The key is the document: the same bytes are recorded once, whoever sends them under whatever name.
    let command_id = format!("import {sha256}");
    if recorder.receipt(&command_id).await?.is_some() {
        report.already_imported = true;
        return Ok(Prepared { report, events: Vec::new(), request: None });
    }
    let source =
        Source { file: Some(file), sha256: Some(sha256), importer: Some(IMPORTER.into()), ..Source::default() };
    let all: Vec<Sourced> = establishment(&headlines).into_iter().chain(events(&headlines)).collect();
    let command = |sourced: &Sourced| Command::Record {
        stream: sourced.stream.clone(),
        event: sourced.event.clone(),
        source: Some(Source { first_line: Some(sourced.lines.0), last_line: Some(sourced.lines.1), ..source.clone() }),
    };
    let envelope = Envelope { command_id, source: source.clone(), ..envelope.clone() };
    let mut request = Request { commands: all.iter().map(command).collect(), envelope, expected: None };
    let outcomes = recorder.rehearse(&request).await?;
    let (mut kept, mut kept_commands) = (Vec::new(), Vec::new());
    for ((sourced, command), outcome) in all.into_iter().zip(request.commands).zip(outcomes) {
        match outcome {
            None => {
                kept.push(sourced);
                kept_commands.push(command);
            }
            Some(refusal) => leave_out(&headlines, &sourced, refusal, &mut report)?,
        }
    }
    request.commands = kept_commands;
    report.findings.sort_by_key(|finding| finding.line);
    Ok(Prepared { report, events: kept, request: Some(request) })
}

/// What the book's rules do not admit is left out if the meeting's own record is whole without it, and reported unless
/// it only says what the book holds already.
fn leave_out(
    headlines: &Headlines,
    sourced: &Sourced,
    refusal: Rejection,
    report: &mut FileReport,
) -> Result<(), ImportError> {
    let line = sourced.lines.0;
    match &sourced.event {
        Event::Meeting(MeetingEvent::MeetingConvened(_)) if refusal.rule() == "meeting-convened-once" => {
            return Err(ImportError::OtherDocument { meeting: headlines.reference.to_string() });
        }
        Event::Committee(_) | Event::Party(_) | Event::Action(ActionEvent::ActionRaised(_))
            if refusal.rule().ends_with("-once") && !refusal.rule().starts_with("status") => {}
        Event::Party(_) | Event::Action(_) | Event::Meeting(MeetingEvent::MinutesApproved(_)) => {
            let text = format!("not recorded: {refusal}");
            report.findings.push(Finding { line, kind: Kind::NotRecorded, text });
        }
        _ => return Err(ImportError::Refused { line, refusal }),
    }
    Ok(())
}

/// Records a prepared document, whole and durably.
pub async fn record(recorder: &Recorder, prepared: Prepared) -> Result<FileReport, ImportError> {
    let Prepared { mut report, request, .. } = prepared;
    if let Some(request) = request {
        report.events_appended = recorder.record(&request).await?.events.len() as u64;
    }
    Ok(report)
}

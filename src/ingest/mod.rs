//! Documents into the ledger: each file is read whole, judged whole, and recorded as one batch or not at all.
//!
//! The `import` crate turns a document into events and doesn't know the ledger. This module compares those events with
//! the ledger: what it already holds is not recorded again, and what the committee's rules refuse is left out and
//! reported. `headlines` and `action_log` each handle one kind of document; `reimport` corrects a meeting's record by a
//! later edition of its headlines.

mod action_log;
mod disclosure;
mod document;
mod error;
mod headlines;
mod intake;
mod known_actions;
mod moved;
mod prepared;
mod refusals;
mod reimport;
mod report;
mod typed_text;

pub use disclosure::LoweredEvent;
pub use document::SourceDocument;
pub use error::ImportError;
pub use prepared::PreparedDocument;
pub use report::ImportReport;
pub use typed_text::{TypedText, UnderstoodStatement, UnderstoodText, understand};

use document::DocumentContent;
use headlines::GivenMeeting;
use intake::{Intake, RehearsedRequest};
use minutebook_domain::reference::DocumentEdition;
use minutebook_domain::{CommandId, RequestMetadata};
use minutebook_ledger::{Receipt, Recorder};

/// Judges a document against the ledger and records nothing. `metadata` says who imports it; the command id and the
/// source come from the document.
pub async fn prepare(
    recorder: &Recorder,
    mut document: SourceDocument,
    metadata: &RequestMetadata,
) -> Result<PreparedDocument, ImportError> {
    document.assume_mark(recorder).await?;
    let SourceDocument { path, name, sha256, content, meeting, moves, .. } = document;
    let edition = match &content {
        DocumentContent::Headlines(headlines) => {
            let edition = headlines.edition();
            // What names a renumbered meeting is recorded with its first reference.
            let meeting = recorder.first_reference(&edition.meeting).await?;
            Some(DocumentEdition { meeting, ..edition })
        }
        DocumentContent::ActionLog(..) => None,
    };
    let intake = Intake { recorder, path, name, sha256, edition, metadata };
    match content {
        DocumentContent::Headlines(headlines) => {
            headlines::prepare(&intake, *headlines, GivenMeeting { is_given: meeting.is_some(), moves }).await
        }
        DocumentContent::ActionLog(log, rows) => action_log::prepare(&intake, log, rows).await,
    }
}

/// A document that is in the ledger.
pub struct ImportedDocument {
    /// What `import --format json` prints of it.
    pub report: ImportReport,
    /// The positions of its events, also when an earlier import recorded them; none if it brought no event.
    pub receipt: Option<Receipt>,
}

/// Records a prepared document in one durable batch.
pub async fn record(recorder: &Recorder, prepared: PreparedDocument) -> Result<ImportedDocument, ImportError> {
    let PreparedDocument { mut report, rehearsed, .. } = prepared;
    let receipt = match rehearsed {
        Some(RehearsedRequest { request, pending }) => {
            let receipt = recorder.record_rehearsed(&request, pending).await?;
            report.set_events_appended(receipt.events.len() as u64);
            Some(receipt)
        }
        None => recorder.receipt(&CommandId::import(report.sha256()).to_string()).await?,
    };
    Ok(ImportedDocument { report, receipt })
}

//! The import of one document, or its preview.

use super::outcome::FileOutput;
use super::{action_log, headlines};
use crate::cli::failure::Failure;
use crate::cli::output::{ReportFormat, print};
use crate::cli::scope::full_clearance;
use crate::ingest::{self, ImportReport, PreparedDocument, SourceDocument};
use crate::present::table::table;
use minutebook_domain::RequestMetadata;
use minutebook_import::SourcedEvent;
use minutebook_ledger::Recorder;
use minutebook_projections::summary;
use std::path::Path;

/// Records a document, or only previews it if `preview` is given.
pub(super) async fn run(
    recorder: &Recorder,
    document: SourceDocument,
    file: &Path,
    metadata: &RequestMetadata,
    preview: Option<ReportFormat>,
) -> Result<FileOutput, Failure> {
    let mut prepared = ingest::prepare(recorder, document, metadata).await?;
    if preview == Some(ReportFormat::Table) {
        print(&preview_table(&prepared))?;
    }
    let lines = std::mem::take(&mut prepared.source_lines);
    let report = match preview {
        Some(_) => prepared.report,
        None => ingest::record(recorder, prepared).await?.report,
    };
    let text = match &report {
        ImportReport::Headlines(report) => headlines::as_text(report, &lines, file, preview.is_some()),
        ImportReport::ActionLog(report) => action_log::as_text(report, file, preview.is_some()),
    };
    Ok(FileOutput { json: serde_json::to_value(&report)?, text })
}

/// The events that would be recorded, beside the lines they were read from.
fn preview_table(prepared: &PreparedDocument) -> String {
    let row = |sourced: &SourcedEvent| {
        let (first, last) = sourced.lines;
        let source = prepared.source_lines.between(sourced.lines);
        let lines = &prepared.source_lines;
        let number = match lines.place(last) {
            _ if first == last => lines.place(first),
            last if last.contains(' ') => format!("{} – {last}", lines.place(first)),
            last => format!("{first}–{last}"),
        };
        let event = format!("{}: {}", sourced.event.event_type(), summary(&sourced.event, full_clearance()));
        vec![number, shortened(&source), shortened(&event)]
    };
    if prepared.changes.is_empty() {
        return table(&["Line", "Source", "Event"], prepared.events.iter().map(row).collect(), "no new events");
    }
    let rows = prepared.events.iter().zip(&prepared.changes).map(|(sourced, change)| {
        let mut row = row(sourced);
        row.insert(2, (*change).to_owned());
        row
    });
    table(&["Line", "Source", "Correction", "Event"], rows.collect(), "no new events")
}

fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 100;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

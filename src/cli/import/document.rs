//! The import of one document, and what is printed of it.

use super::{Done, Format, Import};
use crate::cli::failure::Failure;
use crate::cli::output::print;
use crate::cli::{import_log, lint, log};
use crate::ingest::{self, ImportError, ImportReport, PreparedDocument, SourceDocument};
use crate::present::table::table;
use minutebook_import::report::FileReport;
use minutebook_import::{ImportFindingKind, SourceLines};
use minutebook_ledger::{Envelope, Recorder};
use minutebook_projections::summary;
use std::path::Path;

/// Records a document, or with --dry-run shows what would be recorded.
pub(super) async fn run(
    recorder: &Recorder,
    document: SourceDocument,
    file: &Path,
    envelope: &Envelope,
    command: &Import,
) -> Result<Done, Failure> {
    let (report, lines) = recorded(recorder, document, envelope, command).await.map_err(|error| failure(&error))?;
    let text = match &report {
        ImportReport::Headlines(report) => as_text(report, &lines, file, command.dry_run),
        ImportReport::ActionLog(report) => import_log::as_text(report, file, command.dry_run),
    };
    Ok(Done { json: serde_json::to_value(&report)?, text })
}

async fn recorded(
    recorder: &Recorder,
    document: SourceDocument,
    envelope: &Envelope,
    command: &Import,
) -> Result<(ImportReport, SourceLines), ImportError> {
    let mut prepared = ingest::prepare(recorder, document, envelope).await?;
    if command.dry_run {
        return Ok(shown(prepared, command.format));
    }
    let lines = std::mem::take(&mut prepared.source_lines);
    Ok((ingest::record(recorder, prepared).await?.report, lines))
}

fn shown(prepared: PreparedDocument, format: Format) -> (ImportReport, SourceLines) {
    if format == Format::Table {
        // A pipe that is closed early ends the program inside `print`; anything else was shown as far as it could be.
        let _ = print(&beside(&prepared));
    }
    (prepared.report, prepared.source_lines)
}

/// What would be recorded, beside the lines it was read from.
fn beside(prepared: &PreparedDocument) -> String {
    let row = |sourced: &minutebook_import::SourcedEvent| {
        let (first, last) = sourced.lines;
        let source = prepared.source_lines.between(sourced.lines);
        let lines = &prepared.source_lines;
        let number = match lines.place(last) {
            _ if first == last => lines.place(first),
            last if last.contains(' ') => format!("{} – {last}", lines.place(first)),
            last => format!("{first}–{last}"),
        };
        let event = format!("{}: {}", sourced.event.event_type(), summary(&sourced.event, log::operator()));
        vec![number, shortened(&source), shortened(&event)]
    };
    if prepared.changes.is_empty() {
        return table(&["Line", "Source", "Event"], prepared.events.iter().map(row).collect(), "nothing new");
    }
    let rows = prepared.events.iter().zip(&prepared.changes).map(|(sourced, word)| {
        let mut row = row(sourced);
        row.insert(2, (*word).to_owned());
        row
    });
    table(&["Line", "Source", "Correction", "Event"], rows.collect(), "nothing new")
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 100;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn as_text(report: &FileReport, lines: &SourceLines, file: &Path, dry_run: bool) -> String {
    let mut text = format!("{} of {}, {}", report.meeting, report.held_on, report.committee);
    if report.already_imported {
        text.push_str(": already in the ledger; nothing was recorded");
        return text;
    }
    if report.corrections == Some(0)
        && report.findings.iter().all(|finding| finding.kind != ImportFindingKind::NotRecorded)
    {
        text.push_str(": says what the book holds already; nothing was recorded");
        return text;
    }
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    text.push_str(&format!(
        ": {}, {}, {}, {}, {}",
        count(report.items.len(), "item"),
        count(report.decisions.len(), "decision"),
        count(report.statuses.len(), "status").replace("statuss", "statuses"),
        count(report.actions.len(), "action"),
        count(report.parties.len(), "party").replace("partys", "parties"),
    ));
    if let Some(corrections) = report.corrections {
        text.push_str(&format!("; {corrections} corrections of what an earlier document said"));
    }
    if !dry_run {
        text.push_str(&format!("; {} events recorded", report.events_appended));
    }
    for finding in &report.findings {
        text.push_str(&format!("\n{}", lint::shown(finding, &file.display().to_string(), lines)));
    }
    text
}

/// Why a document was not recorded, and what would have been.
pub(super) fn failure(error: &ImportError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error.help() {
        Some(help) => failure.with_help(help),
        None => failure,
    }
}

//! The import of one document, or its preview.

use super::outcome::FileOutput;
use super::{action_log, headlines};
use crate::cli::failure::Failure;
use crate::cli::output::{ReportFormat, print};
use crate::cli::scope::full_clearance;
use crate::cli::terminal::{ask, print_error};
use crate::ingest::{self, ImportReport, LoweredEvent, PreparedDocument, SourceDocument};
use crate::present::table::{Column, table};
use minutebook_domain::RequestMetadata;
use minutebook_import::SourcedEvent;
use minutebook_ledger::Recorder;
use minutebook_projections::summary;
use std::io::IsTerminal;
use std::path::Path;

/// Records a document, or only previews it if `preview` is given. Marks are lowered only with `yes`, or if the person at the
/// terminal agrees.
pub(super) async fn run(
    recorder: &Recorder,
    document: SourceDocument,
    file: &Path,
    metadata: &RequestMetadata,
    preview: Option<ReportFormat>,
    yes: bool,
) -> Result<FileOutput, Failure> {
    let mut prepared = ingest::prepare(recorder, document, metadata).await?;
    if preview == Some(ReportFormat::Table) {
        print(&preview_table(&prepared))?;
    }
    if preview.is_none() {
        permit_lowering(&prepared.lowered, yes)?;
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

/// Lists on standard error the events whose marks the import lowers, and refuses to lower them without agreement.
fn permit_lowering(lowered: &[LoweredEvent], yes: bool) -> Result<(), Failure> {
    if lowered.is_empty() {
        return Ok(());
    }
    let verb = if yes { "becomes" } else { "would become" };
    print_error(&format!("this {verb} known to readers of lower marks:"));
    for LoweredEvent { event, from, to } in lowered {
        let event = shortened(&format!("{}: {}", event.event_type(), summary(event, full_clearance())));
        print_error(&format!("  {to}, {from} until now: {event}"));
    }
    let marks = if lowered.len() == 1 { "a mark".to_owned() } else { format!("{} marks", lowered.len()) };
    if yes || is_agreed(&format!("lower {marks}?"))? {
        return Ok(());
    }
    let what = format!("{marks} would be lowered; nothing of this document was recorded");
    Err(Failure::new(what).with_help("give --yes to lower"))
}

/// Asks the person at the terminal; without one, the answer is no.
fn is_agreed(question: &str) -> Result<bool, Failure> {
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Ok(false);
    }
    ask(&format!("{question} [y/N]"));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

const LINE: Column = Column::names("Line");
const SOURCE: Column = Column::text("Source");
const EVENT: Column = Column::text("Event");

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
        return table(&[LINE, SOURCE, EVENT], prepared.events.iter().map(row).collect(), "no new events");
    }
    let rows = prepared.events.iter().zip(&prepared.changes).map(|(sourced, change)| {
        let mut row = row(sourced);
        row.insert(2, (*change).to_owned());
        row
    });
    table(&[LINE, SOURCE, Column::words("Correction"), EVENT], rows.collect(), "no new events")
}

fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 100;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

//! `minutebook import`

mod export;

use super::failure::Failure;
use super::output::print;
use crate::import::{self, ImportError, Prepared, Report};
use crate::ledger::{Envelope, Environment, LedgerUrl, Log, Opening, Recorder};
use crate::render::table::table;
use minutebook_import::report::FileReport;
use minutebook_import::{Kind, SourceLines};
use minutebook_projections::summary;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Record published headlines (Markdown, plain text, Word, PDF) and action logs (CSV, XLSX), files or folders of them; or
/// bring in the export of a book.
///
/// A document is recorded whole or not at all, and once: imported again, it changes nothing. What calls for attention is
/// shown with its line. With --dry-run nothing is recorded, and what would be is shown beside the lines it was read from.
///
/// An export (.ndjson, as `log --format ndjson` prints it) makes the same book elsewhere: the same events with the same
/// bytes, and so the same root. It is taken into an empty ledger, or into one that holds the beginning of it, and is
/// checked whole before anything is recorded.
#[derive(clap::Args)]
pub(super) struct Import {
    /// The documents, or folders of them (.md, .markdown, .txt, .docx, .pdf, .csv, .tsv, .xlsx, .xlsm), or an export
    /// (.ndjson).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Record nothing; show what would be recorded.
    #[arg(long)]
    dry_run: bool,
    /// How to print what was found.
    #[arg(long, default_value = "table")]
    format: Format,
    /// Who imports; the user's name on this machine if it is left out.
    #[arg(long, env = "MINUTEBOOK_ACTOR", hide_env_values = true)]
    actor: Option<String>,
    /// On whose behalf.
    #[arg(long, value_name = "WHO")]
    on_behalf_of: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Table,
    Json,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Import) -> Result<ExitCode, Failure> {
    let files = files(&command.files)?;
    let scratch = Scratch::for_dry_run(ledger, command.dry_run)?;
    let url = scratch.as_ref().map_or(ledger, |scratch| &scratch.url);
    let recorder = Recorder::new(Log::open(url, Opening::OrNew, Environment::system()).await?);
    let envelope = Envelope {
        actor: super::record::actor(command.actor.as_deref())?,
        on_behalf_of: command.on_behalf_of.clone(),
        ..Envelope::default()
    };
    let mut printed = Vec::new();
    let mut refused = 0_u32;
    for file in &files {
        let outcome = if export::is_export(file) {
            export::run(recorder.log(), file, command.dry_run).await
        } else {
            document(&recorder, file, &envelope, &command).await
        };
        match outcome {
            Ok(done) if command.format == Format::Json => printed.push(done.json),
            Ok(done) => print(&done.text)?,
            Err(failure) => {
                refused += 1;
                if command.format == Format::Json {
                    printed.push(json!({"file": file.display().to_string(), "error": failure.message()}));
                }
                eprintln!("error: {}: {}", file.display(), failure.message());
                if let Some(help) = failure.help() {
                    eprintln!("  help: {help}");
                }
            }
        }
    }
    recorder.log().close().await;
    if command.format == Format::Json {
        print(&serde_json::to_string_pretty(&json!({"files": printed}))?)?;
    }
    Ok(ExitCode::from(u8::from(refused > 0)))
}

/// What is printed of a file that was imported.
struct Done {
    json: serde_json::Value,
    text: String,
}

async fn document(recorder: &Recorder, file: &Path, envelope: &Envelope, command: &Import) -> Result<Done, Failure> {
    let (report, lines) = import_one(recorder, file, envelope, command).await.map_err(|error| {
        let failure = Failure::new(error.to_string());
        match error.help() {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    })?;
    let text = match &report {
        Report::Headlines(report) => as_text(report, &lines, file, command.dry_run),
        Report::ActionLog(report) => super::import_log::as_text(report, file, command.dry_run),
    };
    Ok(Done { json: serde_json::to_value(&report)?, text })
}

async fn import_one(
    recorder: &Recorder,
    file: &Path,
    envelope: &Envelope,
    command: &Import,
) -> Result<(Report, SourceLines), ImportError> {
    let mut prepared = import::prepare(recorder, file, envelope).await?;
    if command.dry_run {
        return Ok(shown(prepared, command.format));
    }
    let lines = std::mem::take(&mut prepared.source_lines);
    Ok((import::record(recorder, prepared).await?.report, lines))
}

fn shown(prepared: Prepared, format: Format) -> (Report, SourceLines) {
    if format == Format::Table {
        // A pipe that is closed early ends the program inside `print`; anything else was shown as far as it could be.
        let _ = print(&beside(&prepared));
    }
    (prepared.report, prepared.source_lines)
}

/// What would be recorded, beside the lines it was read from.
fn beside(prepared: &Prepared) -> String {
    let row = |sourced: &minutebook_import::Sourced| {
        let (first, last) = sourced.lines;
        let source = prepared.source_lines.between(sourced.lines);
        let lines = &prepared.source_lines;
        let number = match lines.place(last) {
            _ if first == last => lines.place(first),
            last if last.contains(' ') => format!("{} – {last}", lines.place(first)),
            last => format!("{first}–{last}"),
        };
        let event = format!("{}: {}", sourced.event.event_type(), summary(&sourced.event, super::log::operator()));
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

pub(super) fn shortened(text: &str) -> String {
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
    if report.corrections == Some(0) && report.findings.iter().all(|finding| finding.kind != Kind::NotRecorded) {
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
        text.push_str(&format!("\n{}", super::lint::shown(finding, &file.display().to_string(), lines)));
    }
    text
}

/// The files themselves, and those in the folders, in the order of their names.
pub(super) fn files(given: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in given {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        let mut inside = Vec::new();
        for entry in entries {
            let found = entry?.path();
            let known = ["md", "markdown", "txt", "docx", "pdf", "csv", "tsv", "xlsx", "xlsm"];
            let extension = found.extension().map(|extension| extension.to_string_lossy().to_lowercase());
            if extension.is_some_and(|extension| known.contains(&extension.as_str())) {
                inside.push(found);
            }
        }
        inside.sort();
        files.append(&mut inside);
    }
    if files.is_empty() {
        return Err(Failure::new("there is no document in the folders given")
            .with_help("files that end in .md, .markdown, .txt, .docx, .pdf, .csv, .tsv, .xlsx or .xlsm"));
    }
    Ok(files)
}

/// An empty ledger for a dry run on a file that is not there: a dry run makes nothing.
struct Scratch {
    url: LedgerUrl,
    _folder: tempfile::TempDir,
}

impl Scratch {
    fn for_dry_run(ledger: &LedgerUrl, dry_run: bool) -> Result<Option<Self>, Failure> {
        match ledger {
            LedgerUrl::Sqlite(path) if dry_run && !path.exists() => {
                let folder = tempfile::tempdir()?;
                Ok(Some(Self { url: LedgerUrl::Sqlite(folder.path().join("dry-run.db")), _folder: folder }))
            }
            _ => Ok(None),
        }
    }
}

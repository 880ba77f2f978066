//! `minutebook import`

use super::failure::Failure;
use super::output::print;
use crate::import::{self, ImportError, Prepared};
use crate::ledger::{Envelope, Environment, LedgerUrl, Log, Opening, Recorder};
use crate::render::table::table;
use minutebook_import::SourceLines;
use minutebook_import::report::FileReport;
use minutebook_projections::summary;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Record published headlines: Markdown, plain text or PDF, files or folders of them.
///
/// A document is recorded whole or not at all, and once: imported again, it changes nothing. What calls for attention is
/// shown with its line. With --dry-run nothing is recorded, and what would be is shown beside the lines it was read from.
#[derive(clap::Args)]
pub(super) struct Import {
    /// The documents, or folders of them (.md, .markdown, .txt, .pdf).
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
        let outcome = import_one(&recorder, file, &envelope, &command).await;
        match outcome {
            Ok((report, _)) if command.format == Format::Json => printed.push(serde_json::to_value(&report)?),
            Ok((report, lines)) => print(&as_text(&report, &lines, file, command.dry_run))?,
            Err(error) => {
                refused += 1;
                if command.format == Format::Json {
                    printed.push(json!({"file": file.display().to_string(), "error": error.to_string()}));
                }
                eprintln!("error: {}: {error}", file.display());
                if let Some(help) = help(&error) {
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

async fn import_one(
    recorder: &Recorder,
    file: &Path,
    envelope: &Envelope,
    command: &Import,
) -> Result<(FileReport, SourceLines), ImportError> {
    let mut prepared = import::prepare(recorder, file, envelope).await?;
    if command.dry_run {
        return Ok(shown(prepared, command.format));
    }
    let lines = std::mem::take(&mut prepared.source_lines);
    Ok((import::record(recorder, prepared).await?, lines))
}

fn shown(prepared: Prepared, format: Format) -> (FileReport, SourceLines) {
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
    table(&["Line", "Source", "Event"], prepared.events.iter().map(row).collect(), "nothing new")
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
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    text.push_str(&format!(
        ": {}, {}, {}, {}, {}",
        count(report.items.len(), "item"),
        count(report.decisions.len(), "decision"),
        count(report.statuses.len(), "status").replace("statuss", "statuses"),
        count(report.actions.len(), "action"),
        count(report.parties.len(), "party").replace("partys", "parties"),
    ));
    if !dry_run {
        text.push_str(&format!("; {} events recorded", report.events_appended));
    }
    for finding in &report.findings {
        let kind = serde_json::to_value(finding.kind).ok();
        let kind = kind.as_ref().and_then(serde_json::Value::as_str).unwrap_or("finding");
        let excerpt = shortened(lines.line(finding.line).trim());
        let margin = " ".repeat(finding.line.to_string().len());
        text.push_str(&format!(
            "\nwarning[{kind}]: {}\n{margin}--> {}:{}{}\n{margin} |\n{} | {excerpt}\n{margin} |",
            finding.text,
            file.display(),
            finding.line,
            on_page(lines, finding.line),
            finding.line,
        ));
    }
    text
}

/// Where the line stands, for a document with pages.
fn on_page(lines: &SourceLines, number: u32) -> String {
    let place = lines.place(number);
    if place.contains(' ') { format!(" ({place})") } else { String::new() }
}

fn help(error: &ImportError) -> Option<&'static str> {
    match error {
        ImportError::OtherDocument { .. } => {
            Some("put the record right with `minutebook record correction`, event by event, with a reason")
        }
        ImportError::Document(_) => Some("headlines of a meeting, as Markdown, plain text or PDF, were expected"),
        _ => None,
    }
}

/// The files themselves, and those in the folders, in the order of their names.
fn files(given: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
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
            let known = ["md", "markdown", "txt", "pdf"].map(Some);
            if known.contains(&found.extension().and_then(|extension| extension.to_str())) {
                inside.push(found);
            }
        }
        inside.sort();
        files.append(&mut inside);
    }
    if files.is_empty() {
        return Err(Failure::new("there is no document in the folders given")
            .with_help("files that end in .md, .markdown, .txt or .pdf"));
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

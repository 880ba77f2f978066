//! `minutebook lint`

use super::failure::Failure;
use super::import::{Form, Given, files};
use super::log::operator;
use super::moment::Moment;
use super::output::print;
use crate::present::findings::{Shown, graphical};
use crate::query::lint::{self, attention};
use crate::query::read_query::ReadQuery;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use minutebook_import::{ImportContext, ImportFinding, ImportFindingKind, SourceLines, read};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

/// Show what calls for attention in the book, or in documents of headlines before they are imported.
///
/// Of the book: what was agreed and nobody owns, what was put off to a meeting that has come and gone, recommendations
/// that were never answered, outstanding actions without an owner or a date, texts marked higher than their document, items
/// without a mark. Each finding is shown with its file, its line, its event, and what would put it right. Nothing is
/// recorded. The exit status is 1 if there are any.
#[derive(clap::Args)]
pub(super) struct Lint {
    /// The documents, or folders of them (.md, .markdown, .txt, .docx, .pdf). The book itself if there are none.
    #[arg(value_name = "FILE", conflicts_with_all = ["as_of", "known_at", "committee", "clearance"])]
    files: Vec<PathBuf>,
    #[command(flatten)]
    moment: Moment,
    /// Only what is of one committee.
    #[arg(long, value_name = "CODE")]
    committee: Option<CommitteeCode>,
    /// As a reader sees it who may read up to this classification. Whoever can open the ledger may read all of it.
    #[arg(long, value_name = "LEVEL")]
    clearance: Option<Classification>,
    /// How to print what was found.
    #[arg(long, default_value = "table")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Table,
    Json,
}

pub(super) async fn run(ledger: &LedgerUrl, command: &Lint) -> Result<ExitCode, Failure> {
    if command.files.is_empty() { of_book(ledger, command).await } else { of_documents(command) }
}

async fn of_book(ledger: &LedgerUrl, command: &Lint) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let Moment { as_of, known_at } = command.moment;
    let clearance = command.clearance.map_or_else(operator, Clearance::up_to);
    let question = ReadQuery { as_of, known_at, reach: clearance.into(), committee: command.committee.clone() };
    let page = attention(&log, &question).await?;
    log.close().await;
    match command.format {
        Format::Json => print(&serde_json::to_string_pretty(&page)?)?,
        Format::Table if page.rows.is_empty() => print("nothing calls for attention")?,
        Format::Table => {
            for finding in &page.rows {
                print(&of_event(finding))?;
            }
        }
    }
    Ok(ExitCode::from(u8::from(!page.rows.is_empty())))
}

/// A finding of the book: under the line of the document that it was read from, or under its event if it was recorded live.
fn of_event(finding: &lint::Finding) -> String {
    let lint::Finding { kind, file, line, position, subject, text, .. } = finding;
    let number = u32::try_from(position.number()).unwrap_or(u32::MAX);
    let (file, line) = (file.as_deref().unwrap_or("event"), line.unwrap_or(number));
    let label = format!("{subject}, event {position}");
    let shown = Shown {
        code: kind.name().to_owned(),
        message: kind.message(),
        file,
        line,
        source: text,
        label: &label,
        help: Some(kind.help()),
    };
    drawn(&shown)
}

fn of_documents(command: &Lint) -> Result<ExitCode, Failure> {
    let mut found: Vec<Value> = Vec::new();
    let mut refused = false;
    for Given { path, is_found } in files(&command.files)? {
        if is_found && Form::of(&path) != Some(Form::Headlines) {
            continue;
        }
        let file = path.display().to_string();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = std::fs::read(&path).map_err(|error| Failure::new(format!("{file}: {error}")))?;
        let headlines = match read(&bytes, &ImportContext { file_name: &name, ..ImportContext::default() }) {
            Ok(headlines) => headlines,
            Err(refusal) => {
                eprintln!("error: {file}: {refusal}");
                refused = true;
                continue;
            }
        };
        for finding in &headlines.findings {
            if command.format == Format::Table {
                print(&shown(finding, &file, &headlines.source_lines))?;
            }
            found.push(json!({
                "file": file, "line": finding.line, "kind": finding.kind, "message": finding.kind.message(),
                "text": finding.text, "help": finding.kind.help(),
            }));
        }
    }
    match command.format {
        Format::Json => print(&serde_json::to_string_pretty(&json!({"findings": found}))?)?,
        Format::Table if found.is_empty() && !refused => print("nothing calls for attention")?,
        Format::Table => {}
    }
    Ok(ExitCode::from(u8::from(refused || !found.is_empty())))
}

/// A finding as it is printed.
pub(super) fn shown(finding: &ImportFinding, file: &str, lines: &SourceLines) -> String {
    let place = lines.place(finding.line);
    let file = if place.contains(' ') { format!("{file} ({place})") } else { file.to_owned() };
    framed(finding.kind, &finding.text, &file, finding.line, lines.line(finding.line))
}

/// What calls for attention in a line or a row of a file.
pub(super) fn framed(kind: ImportFindingKind, label: &str, file: &str, line: u32, source: &str) -> String {
    let code = serde_json::to_value(kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
    drawn(&Shown { code, message: kind.message(), file, line, source, label, help: kind.help() })
}

/// As wide as the terminal, and with colours on one whose user did not ask for none.
fn drawn(shown: &Shown<'_>) -> String {
    let terminal = std::io::stdout().is_terminal();
    let colours = terminal && std::env::var_os("NO_COLOR").is_none_or(|asked| asked.is_empty());
    let width = terminal.then(terminal_size::terminal_size).flatten().map(|(width, _)| usize::from(width.0));
    graphical(shown, colours, width)
}

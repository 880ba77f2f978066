//! `minutebook lint`

use super::failure::Failure;
use super::findings::{document_finding, draw};
use super::input_files::{FileKind, InputFile, input_files};
use super::output::{ReportFormat, print};
use super::scope::{ScopeArgs, note_clock_gap};
use super::terminal::print_error;
use crate::present::findings::SourceFinding;
use crate::query::lint::{LintFinding, lint};
use minutebook_import::{ImportContext, read};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

/// Find what needs attention in the ledger or in documents.
///
/// In the ledger: agreements that nobody owns, deferrals to a meeting that is over, recommendations without an answer,
/// outstanding actions without an owner or a due date, texts classified above their document, agenda items without a
/// classification.
///
/// Documents are checked before they are imported. Each finding is printed with its file and line, its event, and what would resolve it. Nothing is recorded. The exit
/// status is 1 if there are findings.
#[derive(clap::Args)]
pub(super) struct LintArgs {
    /// Documents of headlines, or folders of them: .md, .markdown, .txt, .docx, .pdf. Without any, the ledger.
    #[arg(value_name = "FILE", conflicts_with_all = ["as_of", "known_at", "committee", "clearance"])]
    files: Vec<PathBuf>,
    #[command(flatten)]
    scope: ScopeArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ReportFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: &LintArgs) -> Result<ExitCode, Failure> {
    if command.files.is_empty() { lint_ledger(ledger, command).await } else { lint_documents(command) }
}

async fn lint_ledger(ledger: &LedgerUrl, command: &LintArgs) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let query = command.scope.query();
    note_clock_gap(&log, &query).await?;
    let page = lint(&log, &query).await?;
    log.close().await;
    match command.format {
        ReportFormat::Json => print(&serde_json::to_string_pretty(&page)?)?,
        ReportFormat::Table if page.rows.is_empty() => print("no findings")?,
        ReportFormat::Table => {
            for finding in &page.rows {
                print(&ledger_finding(finding))?;
            }
        }
    }
    Ok(ExitCode::from(u8::from(!page.rows.is_empty())))
}

/// A finding in the ledger, shown at its line of the document, or at its event if that was recorded live.
fn ledger_finding(finding: &LintFinding) -> String {
    let LintFinding { kind, file, line, position, subject, text, .. } = finding;
    let number = u32::try_from(position.number()).unwrap_or(u32::MAX);
    let (file, line) = (file.as_deref().unwrap_or("event"), line.unwrap_or(number));
    let label = format!("{subject}, event {position}");
    let shown = SourceFinding {
        code: kind.name().to_owned(),
        message: kind.message(),
        file,
        line,
        source: text,
        label: &label,
        help: Some(kind.help()),
    };
    draw(&shown)
}

fn lint_documents(command: &LintArgs) -> Result<ExitCode, Failure> {
    let mut findings: Vec<Value> = Vec::new();
    let mut refused = false;
    for InputFile { path, in_folder } in input_files(&command.files)? {
        if in_folder && FileKind::of(&path) != Some(FileKind::Headlines) {
            continue;
        }
        let file = path.display().to_string();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = std::fs::read(&path).map_err(|error| Failure::new(format!("`{file}` cannot be read: {error}")))?;
        let headlines = match read(&bytes, &ImportContext { file_name: &name, ..ImportContext::default() }) {
            Ok(headlines) => headlines,
            Err(refusal) => {
                print_error(&format!("error: {file}: {refusal}"));
                refused = true;
                continue;
            }
        };
        for finding in &headlines.findings {
            if command.format == ReportFormat::Table {
                print(&document_finding(finding, &file, &headlines.source_lines))?;
            }
            findings.push(json!({
                "file": file, "line": finding.line, "kind": finding.kind, "message": finding.kind.message(),
                "text": finding.text, "help": finding.kind.help(),
            }));
        }
    }
    match command.format {
        ReportFormat::Json => print(&serde_json::to_string_pretty(&json!({"findings": findings}))?)?,
        ReportFormat::Table if findings.is_empty() && !refused => print("no findings")?,
        ReportFormat::Table => {}
    }
    Ok(ExitCode::from(u8::from(refused || !findings.is_empty())))
}

//! `minutebook lint`

use super::failure::Failure;
use super::output::print;
use crate::render::findings::{Shown, graphical};
use minutebook_import::{Context, Finding, Kind, SourceLines, read};
use serde_json::{Value, json};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

/// Show what in documents of headlines calls for attention, without recording anything.
///
/// Each finding is shown with its file, its line, and what would be accepted. The exit status is 1 if there are any.
#[derive(clap::Args)]
pub(super) struct Lint {
    /// The documents, or folders of them (.md, .markdown, .txt, .docx, .pdf).
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to print what was found.
    #[arg(long, default_value = "table")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Table,
    Json,
}

pub(super) fn run(command: &Lint) -> Result<ExitCode, Failure> {
    let mut found: Vec<Value> = Vec::new();
    let mut refused = false;
    for path in super::import::files(&command.files)? {
        let file = path.display().to_string();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = std::fs::read(&path).map_err(|error| Failure::new(format!("{file}: {error}")))?;
        let headlines = match read(&bytes, &Context { file_name: &name, ..Context::default() }) {
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
pub(super) fn shown(finding: &Finding, file: &str, lines: &SourceLines) -> String {
    let place = lines.place(finding.line);
    let file = if place.contains(' ') { format!("{file} ({place})") } else { file.to_owned() };
    framed(finding.kind, &finding.text, &file, finding.line, lines.line(finding.line))
}

/// What calls for attention in a line or a row of a file: with colours on a terminal whose user did not ask for none.
pub(super) fn framed(kind: Kind, label: &str, file: &str, line: u32, source: &str) -> String {
    let terminal = std::io::stdout().is_terminal();
    let colours = terminal && std::env::var_os("NO_COLOR").is_none_or(|asked| asked.is_empty());
    let width = terminal.then(terminal_size::terminal_size).flatten().map(|(width, _)| usize::from(width.0));
    let code = serde_json::to_value(kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
    graphical(&Shown { code, message: kind.message(), file, line, source, label, help: kind.help() }, colours, width)
}

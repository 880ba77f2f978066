//! Printing to a terminal, a file or a pipe, and the formats that commands share.
//!
//! Everything that a command prints passes here and through `terminal.rs`.

use super::failure::Failure;
use super::terminal::shown;
use crate::present::visible::visible;
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;

/// The formats of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ListFormat {
    /// A table, as wide as the terminal.
    Table,
    /// JSON.
    Json,
    /// CSV, safe to open in a spreadsheet.
    Csv,
}

/// The formats of a list of days and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum CalendarFormat {
    /// A table, as wide as the terminal.
    Table,
    /// JSON.
    Json,
    /// CSV, safe to open in a spreadsheet.
    Csv,
    /// iCalendar, for calendars and to-do lists.
    Ics,
}

/// The formats of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ReportFormat {
    /// Text and tables, as wide as the terminal.
    Table,
    /// JSON.
    Json,
}

impl CalendarFormat {
    /// Returns the list format; none for a calendar.
    pub(super) fn as_list(self) -> Option<ListFormat> {
        match self {
            Self::Table => Some(ListFormat::Table),
            Self::Json => Some(ListFormat::Json),
            Self::Csv => Some(ListFormat::Csv),
            Self::Ics => None,
        }
    }
}

/// Prints `text` and a newline, its control characters made visible. Ends the program quietly if the reader closed the pipe
/// (`… | head`).
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let shown = shown(text);
    print_parts(&[shown.trim_end_matches('\n').as_bytes(), b"\n"])
}

/// Prints what was recorded. Where it cannot be printed, the failure says that it is recorded all the same.
pub(super) fn print_recorded(text: &str) -> Result<(), Failure> {
    print(text).map_err(|failure| {
        Failure::new(format!("it is recorded, but what was recorded cannot be printed: {}", failure.message()))
            .with_help("`minutebook log` shows it; do not record it again")
    })
}

/// Prints the lines of an export as they are, for an import. On a terminal, control characters are made visible.
pub(super) fn print_export(lines: &str) -> Result<(), Failure> {
    if std::io::stdout().is_terminal() { print(lines) } else { print_bytes(lines.as_bytes()) }
}

/// Prints bytes as they are.
pub(super) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    print_parts(&[bytes])
}

/// Refuses a Word document that would go to a terminal.
pub(super) fn refuse_on_terminal(path: Option<&Path>) -> Result<(), Failure> {
    if path.is_none() && std::io::stdout().is_terminal() {
        return Err(
            Failure::new("a Word document cannot be printed to a terminal").with_help("give a file with --output")
        );
    }
    Ok(())
}

/// Writes a text to a file, its control characters made visible; without a file, prints it.
pub(super) fn write_text(text: &str, path: Option<&Path>) -> Result<(), Failure> {
    match path {
        Some(path) => write_bytes((visible(text).trim_end_matches('\n').to_owned() + "\n").as_bytes(), Some(path)),
        None => print(text),
    }
}

/// Writes bytes to a file; without one, prints them.
pub(super) fn write_bytes(bytes: &[u8], path: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = path else { return print_bytes(bytes) };
    std::fs::write(path, bytes)
        .map_err(|error| Failure::new(format!("`{}` cannot be written: {error}", path.display())))
}

fn print_parts(parts: &[&[u8]]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match parts.iter().try_for_each(|part| out.write_all(part)).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        outcome => Ok(outcome?),
    }
}

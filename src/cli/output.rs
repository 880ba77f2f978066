//! Printing, to a terminal or into a pipe that may close early.

use super::failure::Failure;
use std::io::{ErrorKind, Write};

/// How a list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// A table for people.
    Table,
    /// JSON.
    Json,
    /// CSV, safe to open in a spreadsheet.
    Csv,
}

/// How a list of days and times is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum CalendarFormat {
    /// A table for people.
    Table,
    /// JSON.
    Json,
    /// CSV, safe to open in a spreadsheet.
    Csv,
    /// iCalendar, for calendars and to-do lists.
    Ics,
}

impl CalendarFormat {
    /// The format of a plain list, unless it is a calendar.
    pub(super) fn as_list(self) -> Option<Format> {
        match self {
            Self::Table => Some(Format::Table),
            Self::Json => Some(Format::Json),
            Self::Csv => Some(Format::Csv),
            Self::Ics => None,
        }
    }
}

/// Whether colours are welcome (no-color.org). Whether they go to a terminal is for the table to see.
pub(super) fn colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Prints `text` and a newline. A reader who has seen enough (`… | head`) is no error.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let text = text.trim_end_matches('\n');
    print_parts(&[text.as_bytes(), b"\n"])
}

/// Prints what is no text, as it is.
pub(super) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    print_parts(&[bytes])
}

fn print_parts(parts: &[&[u8]]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match parts.iter().try_for_each(|part| out.write_all(part)).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        outcome => Ok(outcome?),
    }
}

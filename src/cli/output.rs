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
    let mut out = std::io::stdout().lock();
    match out
        .write_all(text.trim_end_matches('\n').as_bytes())
        .and_then(|()| out.write_all(b"\n"))
        .and_then(|()| out.flush())
    {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        outcome => Ok(outcome?),
    }
}

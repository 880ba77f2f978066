//! Printing, to a terminal or into a pipe that may close early.

use super::failure::Failure;
use std::io::{ErrorKind, Write};

/// How a list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// A table for people.
    Table,
    /// One JSON array.
    Json,
    /// CSV, safe to open in a spreadsheet.
    Csv,
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

//! The import of a ledger's export.

use super::{FileOutput, NotImported};
use crate::cli::failure::Failure;
use crate::cli::progress::waiting;
use minutebook_ledger::{Log, RestoreError, RestoreReceipt, restore};
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Checks by its first line that a file of JSON lines is an export and not a list of commands: an event has a position.
pub(super) fn check(file: &Path) -> Result<(), NotImported> {
    const LONGEST_LINE: u64 = 4 * 1024 * 1024;
    let first = File::open(file).and_then(|opened| {
        let mut lines = BufReader::new(opened.take(LONGEST_LINE)).lines();
        lines.find(|line| line.as_ref().map_or(true, |line| !line.trim().is_empty())).transpose()
    });
    let first = first.map_err(|error| Failure::new(format!("the file cannot be read: {error}")))?.unwrap_or_default();
    let first: serde_json::Value = serde_json::from_str(&first).unwrap_or_default();
    let is_command = ["commands", "corrects", "stream"].iter().any(|key| first.get(key).is_some());
    if is_command && first.get("position").is_none() {
        let what = "it holds commands and not an export of a ledger: record them with `minutebook record lines`";
        return Err(NotImported::Skipped(what.to_owned()));
    }
    Ok(())
}

pub(super) async fn run(log: &Log, file: &Path, dry_run: bool) -> Result<FileOutput, Failure> {
    let restored = match File::open(file) {
        Ok(opened) => {
            let restoring = Box::pin(restore(log, BufReader::new(opened), dry_run));
            waiting("reading and checking the export", restoring).await
        }
        Err(error) => Err(error.into()),
    };
    let restored = restored.map_err(|error| {
        let failure = Failure::from_error(&error);
        match help(&error) {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    })?;
    Ok(FileOutput { json: as_json(file, &restored, dry_run), text: as_text(&restored, dry_run) })
}

fn as_json(file: &Path, restored: &RestoreReceipt, dry_run: bool) -> serde_json::Value {
    json!({
        "file": file.display().to_string(),
        "already_imported": restored.appended == 0,
        "events_appended": if dry_run { 0 } else { restored.appended },
        "events": restored.events,
        "root": restored.root.to_string(),
    })
}

fn as_text(restored: &RestoreReceipt, dry_run: bool) -> String {
    let RestoreReceipt { events, root, appended } = restored;
    let outcome = match appended {
        0 => "already in the ledger; nothing recorded".to_owned(),
        some if dry_run => format!("{some} would be recorded"),
        some => format!("{some} recorded"),
    };
    format!("export of {events} events with root {root}: {outcome}")
}

fn help(error: &RestoreError) -> Option<&'static str> {
    match error {
        RestoreError::Line { .. } | RestoreError::CutOff { .. } => Some(
            "give an export whole and unchanged, as `log --format ndjson` printed it; record commands with `record lines`",
        ),
        RestoreError::Diverged { .. } => {
            Some("name with --ledger an empty ledger, or one that holds the beginning of this export")
        }
        RestoreError::File(_) | RestoreError::Clock(_) | RestoreError::Store(_) => None,
    }
}

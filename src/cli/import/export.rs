//! The import of a book's export.

use super::{Done, Stopped};
use crate::cli::failure::Failure;
use minutebook_ledger::{Log, RestoreError, Restored, restore};
use serde_json::json;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Whether lines of JSON are an export, by the first of them. An event has its place in the log; a command has none.
pub(super) fn check(file: &Path) -> Result<(), Stopped> {
    const LONGEST: u64 = 4 * 1024 * 1024;
    let first = File::open(file).and_then(|opened| {
        let mut lines = BufReader::new(opened.take(LONGEST)).lines();
        lines.find(|line| line.as_ref().map_or(true, |line| !line.trim().is_empty())).transpose()
    });
    let first = first.map_err(|error| Failure::new(format!("the file cannot be read: {error}")))?.unwrap_or_default();
    let said: serde_json::Value = serde_json::from_str(&first).unwrap_or_default();
    let is_command = ["commands", "corrects", "stream"].iter().any(|key| said.get(key).is_some());
    if is_command && said.get("position").is_none() {
        let what = "it holds commands, a line each, and no export of a book: `minutebook record lines` records them";
        return Err(Stopped::PassedOver(what.to_owned()));
    }
    Ok(())
}

pub(super) async fn run(log: &Log, file: &Path, dry_run: bool) -> Result<Done, Failure> {
    let restored = match File::open(file) {
        Ok(opened) => restore(log, BufReader::new(opened), dry_run).await,
        Err(error) => Err(error.into()),
    };
    let restored = restored.map_err(|error| {
        let failure = Failure::new(error.to_string());
        match help(&error) {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    })?;
    Ok(Done { json: as_json(file, &restored, dry_run), text: as_text(&restored, dry_run) })
}

fn as_json(file: &Path, restored: &Restored, dry_run: bool) -> serde_json::Value {
    json!({
        "file": file.display().to_string(),
        "already_imported": restored.appended == 0,
        "events_appended": if dry_run { 0 } else { restored.appended },
        "events": restored.events,
        "root": restored.root.to_string(),
    })
}

fn as_text(restored: &Restored, dry_run: bool) -> String {
    let Restored { events, root, appended } = restored;
    let outcome = match appended {
        0 => "already in the ledger; nothing was recorded".to_owned(),
        some if dry_run => format!("{some} would be recorded"),
        some => format!("{some} recorded"),
    };
    format!("a book of {events} events with the root {root}: {outcome}")
}

fn help(error: &RestoreError) -> Option<&'static str> {
    match error {
        RestoreError::Line { .. } | RestoreError::CutOff { .. } => {
            Some("an export as `log --format ndjson` printed it, whole and unchanged; commands go to `record lines`")
        }
        RestoreError::Parted { .. } => {
            Some("an empty ledger, or one that holds the beginning of this export, is taken: name one with --ledger")
        }
        RestoreError::File(_) | RestoreError::Store(_) => None,
    }
}

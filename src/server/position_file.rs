//! The file that keeps the last position that the server has seen, with the leaf of the event there.
//!
//! A database that lost its end cannot say so. This file lies beside the ledger, or where the settings say, and is not part
//! of the backup: a server that starts after a restore compares the log with it, and refuses a log that has gone back.

use super::settings::Settings;
use minutebook_domain::Position;
use minutebook_ledger::merkle::Hash;
use minutebook_ledger::{Discontinuity, LedgerUrl, Log, LogEnd, StoreError};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::watch;

/// How often a new position is written. After a crash the file may be this far behind, which only hides the loss of what was
/// recorded in that time.
const INTERVAL: Duration = Duration::from_secs(1);

/// The file with the last position that the server has seen.
#[derive(Debug, Clone)]
pub struct PositionFile {
    path: PathBuf,
}

/// Why the position file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PositionFileError {
    /// The file cannot be read.
    #[error("the position file `{path}` cannot be read: {source}")]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file holds something else.
    #[error(
        "the position file `{path}` is not as the server writes it: `{{\"position\":7,\"leaf\":\"…\"}}` with 64 hexadecimal \
         digits was expected"
    )]
    Malformed {
        /// The path.
        path: PathBuf,
    },
    /// The log cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The content of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PositionNote {
    position: u64,
    /// The leaf in hexadecimal digits.
    leaf: String,
}

impl PositionFile {
    /// The file of the settings; without one, `<ledger>-position` beside an SQLite ledger.
    pub fn of(settings: &Settings, ledger: &LedgerUrl) -> Option<Self> {
        if !settings.position_file.is_empty() {
            return Some(Self { path: settings.position_file.clone().into() });
        }
        let LedgerUrl::Sqlite(path) = ledger else { return None };
        let mut path = path.clone().into_os_string();
        path.push("-position");
        Some(Self { path: path.into() })
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Compares the log with the position in the file. Without a file there is nothing to compare.
    pub async fn compare(&self, log: &Log) -> Result<Result<(), Discontinuity>, PositionFileError> {
        match self.read()? {
            Some(seen) => Ok(log.continues(seen).await?),
            None => Ok(Ok(())),
        }
    }

    /// Writes the positions that the server sees, until `finished` is true.
    pub(super) async fn follow(self, log: Log, mut finished: watch::Receiver<bool>) {
        let mut written = None;
        let mut failed = false;
        loop {
            let seen = log.seen();
            if written != Some(seen) {
                match self.write(seen) {
                    Ok(()) => (written, failed) = (Some(seen), false),
                    Err(error) if !failed => {
                        let path = self.path.display();
                        tracing::warn!(%error, "cannot write the position file {path}: a lost end of the log may go unnoticed");
                        failed = true;
                    }
                    Err(_) => {}
                }
            }
            if *finished.borrow() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                _ = finished.wait_for(|finished| *finished) => {}
            }
        }
    }

    fn read(&self) -> Result<Option<LogEnd>, PositionFileError> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(PositionFileError::Unreadable { path: self.path.clone(), source }),
        };
        let end = serde_json::from_str::<PositionNote>(&text).ok().and_then(|note| {
            let leaf = Some(Hash::from_hex(note.leaf.as_bytes())?);
            Some(LogEnd { position: Position::new(note.position), leaf })
        });
        end.map(Some).ok_or_else(|| PositionFileError::Malformed { path: self.path.clone() })
    }

    /// Replaces the file in one step, so that a crash leaves the old one or the new one.
    fn write(&self, seen: LogEnd) -> io::Result<()> {
        let Some(leaf) = seen.leaf else { return Ok(()) };
        let note = PositionNote { position: seen.position.number(), leaf: leaf.to_string() };
        let mut next = self.path.clone().into_os_string();
        next.push(".new");
        std::fs::write(&next, serde_json::to_string(&note)? + "\n")?;
        std::fs::rename(next, &self.path)
    }
}

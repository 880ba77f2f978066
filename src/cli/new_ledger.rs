//! A ledger file that a command makes.

use super::terminal::print_error;
use minutebook_ledger::{Environment, LedgerUrl, Log};
use std::path::{Path, PathBuf};

/// The endings of the files that belong to a ledger.
const ENDINGS: [&str; 4] = ["", "-wal", "-shm", "-rebuild"];

/// An SQLite file that did not exist before a command. If the command records nothing, no empty ledger is left behind.
pub(super) struct NewLedger {
    /// None if the file existed, or the ledger is on PostgreSQL.
    path: Option<PathBuf>,
}

impl NewLedger {
    /// Notes whether the file exists. Called before the ledger is opened.
    pub(super) fn before(ledger: &LedgerUrl) -> Self {
        let path = match ledger {
            LedgerUrl::Sqlite(path) if !path.exists() => Some(path.clone()),
            LedgerUrl::Sqlite(_) | LedgerUrl::Postgres(_) => None,
        };
        Self { path }
    }

    /// Returns whether the ledger existed, or is on PostgreSQL, where `migrate` makes ledgers.
    pub(super) fn exists(&self) -> bool {
        self.path.is_none()
    }

    /// Says that the ledger was made, or removes it if it is empty. Called after the ledger was closed.
    pub(super) async fn settle(self) {
        let Some(path) = self.path.filter(|path| path.exists()) else { return };
        if is_empty(&path).await {
            for ending in ENDINGS {
                let mut file = path.clone().into_os_string();
                file.push(ending);
                // SQLite has removed its companions already; what cannot be removed is left.
                let _ = std::fs::remove_file(file);
            }
        } else {
            print_error(&format!("made the ledger {}", path.display()));
        }
    }
}

/// Whether the file holds no event. One that cannot be read is not.
async fn is_empty(path: &Path) -> bool {
    let url = LedgerUrl::Sqlite(path.to_owned());
    let Ok(log) = Log::open_as_it_is(&url, Environment::system()).await else { return false };
    let head = log.head().await;
    log.close().await;
    head.is_ok_and(|head| head.number() == 0)
}

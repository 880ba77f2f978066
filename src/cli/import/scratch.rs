//! The ledger of a dry run.

use crate::cli::failure::Failure;
use minutebook_ledger::LedgerUrl;

/// An empty ledger for a dry run on a file that is not there: a dry run makes nothing.
pub(super) struct Scratch {
    pub(super) url: LedgerUrl,
    _folder: tempfile::TempDir,
}

impl Scratch {
    pub(super) fn for_dry_run(ledger: &LedgerUrl, dry_run: bool) -> Result<Option<Self>, Failure> {
        match ledger {
            LedgerUrl::Sqlite(path) if dry_run && !path.exists() => {
                let folder = tempfile::tempdir()?;
                Ok(Some(Self { url: LedgerUrl::Sqlite(folder.path().join("dry-run.db")), _folder: folder }))
            }
            _ => Ok(None),
        }
    }
}

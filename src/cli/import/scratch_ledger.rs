//! The ledger of a dry run.

use crate::cli::failure::Failure;
use minutebook_ledger::LedgerUrl;

/// An empty temporary ledger, for a dry run against a file that doesn't exist: a dry run creates nothing.
pub(super) struct ScratchLedger {
    pub(super) url: LedgerUrl,
    _folder: tempfile::TempDir,
}

impl ScratchLedger {
    /// None if the ledger exists, or if this is not a dry run.
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

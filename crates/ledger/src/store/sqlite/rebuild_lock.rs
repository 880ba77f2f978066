//! The lock of a rebuild: a file beside the database, which is there while a rebuild runs.
//!
//! The system releases the lock however the process ends. A file that a killed process left locks nothing.

use super::POLL;
use super::files::identity;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A lock that this process holds. Dropping it removes the file.
pub(super) struct RebuildLock {
    /// Closed after the file's name is gone.
    _file: File,
    path: PathBuf,
}

impl RebuildLock {
    /// Takes the lock once no other process has it.
    pub(super) async fn take(path: &Path) -> io::Result<Self> {
        loop {
            let file = File::options().create(true).append(true).open(path)?;
            match file.try_lock() {
                // The process that had the lock removes the file: then this is a lock on a file that nobody finds any more.
                Ok(()) if !is_at(&file, path) => {}
                Ok(()) => return Ok(Self { _file: file, path: path.to_owned() }),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(POLL).await,
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }
}

impl Drop for RebuildLock {
    fn drop(&mut self) {
        // Where a file that is open cannot be removed, it stays and locks nothing.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Returns whether the file still has this path.
fn is_at(file: &File, path: &Path) -> bool {
    let of_path = std::fs::metadata(path).as_ref().map(identity).ok();
    file.metadata().as_ref().map(identity).ok() == of_path && of_path.is_some()
}

//! What `minutebook doctor` asks besides the health of a ledger.

use super::log::Log;
use super::store::{HeadLock, StoreError};
use std::path::Path;

impl Log {
    /// Returns an error if this process may not append. It takes the lock of an append and gives it back.
    pub async fn check_append(&self) -> Result<(), StoreError> {
        self.store().begin_append(HeadLock::Pessimistic).await.map(drop)
    }
}

/// Returns the bytes that are free for this user on the disk of a folder; none where the system does not say.
#[cfg(target_os = "linux")]
pub fn free_room(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

/// Elsewhere the system is not asked.
#[cfg(not(target_os = "linux"))]
pub fn free_room(_: &Path) -> Option<u64> {
    None
}

//! Whether this user may write to a ledger's file and its folder, in which SQLite keeps the file's companions.

use std::path::Path;

/// Returns whether the file and its folder can be written to. The system is asked by their names: to open the file would drop the
/// locks that this process has on it.
#[cfg(target_os = "linux")]
pub(super) fn is_writable(path: &Path) -> bool {
    use rustix::fs::{Access, access};
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    access(path, Access::WRITE_OK).is_ok() && access(folder, Access::WRITE_OK).is_ok()
}

/// Elsewhere only the file's own mark is known.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_writable(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| !file.permissions().readonly())
}

//! The files of a ledger, as this process opened them.
//!
//! SQLite holds its files open by their descriptors. If somebody deletes or replaces one, it goes on writing to a file
//! that nobody can find any more; if somebody overwrites one, it goes on with the pages that it keeps in memory. So each
//! append first looks at the files, and looks once more before it is acknowledged.
//!
//! Nothing here opens the database: to close any descriptor of a file drops all locks that the process has on it (POSIX), and
//! another process would then take itself for the last one and remove the write-ahead log.

use crate::store::error::StoreError;
use crate::store::log_end::Discontinuity;
use crate::store::timed::TimedConnection;
use sqlx::{Executor, Sqlite, SqliteConnection};
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// The endings of the files: the database, its write-ahead log, and the index of that log.
const ENDINGS: [&str; 3] = ["", "-wal", "-shm"];
/// A ledger of up to this size, in bytes, is checked whole after somebody else wrote to its files: it takes less than a
/// second.
const CHECKED_WHOLE: u64 = 128 << 20;

/// The files of one ledger.
#[derive(Debug)]
pub(super) struct LedgerFiles {
    path: PathBuf,
    known: Mutex<KnownFiles>,
    /// The number of commits of this process.
    commits: Arc<AtomicU64>,
    /// Whether this process is closing the ledger: SQLite removes the companions with the last connection.
    is_closing: AtomicBool,
}

#[derive(Debug, Default)]
struct KnownFiles {
    /// Device and inode of each file; none for a file that is not there yet.
    identities: [Option<(u64, u64)>; ENDINGS.len()],
    /// The state after the last commit of this process.
    state: FileState,
    /// The last position of the log, when this process last read or wrote it here.
    head: Option<i64>,
}

/// What changes when somebody writes to the files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct FileState {
    /// Length and time of change of the database and its write-ahead log.
    files: [Option<(u64, SystemTime)>; 2],
    commits: u64,
}

impl LedgerFiles {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), known: Mutex::default(), commits: Arc::default(), is_closing: false.into() }
    }

    /// Notes that this process closes the ledger. From then on no file is missed.
    pub(super) fn close(&self) {
        self.is_closing.store(true, Ordering::Relaxed);
    }

    /// Counts the commits of the writer's new connection, and takes the files that it opened as the right ones.
    pub(super) async fn attach(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        // Reading has it open the write-ahead log.
        // A file that cannot be read fails where its content is needed: a pool would try to connect again and again.
        let head = head(&mut *connection).await.unwrap_or_default();
        self.count_commits(connection).await?;
        let mut known = self.known();
        // A database that replaced the first one is never taken for it.
        let database = known.identities[0];
        known.identities = ENDINGS.map(|ending| self.metadata(ending).ok().as_ref().map(identity));
        known.identities[0] = database.or(known.identities[0]);
        known.state = self.state();
        known.head = head;
        Ok(())
    }

    /// Has a connection of this process count its commits.
    pub(super) async fn count_commits(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        let commits = self.commits.clone();
        connection.lock_handle().await?.set_commit_hook(move || {
            commits.fetch_add(1, Ordering::Relaxed);
            true
        });
        Ok(())
    }

    /// Refuses if a file was deleted, replaced or cut short.
    pub(super) fn check(&self) -> Result<(), Discontinuity> {
        if self.is_closing.load(Ordering::Relaxed) {
            return Ok(());
        }
        let known = self.known();
        for (ending, expected) in ENDINGS.into_iter().zip(known.identities) {
            let Some(expected) = expected else { continue };
            let changed = |change: &str| self.changed(ending, change);
            let metadata = match self.metadata(ending) {
                Ok(metadata) => metadata,
                Err(error) if error.kind() == ErrorKind::NotFound => return Err(changed("was deleted")),
                Err(error) => return Err(changed(&format!("became unreadable ({error})"))),
            };
            if identity(&metadata) != expected {
                return Err(changed("was replaced by another"));
            }
            // Checkpoints cut the write-ahead log; nothing ever shortens the database.
            let length = known.state.files[0].map_or(0, |(length, _)| length);
            if ending.is_empty() && metadata.len() < length {
                return Err(changed("was cut short"));
            }
        }
        Ok(())
    }

    /// Whether somebody wrote to the files since this process last committed.
    pub(super) fn is_changed(&self) -> bool {
        self.state() != self.known().state
    }

    /// Refuses if somebody wrote to the files of a ledger that SQLite takes to be unchanged.
    pub(super) fn check_unchanged(&self) -> Result<(), Discontinuity> {
        if self.is_changed() { Err(self.changed("", "was written to")) } else { Ok(()) }
    }

    /// Has SQLite read the files anew after somebody else wrote to them. Where no new event explains the change, it checks a
    /// ledger that is small enough whole.
    pub(super) async fn read_anew(&self, connection: &mut TimedConnection<Sqlite>) -> Result<(), StoreError> {
        if !self.is_changed() {
            // A commit of this process was under way, and has ended.
            return Ok(());
        }
        // The pages that it keeps in memory may be those of a file that has others now.
        sqlx::query("PRAGMA shrink_memory").execute(&mut *connection).await?;
        // In one transaction, so that no table is dropped between its statements.
        connection.begin("BEGIN").await?;
        let outcome = self.examine(connection).await;
        // An error ends the transaction, and there is nothing to roll back.
        let ended = connection.end_transaction("ROLLBACK").await;
        outcome.and(ended.map_err(StoreError::from))
    }

    async fn examine(&self, connection: &mut TimedConnection<Sqlite>) -> Result<(), StoreError> {
        let head = head(&mut *connection).await?;
        let state = self.state();
        let (explained, length) = {
            let mut known = self.known();
            // A commit of this process beside the log writes to the write-ahead log alone.
            let wrote_database = known.state.files[0] != state.files[0];
            let explained = known.head != head || (known.state.commits != state.commits && !wrote_database);
            known.head = head;
            (explained, state.files[0].map_or(0, |(length, _)| length))
        };
        if !explained && length <= CHECKED_WHOLE {
            let found: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(connection).await?;
            if found != "ok" {
                return Err(self.changed("", &format!("was damaged ({})", found.trim())).into());
            }
        }
        self.known().state = state;
        Ok(())
    }

    /// Notes the state after a commit, which may be acknowledged if this succeeds.
    pub(super) fn committed(&self, head: Option<i64>) -> Result<(), Discontinuity> {
        self.check()?;
        let state = self.state();
        let mut known = self.known();
        known.state = state;
        known.head = head.or(known.head);
        Ok(())
    }

    fn known(&self) -> MutexGuard<'_, KnownFiles> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> FileState {
        let file = |ending| {
            let metadata = self.metadata(ending).ok()?;
            Some((metadata.len(), metadata.modified().ok()?))
        };
        FileState { files: ["", "-wal"].map(file), commits: self.commits.load(Ordering::Relaxed) }
    }

    fn metadata(&self, ending: &str) -> std::io::Result<Metadata> {
        std::fs::metadata(self.file(ending))
    }

    fn file(&self, ending: &str) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(ending);
        path.into()
    }

    fn changed(&self, ending: &str, change: &str) -> Discontinuity {
        Discontinuity::FileChanged { file: self.file(ending).display().to_string(), change: change.to_owned() }
    }
}

async fn head<'c>(executor: impl Executor<'c, Database = Sqlite>) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar("SELECT position FROM head").fetch_optional(executor).await
}

/// Device and inode.
#[cfg(unix)]
pub(super) fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

/// Other systems do not let anybody replace a file that is open.
#[cfg(not(unix))]
pub(super) fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

//! A ledger in one SQLite file.

mod access;
mod append;
mod catalogue;
mod dialect;
mod files;
mod rebuild;
mod rebuild_lock;
mod rows;
mod statements;

use super::Store;
use super::append::{AppendTransaction, HeadLock};
use super::audit::{EventRow, LogAudit, ReferenceRow, impl_log_audit};
use super::catalogue::SchemaAudit;
use super::error::{self, StoreError};
use super::event_log::{
    self, CommandRow, EndRow, EventLocation, EventLog, Head, LocationRow, Selection, impl_event_log,
};
use super::generations::Generations;
use super::log_end::FoundEnd;
use super::numbers::{read, stored};
use super::read_models::{
    self, ModelRow, ModelState, ProgressRow, ReadModelSnapshot, ReadModelStore, impl_read_model_store,
};
use super::rebuild::{self as rebuild_store, RebuildSession, RebuildStore, impl_rebuild_store};
use super::row_query::{RowAnswer, RowQuery};
use super::row_version::{RowVersion, SearchEntry, SearchRow, StoredVersion, VERSION_COLUMNS, VersionRow};
use super::schema::{self, impl_schema};
use super::sidecar::{
    self, DeliveryProgress, Lease, SidecarStore, StoredSession, StoredWebhook, TokenUseRow, WebhookRow,
    impl_sidecar_store,
};
use super::statement::{Parameters, Statement};
use super::timed::{LONG, Silence, TimedPool, within};
use crate::migrations::{SELECT_APPLIED, Schema, SchemaState};
use append::SqliteAppend;
use dialect::{DIALECT, query};
use files::LedgerFiles;
use minutebook_domain::Position;
use rebuild::SqliteRebuild;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, FromRow, Sqlite, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a writer waits for another process's transaction. A client has its answer while it still waits for one.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a reader waits for a lock. Writers bar no readers; a process that checks or restores the file does.
const READER_BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a reader waits for a connection.
const READER_WAIT: Duration = Duration::from_secs(4);
/// How long a writer waits for the one connection that writes: as long as the transaction of a large import takes.
const WAIT: Duration = Duration::from_secs(30);
/// How often the file is polled for another process's events: a file gives no notice.
const POLL: Duration = Duration::from_millis(200);
/// The writer's page cache, in negative KiB as SQLite has it. An append touches a few pages of each of a dozen trees;
/// with SQLite's own 2 MB they would be read again for each document of an archive.
const WRITER_CACHE: &str = "-32768";
/// Statements that stay prepared for the writer: it inserts rows of each read model in chunks of a few sizes.
const STATEMENTS: usize = 256;
/// The store on SQLite.
pub(crate) struct SqliteStore {
    /// One connection: SQLite has one writer at a time, and its prepared statements stay with the connection.
    writer: TimedPool<Sqlite>,
    readers: TimedPool<Sqlite>,
    /// For what stands beside the log: its wait for another process's lock delays no append.
    sidecar: TimedPool<Sqlite>,
    options: SqliteConnectOptions,
    files: Arc<LedgerFiles>,
    generations: Arc<Generations>,
    /// The file beside the database that a rebuild keeps locked.
    rebuild_lock: PathBuf,
    /// The path, if the file was opened for reading alone.
    only_read: Option<String>,
}

impl SqliteStore {
    /// Opens the file. With `create` it creates the file or migrates it first.
    pub(crate) async fn open(path: &Path, create: bool) -> Result<Self, StoreError> {
        let shown = path.display().to_string();
        if !path.exists() {
            let left = ["-wal", "-position"].map(|ending| format!("{shown}{ending}"));
            if let Some(left) = left.into_iter().find(|left| Path::new(left).exists()) {
                return Err(StoreError::Gone { ledger: shown, left });
            }
            if !create {
                return Err(StoreError::Missing(shown));
            }
        }
        // SQLite takes an empty file for an empty database, and would write its own header to it.
        if !create && std::fs::metadata(path).is_ok_and(|file| file.len() == 0) {
            return Err(StoreError::NotMigrated(shown));
        }
        if path.parent().is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
            return Err(StoreError::NoFolder(shown));
        }
        if create && !path.exists() {
            make_private(path);
        }
        if path.exists() && !access::is_writable(path) {
            return if create {
                Err(StoreError::OpenedForReading(shown))
            } else {
                Self::open_for_reading(path, shown).await
            };
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            // NORMAL would lose acknowledged events in a power cut: the log is synced on every commit.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT);
        let written = options.clone().pragma("cache_size", WRITER_CACHE).statement_cache_capacity(STATEMENTS);
        let started = Instant::now();
        let connection = loop {
            match Self::connect(&written, create, &shown).await {
                // Other processes make or close the same file: then SQLite says so at once, without its wait.
                Err(StoreError::Busy(_)) if started.elapsed() < BUSY_TIMEOUT => tokio::time::sleep(schema::PAUSE).await,
                outcome => break outcome?,
            }
        };
        // A connection that is opened later finds the file, or fails.
        let (options, written) = (options.create_if_missing(false), written.create_if_missing(false));
        let files = Arc::new(LedgerFiles::new(path));
        let of_sidecar = files.clone();
        let written = writer_pool(&files).connect_lazy_with(written);
        let beside = pool(1, WAIT)
            .after_connect(move |connection, _| {
                let files = of_sidecar.clone();
                Box::pin(async move { files.count_commits(connection).await })
            })
            .connect_lazy_with(options.clone());
        let silence = Silence::of_a_file();
        let writer = TimedPool::new(written, LONG, &silence);
        drop(writer.connection().await?);
        within(LONG, connection.close()).await?;
        let sidecar = TimedPool::new(beside, LONG, &silence);
        let read = options.clone().busy_timeout(READER_BUSY_TIMEOUT).pragma("query_only", "on");
        let readers = TimedPool::new(pool(8, READER_WAIT).connect_lazy_with(read), LONG, &silence);
        // The canonical path, so that every name of the file leads to one lock.
        let mut rebuild_lock = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
        rebuild_lock.push("-rebuild");
        let (generations, rebuild_lock) = (Arc::default(), rebuild_lock.into());
        Ok(Self { writer, readers, sidecar, options, files, generations, rebuild_lock, only_read: None })
    }

    /// Opens a file that this user may not write to, or whose folder is so. SQLite can read such a file only as one that
    /// nobody changes: so nothing may stand in a write-ahead log beside it, and a change of the file ends the reading.
    async fn open_for_reading(path: &Path, shown: String) -> Result<Self, StoreError> {
        let wal = format!("{shown}-wal");
        if std::fs::metadata(&wal).is_ok_and(|wal| wal.len() > 0) {
            return Err(StoreError::UnreadWal { ledger: shown, wal });
        }
        let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
        let connection = Self::connect(&options, false, &shown).await?;
        within(LONG, connection.close()).await?;
        let (files, silence) = (Arc::new(LedgerFiles::new(path)), Silence::of_a_file());
        let writer = TimedPool::new(writer_pool(&files).connect_lazy_with(options.clone()), LONG, &silence);
        drop(writer.connection().await?);
        let readers = TimedPool::new(pool(8, READER_WAIT).connect_lazy_with(options.clone()), LONG, &silence);
        let (sidecar, generations, rebuild_lock) = (readers.clone(), Arc::default(), PathBuf::new());
        Ok(Self { writer, readers, sidecar, options, files, generations, rebuild_lock, only_read: Some(shown) })
    }

    /// Opens a connection and checks the schema. With `migrate` it runs the missing migrations first.
    async fn connect(
        options: &SqliteConnectOptions,
        migrate: bool,
        shown: &str,
    ) -> Result<SqliteConnection, StoreError> {
        // Setting the journal mode reads the file first.
        let mut connection = match within(LONG, options.connect()).await {
            Err(error) if error::is_not_a_database(&error) => return Err(StoreError::NotADatabase(shown.to_owned())),
            connected => connected?,
        };
        Self::open_schema(&mut connection, migrate, shown).await?;
        Ok(connection)
    }

    /// Refuses to write to a ledger that was opened for reading.
    fn check_writable(&self) -> Result<(), StoreError> {
        self.only_read.clone().map_or(Ok(()), |shown| Err(StoreError::OpenedForReading(shown)))
    }

    /// Refuses if a file was deleted, replaced, cut short or damaged since it was opened.
    async fn check_files(&self) -> Result<(), StoreError> {
        self.files.check()?;
        if self.only_read.is_some() {
            return Ok(self.files.check_unchanged()?);
        }
        if self.files.is_changed() {
            self.files.read_anew(&mut self.writer.connection().await?).await?;
        }
        Ok(())
    }

    fn walkers(&self) -> &TimedPool<Sqlite> {
        &self.readers
    }

    /// Returns the pool that writes beside the log.
    fn sidecar(&self) -> &TimedPool<Sqlite> {
        &self.sidecar
    }

    /// Returns what was read of a generation, or nothing if another has replaced it: its tables are dropped then.
    async fn unless_replaced<T: Default>(
        &self,
        generation: i64,
        read: Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        let Err(error) = read else { return Ok(read?) };
        let (known, _) = self.read_models().await?;
        let in_use = known.models.values().any(|state| state.generation == generation);
        if in_use { Err(error.into()) } else { Ok(T::default()) }
    }
}

/// Returns the pool of the one connection that writes. It stays open: SQLite removes the companions of the file when the last
/// connection closes.
fn writer_pool(files: &Arc<LedgerFiles>) -> SqlitePoolOptions {
    let files = files.clone();
    pool(1, WAIT).idle_timeout(None).max_lifetime(None).after_connect(move |connection, _| {
        let files = files.clone();
        Box::pin(async move { files.attach(connection).await })
    })
}

/// Makes a file that its owner alone may read; SQLite gives its companions the same permissions. What fails here fails again, and
/// is reported, when the database is opened.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    if let Err(error) = options.open(path) {
        tracing::debug!(%error, "the file of the ledger was not made");
    }
}

fn pool(connections: u32, wait: Duration) -> SqlitePoolOptions {
    // A file does not hang up: to test the connection each time would only take time.
    SqlitePoolOptions::new().max_connections(connections).acquire_timeout(wait).test_before_acquire(false)
}

impl_schema!(SqliteStore, Sqlite, Schema::sqlite());

impl_event_log!(SqliteStore {
    async fn begin_append(&self, _: HeadLock) -> Result<Box<dyn AppendTransaction>, StoreError> {
        self.check_writable()?;
        self.check_files().await?;
        // IMMEDIATE takes the write lock at once: a transaction that reads first and writes later could not wait for
        // another writer, and would fail instead.
        let transaction = self.writer.begin("BEGIN IMMEDIATE").await?;
        let (files, generations) = (self.files.clone(), self.generations.clone());
        Ok(Box::new(SqliteAppend { transaction, files, head: None, generations }))
    }

    async fn changed(&self) {
        tokio::time::sleep(POLL).await;
    }
});

impl_log_audit!(SqliteStore {
    async fn leaves(&self, after: u64, limit: u32) -> Result<Vec<u8>, StoreError> {
        // One row is fetched far faster than many, and SQLite joins only text.
        let sql = "SELECT group_concat(hex(leaf), '') FROM \
                   (SELECT leaf FROM events WHERE position > $1 ORDER BY position LIMIT $2)";
        let leaves: Option<String> =
            sqlx::query_scalar(sql).bind(stored(after)).bind(i64::from(limit)).fetch_one(&self.readers).await?;
        hex::decode(leaves.unwrap_or_default())
            .map_err(|error| StoreError::Damaged { position: after + 1, what: error.to_string() })
    }

    async fn audit_schema(&self) -> Result<SchemaAudit, StoreError> {
        catalogue::audit(&self.readers).await
    }

    async fn check_migrated(&self) -> Result<(), StoreError> {
        Self::check_schema(&self.readers, "this address").await
    }
});

impl_read_model_store!(SqliteStore {
    async fn index_damage(&self) -> Result<Option<String>, StoreError> {
        let (known, _) = self.read_models().await?;
        for (model, state) in known.models {
            let generation = state.generation;
            // SQLite has the check as an insertion, which writes nothing.
            let words = format!("searched_words_{generation}");
            if self.only_read.is_some() {
                let sql = format!("PRAGMA integrity_check({words})");
                let found: String = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&self.readers).await?;
                if found != "ok" {
                    return Ok(Some(format!("the index of words of `{model}` is damaged: {found}")));
                }
                continue;
            }
            let sql = format!("INSERT INTO {words} ({words}, rank) VALUES ('integrity-check', 1)");
            // Reading a table first has the connection notice tables that others created or dropped; the lock keeps
            // them from creating and dropping more.
            let mut transaction = self.writer.begin("BEGIN IMMEDIATE").await?;
            sqlx::query(event_log::SELECT_HEAD).fetch_one(&mut transaction).await?;
            let checked = sqlx::query(AssertSqlSafe(sql)).execute(&mut transaction).await.map(drop);
            transaction.rollback().await?;
            if checked.as_ref().is_err_and(error::is_corrupt) {
                return Ok(Some(format!("the index of words of `{model}` does not hold the words that it should")));
            }
            self.unless_replaced(generation, checked).await?;
        }
        Ok(None)
    }
});

impl_rebuild_store!(SqliteStore {
    async fn begin_rebuild(&self) -> Result<Box<dyn RebuildSession>, StoreError> {
        self.check_writable()?;
        Ok(Box::new(SqliteRebuild::begin(&self.rebuild_lock, &self.options, &self.writer).await?))
    }
});

impl_sidecar_store!(SqliteStore);

#[async_trait::async_trait]
impl Store for SqliteStore {
    async fn close(&self) {
        self.files.close();
        self.readers.close().await;
        self.sidecar.close().await;
        self.writer.close().await;
    }
}

//! A ledger in a PostgreSQL database that several processes may share.

mod append;
mod array_table;
mod catalogue;
mod copy;
mod dialect;
mod limits;
mod listener;
mod reader_role;
mod rebuild;
mod rows;
mod writer_role;

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
use super::row::row;
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
use append::PostgresAppend;
use dialect::{DIALECT, query};
use futures_util::FutureExt as _;
use limits::{
    ANSWER, CONNECT, DEAD_CLIENTS, READ, READER_ENDS, WALK_BEGINS, WALKER_ENDS, WRITE, WRITER_ENDS, apply,
    as_statements, pool,
};
use listener::HeadListener;
use minutebook_domain::Position;
use minutebook_domain::classification::Clearance;
use rebuild::PostgresRebuild;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, FromRow, PgConnection, Postgres};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;

/// The channel on which an append announces the new head.
const CHANNEL: &str = "minutebook_head";
/// How often the head is polled without a notice: notices can be lost, positions cannot.
const POLL: Duration = Duration::from_secs(1);
/// Settings of the writer's connection: look-ups go by index. Statistics of a log that was empty a moment ago say that
/// reading it through is cheapest, and a prepared statement keeps that plan while the log grows.
const BY_INDEX: [(&str, &str); 3] =
    [("enable_seqscan", "off"), ("enable_bitmapscan", "off"), ("enable_hashjoin", "off")];
/// Settings of connections that read a whole table a page at a time, in the order of an index. The planner does not know
/// how few of the remaining rows a page takes, and would sort all of them for each page.
const IN_ORDER: [(&str, &str); 4] = [
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    ("enable_sort", "off"),
    ("max_parallel_workers_per_gather", "0"),
];

/// Settings of every session.
const SESSION: [(&str, &str); 4] = [
    // An acknowledged event is on disk, whatever the server's default is.
    ("synchronous_commit", "on"),
    // The statements that append rely on it.
    ("default_transaction_isolation", "read committed"),
    // A statement names its generation, so a plan for any parameters leaves out the other partitions as a plan for these
    // would; and to plan it anew each time takes longer than to run it.
    ("plan_cache_mode", "force_generic_plan"),
    // A table without statistics seems so large that the server would compile each statement, for 70 ms and more.
    ("jit", "off"),
];

/// Returns how a database is named to a person, without its password: `book on db.example:5432`.
fn place(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or(options.get_username());
    match options.get_socket() {
        Some(folder) => format!("{database} on {}", folder.display()),
        None => format!("{database} on {}:{}", options.get_host(), options.get_port()),
    }
}

/// Returns whether the address names a socket of this machine.
fn is_local(options: &PgConnectOptions) -> bool {
    options.get_socket().is_some() || options.get_host().starts_with('/')
}

row! {
    /// What a server says of itself and of the session.
    struct FirstAnswer {
        encoding: String,
        /// The port at which the server hears the connection; none on a socket of its machine.
        port: Option<i32>,
        /// The process of the session.
        session: i32,
    }
}

impl FirstAnswer {
    async fn of(connection: &mut PgConnection) -> sqlx::Result<Self> {
        let sql = "SELECT current_setting('server_encoding') AS encoding, inet_server_port() AS port, \
                   pg_backend_pid() AS session";
        // Not prepared: a pooler may hand on the session that prepared it.
        let row = within(ANSWER, sqlx::raw_sql(sql).fetch_one(connection)).await?;
        Self::from_row(&row)
    }
}

/// The store on PostgreSQL.
pub(crate) struct PostgresStore {
    /// One connection for the writer alone: its prepared statements stay with it, and readers never starve it.
    writer: TimedPool<Postgres>,
    readers: TimedPool<Postgres>,
    /// For reading whole tables in order.
    walkers: TimedPool<Postgres>,
    /// For connections that belong to none of these pools.
    options: PgConnectOptions,
    silence: Arc<Silence>,
    listener: Mutex<Option<HeadListener>>,
    /// Whether the server lets anybody listen: a replica does not.
    has_notices: AtomicBool,
    generations: Arc<Generations>,
}

impl PostgresStore {
    /// Connects. With `migrate` it creates or migrates the schema first.
    pub(crate) async fn open(options: PgConnectOptions, migrate: bool) -> Result<Self, StoreError> {
        // No setting comes with the connection: PgBouncer would refuse it.
        let options = options.application_name("minutebook").extra_float_digits(None);
        let place = place(&options);
        Self::open_first(&options, migrate, &place).await?;
        let probed = options.clone();
        let silence = Silence::probed_by(&place, move || {
            let options = probed.clone();
            async move { PgConnection::connect_with(&options).await?.close().await }.boxed()
        });
        let pool = |connections, wait, statement, settings: &[&[(&str, &str)]]| {
            let pool = pool(connections, wait, settings, &silence).connect_lazy_with(options.clone());
            TimedPool::new(pool, statement, &silence)
        };
        let writer = pool(1, CONNECT, WRITE, &[&SESSION, &DEAD_CLIENTS, &BY_INDEX, &WRITER_ENDS]);
        let walkers = pool(2, WALK_BEGINS, LONG, &[&SESSION, &DEAD_CLIENTS, &IN_ORDER, &WALKER_ENDS]);
        let readers = pool(8, CONNECT, READ, &[&SESSION, &DEAD_CLIENTS, &READER_ENDS]);
        let (listener, generations) = (Mutex::new(None), Arc::default());
        let has_notices = AtomicBool::new(true);
        Ok(Self { writer, readers, walkers, options, silence, listener, has_notices, generations })
    }

    /// Makes a first connection, and refuses a database that cannot hold the ledger or does not hold a current one.
    async fn open_first(options: &PgConnectOptions, migrate: bool, place: &str) -> Result<(), StoreError> {
        let refused = |error| StoreError::not_connected(place, error);
        // A pool keeps trying where nobody answers; this fails at once.
        let mut connection = within(CONNECT, PgConnection::connect_with(options)).await.map_err(refused)?;
        apply(&mut connection, &as_statements(&[&SESSION, &DEAD_CLIENTS])).await.map_err(refused)?;
        let server = FirstAnswer::of(&mut connection).await.map_err(refused)?;
        // A server that hears at another port than was dialled stands behind a proxy or a pooler. If that gives two open
        // connections the same session, it changes the session with each transaction.
        if server.port.is_none_or(|port| port != i32::from(options.get_port())) && !is_local(options) {
            let mut second = within(CONNECT, PgConnection::connect_with(options)).await.map_err(refused)?;
            let same = FirstAnswer::of(&mut second).await.is_ok_and(|other| other.session == server.session);
            let _ = within(ANSWER, second.close()).await;
            if same {
                return Err(StoreError::TransactionPooling(place.to_owned()));
            }
        }
        if server.encoding != "UTF8" {
            return Err(StoreError::NotUtf8 { place: place.to_owned(), encoding: server.encoding });
        }
        Self::open_schema(&mut connection, migrate, place).await?;
        // It is closed in any case.
        let _ = within(ANSWER, connection.close()).await;
        Ok(())
    }

    /// Lets an existing role append to the log and read it, and nothing else.
    pub(crate) async fn grant_to(&self, role: &str) -> Result<(), StoreError> {
        writer_role::grant_append(&self.writer, role).await
    }

    /// Lets an existing role read the SQL views up to a clearance, and nothing else.
    pub(crate) async fn grant_read_to(&self, role: &str, clearance: Clearance) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin("BEGIN").await?;
        reader_role::grant(&mut transaction, role, clearance).await?;
        Ok(transaction.commit().await?)
    }

    /// Checks nothing: a server keeps its files itself.
    #[expect(clippy::unused_async, reason = "on SQLite it looks at the files")]
    async fn check_files(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn walkers(&self) -> &TimedPool<Postgres> {
        &self.walkers
    }

    /// Returns the pool that writes beside the log. It is not the writer's, so appends do not wait for it.
    fn sidecar(&self) -> &TimedPool<Postgres> {
        &self.readers
    }

    /// Returns what was read of a generation. A replaced generation has no rows, and reading it is no error.
    #[expect(clippy::unused_async, reason = "on SQLite it looks whether the generation is in use")]
    async fn unless_replaced<T>(&self, _: i64, read: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        Ok(read?)
    }
}

impl_schema!(PostgresStore, Postgres, Schema::postgres());

impl_event_log!(PostgresStore {
    async fn begin_append(&self, lock: HeadLock) -> Result<Box<dyn AppendTransaction>, StoreError> {
        let connection = match lock {
            HeadLock::Optimistic => self.writer.connection().await?,
            // One message begins and locks. In READ COMMITTED each later statement sees what was committed before it
            // began, and so everything up to the lock.
            HeadLock::Pessimistic => self.writer.begin("BEGIN; SELECT 1 FROM head FOR UPDATE").await?,
        };
        let (is_locked, generations) = (lock == HeadLock::Pessimistic, self.generations.clone());
        Ok(Box::new(PostgresAppend { connection, is_locked, head_written_by: 0, generations }))
    }

    async fn changed(&self) {
        let mut slot = self.listener.lock().await;
        if slot.is_none() && self.has_notices.load(Ordering::Relaxed) {
            // Without a listener the poll alone finds what is new, a second later at most.
            match HeadListener::connect(&self.options).await {
                Ok(listener) => {
                    *slot = Some(listener);
                    // Nothing told it of what was appended before it listened.
                    return;
                }
                Err(error) => self.has_notices.store(!error::is_read_only(&error), Ordering::Relaxed),
            }
        }
        match slot.as_mut() {
            None => tokio::time::sleep(POLL).await,
            Some(listener) => {
                if listener.notice(POLL).await.is_err() {
                    *slot = None;
                }
            }
        }
    }
});

impl_log_audit!(PostgresStore {
    async fn leaves(&self, after: u64, limit: u32) -> Result<Vec<u8>, StoreError> {
        let sql = "SELECT string_agg(leaf, ''::bytea) FROM \
                   (SELECT leaf FROM events WHERE position > $1 ORDER BY position LIMIT $2) AS page";
        let leaves: Option<Vec<u8>> =
            sqlx::query_scalar(sql).bind(stored(after)).bind(i64::from(limit)).fetch_one(&self.readers).await?;
        Ok(leaves.unwrap_or_default())
    }

    async fn audit_schema(&self) -> Result<SchemaAudit, StoreError> {
        catalogue::audit(&self.walkers).await
    }

    async fn check_migrated(&self) -> Result<(), StoreError> {
        Self::check_schema(&self.readers, "this address").await
    }
});

impl_read_model_store!(PostgresStore {
    async fn index_damage(&self) -> Result<Option<String>, StoreError> {
        // The index is the server's own, as those of the log are.
        Ok(None)
    }
});

impl_rebuild_store!(PostgresStore {
    async fn begin_rebuild(&self) -> Result<Box<dyn RebuildSession>, StoreError> {
        Ok(Box::new(PostgresRebuild::begin(&self.options, &self.silence).await?))
    }
});

impl_sidecar_store!(PostgresStore);

#[async_trait::async_trait]
impl Store for PostgresStore {
    async fn close(&self) {
        self.listener.lock().await.take();
        self.readers.close().await;
        self.walkers.close().await;
        self.writer.close().await;
    }
}

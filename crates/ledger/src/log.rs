//! The log as the rest of the program sees it: open, append, read, follow.

use super::batch::{AppendError, Batch, Receipt};
use super::environment::Environment;
use super::merkle::{Hash, Tree};
use super::metrics::LedgerMetrics;
use super::read::Cursor;
use super::read_models::{self, RebuildProgress, Registry, rebuild};
use super::store::{PostgresStore, Selection, SqliteStore, Store, StoreError, TokenUseRow};
use super::url::LedgerUrl;
use super::writer::Writer;
use chrono::{DateTime, Utc};
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::TokenId;
use minutebook_domain::{EventId, Position, RecordedEvent, StreamId, StreamVersion};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;

/// Leaves read at a time: half a megabyte of them.
const LEAVES: u32 = 16_384;

/// Whether opening a ledger may make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Only one that is there already, and current.
    Existing,
    /// On SQLite, make the file if it is missing and bring it up to date. On PostgreSQL as [`Opening::Existing`]:
    /// what a shared database holds is changed by `migrate` alone.
    OrNew,
    /// Make it, or bring it up to date.
    Migrate,
}

/// An append-only log of events in one total order. Cheap to clone; the clones share one writer.
#[derive(Clone)]
pub struct Log {
    store: Arc<dyn Store>,
    writer: Writer,
    environment: Environment,
    registry: Registry,
    /// The last position known in this process; it wakes those who follow.
    head: watch::Receiver<Position>,
    /// Ends the task that looks out for other processes' events, with the last clone.
    _lookout: Arc<AbortOnDrop>,
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Log {
    /// Opens the ledger at `url`. Read models that another version of the program made, or that are behind the log, are
    /// made again first.
    pub async fn open(url: &LedgerUrl, opening: Opening, environment: Environment) -> Result<Self, StoreError> {
        Self::open_with(url, opening, environment, read_models::registry::all(), |_| {}).await
    }

    /// Opens the ledger with other read models than the program's own, and hears how far making them has come.
    pub async fn open_with(
        url: &LedgerUrl,
        opening: Opening,
        environment: Environment,
        registry: Registry,
        progress: impl FnMut(RebuildProgress),
    ) -> Result<Self, StoreError> {
        let store = store(url, opening).await?;
        rebuild::refresh(&*store, &registry, progress).await?;
        Self::start(store, environment, registry).await
    }

    /// Opens a ledger that is there, and makes no read model again: whoever checks it sees it as it is.
    pub async fn open_as_it_is(url: &LedgerUrl, environment: Environment) -> Result<Self, StoreError> {
        Self::start(store(url, Opening::Existing).await?, environment, read_models::registry::all()).await
    }

    async fn start(store: Arc<dyn Store>, environment: Environment, registry: Registry) -> Result<Self, StoreError> {
        let position = Position::new(store.head().await?.position);
        let (announce, head) = watch::channel(position);
        let lookout = tokio::spawn(look_out(store.clone(), announce.clone()));
        let writer = Writer::start(store.clone(), environment.clone(), registry.clone(), announce);
        Ok(Self { store, writer, environment, registry, head, _lookout: Arc::new(AbortOnDrop(lookout)) })
    }

    /// Makes the PostgreSQL schema or brings it up to date, and lets `role` append and read, and nothing more.
    pub async fn grant(url: &LedgerUrl, role: &str) -> Result<(), StoreError> {
        match url {
            LedgerUrl::Sqlite(_) => Ok(()),
            LedgerUrl::Postgres(options) => {
                let store = PostgresStore::open((**options).clone(), true).await?;
                store.grant_to(role).await?;
                store.close().await;
                Ok(())
            }
        }
    }

    /// Makes the PostgreSQL schema or brings it up to date, and lets `role` read the SQL views, with nothing in them
    /// above `clearance`, and nothing else.
    pub async fn grant_read(url: &LedgerUrl, role: &str, clearance: Clearance) -> Result<(), StoreError> {
        match url {
            LedgerUrl::Sqlite(_) => Ok(()),
            LedgerUrl::Postgres(options) => {
                let store = PostgresStore::open((**options).clone(), true).await?;
                let granted = store.grant_read_to(role, clearance).await;
                store.close().await;
                granted
            }
        }
    }

    /// What the ledger has counted of itself since it was opened.
    pub fn figures(&self) -> &LedgerMetrics {
        self.writer.metrics()
    }

    /// Appends `batch` whole and durably, or nothing of it.
    pub async fn append(&self, batch: Batch) -> Result<Receipt, AppendError> {
        self.writer.append(batch).await
    }

    /// What the command with this id led to, if it is in the log; refused if it asked something else than the
    /// fingerprint says.
    pub async fn receipt(&self, command_id: &str, fingerprint: Option<&Hash>) -> Result<Option<Receipt>, AppendError> {
        let Some(command) = self.store.command(command_id).await? else { return Ok(None) };
        if fingerprint.is_some_and(|fingerprint| command.fingerprint != fingerprint.as_bytes()) {
            return Err(AppendError::KeyReused { command_id: command_id.to_owned() });
        }
        let events = self.store.locations(command.first_position, command.last_position).await?;
        Ok(Some(Receipt { command_id: command_id.to_owned(), events }))
    }

    /// The stream that holds the event with this id.
    pub async fn stream_of(&self, event: EventId) -> Result<Option<StreamId>, StoreError> {
        Ok(self.store.location_of(&event.to_string()).await?.map(|location| location.stream))
    }

    /// The version of a stream, asked of the store.
    pub async fn version(&self, stream: &StreamId) -> Result<StreamVersion, StoreError> {
        Ok(StreamVersion::new(self.store.stream_version(&stream.to_string()).await?))
    }

    /// The position of the last event, asked of the store.
    pub async fn head(&self) -> Result<Position, StoreError> {
        Ok(Position::new(self.store.head().await?.position))
    }

    /// The end of the last command that lies wholly within `known_at`; the head if none is given. A command is known
    /// whole or not at all.
    pub async fn known_whole(&self, known_at: Option<Position>) -> Result<Position, StoreError> {
        let head = self.head().await?;
        let Some(known_at) = known_at.filter(|known_at| *known_at < head) else { return Ok(head) };
        let Some(before) = known_at.number().checked_sub(1) else { return Ok(Position::START) };
        let page = self.read(Selection::All, Position::new(before)).next_page().await?;
        let Some(last) = page.first() else { return Ok(known_at) };
        let command = self.store.command(&last.metadata.command_id).await?;
        let broken = command.filter(|command| command.last_position > known_at.number());
        Ok(broken.map_or(known_at, |command| Position::new(command.first_position.saturating_sub(1))))
    }

    /// The last position that was recorded at or before a time: what the ledger knew then.
    pub async fn position_at(&self, time: DateTime<Utc>) -> Result<Position, StoreError> {
        Ok(Position::new(self.store.position_at(time.timestamp_micros()).await?))
    }

    /// The last position that this process knows of. It never goes back, and may be behind for a moment.
    pub fn known_head(&self) -> Position {
        *self.head.borrow()
    }

    /// Waits until this process knows of a position.
    pub async fn reached(&self, position: Position) {
        // The channel closes when the log does; there is then nothing to wait for.
        let _ = self.head.clone().wait_for(|head| *head >= position).await;
    }

    /// When the event at a position was recorded; none if there is no such event.
    pub async fn recorded_at(&self, position: Position) -> Result<Option<DateTime<Utc>>, StoreError> {
        let Some(before) = position.number().checked_sub(1) else { return Ok(None) };
        let page = self.read(Selection::All, Position::new(before)).next_page().await?;
        Ok(page.first().map(|event| event.recorded_at))
    }

    /// The events of `selection` after a position, page by page.
    pub fn read(&self, selection: Selection, after: Position) -> Cursor {
        Cursor::new(self.store.clone(), selection, after)
    }

    /// The events of `selection` after a position, those to come included.
    pub fn follow(&self, selection: Selection, after: Position) -> Tail {
        Tail { cursor: self.read(selection, after), head: self.head.clone() }
    }

    /// All events of `selection`, in memory: for selections that are small, as one stream is.
    pub async fn read_all(&self, selection: Selection) -> Result<Vec<RecordedEvent>, StoreError> {
        let mut cursor = self.read(selection, Position::START);
        let mut events = Vec::new();
        loop {
            let page = cursor.next_page().await?;
            if page.is_empty() {
                return Ok(events);
            }
            events.extend(page);
        }
    }

    /// The root of the tree over the leaves of the events up to `position`. It takes 32 bytes of each event.
    pub async fn root_at(&self, position: Position) -> Result<Hash, StoreError> {
        let mut tree = Tree::default();
        while tree.size() < position.number() {
            let left = position.number() - tree.size();
            let page = self.store.leaves(tree.size(), u32::try_from(left).unwrap_or(LEAVES).min(LEAVES)).await?;
            let (leaves, _) = page.as_chunks::<32>();
            if leaves.is_empty() {
                let what = format!("the leaves end here, and those up to {position} were expected");
                return Err(StoreError::Damaged { position: tree.size() + 1, what });
            }
            for leaf in leaves {
                tree.push(Hash::new(*leaf));
            }
        }
        Ok(tree.root())
    }

    /// Notes that a token was used at a moment. It is no part of the record, and a later use that is noted stays.
    pub async fn note_token_use(&self, token: &TokenId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.store.note_token_use(token.as_str(), at.timestamp_micros()).await
    }

    /// When each token was last used, as far as it was noted.
    pub async fn token_uses(&self) -> Result<HashMap<TokenId, DateTime<Utc>>, StoreError> {
        let uses = self.store.token_uses().await?.into_iter();
        let known = |used: TokenUseRow| {
            Some((used.token_id.parse().ok()?, DateTime::from_timestamp_micros(used.last_used_at)?))
        };
        Ok(uses.filter_map(known).collect())
    }

    /// References that resemble `text`, for a reader who mistyped one.
    pub async fn references_like(&self, text: &str, limit: u32) -> Result<Vec<String>, StoreError> {
        self.store.references_like(text, limit).await
    }

    /// Makes the read models with these names again, or all of them if there are none, from the log. The live ones are
    /// read and written meanwhile; if it is broken off, they stay as they are.
    pub async fn rebuild(&self, names: &[&str], progress: impl FnMut(RebuildProgress)) -> Result<(), StoreError> {
        let wanted = |name: &str| names.is_empty() || names.contains(&name);
        let models: Vec<_> = self.registry.models().iter().filter(|model| wanted(model.name())).cloned().collect();
        rebuild::rebuild(&*self.store, &self.registry, &models, progress).await
    }

    /// The names of the read models.
    pub fn read_models(&self) -> Vec<&'static str> {
        self.registry.models().iter().map(|model| model.name()).collect()
    }

    /// The clock and the randomness that the log works with.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Closes the connections. What was acknowledged is on disk already.
    pub async fn close(&self) {
        self.store.close().await;
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }
}

async fn store(url: &LedgerUrl, opening: Opening) -> Result<Arc<dyn Store>, StoreError> {
    Ok(match url {
        LedgerUrl::Sqlite(path) => Arc::new(SqliteStore::open(path, opening != Opening::Existing).await?),
        LedgerUrl::Postgres(options) => {
            Arc::new(PostgresStore::open((**options).clone(), opening == Opening::Migrate).await?)
        }
    })
}

/// Keeps `known` up with what other processes append.
async fn look_out(store: Arc<dyn Store>, known: watch::Sender<Position>) {
    loop {
        store.changed().await;
        // A store that does not answer now is asked again at the next turn.
        let Ok(head) = store.head().await else {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            continue;
        };
        known.send_if_modified(|position| {
            let moved = position.number() < head.position;
            *position = Position::new(position.number().max(head.position));
            moved
        });
    }
}

/// A live tail: the events of a selection, in order, as they come. It keeps a position and no backlog, so a slow
/// reader costs nothing and misses nothing.
pub struct Tail {
    cursor: Cursor,
    head: watch::Receiver<Position>,
}

impl Tail {
    /// The next events; waits until there are some.
    pub async fn next_page(&mut self) -> Result<Vec<RecordedEvent>, StoreError> {
        loop {
            // Seen before reading: an event that comes while the page is read wakes the wait below.
            self.head.borrow_and_update();
            let page = self.cursor.next_page().await?;
            if !page.is_empty() {
                return Ok(page);
            }
            if self.head.changed().await.is_err() {
                return Err(StoreError::Closed);
            }
        }
    }
}

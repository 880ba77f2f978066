//! The log: open, append, read, follow.

use super::batch::{AppendError, Batch, Receipt};
use super::clock_check::ClockCheck;
use super::continuity::{Continuity, ContinuityWatch};
use super::environment::Environment;
use super::merkle::{Hash, Tree};
use super::metrics::LedgerMetrics;
use super::read::Cursor;
use super::read_models::rebuild::decoded;
use super::read_models::{self, RebuildProgress, Registry, rebuild};
use super::store::{Discontinuity, LogEnd, PostgresStore, Selection, SqliteStore, Store, StoreError, TokenUseRow};
use super::url::LedgerUrl;
use super::writer::GroupWriter;
use chrono::{DateTime, Utc};
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::TokenId;
use minutebook_domain::{EventId, Position, RecordedEvent, StreamId, StreamVersion};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The number of leaves read at a time: half a megabyte.
const LEAVES: u32 = 16_384;

/// What opening may do to a ledger that is missing or has an older schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Refuse it.
    Existing,
    /// On SQLite, create the file and migrate it. On PostgreSQL like [`Opening::Existing`]: only `migrate` changes the
    /// schema of a shared database.
    OrNew,
    /// Create and migrate it.
    Migrate,
}

/// An append-only log of events in one total order. Cheap to clone; the clones share one writer.
#[derive(Clone)]
pub struct Log {
    store: Arc<dyn Store>,
    writer: GroupWriter,
    environment: Environment,
    clock_check: ClockCheck,
    registry: Registry,
    continuity: Arc<Continuity>,
    /// Ends the task that watches for other processes' events when the last clone is dropped.
    _watcher: Arc<AbortOnDrop>,
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Log {
    /// Opens the ledger at `url`. Read models that are behind the log, or of another version, are rebuilt first.
    pub async fn open(url: &LedgerUrl, opening: Opening, environment: Environment) -> Result<Self, StoreError> {
        Self::open_with(url, opening, environment, read_models::registry::all(), |_| {}).await
    }

    /// Opens the ledger with the read models in `registry`, and reports the progress of rebuilding them.
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

    /// Opens an existing ledger without rebuilding read models, so that it can be checked as it is.
    pub async fn open_as_it_is(url: &LedgerUrl, environment: Environment) -> Result<Self, StoreError> {
        Self::start(store(url, Opening::Existing).await?, environment, read_models::registry::all()).await
    }

    async fn start(store: Arc<dyn Store>, environment: Environment, registry: Registry) -> Result<Self, StoreError> {
        let continuity = Arc::new(Continuity::new(store.end(0).await?.end));
        let watcher = tokio::spawn(watch_other_processes(store.clone(), continuity.clone()));
        let clock_check = ClockCheck::start(&environment);
        let (own, models, seen) = (environment.clone(), registry.clone(), continuity.clone());
        let writer = GroupWriter::start(store.clone(), own, clock_check, models, seen);
        let watcher = Arc::new(AbortOnDrop(watcher));
        Ok(Self { store, writer, environment, clock_check, registry, continuity, _watcher: watcher })
    }

    /// Migrates the PostgreSQL schema, and grants `role` the right to append and read, and no other.
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

    /// Migrates the PostgreSQL schema, and grants `role` the right to read the SQL views up to `clearance`, and no other.
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

    /// The metrics since the ledger was opened.
    pub fn metrics(&self) -> &LedgerMetrics {
        self.writer.metrics()
    }

    /// Appends `batch` as a whole and durably, or not at all.
    pub async fn append(&self, batch: Batch) -> Result<Receipt, AppendError> {
        self.writer.append(batch).await
    }

    /// The receipt of the command with this id, if it is in the log; an error if its fingerprint is another than
    /// `fingerprint`.
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

    /// The version of a stream, from the store.
    pub async fn version(&self, stream: &StreamId) -> Result<StreamVersion, StoreError> {
        Ok(StreamVersion::new(self.store.stream_version(&stream.to_string()).await?))
    }

    /// The position of the last event, from the store.
    pub async fn head(&self) -> Result<Position, StoreError> {
        let seen = self.continuity.seen();
        let head = Position::new(self.store.head().await?.position);
        self.continuity.check_head(seen, head)?;
        Ok(head)
    }

    /// The last end of the log that this process has seen.
    pub fn seen(&self) -> LogEnd {
        self.continuity.seen()
    }

    /// How the log fails to continue what this process has seen, if it does. Then nothing more is read or recorded.
    pub fn discontinuity(&self) -> Option<Discontinuity> {
        self.continuity.watch().discontinuity()
    }

    /// Waits until the log is found not to continue what this process has seen.
    pub async fn broken_off(&self) {
        self.continuity.watch().broken_off().await;
    }

    /// Whether the log continues an end that was seen of it before, by an earlier process perhaps.
    pub async fn continues(&self, seen: LogEnd) -> Result<Result<(), Discontinuity>, StoreError> {
        let found = self.store.end(seen.position.number()).await?;
        Ok(seen.check(found.end.position, found.seen_leaf))
    }

    /// The last position of the last command that ends at or before `known_at`; without one, the head. A command is known
    /// as a whole or not at all.
    pub async fn known_whole(&self, known_at: Option<Position>) -> Result<Position, StoreError> {
        let head = self.head().await?;
        let Some(known_at) = known_at.filter(|known_at| *known_at < head) else { return Ok(head) };
        let Some(before) = known_at.number().checked_sub(1) else { return Ok(Position::START) };
        let events = self.events_between(Position::new(before), known_at).await?;
        let Some(last) = events.first() else { return Ok(known_at) };
        let command = self.store.command(&last.metadata.command_id).await?;
        let broken = command.filter(|command| command.last_position > known_at.number());
        Ok(broken.map_or(known_at, |command| Position::new(command.first_position.saturating_sub(1))))
    }

    /// The last position recorded at or before `time`.
    pub async fn position_at(&self, time: DateTime<Utc>) -> Result<Position, StoreError> {
        Ok(Position::new(self.store.position_at(time.timestamp_micros()).await?))
    }

    /// The last position known to this process. It never decreases, and may be briefly behind the store.
    pub fn known_head(&self) -> Position {
        self.continuity.seen().position
    }

    /// Waits until `position` is known to this process.
    pub async fn reached(&self, position: Position) {
        self.continuity.watch().reached(position).await;
    }

    /// Returns the events after `after` and up to `through`, in order.
    pub async fn events_between(&self, after: Position, through: Position) -> Result<Vec<RecordedEvent>, StoreError> {
        let count = through.number().saturating_sub(after.number());
        let limit = u32::try_from(count).unwrap_or(u32::MAX);
        let lines = self.store.page(&Selection::All, after.number(), limit).await?;
        decoded(&lines)
    }

    /// Returns the last position of the command that recorded the event at `position`.
    pub async fn end_of_command(&self, position: Position) -> Result<Position, StoreError> {
        let Some(before) = position.number().checked_sub(1) else { return Ok(position) };
        let events = self.events_between(Position::new(before), position).await?;
        let Some(event) = events.first() else { return Ok(position) };
        let command = self.store.command(&event.metadata.command_id).await?;
        Ok(command.map_or(position, |command| Position::new(command.last_position)))
    }

    /// The last event that was made by `time`, by the clock of the machine that made it. Its time of recording is later where
    /// the clock had run ahead before.
    pub async fn last_made_by(&self, time: DateTime<Utc>) -> Result<Option<RecordedEvent>, StoreError> {
        let last = EventId::last_of(time).to_string();
        let Some(location) = self.store.last_up_to(&last).await? else { return Ok(None) };
        let before = Position::new(location.position.number().saturating_sub(1));
        Ok(self.events_between(before, location.position).await?.into_iter().next())
    }

    /// When the event at `position` was recorded; `None` if there is no such event.
    pub async fn recorded_at(&self, position: Position) -> Result<Option<DateTime<Utc>>, StoreError> {
        let Some(before) = position.number().checked_sub(1) else { return Ok(None) };
        let events = self.events_between(Position::new(before), position).await?;
        Ok(events.first().map(|event| event.recorded_at))
    }

    /// Returns when the events at these positions were recorded. Positions without an event are left out.
    pub async fn recording_times(
        &self,
        positions: impl IntoIterator<Item = Position>,
    ) -> Result<BTreeMap<Position, DateTime<Utc>>, StoreError> {
        let positions: BTreeSet<u64> = positions.into_iter().map(Position::number).collect();
        let times = self.store.recording_times(&positions.into_iter().collect::<Vec<_>>()).await?;
        let time = |micros| DateTime::from_timestamp_micros(micros).unwrap_or_default();
        Ok(times.into_iter().map(|(position, micros)| (Position::new(position), time(micros))).collect())
    }

    /// A cursor over the events of `selection` after a position.
    pub fn read(&self, selection: Selection, after: Position) -> Cursor {
        Cursor::new(self.store.clone(), self.continuity.watch(), selection, after)
    }

    /// A tail of the events of `selection` after a position, later appends included.
    pub fn follow(&self, selection: Selection, after: Position) -> Tail {
        Tail { cursor: self.read(selection, after), watch: self.continuity.watch() }
    }

    /// All events of `selection` in memory, for small selections such as one stream.
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

    /// The Merkle root over the events up to `position`. It reads 32 bytes per event.
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

    /// Notes a use of a token, unless a later one is noted. Uses are not events.
    pub async fn note_token_use(&self, token: &TokenId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.store.note_token_use(token.as_str(), at.timestamp_micros()).await
    }

    /// The last noted use of each token.
    pub async fn token_uses(&self) -> Result<HashMap<TokenId, DateTime<Utc>>, StoreError> {
        let uses = self.store.token_uses().await?.into_iter();
        let known = |used: TokenUseRow| {
            Some((used.token_id.parse().ok()?, DateTime::from_timestamp_micros(used.last_used_at)?))
        };
        Ok(uses.filter_map(known).collect())
    }

    /// References similar to `text`, as suggestions for a mistyped one.
    pub async fn references_like(&self, text: &str, limit: u32) -> Result<Vec<String>, StoreError> {
        self.store.references_like(text, limit).await
    }

    /// Rebuilds the read models with these names, or all if `names` is empty. The present ones stay in use until the new
    /// ones are complete.
    pub async fn rebuild(&self, names: &[&str], progress: impl FnMut(RebuildProgress)) -> Result<(), StoreError> {
        let wanted = |name: &str| names.is_empty() || names.contains(&name);
        let models: Vec<_> = self.registry.models().iter().filter(|model| wanted(model.name())).cloned().collect();
        rebuild::rebuild(&*self.store, &self.registry, &models, progress).await
    }

    /// The names of the read models.
    pub fn read_models(&self) -> Vec<&'static str> {
        self.registry.models().iter().map(|model| model.name()).collect()
    }

    /// The clock and entropy of the log.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Closes the connections. Acknowledged appends are durable already.
    pub async fn close(&self) {
        self.store.close().await;
    }

    pub(crate) fn clock_check(&self) -> &ClockCheck {
        &self.clock_check
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    pub(crate) fn continuity(&self) -> &Continuity {
        &self.continuity
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

/// Keeps what was seen of the log up to date with the appends of other processes.
async fn watch_other_processes(store: Arc<dyn Store>, continuity: Arc<Continuity>) {
    loop {
        store.changed().await;
        // If the store does not answer, try again shortly.
        match continuity.compare(&*store).await {
            Ok(_) => {}
            Err(StoreError::NotContinued(_)) => return,
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(200)).await,
        }
    }
}

/// The events of a selection, in order, including those that are appended later. It holds a position and no backlog, so
/// a slow reader misses nothing.
pub struct Tail {
    cursor: Cursor,
    watch: ContinuityWatch,
}

impl Tail {
    /// The next events; waits until there are some.
    pub async fn next_page(&mut self) -> Result<Vec<RecordedEvent>, StoreError> {
        loop {
            // Marked as seen before reading, so that an append during the read wakes the wait below.
            self.watch.mark_seen();
            let page = self.cursor.next_page().await?;
            if !page.is_empty() {
                return Ok(page);
            }
            self.watch.changed().await?;
        }
    }
}

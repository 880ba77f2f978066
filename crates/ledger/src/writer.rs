//! The group-commit writer: one task that appends for everyone in this process.
//!
//! Commands that arrive during a commit wait together and share the next transaction, which divides the cost of a flush
//! among them. Inside a transaction each batch is judged in turn, after the batches before it; a refused batch leaves the
//! others as they are.

use super::batch::{AppendCondition, AppendError, Batch, Receipt};
use super::clock_check::{ClockCheck, ClockFault};
use super::continuity::Continuity;
use super::environment::Environment;
use super::event_codec::{Draft, NewEvent, PlacedEvent};
use super::merkle::Hash;
use super::metrics::LedgerMetrics;
use super::read_models::Registry;
use super::read_models::open_row::OpenRow;
use super::read_models::projector::{NeedsHistory, Projector, StreamRecord};
use super::read_models::rebuild::decoded;
use super::read_models::row_cache::RowCache;
use super::store::{
    AppendQuery, AppendedRows, CommandRow, EventLocation, EventRow, Head, HeadLock, LogEnd, LogSnapshot, Store,
    StoreError, TouchedRows, stored,
};
use crate::spans;
use chrono::{DateTime, SubsecRound, Utc};
use minutebook_domain::{Metadata, Position, RecordedEvent, StreamVersion};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};
use tracing::{Instrument, Span};

/// The size limit of an event, in bytes. A page of such events still fits in memory.
pub(crate) const LARGEST_EVENT: usize = 1 << 20;
/// The size limit of a batch, in bytes. An imported document is one batch.
const LARGEST_BATCH: usize = 64 << 20;
/// Commands in the queue; a caller beyond that waits for a place.
const QUEUE: usize = 4096;
/// The most commands in one transaction. Beyond that a larger one is no cheaper per command.
const LARGEST_GROUP: usize = 1024;

/// The outcome of a batch.
type AppendResult = Result<Receipt, AppendError>;

/// A batch on its way to the writer.
struct Submission {
    batch: Batch,
    drafts: Vec<Draft>,
    /// The rows of read models that the batch touches.
    touched: TouchedRows,
    answer: oneshot::Sender<AppendResult>,
    /// The caller's span: the group's span links to it.
    span: Span,
}

/// A handle to the writer.
#[derive(Clone)]
pub(crate) struct GroupWriter {
    registry: Registry,
    queue: mpsc::Sender<Submission>,
    environment: Environment,
    metrics: LedgerMetrics,
}

impl GroupWriter {
    /// Starts the writer of `store`. It ends when the last handle is dropped and the queue is empty.
    pub(crate) fn start(
        store: Arc<dyn Store>,
        environment: Environment,
        clock_check: ClockCheck,
        registry: Registry,
        continuity: Arc<Continuity>,
    ) -> Self {
        let (queue, submissions) = mpsc::channel(QUEUE);
        let metrics = LedgerMetrics::default();
        let (environment_of_task, registry_of_task) = (environment.clone(), registry.clone());
        let task = Task {
            store,
            environment: environment_of_task,
            clock_check,
            registry: registry_of_task,
            continuity,
            metrics: metrics.clone(),
            cache: RowCache::new(),
        };
        tokio::spawn(task.run(submissions));
        Self { registry, queue, environment, metrics }
    }

    /// Returns the counts of this process.
    pub(crate) fn metrics(&self) -> &LedgerMetrics {
        &self.metrics
    }

    /// Appends `batch` durably, or returns why it was refused.
    pub(crate) async fn append(&self, batch: Batch) -> AppendResult {
        let span = spans::append();
        self.submit(batch, span.clone()).instrument(span).await
    }

    async fn submit(&self, batch: Batch, span: Span) -> AppendResult {
        let drafts = self.draft(&batch)?;
        let touched = self.registry.touched(batch.events.iter().map(|event| (&event.stream, &event.event)));
        let (answer, answered) = oneshot::channel();
        let closed = |()| AppendError::Store(StoreError::Closed);
        self.queue.send(Submission { batch, drafts, touched, answer, span }).await.map_err(|_| closed(()))?;
        answered.await.map_err(|_| closed(()))?
    }

    fn draft(&self, batch: &Batch) -> Result<Vec<Draft>, AppendError> {
        let unwritable = |error: &dyn std::fmt::Display| AppendError::Unwritable(error.to_string());
        if batch.events.is_empty() {
            return Err(unwritable(&"a batch has at least one event"));
        }
        let mut total = 0;
        let mut drafts = Vec::with_capacity(batch.events.len());
        for event in &batch.events {
            let id = self.environment.event_id().map_err(|error| unwritable(&error))?;
            let salt = self.environment.salt().map_err(|error| unwritable(&error))?;
            let draft = Draft::new(event, id, salt, &batch.command_id).map_err(|error| unwritable(&error))?;
            total += draft.size();
            for (what, bytes, limit) in [("an event", draft.size(), LARGEST_EVENT), ("the batch", total, LARGEST_BATCH)]
            {
                if bytes > limit {
                    return Err(AppendError::TooLarge { what, bytes, limit });
                }
            }
            drafts.push(draft);
        }
        Ok(drafts)
    }
}

struct Task {
    store: Arc<dyn Store>,
    environment: Environment,
    clock_check: ClockCheck,
    registry: Registry,
    continuity: Arc<Continuity>,
    metrics: LedgerMetrics,
    cache: RowCache,
}

impl Task {
    async fn run(mut self, mut submissions: mpsc::Receiver<Submission>) {
        let mut group = Vec::new();
        while submissions.recv_many(&mut group, LARGEST_GROUP).await > 0 {
            gather(&mut submissions, &mut group).await;
            self.write(std::mem::take(&mut group)).await;
        }
    }

    /// Appends a group in one transaction and answers each submission.
    async fn write(&mut self, group: Vec<Submission>) {
        let begun = Instant::now();
        let span = spans::group(group.iter().map(|submission| &submission.span));
        let attempt = self.attempt(&group).instrument(span).await;
        match self.continuity.judge(attempt) {
            Ok(answers) => {
                self.metrics.group_sizes.observe(u32::try_from(group.len()).map_or(f64::INFINITY, f64::from));
                self.metrics.append_seconds.observe(begun.elapsed().as_secs_f64());
                for (submission, answer) in group.into_iter().zip(answers) {
                    // The caller may be gone; the events are in the log all the same.
                    let _ = submission.answer.send(answer);
                }
            }
            Err(error) => {
                self.metrics.failures.inc();
                let outcome = match error {
                    StoreError::OutcomeUnknown(_) => "the group may be recorded or not",
                    _ => "nothing of the group was recorded",
                };
                tracing::warn!(event = "append.failed", commands = group.len(), %error, "{outcome}");
                for submission in group {
                    let _ = submission.answer.send(Err(error.clone().into()));
                }
            }
        }
    }

    async fn attempt(&mut self, group: &[Submission]) -> Result<Vec<AppendResult>, StoreError> {
        self.continuity.check()?;
        let seen = self.continuity.seen();
        let mut query = AppendQuery { seen: seen.position.number(), ..query(group) };
        // A correction may rewrite the rows of its stream, which needs the lock from the beginning.
        let corrects = !query.touched.whole.is_empty();
        let mut lock = if corrects { HeadLock::Pessimistic } else { HeadLock::Optimistic };
        let touched = query.touched.keys.clone();
        let mut cached = self.cache.take(&mut query.touched);
        loop {
            match self.attempt_with(lock, group, &query, seen, std::mem::take(&mut cached)).await? {
                Outcome::Answered(answers) => return Ok(answers),
                Outcome::StaleCache => {}
                // Another process appended first. With the lock each process gets its turn.
                Outcome::HeadMoved if lock == HeadLock::Optimistic => lock = HeadLock::Pessimistic,
                Outcome::HeadMoved => {
                    return Err(StoreError::Damaged {
                        position: 0,
                        what: "the head's row moved under its lock".into(),
                    });
                }
                // At most once for each stream.
                Outcome::NeedsHistory(stream) => query.ask_whole(stream),
            }
            // The cached rows are spent, or were stale: the next attempt reads every touched row.
            let whole = &query.touched.whole;
            query.touched.keys = touched.iter().filter(|(_, stream, _)| !whole.contains(stream)).cloned().collect();
        }
    }

    /// Returns the last position of the command of each event.
    async fn command_ends(&self, events: &[RecordedEvent]) -> Result<Vec<i64>, StoreError> {
        let ids: BTreeSet<&String> = events.iter().map(|event| &event.metadata.command_id).collect();
        let ids: Vec<String> = ids.into_iter().cloned().collect();
        let commands = self.store.commands_by_id(&ids).await?.into_iter();
        let last: HashMap<String, u64> = commands.map(|command| (command.command_id, command.last_position)).collect();
        let end = |event: &RecordedEvent| {
            let own = event.position.number();
            stored(last.get(&event.metadata.command_id).copied().unwrap_or(own))
        };
        Ok(events.iter().map(end).collect())
    }

    /// Judges a group and appends the batches that pass.
    async fn attempt_with(
        &mut self,
        lock: HeadLock,
        group: &[Submission],
        query: &AppendQuery,
        seen: LogEnd,
        cached: Vec<(&'static str, OpenRow)>,
    ) -> Result<Outcome, StoreError> {
        let mut transaction = self.store.begin_append(lock).await?;
        let mut known = transaction.look_up(query).await?;
        let head =
            known.head.ok_or_else(|| StoreError::Damaged { position: 0, what: "the head's row is gone".into() })?;
        seen.check(Position::new(head.position), known.seen_leaf)?;
        if !self.cache.is_current_at(head.position, &known.rows.models) && !cached.is_empty() {
            return Ok(Outcome::StaleCache);
        }
        let mut histories = HashMap::new();
        for stream in &query.touched.whole {
            let events = decoded(&transaction.history(stream).await?)?;
            let ends = self.command_ends(&events).await?;
            histories.insert(stream.clone(), StreamRecord { events, ends });
        }
        let rows = std::mem::take(&mut known.rows);
        let now = self.environment.clock.now();
        let clock_fault = self.clock_check.fault(&self.environment, &head);
        if let Some(fault) = &clock_fault {
            tracing::error!(%fault, "the clock is in doubt: nothing is recorded");
        }
        let mut judge = Judge::new(known, head, now, clock_fault);
        let mut verdicts: Vec<Verdict> = Vec::with_capacity(group.len());
        for submission in group {
            verdicts.push(judge.judge(submission));
        }
        let recorded_at = judge.recorded_at;
        let (mut appended, new_head) = judge.finish();
        if appended.events.is_empty() {
            drop(transaction);
        } else {
            let models = rows.models.clone();
            let mut open_rows = Vec::new();
            let mut projector = Projector::new(&self.registry, rows, stored(head.position), histories, cached);
            let current = projector.is_current();
            if current {
                let mut folded = head.position;
                for (submission, verdict) in group.iter().zip(&verdicts) {
                    // A command that was sent twice has one receipt: its events are folded in once.
                    let Some(receipt) = verdict.appended(folded) else { continue };
                    folded = receipt.events.last().map_or(folded, |location| location.position.number());
                    let (events, last) = recorded(submission, receipt, recorded_at);
                    if let Err(NeedsHistory(stream)) = projector.command(events, last) {
                        return Ok(Outcome::NeedsHistory(stream));
                    }
                }
                (appended.rows, open_rows) = projector.finish();
            }
            let events = appended.events.len() as u64;
            let end = LogEnd { position: Position::new(new_head.position), leaf: last_leaf(&appended.events) };
            if !appended.rows.rewritten.is_empty() && lock == HeadLock::Optimistic {
                return Ok(Outcome::HeadMoved);
            }
            let written = transaction.append(appended, head.position, new_head).await;
            // Without a lock, the statement commits by itself.
            let written =
                if lock == HeadLock::Optimistic { written.map_err(StoreError::while_committing) } else { written };
            if !written? {
                return Ok(Outcome::HeadMoved);
            }
            transaction.commit().await.map_err(StoreError::while_committing)?;
            if current {
                for stream in &query.touched.whole {
                    self.cache.remove_stream(stream);
                }
                self.cache.put(open_rows, new_head.position, models);
            } else {
                self.cache.clear();
            }
            self.metrics.events.inc_by(events);
            self.continuity.advance(end);
        }
        let mut resolved = Vec::with_capacity(verdicts.len());
        for verdict in verdicts {
            resolved.push(match verdict {
                Verdict::Answer(answer) => answer,
                // The rest of the group is recorded, even if reading the events of this one fails.
                Verdict::Earlier { command_id, first, last } => {
                    let locations = self.store.locations(first, last).await;
                    locations.map(|events| Receipt { command_id, events }).map_err(AppendError::from)
                }
            });
        }
        Ok(Outcome::Answered(resolved))
    }
}

/// The outcome of an attempt to append a group.
enum Outcome {
    Answered(Vec<AppendResult>),
    /// Another process appended before this one locked the head, or the append needs the lock from its beginning.
    HeadMoved,
    /// The read models need this stream's history.
    NeedsHistory(String),
    /// The cached rows are older than the head.
    StaleCache,
}

fn last_leaf(events: &[EventRow]) -> Option<Hash> {
    Some(Hash::new(events.last()?.leaf.as_slice().try_into().ok()?))
}

/// Returns a batch's events with their places in the log, and the last position.
fn recorded(submission: &Submission, receipt: &Receipt, recorded_at: DateTime<Utc>) -> (Vec<RecordedEvent>, i64) {
    let event = |(location, new): (&EventLocation, &NewEvent)| RecordedEvent {
        position: location.position,
        stream: location.stream.clone(),
        version: location.version,
        event_id: location.event_id,
        event: new.event.clone(),
        recorded_at,
        metadata: Metadata { command_id: receipt.command_id.clone(), ..new.metadata.clone() },
        references: Vec::new(),
    };
    let last = receipt.events.last().map_or(0, |location| stored(location.position.number()));
    (receipt.events.iter().zip(&submission.batch.events).map(event).collect(), last)
}

/// Yields until no more submissions arrive, so that clients that were just answered can share this transaction. It costs a
/// few task switches and no waiting.
async fn gather(submissions: &mut mpsc::Receiver<Submission>, group: &mut Vec<Submission>) {
    let mut quiet = 0;
    while quiet < 2 && group.len() < LARGEST_GROUP {
        tokio::task::yield_now().await;
        let before = group.len();
        while group.len() < LARGEST_GROUP
            && let Ok(submission) = submissions.try_recv()
        {
            group.push(submission);
        }
        quiet = if group.len() == before { quiet + 1 } else { 0 };
    }
}

/// Returns what a group needs to know.
fn query(group: &[Submission]) -> AppendQuery {
    let mut streams = HashSet::new();
    let mut references = HashSet::new();
    for Submission { batch, drafts, .. } in group {
        streams.extend(drafts.iter().map(|draft| draft.stream_text.clone()));
        for condition in &batch.conditions {
            match condition {
                AppendCondition::StreamAt { stream, .. } => drop(streams.insert(stream.to_string())),
                AppendCondition::UnusedSince { reference, .. } => drop(references.insert(reference.clone())),
            }
        }
    }
    let mut touched = TouchedRows::default();
    for submission in group {
        touched.keys.extend(submission.touched.keys.iter().cloned());
        touched.whole.extend(submission.touched.whole.iter().cloned());
    }
    touched.keys.sort();
    touched.keys.dedup();
    touched.whole.sort();
    touched.whole.dedup();
    touched.keys.retain(|(_, stream, _)| !touched.whole.contains(stream));
    AppendQuery {
        touched,
        command_ids: group.iter().map(|submission| submission.batch.command_id.clone()).collect(),
        streams: streams.into_iter().collect(),
        references: references.into_iter().collect(),
        seen: 0,
    }
}

/// The verdict on one batch of the group.
enum Verdict {
    Answer(AppendResult),
    /// The log already holds the command, at these positions.
    Earlier {
        command_id: String,
        first: u64,
        last: u64,
    },
}

impl Verdict {
    /// Returns the receipt of a batch that this transaction appends, after position `head`.
    fn appended(&self, head: u64) -> Option<&Receipt> {
        let Self::Answer(Ok(receipt)) = self else { return None };
        receipt.events.first().is_some_and(|location| location.position.number() > head).then_some(receipt)
    }
}

/// Judges the batches of a group in turn, and collects the rows of the batches that pass.
struct Judge {
    known: LogSnapshot,
    head: Head,
    recorded_at: DateTime<Utc>,
    /// What contradicts the clock: nothing is then recorded.
    clock_fault: Option<ClockFault>,
    rows: AppendedRows,
    /// The receipts of commands in this group, with their fingerprints.
    receipts: HashMap<String, (Vec<u8>, Receipt)>,
}

impl Judge {
    fn new(known: LogSnapshot, head: Head, now: DateTime<Utc>, clock_fault: Option<ClockFault>) -> Self {
        // The clock may be a little behind that of another server; the time of recording never goes backwards.
        let last = DateTime::from_timestamp_micros(head.recorded_at).unwrap_or_default();
        let recorded_at = now.trunc_subsecs(6).max(last);
        Self { known, head, recorded_at, clock_fault, rows: AppendedRows::default(), receipts: HashMap::new() }
    }

    fn judge(&mut self, submission: &Submission) -> Verdict {
        let batch = &submission.batch;
        let reused = || Verdict::Answer(Err(AppendError::KeyReused { command_id: batch.command_id.clone() }));
        let fingerprint = batch.fingerprint.as_bytes();
        if let Some((earlier, receipt)) = self.receipts.get(&batch.command_id) {
            return if earlier == fingerprint { Verdict::Answer(Ok(receipt.clone())) } else { reused() };
        }
        if let Some(command) = self.known.commands.get(&batch.command_id) {
            return if command.fingerprint == fingerprint {
                Verdict::Earlier {
                    command_id: batch.command_id.clone(),
                    first: command.first_position,
                    last: command.last_position,
                }
            } else {
                reused()
            };
        }
        if let Some(fault) = &self.clock_fault {
            return Verdict::Answer(Err(fault.clone().into()));
        }
        if let Err(refusal) = self.check(batch) {
            return Verdict::Answer(Err(refusal));
        }
        Verdict::Answer(Ok(self.append(submission)))
    }

    fn check(&self, batch: &Batch) -> Result<(), AppendError> {
        batch.conditions.iter().try_for_each(|condition| match condition {
            AppendCondition::StreamAt { stream, version: expected } => {
                let actual = StreamVersion::new(self.known.versions.get(&stream.to_string()).copied().unwrap_or(0));
                let conflict = || AppendError::Conflict { stream: stream.clone(), expected: *expected, actual };
                (actual == *expected).then_some(()).ok_or_else(conflict)
            }
            AppendCondition::UnusedSince { reference, position } => {
                let last = Position::new(self.known.last_used.get(reference).copied().unwrap_or(0));
                let used = || AppendError::ReferenceUsed { reference: reference.clone(), position: last };
                (last <= *position).then_some(()).ok_or_else(used)
            }
        })
    }

    fn append(&mut self, submission: &Submission) -> Receipt {
        let first_position = self.head.position + 1;
        let mut events = Vec::with_capacity(submission.drafts.len());
        for draft in &submission.drafts {
            let position = Position::new(self.head.position).next();
            let counter = self.known.versions.entry(draft.stream_text.clone()).or_default();
            *counter += 1;
            let version = StreamVersion::new(*counter);
            let PlacedEvent { bytes, leaf } = draft.at(position, version, self.recorded_at);
            for reference in &draft.references {
                self.known.last_used.entry(reference.clone()).and_modify(|last| *last = position.number());
                self.rows.references.push((reference.clone(), stored(position.number())));
            }
            events.push(EventLocation {
                position,
                stream: draft.stream.clone(),
                version,
                event_id: draft.event_id,
                event_type: draft.event_type.to_owned(),
            });
            self.rows.events.push(EventRow {
                position: stored(position.number()),
                stream: draft.stream_text.clone(),
                version: stored(version.number()),
                event_id: draft.event_id.to_string(),
                event_type: draft.event_type.to_owned(),
                recorded_at: self.recorded_at.timestamp_micros(),
                event_bytes: bytes,
                salt: draft.salt.to_vec(),
                leaf: leaf.as_bytes().to_vec(),
            });
            self.head.position = position.number();
        }
        let command_id = submission.batch.command_id.clone();
        let fingerprint = submission.batch.fingerprint.as_bytes().to_vec();
        self.rows.commands.push(CommandRow {
            command_id: command_id.clone(),
            fingerprint: fingerprint.clone(),
            first_position,
            last_position: self.head.position,
        });
        let receipt = Receipt { command_id: command_id.clone(), events };
        self.receipts.insert(command_id, (fingerprint, receipt.clone()));
        receipt
    }

    fn finish(self) -> (AppendedRows, Head) {
        let head = Head { position: self.head.position, recorded_at: self.recorded_at.timestamp_micros() };
        (self.rows, head)
    }
}

//! Making read models again from the log: beside the live rows, and swapped for them in one transaction.

mod pages;

use super::projector::take_in;
use super::registry::{ReadModel, Registry};
use super::row::NewRows;
use super::timeline::{Changes, Timeline};
use crate::event_codec;
use crate::store::{AppendQuery, HeadLock, LogStore, RebuildSession, StoreError, read};
use futures_util::StreamExt as _;
use minutebook_domain::{Position, RecordedEvent};
use pages::{Page, Pages};
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Pages that are read before they are folded.
const READ_AHEAD: usize = 1;
/// Pages that are folded at a time.
const FOLDED_AT_ONCE: usize = 2;
/// Pages that are folded before they are written.
const FOLDED_AHEAD: usize = 1;

/// How far a rebuild has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RebuildProgress {
    /// Events taken in.
    pub done: u64,
    /// Events that there were when it began.
    pub of: u64,
}

/// What is written when new rows take the place of the old.
#[derive(Debug, Default)]
pub(crate) struct Publication {
    /// Name, version and generation of each read model that is made again.
    pub(crate) models: Vec<(String, i64, i64)>,
    /// Streams that changed while it was being made: what was made of them is replaced by `rows`.
    pub(crate) streams: Vec<String>,
    pub(crate) rows: NewRows,
    /// Read models that cannot be made: name, position, why.
    pub(crate) halted: Vec<(String, i64, String)>,
    /// How far all read models are now.
    pub(crate) position: i64,
}

/// The read models that are not as this program would make them: made by another version of it, or behind the log.
async fn stale(store: &dyn LogStore, registry: &Registry) -> Result<Vec<Arc<dyn ReadModel>>, StoreError> {
    let (known, head) = store.read_models().await?;
    let fresh = |model: &Arc<dyn ReadModel>| {
        known.models.get(model.name()).is_some_and(|state| state.version == i64::from(model.version()))
    };
    let behind = known.up_to != head;
    Ok(registry.models().iter().filter(|model| behind || !fresh(model)).cloned().collect())
}

/// Makes again what is not as this program would make it, if anything is.
pub(crate) async fn refresh(
    store: &dyn LogStore,
    registry: &Registry,
    progress: impl FnMut(RebuildProgress),
) -> Result<(), StoreError> {
    if stale(store, registry).await?.is_empty() {
        return Ok(());
    }
    let rebuilding = store.begin_rebuild().await?;
    // Another process may have made it while this one waited for its turn.
    let models = stale(store, registry).await?;
    if models.is_empty() {
        return Ok(());
    }
    match make(store, rebuilding, registry, &models, progress).await {
        // Whoever reads it is told; the log and the others are of use without it.
        Err(error @ StoreError::Halted { .. }) => {
            tracing::error!(event = "read_model.halted", %error, "a read model cannot be made again");
            Ok(())
        }
        outcome => outcome,
    }
}

/// Makes `models` again. Until the last moment the live rows are read and written as ever; if it is broken off they stay.
pub(crate) async fn rebuild(
    store: &dyn LogStore,
    registry: &Registry,
    models: &[Arc<dyn ReadModel>],
    progress: impl FnMut(RebuildProgress),
) -> Result<(), StoreError> {
    make(store, store.begin_rebuild().await?, registry, models, progress).await
}

async fn make(
    store: &dyn LogStore,
    mut rebuilding: Box<dyn RebuildSession>,
    registry: &Registry,
    models: &[Arc<dyn ReadModel>],
    mut progress: impl FnMut(RebuildProgress),
) -> Result<(), StoreError> {
    // A process that was killed as it published may not be done with it. It holds the head's lock until it is.
    drop(store.begin(HeadLock::Pessimistic).await?);
    let (known, head) = store.read_models().await?;
    let kept: Vec<i64> = known.models.values().map(|state| state.generation).collect();
    rebuilding.drop_generations_but(&kept).await?;
    let newest = kept.into_iter().max().unwrap_or(0);
    let ends = Arc::new(store.command_ends().await?);
    let making = Making::new(models, newest);
    let mut halted = Halted::new();
    let of = u64::try_from(head).unwrap_or(0);
    let generations: Vec<i64> = making.named().into_iter().map(|(.., generation)| generation).collect();
    rebuilding.begin_generations(&generations).await?;
    let told = |done| progress(RebuildProgress { done, of });
    let done = fill(store, &mut *rebuilding, &making, (head, &ends), &mut halted, told).await?;
    rebuilding.finish_generations(&generations).await?;
    // What was appended meanwhile is taken in under the head's lock, so that nothing is missed.
    let mut appending = store.begin(HeadLock::Pessimistic).await?;
    let found = appending.look_up(&AppendQuery::default()).await?;
    let now = found.head.map_or(head, |head| stored(head.position));
    let ends = if now == head { ends } else { Arc::new(store.command_ends().await?) };
    // The others are where they were: if that is behind the head, all of them stay behind until all are made again.
    let all = models.len() == registry.models().len();
    let mut publication = Publication { position: if all { now } else { found.rows.up_to }, ..Publication::default() };
    publication.streams = if now == head { Vec::new() } else { appending.streams_since(head).await? };
    for stream in &publication.streams {
        let history = decoded(&appending.history(stream).await?)?;
        let folded = making.fold(&[(stream.clone(), history)], &ends)?;
        take_note(&mut halted, folded.halted);
        publication.rows.append(folded.rows);
    }
    publication.models = making.named();
    let named = |(index, (position, why)): (&usize, &(i64, String))| (making.name(*index), *position, why.clone());
    publication.halted =
        halted.iter().map(named).map(|(name, position, why)| (name.to_owned(), position, why)).collect();
    appending.publish(publication).await?;
    let (known, _) = store.read_models().await?;
    let kept: Vec<i64> = known.models.values().map(|state| state.generation).collect();
    rebuilding.drop_generations_but(&kept).await?;
    progress(RebuildProgress { done, of });
    let Some((index, (position, what))) = halted.into_iter().next() else { return Ok(()) };
    Err(StoreError::Halted { model: making.name(index), position: Position::new(read(position)), what })
}

/// Writes the rows that the log leads to up to `head`: while one page is written the next is folded, and the one after that
/// is read. Gives the number of events.
async fn fill(
    store: &dyn LogStore,
    rebuilding: &mut dyn RebuildSession,
    making: &Making,
    (head, ends): (i64, &Arc<Vec<i64>>),
    halted: &mut Halted,
    mut progress: impl FnMut(u64),
) -> Result<u64, StoreError> {
    let (read, to_fold) = mpsc::channel(READ_AHEAD);
    let reading = async move {
        let mut pages = Pages::new(store, head);
        while let Some(page) = pages.next().await? {
            if read.send(page).await.is_err() {
                break;
            }
        }
        Ok::<_, StoreError>(())
    };
    let (folded, to_write) = mpsc::channel(FOLDED_AHEAD);
    let next = |mut pages: mpsc::Receiver<Page>| async move { pages.recv().await.map(|page| (page, pages)) };
    let folds = futures_util::stream::unfold(to_fold, next).map(|page| {
        let (making, ends) = (making.clone(), ends.clone());
        tokio::task::spawn_blocking(move || making.fold(&page.streams()?, &ends))
    });
    let folding = async move {
        let mut folds = pin!(folds.buffered(FOLDED_AT_ONCE));
        while let Some(done) = folds.next().await {
            let done = done.unwrap_or_else(|error| match error.try_into_panic() {
                // What a fold panics with is this task's to panic with.
                Ok(panic) => resume_unwind(panic),
                Err(_) => Err(StoreError::Closed),
            })?;
            if folded.send(done).await.is_err() {
                break;
            }
        }
        Ok::<_, StoreError>(())
    };
    let writing = async {
        let (mut to_write, mut done) = (to_write, 0);
        while let Some(mut folded) = to_write.recv().await {
            done += folded.events;
            take_note(halted, folded.halted);
            rebuilding.write(&mut folded.rows).await?;
            progress(done);
        }
        Ok::<_, StoreError>(done)
    };
    let ((), (), done) = tokio::try_join!(reading, folding, writing)?;
    Ok(done)
}

/// Read models that cannot be made: by their index, the position and why.
type Halted = BTreeMap<usize, (i64, String)>;

/// Keeps where each read model came to a halt first.
fn take_note(halted: &mut Halted, more: Halted) {
    for (index, why) in more {
        halted.entry(index).or_insert(why);
    }
}

/// The read models that are being made. Cheap to clone.
#[derive(Clone)]
struct Making {
    models: Arc<[Arc<dyn ReadModel>]>,
    /// The newest generation that is in use.
    newest: i64,
}

/// What some streams amount to.
struct Folded {
    events: u64,
    rows: NewRows,
    halted: Halted,
}

impl Making {
    fn new(models: &[Arc<dyn ReadModel>], newest: i64) -> Self {
        Self { models: models.into(), newest }
    }

    fn name(&self, index: usize) -> &'static str {
        self.models[index].name()
    }

    fn generation(&self, index: usize) -> i64 {
        self.newest + 1 + i64::try_from(index).unwrap_or(0)
    }

    fn named(&self) -> Vec<(String, i64, i64)> {
        let named = |(index, model): (usize, &Arc<dyn ReadModel>)| {
            (model.name().to_owned(), i64::from(model.version()), self.generation(index))
        };
        self.models.iter().enumerate().map(named).collect()
    }

    /// The rows of some streams, read model by read model, in the order of the streams: so they are written where the ones
    /// before them were. A read model that cannot take them in stands still, and the others go on.
    fn fold(&self, streams: &[(String, Vec<RecordedEvent>)], ends: &[i64]) -> Result<Folded, StoreError> {
        let events = streams.iter().map(|(_, history)| history.len() as u64).sum();
        let mut folded = Folded { events, rows: NewRows::default(), halted: Halted::new() };
        let streams: Vec<(&str, History<'_>)> =
            streams.iter().map(|(stream, history)| (stream.as_str(), History::new(history, ends))).collect();
        for (index, model) in self.models.iter().enumerate() {
            for (stream, history) in &streams {
                match fold_stream(&**model, stream, history) {
                    Ok(Changes { added, searched, .. }) => {
                        folded.rows.extend(self.generation(index), added, searched);
                    }
                    Err(StoreError::Halted { position, what, .. }) => {
                        folded.halted.insert(index, (stored(position.number()), what));
                        break;
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(folded)
    }
}

/// A stream's history, command by command.
pub(crate) struct History<'a> {
    events: &'a [RecordedEvent],
    /// The same events.
    each: Vec<&'a RecordedEvent>,
    /// Where the events of each command stand among them, and its last position.
    commands: Vec<(Range<usize>, i64)>,
}

impl<'a> History<'a> {
    /// `ends` are the last positions of all commands, in order.
    pub(crate) fn new(events: &'a [RecordedEvent], ends: &[i64]) -> Self {
        let mut commands = Vec::new();
        let mut from = 0;
        while let Some(first) = events.get(from) {
            let position = stored(first.position.number());
            let known = ends.get(ends.partition_point(|end| *end < position)).copied().unwrap_or(position);
            let length = events[from..].partition_point(|event| stored(event.position.number()) <= known);
            let to = from + length.max(1);
            commands.push((from..to, known));
            from = to;
        }
        Self { events, each: events.iter().collect(), commands }
    }
}

/// Every version of every row that a stream's history leads to, command by command, and what of them is searched.
pub(crate) fn fold_stream(model: &dyn ReadModel, stream: &str, history: &History<'_>) -> Result<Changes, StoreError> {
    let mut timeline = Timeline::default();
    for (command, known) in &history.commands {
        let added = &history.each[command.clone()];
        let taken = take_in(model, &mut timeline, stream, added, Some(&history.events[..command.end]), *known);
        let position = history.events[command.start].position;
        let failed = |what: String| StoreError::Halted { model: model.name(), position, what };
        if taken.map_err(|error| failed(error.to_string()))?.is_err() {
            return Err(failed(format!("{stream} has no history")));
        }
    }
    Ok(timeline.changes())
}

/// The events of stored bytes, a newline between each two.
pub(crate) fn decoded(lines: &[u8]) -> Result<Vec<RecordedEvent>, StoreError> {
    let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let decoded = lines.map(|line| {
        event_codec::decode(line).map_err(|error| StoreError::Damaged { position: 0, what: error.to_string() })
    });
    decoded.collect()
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

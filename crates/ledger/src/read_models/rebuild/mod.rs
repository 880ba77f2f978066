//! Makes read models again from the log, beside the live rows, and swaps the rows in one transaction.

mod pages;

use super::clearance_timelines::TimelineChanges;

use super::registry::{ReadModel, Registry};
use super::stream_fold::{FoldedStream, fold_classes};
use crate::event_codec;
use crate::store::{
    AppendQuery, HaltedModel, HeadLock, NewGeneration, NewRows, Publication, RebuildSession, Store, StoreError, read,
    stored,
};
use futures_util::StreamExt as _;
use minutebook_domain::{Position, RecordedEvent};
use pages::{StreamPage, StreamPages};
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Pages that wait to be folded.
const READ_AHEAD: usize = 1;
/// Pages that are folded at the same time.
const FOLDED_AT_ONCE: usize = 2;
/// Folded pages that wait to be written.
const FOLDED_AHEAD: usize = 1;

/// How far a rebuild has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RebuildProgress {
    /// Events folded so far.
    pub done: u64,
    /// Events in the log when the rebuild began.
    pub of: u64,
}

/// Returns the read models that another version of their projection made, or all of them if they are behind the log.
async fn stale(store: &dyn Store, registry: &Registry) -> Result<Vec<Arc<dyn ReadModel>>, StoreError> {
    let (known, head) = store.read_models().await?;
    let fresh = |model: &Arc<dyn ReadModel>| {
        known.models.get(model.name()).is_some_and(|state| state.version == i64::from(model.version()))
    };
    let behind = known.up_to != head;
    Ok(registry.models().iter().filter(|model| behind || !fresh(model)).cloned().collect())
}

/// Makes again the read models that are stale, if any are.
pub(crate) async fn refresh(
    store: &dyn Store,
    registry: &Registry,
    progress: impl FnMut(RebuildProgress),
) -> Result<(), StoreError> {
    if stale(store, registry).await?.is_empty() {
        return Ok(());
    }
    let rebuilding = store.begin_rebuild().await?;
    // Another process may have made them while this one waited.
    let models = stale(store, registry).await?;
    if models.is_empty() {
        return Ok(());
    }
    match make(store, rebuilding, registry, &models, progress).await {
        // Reading it reports the error; the log and the other read models work without it.
        Err(error @ StoreError::Halted { .. }) => {
            tracing::error!(event = "read_model.halted", %error, "a read model cannot be made again");
            Ok(())
        }
        outcome => outcome,
    }
}

/// Makes `models` again. The live rows are read and written until the swap, and stay if the rebuild is interrupted.
pub(crate) async fn rebuild(
    store: &dyn Store,
    registry: &Registry,
    models: &[Arc<dyn ReadModel>],
    progress: impl FnMut(RebuildProgress),
) -> Result<(), StoreError> {
    make(store, store.begin_rebuild().await?, registry, models, progress).await
}

async fn make(
    store: &dyn Store,
    mut rebuilding: Box<dyn RebuildSession>,
    registry: &Registry,
    models: &[Arc<dyn ReadModel>],
    mut progress: impl FnMut(RebuildProgress),
) -> Result<(), StoreError> {
    // The server may still be committing what a killed process published; that holds the head's lock.
    drop(store.begin_append(HeadLock::Pessimistic).await?);
    let (known, head) = store.read_models().await?;
    let kept: Vec<i64> = known.models.values().map(|state| state.generation).collect();
    rebuilding.drop_generations_but(&kept).await?;
    let newest = kept.into_iter().max().unwrap_or(0);
    let ends = Arc::new(store.command_ends().await?);
    let build = ModelBuild::new(models, newest);
    let mut halted = HaltedByIndex::new();
    let of = u64::try_from(head).unwrap_or(0);
    let generations: Vec<i64> = build.generations().into_iter().map(|model| model.generation).collect();
    rebuilding.begin_generations(&generations).await?;
    let report = |done| progress(RebuildProgress { done, of });
    let done = fill(store, &mut *rebuilding, &build, (head, &ends), &mut halted, report).await?;
    rebuilding.finish_generations(&generations).await?;
    // Events appended since are folded in under the head's lock, so that none is missed.
    let mut appending = store.begin_append(HeadLock::Pessimistic).await?;
    let found = appending.look_up(&AppendQuery::default()).await?;
    let now = found.head.map_or(head, |head| stored(head.position));
    let ends = if now == head { ends } else { Arc::new(store.command_ends().await?) };
    // The other read models are where they were: if that is behind the head, all stay behind until all are made again.
    let all = models.len() == registry.models().len();
    let mut publication = Publication { position: if all { now } else { found.rows.up_to }, ..Publication::default() };
    publication.streams = if now == head { Vec::new() } else { appending.streams_since(head).await? };
    for stream in &publication.streams {
        let history = decoded(&appending.history(stream).await?)?;
        let folded = build.fold(&[(stream.clone(), history)], &ends)?;
        keep_first(&mut halted, folded.halted);
        publication.rows.append(folded.rows);
    }
    publication.models = build.generations();
    let named = |(index, (position, why)): (&usize, &(i64, String))| HaltedModel {
        model: build.name(*index).to_owned(),
        position: *position,
        why: why.clone(),
    };
    publication.halted = halted.iter().map(named).collect();
    appending.publish(publication).await?;
    let (known, _) = store.read_models().await?;
    let kept: Vec<i64> = known.models.values().map(|state| state.generation).collect();
    rebuilding.drop_generations_but(&kept).await?;
    progress(RebuildProgress { done, of });
    let Some((index, (position, what))) = halted.into_iter().next() else { return Ok(()) };
    Err(StoreError::Halted { model: build.name(index), position: Position::new(read(position)), what })
}

/// Writes the rows that the log up to `head` leads to, and returns the number of events. While one page is written, the next
/// is folded and the one after that is read.
async fn fill(
    store: &dyn Store,
    rebuilding: &mut dyn RebuildSession,
    build: &ModelBuild,
    (head, ends): (i64, &Arc<Vec<i64>>),
    halted: &mut HaltedByIndex,
    mut progress: impl FnMut(u64),
) -> Result<u64, StoreError> {
    let (read, to_fold) = mpsc::channel(READ_AHEAD);
    let reading = async move {
        let mut pages = StreamPages::new(store, head);
        while let Some(page) = pages.next().await? {
            if read.send(page).await.is_err() {
                break;
            }
        }
        Ok::<_, StoreError>(())
    };
    let (folded, to_write) = mpsc::channel(FOLDED_AHEAD);
    let next = |mut pages: mpsc::Receiver<StreamPage>| async move { pages.recv().await.map(|page| (page, pages)) };
    let folds = futures_util::stream::unfold(to_fold, next).map(|page| {
        let (build, ends) = (build.clone(), ends.clone());
        tokio::task::spawn_blocking(move || build.fold(&page.streams()?, &ends))
    });
    let folding = async move {
        let mut folds = pin!(folds.buffered(FOLDED_AT_ONCE));
        while let Some(done) = folds.next().await {
            let done = done.unwrap_or_else(|error| match error.try_into_panic() {
                // A panic of a fold is passed on.
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
            keep_first(halted, folded.halted);
            rebuilding.write(&mut folded.rows).await?;
            progress(done);
        }
        Ok::<_, StoreError>(done)
    };
    let ((), (), done) = tokio::try_join!(reading, folding, writing)?;
    Ok(done)
}

/// The read models that stopped, by index: the position of the event, and why.
type HaltedByIndex = BTreeMap<usize, (i64, String)>;

/// Adds the read models that had not stopped before.
fn keep_first(halted: &mut HaltedByIndex, more: HaltedByIndex) {
    for (index, why) in more {
        halted.entry(index).or_insert(why);
    }
}

/// The read models of a rebuild. Cheap to clone.
#[derive(Clone)]
struct ModelBuild {
    models: Arc<[Arc<dyn ReadModel>]>,
    /// The newest generation in use.
    newest: i64,
}

/// The rows of some streams.
struct FoldedPage {
    events: u64,
    rows: NewRows,
    halted: HaltedByIndex,
}

impl ModelBuild {
    fn new(models: &[Arc<dyn ReadModel>], newest: i64) -> Self {
        Self { models: models.into(), newest }
    }

    fn name(&self, index: usize) -> &'static str {
        self.models[index].name()
    }

    fn generation(&self, index: usize) -> i64 {
        self.newest + 1 + i64::try_from(index).unwrap_or(0)
    }

    fn generations(&self) -> Vec<NewGeneration> {
        let generation = |(index, model): (usize, &Arc<dyn ReadModel>)| NewGeneration {
            model: model.name().to_owned(),
            version: i64::from(model.version()),
            generation: self.generation(index),
        };
        self.models.iter().enumerate().map(generation).collect()
    }

    /// Folds some streams, read model by read model and in the order of the streams, so that the rows of a table are written
    /// in the order of its index. A read model that stops leaves the others going.
    fn fold(&self, streams: &[(String, Vec<RecordedEvent>)], ends: &[i64]) -> Result<FoldedPage, StoreError> {
        let events = streams.iter().map(|(_, history)| history.len() as u64).sum();
        let mut folded = FoldedPage { events, rows: NewRows::default(), halted: HaltedByIndex::new() };
        let streams: Vec<(&str, FoldedStream<'_>)> =
            streams.iter().map(|(stream, history)| (stream.as_str(), FoldedStream::new(history, ends))).collect();
        for (index, model) in self.models.iter().enumerate() {
            for (stream, history) in &streams {
                match fold_stream(&**model, stream, history) {
                    Ok(TimelineChanges { added, searched, .. }) => {
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

/// Folds a stream command by command, and returns every version of every row with its search entries.
pub(crate) fn fold_stream(
    model: &dyn ReadModel,
    stream: &str,
    history: &FoldedStream<'_>,
) -> Result<TimelineChanges, StoreError> {
    let folded = fold_classes(model, stream, history).map_err(|failed| StoreError::Halted {
        model: model.name(),
        position: failed.position,
        what: failed.error.to_string(),
    })?;
    Ok(folded.changes())
}

/// Decodes the stored bytes of events, which have a newline between each two.
pub(crate) fn decoded(lines: &[u8]) -> Result<Vec<RecordedEvent>, StoreError> {
    let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let decoded = lines.map(|line| event_codec::decode(line).map_err(|error| StoreError::unreadable_event(0, error)));
    decoded.collect()
}

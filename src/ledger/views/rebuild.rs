//! Making read models again from the log: beside the live rows, and swapped for them in one transaction.

use super::projector::take_in;
use super::registry::{ReadModel, Registry};
use super::row::NewRows;
use super::timeline::{Changes, Timeline};
use crate::ledger::store::{Hold, LogStore, Question, Rebuilding, StoreError};
use crate::ledger::wire;
use minutebook_domain::{Position, RecordedEvent};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Events in a page of the log in the order of streams.
const PAGE: u32 = 4096;
/// Versions of rows that are written in one transaction. Writers wait for no longer than it takes.
const CHUNK: usize = 8192;

/// How far a rebuild has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
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
    progress: impl FnMut(Progress),
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
    progress: impl FnMut(Progress),
) -> Result<(), StoreError> {
    make(store, store.begin_rebuild().await?, registry, models, progress).await
}

async fn make(
    store: &dyn LogStore,
    mut rebuilding: Box<dyn Rebuilding>,
    registry: &Registry,
    models: &[Arc<dyn ReadModel>],
    mut progress: impl FnMut(Progress),
) -> Result<(), StoreError> {
    // A process that was killed as it published may not be done with it. It holds the head's lock until it is.
    drop(store.begin(Hold::Early).await?);
    let (known, head) = store.read_models().await?;
    let kept: Vec<i64> = known.models.values().map(|state| state.generation).collect();
    rebuilding.drop_generations_but(&kept).await?;
    let newest = kept.into_iter().max().unwrap_or(0);
    let ends = store.command_ends().await?;
    let mut making = Making { models, newest, halted: BTreeMap::new() };
    let of = u64::try_from(head).unwrap_or(0);
    let mut done = 0;
    let mut rows = NewRows::default();
    let mut streams = Streams::new(store, head);
    while let Some((stream, history)) = streams.next().await? {
        making.fold(&stream, &history, &ends, &mut rows)?;
        done += history.len() as u64;
        if rows.versions.len() >= CHUNK {
            rebuilding.write(&mut rows).await?;
            progress(Progress { done, of });
        }
    }
    rebuilding.write(&mut rows).await?;
    // What was appended meanwhile is taken in under the head's lock, so that nothing is missed.
    let mut appending = store.begin(Hold::Early).await?;
    let found = appending.look_up(&Question::default()).await?;
    let now = found.head.map_or(head, |head| stored(head.position));
    let ends = if now == head { ends } else { store.command_ends().await? };
    // The others are where they were: if that is behind the head, all of them stay behind until all are made again.
    let all = models.len() == registry.models().len();
    let mut publication = Publication { position: if all { now } else { found.rows.up_to }, ..Publication::default() };
    publication.streams = if now == head { Vec::new() } else { appending.streams_since(head).await? };
    for stream in &publication.streams {
        let history = decoded(&appending.history(stream).await?)?;
        making.fold(stream, &history, &ends, &mut publication.rows)?;
    }
    publication.models = making.named();
    publication.halted = making.halted.values().cloned().collect();
    appending.publish(publication).await?;
    let (known, _) = store.read_models().await?;
    let kept: Vec<i64> = known.models.values().map(|state| state.generation).collect();
    rebuilding.drop_generations_but(&kept).await?;
    progress(Progress { done, of });
    making.outcome()
}

/// The read models that are being made.
struct Making<'a> {
    models: &'a [Arc<dyn ReadModel>],
    /// The newest generation that is in use.
    newest: i64,
    /// Those that cannot be: name, position, why.
    halted: BTreeMap<usize, (String, i64, String)>,
}

impl Making<'_> {
    fn generation(&self, index: usize) -> i64 {
        self.newest + 1 + i64::try_from(index).unwrap_or(0)
    }

    fn named(&self) -> Vec<(String, i64, i64)> {
        let named = |(index, model): (usize, &Arc<dyn ReadModel>)| {
            (model.name().to_owned(), i64::from(model.version()), self.generation(index))
        };
        self.models.iter().enumerate().map(named).collect()
    }

    /// Adds the rows of a stream. A read model that cannot take it in stands still, and the others go on.
    fn fold(
        &mut self,
        stream: &str,
        history: &[RecordedEvent],
        ends: &[i64],
        rows: &mut NewRows,
    ) -> Result<(), StoreError> {
        for (index, model) in self.models.iter().enumerate() {
            if self.halted.contains_key(&index) {
                continue;
            }
            match fold_stream(&**model, stream, history, ends) {
                Ok(Changes { added, searched, .. }) => rows.extend(self.generation(index), added, searched),
                Err(StoreError::Halted { position, what, .. }) => {
                    self.halted.insert(index, (model.name().to_owned(), stored(position.number()), what));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn outcome(self) -> Result<(), StoreError> {
        let Some((index, (_, position, what))) = self.halted.into_iter().next() else { return Ok(()) };
        let position = Position::new(u64::try_from(position).unwrap_or(0));
        Err(StoreError::Halted { model: self.models[index].name(), position, what })
    }
}

/// Every version of every row that a stream's history leads to, command by command, and what of them is searched.
pub(crate) fn fold_stream(
    model: &dyn ReadModel,
    stream: &str,
    history: &[RecordedEvent],
    ends: &[i64],
) -> Result<Changes, StoreError> {
    let mut timeline = Timeline::default();
    let mut from = 0;
    while let Some(first) = history.get(from) {
        let position = stored(first.position.number());
        let known = ends.get(ends.partition_point(|end| *end < position)).copied().unwrap_or(position);
        let length = history[from..].partition_point(|event| stored(event.position.number()) <= known);
        let to = from + length.max(1);
        let added: Vec<&RecordedEvent> = history[from..to].iter().collect();
        let taken = take_in(model, &mut timeline, stream, &added, Some(&history[..to]), known);
        let failed = |what: String| StoreError::Halted { model: model.name(), position: first.position, what };
        if taken.map_err(|error| failed(error.to_string()))?.is_err() {
            return Err(failed(format!("{stream} has no history")));
        }
        from = to;
    }
    Ok(timeline.changes())
}

/// The streams of the log one after the other, each whole, as of a position.
struct Streams<'a> {
    store: &'a dyn LogStore,
    up_to: i64,
    page: std::vec::IntoIter<RecordedEvent>,
    /// The first event of the next stream.
    next: Option<RecordedEvent>,
    after: Option<(String, i64)>,
}

impl<'a> Streams<'a> {
    fn new(store: &'a dyn LogStore, up_to: i64) -> Self {
        Self { store, up_to, page: Vec::new().into_iter(), next: None, after: Some((String::new(), 0)) }
    }

    async fn next(&mut self) -> Result<Option<(String, Vec<RecordedEvent>)>, StoreError> {
        let Some(first) = self.event().await? else { return Ok(None) };
        let stream = first.stream.clone();
        let mut history = vec![first];
        while let Some(event) = self.event().await? {
            if event.stream != stream {
                self.next = Some(event);
                break;
            }
            history.push(event);
        }
        Ok(Some((stream.to_string(), history)))
    }

    async fn event(&mut self) -> Result<Option<RecordedEvent>, StoreError> {
        if let Some(event) = self.next.take().or_else(|| self.page.next()) {
            return Ok(Some(event));
        }
        let Some((stream, version)) = self.after.take() else { return Ok(None) };
        let page = decoded(&self.store.page_by_stream(&stream, version, self.up_to, PAGE).await?)?;
        self.after = page.last().map(|event| (event.stream.to_string(), stored(event.version.number())));
        self.page = page.into_iter();
        Ok(self.page.next())
    }
}

/// The events of stored bytes, a newline between each two.
pub(crate) fn decoded(lines: &[u8]) -> Result<Vec<RecordedEvent>, StoreError> {
    let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let decoded = lines
        .map(|line| wire::decode(line).map_err(|error| StoreError::Damaged { position: 0, what: error.to_string() }));
    decoded.collect()
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

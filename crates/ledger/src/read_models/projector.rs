//! Folds commands into the read models, inside the transaction that appends them.

use super::clearance_timelines::{ClearanceTimelines, TimelineChanges};
use super::open_row::OpenRow;
use super::registry::{ReadModel, Registry};
use super::stream_fold::{FoldedStream, advance, fold_classes};
use super::timeline::Backdated;
use crate::store::{HaltedModel, ModelState, ReadModelSnapshot, RowChanges, TouchedRows};
use minutebook_domain::{Event, RecordedEvent, StreamId};
use minutebook_projections::projection::{Fact, FoldError};
use minutebook_projections::redaction::{mark_ranks, redacted_history};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The stream whose whole history the projector needs before the append can go on.
#[derive(Debug)]
pub(crate) struct NeedsHistory(pub(crate) String);

impl Registry {
    /// Returns the rows that events touch.
    pub(crate) fn touched<'a>(&self, events: impl Iterator<Item = (&'a StreamId, &'a Event)>) -> TouchedRows {
        let mut touched = TouchedRows::default();
        for (stream, event) in events {
            let name = stream.to_string();
            if event.is_correction() {
                touched.whole.push(name);
                continue;
            }
            let fact =
                Fact { event: std::borrow::Cow::Borrowed(event), stream, valid_at: chrono::DateTime::UNIX_EPOCH };
            for model in self.models() {
                let keys = model.keys(&fact).into_iter();
                touched.keys.extend(keys.map(|key| (model.name(), name.clone(), key)));
            }
        }
        touched
    }
}

/// A stream's whole history, with the last position of the command of each event.
#[derive(Debug, Default)]
pub(crate) struct StreamRecord {
    pub(crate) events: Vec<RecordedEvent>,
    pub(crate) ends: Vec<i64>,
}

/// The read models while a group of commands is folded in.
pub(crate) struct Projector<'a> {
    models: Vec<(&'a dyn ReadModel, ModelState)>,
    timelines: HashMap<(usize, String), ClearanceTimelines>,
    histories: HashMap<String, StreamRecord>,
    /// Streams whose rows are written anew, by read model.
    rewritten: BTreeSet<(usize, String)>,
    halted: Vec<HaltedModel>,
    current: bool,
}

impl<'a> Projector<'a> {
    /// Begins at `head`, the position before the group, with the histories of the streams that were read whole, and with
    /// the rows that the cache had.
    pub(crate) fn new(
        registry: &'a Registry,
        known: ReadModelSnapshot,
        head: i64,
        histories: HashMap<String, StreamRecord>,
        cached: Vec<(&'static str, OpenRow)>,
    ) -> Self {
        // Another version of the program may have appended, or may keep other read models. Opening the ledger brings them
        // up to the head; until then nothing is added to read models that are behind.
        let usable = |model: &'a dyn ReadModel| {
            let state = known.models.get(model.name()).filter(|state| state.version == i64::from(model.version()))?;
            Some((model, state.clone()))
        };
        let models: Vec<_> = registry.models().iter().filter_map(|model| usable(&**model)).collect();
        let current = known.up_to == head && models.len() == registry.models().len();
        let mut timelines: HashMap<(usize, String), ClearanceTimelines> = HashMap::new();
        let index_of = |name: &str| models.iter().position(|(model, _)| model.name() == name);
        for (name, version) in known.versions {
            if let Some(index) = index_of(&name) {
                timelines.entry((index, version.stream.clone())).or_default().stored(&version);
            }
        }
        for (name, row) in cached {
            if let Some(index) = index_of(name) {
                timelines.entry((index, row.version.stream.clone())).or_default().resume(&row);
            }
        }
        Self { models, timelines, histories, rewritten: BTreeSet::new(), halted: Vec::new(), current }
    }

    /// Returns whether the read models are at the head, so that commands can be folded in.
    pub(crate) fn is_current(&self) -> bool {
        self.current
    }

    /// Folds in the events of one command; `known` is its last position.
    pub(crate) fn command(&mut self, events: Vec<RecordedEvent>, known: i64) -> Result<(), NeedsHistory> {
        let mut by_stream: BTreeMap<String, Vec<RecordedEvent>> = BTreeMap::new();
        for event in events {
            by_stream.entry(event.stream.to_string()).or_default().push(event);
        }
        for (stream, added) in by_stream {
            let corrects = added.iter().any(|event| event.event.is_correction());
            if let Some(record) = self.histories.get_mut(&stream) {
                record.events.extend(added.iter().cloned());
                record.ends.extend(added.iter().map(|_| known));
            }
            let record = self.histories.get(&stream);
            for (index, (model, state)) in self.models.iter().enumerate() {
                if state.halted_at.is_some() || self.halted.iter().any(|halted| halted.model == model.name()) {
                    continue;
                }
                // It has no row that these events change.
                if !corrects && added.iter().all(|event| model.keys(&Fact::of(event)).is_empty()) {
                    continue;
                }
                let timelines = self.timelines.entry((index, stream.clone())).or_default();
                let taken = match record {
                    // A change of a mark changes what some readers knew before: all their rows are folded again.
                    Some(record) if added.iter().any(|event| event.event.is_correction()) && has_secrets(record) => {
                        self.rewritten.insert((index, stream.clone()));
                        let folded = fold_classes(*model, &stream, &FoldedStream::new(&record.events, &record.ends));
                        match folded {
                            Ok(folded) => {
                                *timelines = folded;
                                Ok(Ok(()))
                            }
                            Err(failed) => Err(failed.error),
                        }
                    }
                    record => take_in(*model, timelines, &stream, &added, record, known),
                };
                match taken {
                    Ok(Ok(())) => {}
                    Ok(Err(Backdated)) => return Err(NeedsHistory(stream)),
                    Err(error) => {
                        let position = added.first().map_or(known, stored_position);
                        tracing::error!(event = "read_model.halted", model = model.name(), position, %error, "a read model cannot go on");
                        let (model, why) = (model.name().to_owned(), error.to_string());
                        self.halted.push(HaltedModel { model, position, why });
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns what to write, and the rows to go on from once it is written.
    pub(crate) fn finish(self) -> (RowChanges, Vec<(&'static str, OpenRow)>) {
        let mut changes = RowChanges { halted: self.halted, current: self.current, ..RowChanges::default() };
        let mut open = Vec::new();
        for (place, timelines) in self.timelines {
            let (model, state) = &self.models[place.0];
            if changes.halted.iter().any(|halted| halted.model == model.name()) {
                continue;
            }
            let (TimelineChanges { added, ended, searched }, rows) = timelines.changes_and_rows();
            if self.rewritten.contains(&place) {
                changes.rewritten.push((state.generation, place.1));
            } else {
                open.extend(rows.into_iter().map(|row| (model.name(), row)));
            }
            changes.added.extend(state.generation, added, searched);
            changes.ended.extend(ended.into_iter().map(|version| (state.generation, version)));
        }
        // Rows of one generation are written together.
        changes.added.versions.sort_by_key(|(generation, _)| *generation);
        changes.added.searched.sort_by_key(|(generation, _)| *generation);
        changes.ended.sort_by_key(|(generation, _)| *generation);
        (changes, open)
    }
}

/// Returns whether some readers know less of the stream than others.
fn has_secrets(record: &StreamRecord) -> bool {
    mark_ranks(&record.events).into_iter().any(|rank| rank > 0)
}

fn stored_position(event: &RecordedEvent) -> i64 {
    i64::try_from(event.position.number()).unwrap_or(i64::MAX)
}

/// Folds a command's events of one stream into the rows of one read model. `record` is the whole stream, these events
/// included, if it was read.
fn take_in(
    model: &dyn ReadModel,
    timelines: &mut ClearanceTimelines,
    stream: &str,
    added: &[RecordedEvent],
    record: Option<&StreamRecord>,
    known: i64,
) -> Result<Result<(), Backdated>, FoldError> {
    let ranks = mark_ranks(added);
    timelines.divide(ranks.iter().copied().map(i16::from));
    let corrects = added.iter().any(|event| event.event.is_correction());
    let mut outcome = Ok(());
    for (clearance, timeline) in timelines.classes() {
        let visible = if !corrects && ranks.iter().all(|rank| *rank <= clearance.rank()) {
            Cow::Borrowed(added)
        } else {
            added.iter().flat_map(|event| redacted_history(std::slice::from_ref(event), 1, clearance)).collect()
        };
        let history = record.map(|record| redacted_history(&record.events, record.events.len(), clearance));
        if corrects {
            match &history {
                Some(history) => timeline.refold(model, stream, history, known)?,
                None => outcome = Err(Backdated),
            }
            continue;
        }
        outcome = outcome.and(advance(model, timeline, stream, &visible, history.as_deref(), known)?);
    }
    Ok(outcome)
}

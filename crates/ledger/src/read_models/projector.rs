//! Takes commands into the read models, inside the transaction that appends them.

use super::registry::{ReadModel, Registry};
use super::row::{NewRows, OpenRow, RowVersion};
use super::timeline::{Backdated, Changes, Timeline};
use minutebook_domain::{Event, RecordedEvent, StreamId};
use minutebook_projections::projection::{Fact, FoldError};
use std::collections::{BTreeMap, HashMap};

/// A read model, as the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ModelState {
    pub(crate) version: i64,
    pub(crate) generation: i64,
    pub(crate) halted_at: Option<i64>,
}

/// What an append needs to know of the read models.
#[derive(Debug, Default)]
pub(crate) struct ReadModelSnapshot {
    /// How far the log is in them.
    pub(crate) up_to: i64,
    pub(crate) models: HashMap<String, ModelState>,
    /// Versions of rows, with the name of their read model.
    pub(crate) versions: Vec<(String, RowVersion)>,
}

impl ReadModelSnapshot {
    /// The generation of each read model.
    pub(crate) fn generations(&self) -> HashMap<String, i64> {
        self.models.iter().map(|(name, state)| (name.clone(), state.generation)).collect()
    }
}

/// The rows that a batch touches, to be asked after before it is appended.
#[derive(Debug, Default, Clone)]
pub(crate) struct TouchedRows {
    /// Read model, stream, key.
    pub(crate) keys: Vec<(&'static str, String, String)>,
    /// Streams that hold a correction in the batch, or something backdated: all their rows are needed.
    pub(crate) whole: Vec<String>,
}

impl TouchedRows {
    /// Stream and key of the rows of each read model.
    pub(crate) fn by_model(&self) -> BTreeMap<&'static str, Vec<(&str, &str)>> {
        let mut by_model: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (model, stream, key) in &self.keys {
            by_model.entry(*model).or_default().push((stream.as_str(), key.as_str()));
        }
        by_model
    }
}

/// What is to be written of the read models.
#[derive(Debug, Default)]
pub(crate) struct RowChanges {
    pub(crate) added: NewRows,
    /// Each with its generation.
    pub(crate) ended: Vec<(i64, RowVersion)>,
    /// Read models that cannot go on: name, position, why.
    pub(crate) halted: Vec<(String, i64, String)>,
    /// Whether the read models are at the head now.
    pub(crate) current: bool,
}

/// A stream whose whole history is needed before the append can go on.
#[derive(Debug)]
pub(crate) struct NeedsHistory(pub(crate) String);

impl Registry {
    /// The rows that events touch.
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

/// The read models while a group of commands is taken in.
pub(crate) struct Projector<'a> {
    models: Vec<(&'a dyn ReadModel, ModelState)>,
    timelines: HashMap<(usize, String), Timeline>,
    histories: HashMap<String, Vec<RecordedEvent>>,
    halted: Vec<(String, i64, String)>,
    current: bool,
}

impl<'a> Projector<'a> {
    /// `head` is the position before the group. `histories` holds the streams that were asked for whole, and `held` the rows
    /// that were not asked for.
    pub(crate) fn new(
        registry: &'a Registry,
        known: ReadModelSnapshot,
        head: i64,
        histories: HashMap<String, Vec<RecordedEvent>>,
        held: Vec<(&'static str, OpenRow)>,
    ) -> Self {
        // Another version of the program may have appended, or may keep other read models. They are brought up to the
        // head when the ledger is opened; until then nothing is added to what is behind.
        let usable = |model: &'a dyn ReadModel| {
            let state = known.models.get(model.name()).filter(|state| state.version == i64::from(model.version()))?;
            Some((model, state.clone()))
        };
        let models: Vec<_> = registry.models().iter().filter_map(|model| usable(&**model)).collect();
        let current = known.up_to == head && models.len() == registry.models().len();
        let mut timelines: HashMap<(usize, String), Timeline> = HashMap::new();
        let index_of = |name: &str| models.iter().position(|(model, _)| model.name() == name);
        for (name, version) in known.versions {
            if let Some(index) = index_of(&name) {
                timelines.entry((index, version.stream.clone())).or_default().stored(version);
            }
        }
        for (name, row) in held {
            if let Some(index) = index_of(name) {
                timelines.entry((index, row.version.stream.clone())).or_default().resume(row);
            }
        }
        Self { models, timelines, histories, halted: Vec::new(), current }
    }

    /// Whether there is anything to do.
    pub(crate) fn is_current(&self) -> bool {
        self.current
    }

    /// Takes in the events of one command; `known` is its last position.
    pub(crate) fn command(&mut self, events: &[RecordedEvent], known: i64) -> Result<(), NeedsHistory> {
        let mut by_stream: BTreeMap<String, Vec<&RecordedEvent>> = BTreeMap::new();
        for event in events {
            by_stream.entry(event.stream.to_string()).or_default().push(event);
        }
        for (stream, added) in by_stream {
            if let Some(history) = self.histories.get_mut(&stream) {
                history.extend(added.iter().map(|event| (*event).clone()));
            }
            let history = self.histories.get(&stream).map(Vec::as_slice);
            for (index, (model, state)) in self.models.iter().enumerate() {
                if state.halted_at.is_some() || self.halted.iter().any(|(name, ..)| name == model.name()) {
                    continue;
                }
                let timeline = self.timelines.entry((index, stream.clone())).or_default();
                match take_in(*model, timeline, &stream, &added, history, known) {
                    Ok(Ok(())) => {}
                    Ok(Err(Backdated)) => return Err(NeedsHistory(stream)),
                    Err(error) => {
                        let position = added.first().map_or(known, |event| stored_position(event));
                        tracing::error!(event = "read_model.halted", model = model.name(), position, %error, "a read model cannot go on");
                        self.halted.push((model.name().to_owned(), position, error.to_string()));
                    }
                }
            }
        }
        Ok(())
    }

    /// What is to be written, and the rows as they go on once it is.
    pub(crate) fn finish(self) -> (RowChanges, Vec<(&'static str, OpenRow)>) {
        let mut changes = RowChanges { halted: self.halted, current: self.current, ..RowChanges::default() };
        let mut held = Vec::new();
        for ((index, _), timeline) in self.timelines {
            let (model, state) = &self.models[index];
            if changes.halted.iter().any(|(name, ..)| name == model.name()) {
                continue;
            }
            let (Changes { added, ended, searched }, rows) = timeline.changes_and_rows();
            held.extend(rows.into_iter().map(|row| (model.name(), row)));
            changes.added.extend(state.generation, added, searched);
            changes.ended.extend(ended.into_iter().map(|version| (state.generation, version)));
        }
        // Those of a generation stand together.
        changes.added.versions.sort_by_key(|(generation, _)| *generation);
        changes.added.searched.sort_by_key(|(generation, _)| *generation);
        changes.ended.sort_by_key(|(generation, _)| *generation);
        (changes, held)
    }
}

fn stored_position(event: &RecordedEvent) -> i64 {
    i64::try_from(event.position.number()).unwrap_or(i64::MAX)
}

/// Takes a command's events of one stream into the rows of one read model. `history` is the whole stream, these events
/// included, where it is at hand.
pub(crate) fn take_in(
    model: &dyn ReadModel,
    timeline: &mut Timeline,
    stream: &str,
    added: &[&RecordedEvent],
    history: Option<&[RecordedEvent]>,
    known: i64,
) -> Result<Result<(), Backdated>, FoldError> {
    let mut outcome = Ok(());
    if added.iter().any(|event| event.event.is_correction()) {
        outcome = Err(Backdated);
    } else {
        let mut by_key: BTreeMap<String, Vec<Fact<'_>>> = BTreeMap::new();
        for event in added {
            let fact = Fact::of(event);
            for key in model.keys(&fact) {
                by_key.entry(key).or_default().push(fact.clone());
            }
        }
        for (key, facts) in by_key {
            outcome = outcome.and(timeline.advance(model, stream, &key, &facts, known)?);
        }
    }
    match (outcome, history) {
        (Err(Backdated), Some(history)) => timeline.refold(model, stream, history, known).map(Ok),
        (outcome, _) => Ok(outcome),
    }
}

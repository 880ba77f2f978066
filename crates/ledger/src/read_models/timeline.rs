//! How a command changes the versions of rows that one clearance knows. It is pure, and the same for an append and a
//! rebuild.

use super::open_row::OpenRow;
use super::registry::{Advance, FoldState, ReadModel, Segment};
use crate::store::interval_tree::FOREVER;
use crate::store::{RankRange, RowVersion};
use minutebook_domain::RecordedEvent;
use minutebook_projections::projection::{Fact, FoldError};
use minutebook_projections::words::SearchPassage;
use std::collections::{BTreeMap, HashMap};

/// The versions of rows of one stream in one read model, as one clearance knows them, while a command changes them.
#[derive(Clone, Default)]
pub(crate) struct Timeline {
    pub(super) versions: Vec<TrackedVersion>,
    /// The newest version of each row, by the row's key.
    pub(super) open: HashMap<String, NewestVersion>,
    /// The words that the search index has, by the row's key.
    pub(super) indexed: HashMap<String, Vec<SearchPassage>>,
    /// Whether versions in the database may have more clearances than the timeline.
    pub(super) divided: bool,
}

#[derive(Clone)]
pub(super) struct TrackedVersion {
    pub(super) version: RowVersion,
    /// The clearances that the version has in the database; none if it is new.
    pub(super) stored: Option<RankRange>,
    /// Whether the version in the database has other ends.
    pub(super) changed: bool,
    /// The words to index, if the version is new.
    pub(super) passages: Vec<SearchPassage>,
}

#[derive(Clone)]
pub(super) struct NewestVersion {
    /// The place among the versions.
    pub(super) index: usize,
    /// The row, unless it has to be read from the version's JSON first.
    pub(super) state: Option<FoldState>,
}

/// A command does not go on from the newest rows: the stream's rows have to be folded anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Backdated;

impl Timeline {
    /// Adds a version that the database holds.
    pub(crate) fn stored(&mut self, version: RowVersion) {
        self.track(TrackedVersion::stored(version), None);
    }

    /// Adds a row that the cache had, as the database holds it.
    pub(crate) fn resume(&mut self, row: OpenRow) {
        let OpenRow { version, state, indexed } = row;
        self.indexed.insert(version.key.clone(), indexed);
        self.track(TrackedVersion::stored(version), Some(state));
    }

    fn track(&mut self, tracked: TrackedVersion, state: Option<FoldState>) {
        if tracked.version.is_open() {
            let newest = NewestVersion { index: self.versions.len(), state };
            self.open.insert(tracked.version.key.clone(), newest);
        }
        self.versions.push(tracked);
    }

    /// Folds the facts of one command, whose last position is `known`, into the newest version of the row `key`.
    pub(crate) fn advance(
        &mut self,
        model: &dyn ReadModel,
        stream: &str,
        key: &str,
        facts: &[Fact<'_>],
        known: i64,
    ) -> Result<Result<(), Backdated>, FoldError> {
        let newest = self.open.get(key).map_or(i64::MIN, |open| self.versions[open.index].version.valid_from);
        let moments = facts.iter().map(|fact| fact.valid_at.timestamp_micros());
        if !std::iter::once(newest).chain(moments).is_sorted() {
            return Ok(Err(Backdated));
        }
        let mut before = None;
        let open = self.open.remove(key);
        if let Some(NewestVersion { index, state }) = open {
            let tracked = &mut self.versions[index];
            let state = state.map_or_else(|| model.state_of(tracked.version.content.row.as_deref()), Ok)?;
            if self.divided && tracked.version.content.row.is_none() {
                // The cache leaves it out. It is written again if other clearances keep the version as it is.
                tracked.version.content = model.content(&state)?;
            }
            if tracked.stored.is_some() && !self.indexed.contains_key(key) {
                self.indexed.insert(key.to_owned(), model.passages(&state));
            }
            before = Some((index, state));
        }
        let (index, state) = before.map_or((None, None), |(index, state)| (Some(index), state));
        let Advance { segments, state } = model.advance(state, facts)?;
        if let (Some(index), Some(first)) = (index, segments.first()) {
            self.end(index, first.valid_from, known);
        }
        self.add(stream, key, segments, known);
        if let Some(open) = self.open.get_mut(key) {
            open.state = Some(state);
        }
        Ok(Ok(()))
    }

    /// Makes the versions of all rows what a fold of the whole stream says, as known from `known`.
    pub(crate) fn refold(
        &mut self,
        model: &dyn ReadModel,
        stream: &str,
        history: &[RecordedEvent],
        known: i64,
    ) -> Result<(), FoldError> {
        let folded = model.fold(history)?;
        let mut wanted: ExpectedSegments =
            folded.into_iter().map(|(key, segments)| (key, with_ends(segments))).collect();
        self.open.clear();
        for index in 0..self.versions.len() {
            let version = &self.versions[index].version;
            if version.known_to != FOREVER {
                continue;
            }
            match take_equal(&mut wanted, version) {
                Some((_, end)) if end == version.valid_to => {}
                Some((_, end)) if version.valid_to == FOREVER => self.end(index, end, known),
                Some((segment, end)) => {
                    // It ends at another time than was known: this version is withdrawn, and one with the right end added.
                    let mut version = version.clone();
                    self.retract(index, known);
                    (version.valid_to, version.known_from) = (end, known);
                    version.ended_known = if end == FOREVER { FOREVER } else { known };
                    self.track(TrackedVersion::new(version, segment.passages), None);
                    continue;
                }
                None => self.retract(index, known),
            }
            let version = &self.versions[index].version;
            if version.is_open() {
                self.open.insert(version.key.clone(), NewestVersion { index, state: None });
            }
        }
        for (key, segments) in wanted {
            for (segment, valid_to) in segments {
                self.push(stream, &key, segment, valid_to, known);
            }
        }
        Ok(())
    }

    fn add(&mut self, stream: &str, key: &str, segments: Vec<Segment>, known: i64) {
        for (segment, valid_to) in with_ends(segments) {
            self.push(stream, key, segment, valid_to, known);
        }
    }

    fn push(&mut self, stream: &str, key: &str, segment: Segment, valid_to: i64, known: i64) {
        let version = RowVersion {
            stream: stream.to_owned(),
            key: key.to_owned(),
            valid_from: segment.valid_from,
            valid_to,
            known_from: known,
            ended_known: if valid_to == FOREVER { FOREVER } else { known },
            known_to: FOREVER,
            ranks: RankRange::ALL,
            content: segment.content,
        };
        self.track(TrackedVersion::new(version, segment.passages), None);
    }

    /// Ends the version at `valid_to`, as known from `known`.
    fn end(&mut self, index: usize, valid_to: i64, known: i64) {
        if self.versions[index].version.valid_from == valid_to {
            return self.retract(index, known);
        }
        let tracked = &mut self.versions[index];
        (tracked.version.valid_to, tracked.version.ended_known) = (valid_to, known);
        tracked.changed = true;
    }

    /// Withdraws the version, as known from `known`.
    fn retract(&mut self, index: usize, known: i64) {
        let tracked = &mut self.versions[index];
        tracked.version.known_to = known;
        tracked.changed = true;
    }
}

impl TrackedVersion {
    fn stored(version: RowVersion) -> Self {
        Self { stored: Some(version.ranks), version, changed: false, passages: Vec::new() }
    }

    fn new(version: RowVersion, passages: Vec<SearchPassage>) -> Self {
        Self { version, stored: None, changed: false, passages }
    }
}

/// The segments of each row by a fold of the whole stream, each with its end.
type ExpectedSegments = BTreeMap<String, Vec<(Segment, i64)>>;

fn with_ends(segments: Vec<Segment>) -> Vec<(Segment, i64)> {
    let ends: Vec<i64> = segments.iter().skip(1).map(|segment| segment.valid_from).chain([FOREVER]).collect();
    segments.into_iter().zip(ends).collect()
}

/// Removes the segment that says what `version` says, and returns it with its end.
fn take_equal(wanted: &mut ExpectedSegments, version: &RowVersion) -> Option<(Segment, i64)> {
    let segments = wanted.get_mut(&version.key)?;
    let says =
        |(segment, _): &(Segment, i64)| segment.valid_from == version.valid_from && segment.content == version.content;
    let index = segments.iter().position(says)?;
    Some(segments.remove(index))
}

//! How a command changes the versions of rows: pure, the same for both stores, for an append and for a rebuild.

use super::interval_tree::FOREVER;
use super::registry::{Advance, FoldState, ReadModel, Segment};
use super::row::{OpenRow, RowVersion, SearchEntry};
use minutebook_domain::RecordedEvent;
use minutebook_projections::projection::{Fact, FoldError};
use minutebook_projections::words::SearchPassage;
use std::collections::{BTreeMap, HashMap};

/// The versions of some rows of one stream in one read model, as they are being changed.
#[derive(Default)]
pub(crate) struct Timeline {
    versions: Vec<Kept>,
    /// The newest version of each row, by the row's key.
    open: HashMap<String, Open>,
    /// What is known to stand in the index of words, by the row's key.
    indexed: HashMap<String, Vec<SearchPassage>>,
}

struct Kept {
    version: RowVersion,
    /// What the database holds of it.
    stored: Stored,
    /// What of it is searched, if it is new.
    passages: Vec<SearchPassage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stored {
    AsItIs,
    Otherwise,
    Not,
}

struct Open {
    /// Where it stands among the versions.
    index: usize,
    /// The row itself, where it need not be read from the version first.
    row: Option<FoldState>,
}

/// What is to be written.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) added: Vec<RowVersion>,
    /// These are in the database, but for their ends.
    pub(crate) ended: Vec<RowVersion>,
    /// What the added versions say that is not in the index of words yet.
    pub(crate) searched: Vec<SearchEntry>,
}

/// A command's facts do not simply go on from the newest rows: the stream's rows have to be folded anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Backdated;

impl Timeline {
    /// Goes on with a version that the database holds.
    pub(crate) fn stored(&mut self, version: RowVersion) {
        self.keep(Kept { version, stored: Stored::AsItIs, passages: Vec::new() }, None);
    }

    /// Goes on with a row that the database holds as it is held here.
    pub(crate) fn resume(&mut self, row: OpenRow) {
        let OpenRow { version, row, indexed } = row;
        self.indexed.insert(version.key.clone(), indexed);
        self.keep(Kept { version, stored: Stored::AsItIs, passages: Vec::new() }, Some(row));
    }

    fn keep(&mut self, kept: Kept, row: Option<FoldState>) {
        if kept.version.is_fully_readable() {
            self.open.insert(kept.version.key.clone(), Open { index: self.versions.len(), row });
        }
        self.versions.push(kept);
    }

    /// Goes on from the newest version of the row `key`, with the facts of one command whose last position is `known`.
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
        if let Some(Open { index, row }) = open {
            let kept = &self.versions[index];
            let row = row.map_or_else(|| model.held(kept.version.content.row.as_deref()), Ok)?;
            if kept.stored != Stored::Not && !self.indexed.contains_key(key) {
                self.indexed.insert(key.to_owned(), model.said(&row));
            }
            before = Some((index, row));
        }
        let (index, row) = before.map_or((None, None), |(index, row)| (Some(index), row));
        let Advance { segments, row } = model.advance(row, facts)?;
        if let (Some(index), Some(first)) = (index, segments.first()) {
            self.end(index, first.valid_from, known);
        }
        self.add(stream, key, segments, known);
        if let Some(open) = self.open.get_mut(key) {
            open.row = Some(row);
        }
        Ok(Ok(()))
    }

    /// Makes the versions of all rows of the stream what `history`, the whole of it, amounts to as known from `known`.
    pub(crate) fn refold(
        &mut self,
        model: &dyn ReadModel,
        stream: &str,
        history: &[RecordedEvent],
        known: i64,
    ) -> Result<(), FoldError> {
        let folded = model.fold(history)?;
        let mut wanted: Wanted = folded.into_iter().map(|(key, segments)| (key, with_ends(segments))).collect();
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
                    // It goes on otherwise than was thought.
                    let mut version = version.clone();
                    self.retract(index, known);
                    (version.valid_to, version.known_from) = (end, known);
                    version.ended_known = if end == FOREVER { FOREVER } else { known };
                    self.keep(Kept { version, stored: Stored::Not, passages: segment.passages }, None);
                    continue;
                }
                None => self.retract(index, known),
            }
            let version = &self.versions[index].version;
            if version.is_fully_readable() {
                self.open.insert(version.key.clone(), Open { index, row: None });
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
            content: segment.content,
        };
        self.keep(Kept { version, stored: Stored::Not, passages: segment.passages }, None);
    }

    /// The version was so until `valid_to`, as known from `known`.
    fn end(&mut self, index: usize, valid_to: i64, known: i64) {
        if self.versions[index].version.valid_from == valid_to {
            return self.retract(index, known);
        }
        let kept = &mut self.versions[index];
        (kept.version.valid_to, kept.version.ended_known) = (valid_to, known);
        kept.changed();
    }

    /// The version does not count from `known` on.
    fn retract(&mut self, index: usize, known: i64) {
        let kept = &mut self.versions[index];
        kept.version.known_to = known;
        kept.changed();
    }

    /// What differs from the database.
    pub(crate) fn changes(self) -> Changes {
        self.written().0
    }

    /// What differs from the database, and the rows that were advanced, as they go on from here.
    pub(crate) fn changes_and_rows(mut self) -> (Changes, Vec<OpenRow>) {
        let mut rows = Vec::with_capacity(self.open.len());
        for Open { index, row } in std::mem::take(&mut self.open).into_values() {
            // One that was only looked at, or folded with its whole stream, is read again when it is needed.
            if let Some(row) = row {
                rows.push(OpenRow { version: self.versions[index].version.without_row(), row, indexed: Vec::new() });
            }
        }
        let (changes, mut indexed) = self.written();
        for row in &mut rows {
            row.indexed = indexed.remove(&row.version.key).unwrap_or_default();
        }
        (changes, rows)
    }

    fn written(self) -> (Changes, HashMap<String, Vec<SearchPassage>>) {
        let (mut changes, mut indexed) = (Changes::default(), self.indexed);
        for Kept { version, stored, passages } in self.versions {
            match stored {
                Stored::AsItIs => {}
                Stored::Otherwise => changes.ended.push(version),
                // What was brought in and taken back by one command was never known.
                Stored::Not if version.known_from == version.known_to => {}
                Stored::Not => {
                    for passage in passages {
                        let indexed = indexed.entry(version.key.clone()).or_default();
                        let Some(passage) = passage.without(indexed) else { continue };
                        indexed.push(passage.clone());
                        let (stream, key) = (version.stream.clone(), version.key.clone());
                        let (known_from, scope) = (version.known_from, version.content.scope.clone());
                        changes.searched.push(SearchEntry { stream, key, known_from, scope, passage });
                    }
                    changes.added.push(version);
                }
            }
        }
        (changes, indexed)
    }
}

impl Kept {
    fn changed(&mut self) {
        if self.stored == Stored::AsItIs {
            self.stored = Stored::Otherwise;
        }
    }
}

/// The rows as they should be: each stretch with its end.
type Wanted = BTreeMap<String, Vec<(Segment, i64)>>;

fn with_ends(segments: Vec<Segment>) -> Vec<(Segment, i64)> {
    let ends: Vec<i64> = segments.iter().skip(1).map(|segment| segment.valid_from).chain([FOREVER]).collect();
    segments.into_iter().zip(ends).collect()
}

/// Takes the stretch that says what `version` says out of those wanted, with its end.
fn take_equal(wanted: &mut Wanted, version: &RowVersion) -> Option<(Segment, i64)> {
    let segments = wanted.get_mut(&version.key)?;
    let says =
        |(segment, _): &(Segment, i64)| segment.valid_from == version.valid_from && segment.content == version.content;
    let index = segments.iter().position(says)?;
    Some(segments.remove(index))
}

//! The timelines of a stream, one for each class of clearances that know it alike.
//!
//! Readers whose clearances permit the same marks of a stream see the same rows. The classes are found as the marks are: a
//! mark divides the class that it falls into. What several classes say alike is stored once.

use super::open_row::OpenRow;
use super::registry::FoldState;
use super::timeline::{Timeline, TrackedVersion};
use crate::store::{RankRange, RowVersion, SearchEntry};
use minutebook_domain::classification::Clearance;
use minutebook_projections::words::SearchPassage;
use std::collections::{BTreeMap, HashMap};

/// The versions of rows of one stream in one read model, by clearance.
pub(crate) struct ClearanceTimelines {
    /// In the order of rank, without gaps.
    classes: Vec<(RankRange, Timeline)>,
}

/// What timelines write.
#[derive(Debug, Default)]
pub(crate) struct TimelineChanges {
    pub(crate) added: Vec<RowVersion>,
    /// Versions in the database whose ends or clearances have changed.
    pub(crate) ended: Vec<RowVersion>,
    /// Words of the added versions that the search index lacks.
    pub(crate) searched: Vec<SearchEntry>,
}

impl Default for ClearanceTimelines {
    fn default() -> Self {
        Self { classes: vec![(RankRange::ALL, Timeline::default())] }
    }
}

impl ClearanceTimelines {
    /// Divides the classes so that each sees all or nothing of a mark with one of these ranks.
    pub(crate) fn divide(&mut self, ranks: impl IntoIterator<Item = i16>) {
        for rank in ranks {
            let within = |(class, _): &(RankRange, Timeline)| class.from < rank && rank < class.to;
            if let Some(index) = self.classes.iter().position(within) {
                let (class, timeline) = &mut self.classes[index];
                let above = RankRange { from: rank, to: class.to };
                class.to = rank;
                timeline.divided |= !timeline.versions.is_empty();
                let timeline = timeline.clone();
                self.classes.insert(index + 1, (above, timeline));
            }
        }
    }

    /// Adds a version that the database holds.
    pub(crate) fn stored(&mut self, version: &RowVersion) {
        for (class, timeline) in self.within(version.ranks) {
            timeline.divided |= *class != version.ranks;
            timeline.stored(version.clone());
        }
    }

    /// Adds a row that the cache had, as the database holds it.
    pub(crate) fn resume(&mut self, row: &OpenRow) {
        for (class, timeline) in self.within(row.version.ranks) {
            timeline.divided |= *class != row.version.ranks;
            timeline.resume(row.clone());
        }
    }

    fn within(&mut self, ranks: RankRange) -> impl Iterator<Item = &mut (RankRange, Timeline)> {
        self.divide([ranks.from, ranks.to]);
        self.classes.iter_mut().filter(move |(class, _)| ranks.contains(*class))
    }

    /// Returns each class by its lowest clearance, with its timeline.
    pub(crate) fn classes(&mut self) -> impl Iterator<Item = (Clearance, &mut Timeline)> {
        self.classes.iter_mut().map(|(class, timeline)| {
            let rank = u8::try_from(class.from.max(0)).unwrap_or(u8::MAX);
            (Clearance::at_rank(rank), timeline)
        })
    }

    /// Returns what differs from the database, and the rows to go on from.
    pub(crate) fn changes_and_rows(self) -> (TimelineChanges, Vec<OpenRow>) {
        let mut merged = MergedVersions::default();
        let mut indexed: HashMap<String, Vec<SearchPassage>> = HashMap::new();
        for (class, mut timeline) in self.classes {
            let mut states: HashMap<usize, FoldState> =
                timeline.open.into_values().filter_map(|newest| Some((newest.index, newest.state?))).collect();
            for (index, tracked) in timeline.versions.into_iter().enumerate() {
                merged.add(class, tracked, states.remove(&index));
            }
            for (key, passages) in timeline.indexed.drain() {
                let known = indexed.entry(key).or_default();
                for passage in passages {
                    known.extend(passage.without(known));
                }
            }
        }
        merged.changes_and_rows(indexed)
    }

    /// Returns what differs from the database.
    pub(crate) fn changes(self) -> TimelineChanges {
        self.changes_and_rows().0
    }
}

/// Versions that say the same for neighbouring classes, as one.
#[derive(Default)]
struct MergedVersions {
    /// By key, known from and valid from; in the order of rank.
    versions: BTreeMap<(String, i64, i64), Vec<MergedVersion>>,
}

struct MergedVersion {
    ranks: RankRange,
    tracked: TrackedVersion,
    state: Option<FoldState>,
}

impl MergedVersions {
    fn add(&mut self, class: RankRange, tracked: TrackedVersion, state: Option<FoldState>) {
        let version = &tracked.version;
        // One command added it and withdrew it: no position knew it.
        if tracked.stored.is_none() && version.known_from == version.known_to {
            return;
        }
        let place = (version.key.clone(), version.known_from, version.valid_from);
        let merged = self.versions.entry(place).or_default();
        let alike = |below: &MergedVersion| {
            let other = &below.tracked.version;
            below.ranks.to == class.from
                && below.tracked.stored == tracked.stored
                && (other.valid_to, other.ended_known, other.known_to)
                    == (version.valid_to, version.ended_known, version.known_to)
                && (tracked.stored.is_some() || other.content == version.content)
        };
        match merged.iter_mut().find(|below| alike(below)) {
            Some(below) => {
                below.ranks.to = class.to;
                below.state = below.state.take().or(state);
            }
            None => merged.push(MergedVersion { ranks: class, tracked, state }),
        }
    }

    fn changes_and_rows(self, mut indexed: HashMap<String, Vec<SearchPassage>>) -> (TimelineChanges, Vec<OpenRow>) {
        let mut changes = TimelineChanges::default();
        // The newest versions by key, and whether each has its row at hand.
        let mut open: HashMap<String, (Vec<OpenRow>, bool)> = HashMap::new();
        let mut versions: Vec<MergedVersion> = self.versions.into_values().flatten().collect();
        versions.sort_by_key(|merged| merged.tracked.version.known_from);
        for MergedVersion { ranks, tracked, state } in versions {
            let TrackedVersion { mut version, stored, changed, passages } = tracked;
            version.ranks = ranks;
            if version.is_open() {
                let (rows, complete) = open.entry(version.key.clone()).or_insert_with(|| (Vec::new(), true));
                match state {
                    Some(state) => rows.push(OpenRow { version: version.without_row(), state, indexed: Vec::new() }),
                    // It was only looked at, or folded with its whole stream: it is read again when it is needed.
                    None => *complete = false,
                }
            }
            match stored {
                Some(before) if before == ranks && !changed => {}
                // The lowest of the classes keeps the stored version; the others get versions of their own.
                Some(before) if before.from == ranks.from => changes.ended.push(version),
                Some(_) => changes.added.push(version),
                None => {
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
        let mut rows = Vec::new();
        for (key, (mut of_key, complete)) in open {
            if complete {
                let words = indexed.remove(&key).unwrap_or_default();
                for row in &mut of_key {
                    row.indexed.clone_from(&words);
                }
                rows.append(&mut of_key);
            }
        }
        (changes, rows)
    }
}

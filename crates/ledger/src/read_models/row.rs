//! A version of a row: what it said, from when to when, and from when to when that was known.

use super::interval_tree::{self, FOREVER};
use super::registry::FoldState;
use minutebook_projections::words::SearchPassage;

/// One version of one row.
///
/// As known at position N and as of moment T it is the row if `known_from <= N < known_to`, `valid_from <= T`, and
/// either `T < valid_to` or `N < ended_known`: until the end of its validity was known, it was taken to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowVersion {
    pub(crate) stream: String,
    pub(crate) key: String,
    /// Microseconds since the epoch.
    pub(crate) valid_from: i64,
    /// [`FOREVER`] while it goes on.
    pub(crate) valid_to: i64,
    /// The last position of the command that brought it in: a command is known whole or not at all.
    pub(crate) known_from: i64,
    /// The position at which `valid_to` became known; [`FOREVER`] while it goes on.
    pub(crate) ended_known: i64,
    /// The position at which it turned out never to have been so; [`FOREVER`] while it counts.
    pub(crate) known_to: i64,
    pub(crate) content: RowContent,
}

/// What a version says, and how it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct RowContent {
    pub(crate) scope: String,
    pub(crate) facet: String,
    pub(crate) rank: i16,
    /// The row as JSON; none where there is no row from then on.
    pub(crate) row: Option<String>,
}

/// The facet of a version that says there is no row.
pub(crate) const NO_ROW: &str = "-";

/// What a row said at one time or another to readers of a clearance, as it stands in the index of words. The index says
/// of no moment what was so then: whoever searches looks for rows of the moment that said it at any time, and then at
/// what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SearchEntry {
    pub(crate) stream: String,
    pub(crate) key: String,
    /// The position from which it said so.
    pub(crate) known_from: i64,
    pub(crate) scope: String,
    pub(crate) passage: SearchPassage,
}

/// The newest version of a row, as the next event finds it.
#[derive(Debug)]
pub(crate) struct OpenRow {
    /// Its place and its times; what it says is in `row`.
    pub(crate) version: RowVersion,
    pub(crate) row: FoldState,
    /// What stands in the index of words for it.
    pub(crate) indexed: Vec<SearchPassage>,
}

/// Rows that are to be written, each with the generation it goes to. They are written together as far as those of a generation
/// stand together.
#[derive(Debug, Default)]
pub(crate) struct NewRows {
    pub(crate) versions: Vec<(i64, RowVersion)>,
    pub(crate) searched: Vec<(i64, SearchEntry)>,
}

impl NewRows {
    /// Takes in what one timeline adds.
    pub(crate) fn extend(&mut self, generation: i64, versions: Vec<RowVersion>, searched: Vec<SearchEntry>) {
        self.versions.extend(versions.into_iter().map(|version| (generation, version)));
        self.searched.extend(searched.into_iter().map(|searched| (generation, searched)));
    }

    /// Takes in others.
    pub(crate) fn append(&mut self, other: Self) {
        self.versions.extend(other.versions);
        self.searched.extend(other.searched);
    }
}

/// A version as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredVersion {
    pub(crate) version: RowVersion,
    /// Whether it is filed under its own nodes, so that it is found.
    pub(crate) indexed_correctly: bool,
}

impl RowVersion {
    /// Comes before every row in the order of stream, key and when it was known.
    pub(crate) fn before_all() -> Self {
        Self {
            stream: String::new(),
            key: String::new(),
            valid_from: i64::MIN,
            valid_to: FOREVER,
            known_from: i64::MIN,
            ended_known: FOREVER,
            known_to: FOREVER,
            content: RowContent::default(),
        }
    }

    /// As it is, but for what it says.
    pub(crate) fn without_row(&self) -> Self {
        let RowContent { scope, facet, rank, .. } = &self.content;
        Self {
            stream: self.stream.clone(),
            key: self.key.clone(),
            content: RowContent { scope: scope.clone(), facet: facet.clone(), rank: *rank, row: None },
            ..*self
        }
    }

    /// Whether it is the row as of a moment, as known at a position.
    pub(crate) fn was_so(&self, as_of: i64, known_at: i64) -> bool {
        self.known_from <= known_at
            && known_at < self.known_to
            && self.valid_from <= as_of
            && (as_of < self.valid_to || known_at < self.ended_known)
    }

    pub(crate) fn valid_node(&self) -> i64 {
        interval_tree::of_valid(self.valid_from..self.valid_to)
    }

    /// Until when it was the latest word: the end of the interval that `known_node` files it under.
    pub(crate) fn known_end(&self) -> i64 {
        if self.known_to == FOREVER { self.ended_known } else { self.known_to }
    }

    pub(crate) fn known_node(&self) -> i64 {
        interval_tree::of_known(self.known_from..self.known_end())
    }

    /// Whether it is the newest version of its row, and goes on.
    pub(crate) fn is_fully_readable(&self) -> bool {
        self.valid_to == FOREVER && self.known_to == FOREVER
    }
}

//! A version of a row: what it says, when that was valid, and when it was known.

use super::interval_tree::{self, FOREVER};
use super::row::row;
use minutebook_projections::words::SearchPassage;

/// The ranks of clearance for which a version is the row: from `from` up to, but not including, `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RankRange {
    pub(crate) from: i16,
    pub(crate) to: i16,
}

impl RankRange {
    /// Every clearance.
    pub(crate) const ALL: Self = Self { from: 0, to: i16::MAX };

    /// Returns whether `other` lies within the range.
    pub(crate) fn contains(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }
}

/// One version of one row, as readers with some clearances know it.
///
/// For rank of clearance C, as of moment T, as known at position N, it is the row if C is among `ranks`, `known_from <= N < known_to`, `valid_from <= T`, and either
/// `T < valid_to` or `N < ended_known`: until the end of its validity is known, a version is taken to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowVersion {
    pub(crate) stream: String,
    /// The name of the row within its stream.
    pub(crate) key: String,
    /// Microseconds since the epoch.
    pub(crate) valid_from: i64,
    /// [`FOREVER`] while no end is known.
    pub(crate) valid_to: i64,
    /// The last position of the command that led to the version: a command is known whole or not at all.
    pub(crate) known_from: i64,
    /// The position at which `valid_to` became known; [`FOREVER`] while it has no end.
    pub(crate) ended_known: i64,
    /// The position at which a correction or a backdated event withdrew the version; [`FOREVER`] while it is in force.
    pub(crate) known_to: i64,
    pub(crate) ranks: RankRange,
    pub(crate) content: RowContent,
}

/// What a version says, and where it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct RowContent {
    /// The committee's code; empty for rows of the whole book.
    pub(crate) scope: String,
    pub(crate) facet: String,
    /// The row as JSON; none in a version that ends the row.
    pub(crate) row: Option<String>,
}

/// The facet of a version that says there is no row.
pub(crate) const NO_ROW: &str = "-";

/// The words that a row held at any time in texts of one classification.
///
/// The index does not know when: a search takes the rows of its moment that have an entry for each word, and then looks
/// at what those rows say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SearchEntry {
    pub(crate) stream: String,
    pub(crate) key: String,
    /// The position from which the row held the words.
    pub(crate) known_from: i64,
    pub(crate) scope: String,
    pub(crate) passage: SearchPassage,
}

/// Rows to be written, each with its generation. Rows of one generation next to each other are written together.
#[derive(Debug, Default)]
pub(crate) struct NewRows {
    pub(crate) versions: Vec<(i64, RowVersion)>,
    pub(crate) searched: Vec<(i64, SearchEntry)>,
}

impl NewRows {
    /// Adds rows of one generation.
    pub(crate) fn extend(&mut self, generation: i64, versions: Vec<RowVersion>, searched: Vec<SearchEntry>) {
        self.versions.extend(versions.into_iter().map(|version| (generation, version)));
        self.searched.extend(searched.into_iter().map(|entry| (generation, entry)));
    }

    /// Adds the rows of `other`.
    pub(crate) fn append(&mut self, other: Self) {
        self.versions.extend(other.versions);
        self.searched.extend(other.searched);
    }
}

/// A version as the database holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredVersion {
    pub(crate) version: RowVersion,
    /// Whether the stored columns for the indexes are those of the version. A list misses it otherwise.
    pub(crate) indexed_correctly: bool,
}

impl StoredVersion {
    pub(super) fn new(version: VersionRow, indexed: IndexedColumns) -> Self {
        let version = RowVersion::from(version);
        let indexed_correctly = indexed
            == IndexedColumns {
                known_end: version.known_end(),
                valid_node: version.valid_node(),
                known_node: version.known_node(),
            };
        Self { version, indexed_correctly }
    }
}

impl RowVersion {
    /// Returns a version that precedes all others in the order of stream, key and `known_from`.
    pub(crate) fn before_all() -> Self {
        Self {
            stream: String::new(),
            key: String::new(),
            valid_from: i64::MIN,
            valid_to: FOREVER,
            known_from: i64::MIN,
            ended_known: FOREVER,
            known_to: FOREVER,
            ranks: RankRange { from: i16::MIN, to: i16::MAX },
            content: RowContent::default(),
        }
    }

    /// Returns the version without the JSON of its row.
    pub(crate) fn without_row(&self) -> Self {
        let RowContent { scope, facet, .. } = &self.content;
        Self {
            stream: self.stream.clone(),
            key: self.key.clone(),
            content: RowContent { scope: scope.clone(), facet: facet.clone(), row: None },
            ..*self
        }
    }

    /// Returns whether it is the row as of a moment, as known at a position, for a rank of clearance.
    pub(crate) fn was_so(&self, as_of: i64, known_at: i64, rank: i16) -> bool {
        self.ranks.from <= rank
            && rank < self.ranks.to
            && self.known_from <= known_at
            && known_at < self.known_to
            && self.valid_from <= as_of
            && (as_of < self.valid_to || known_at < self.ended_known)
    }

    /// Returns the node of the interval tree over valid time.
    pub(crate) fn valid_node(&self) -> i64 {
        interval_tree::of_valid(self.valid_from..self.valid_to)
    }

    /// Returns the position at which the version was ended or withdrawn; [`FOREVER`] while it goes on.
    pub(crate) fn known_end(&self) -> i64 {
        if self.known_to == FOREVER { self.ended_known } else { self.known_to }
    }

    /// Returns the node of the interval tree over positions.
    pub(crate) fn known_node(&self) -> i64 {
        interval_tree::of_known(self.known_from..self.known_end())
    }

    /// Returns whether it is the newest version of its row.
    pub(crate) fn is_open(&self) -> bool {
        self.valid_to == FOREVER && self.known_to == FOREVER
    }
}

/// The columns of `row_versions` but for the generation: those of [`VersionRow`] and of [`IndexedColumns`].
pub(super) const VERSION_COLUMNS: &str = "stream, key, valid_from, valid_to, known_from, ended_known, known_to, \
     known_end, valid_node, known_node, rank_from, rank_to, scope, facet, content";

row! {
    /// A version of a row, column by column.
    pub(super) struct VersionRow {
        stream: String,
        key: String,
        valid_from: i64,
        valid_to: i64,
        known_from: i64,
        ended_known: i64,
        known_to: i64,
        rank_from: i64,
        rank_to: i64,
        scope: String,
        facet: String,
        content: Option<String>,
    }
}

row! {
    /// The columns that only the indexes use.
    #[derive(PartialEq, Eq)]
    pub(super) struct IndexedColumns {
        known_end: i64,
        valid_node: i64,
        known_node: i64,
    }
}

row! {
    /// A search entry, its words with spaces between them. One of them is the word of the list.
    pub(super) struct SearchRow {
        pub(super) id: i64,
        stream: String,
        key: String,
        known_from: i64,
        rank: i64,
        words: String,
    }
}

impl From<VersionRow> for RowVersion {
    fn from(row: VersionRow) -> Self {
        let VersionRow { stream, key, valid_from, valid_to, known_from, ended_known, known_to, .. } = row;
        let rank = |rank: i64| i16::try_from(rank).unwrap_or(i16::MAX);
        let ranks = RankRange { from: rank(row.rank_from), to: rank(row.rank_to) };
        let content = RowContent { scope: row.scope, facet: row.facet, row: row.content };
        Self { stream, key, valid_from, valid_to, known_from, ended_known, known_to, ranks, content }
    }
}

impl From<SearchRow> for SearchEntry {
    fn from(row: SearchRow) -> Self {
        let (mut scope, mut words) = (String::new(), Vec::new());
        for word in row.words.split(' ') {
            match word.strip_prefix(PLACE_PREFIX) {
                Some(place) => place.clone_into(&mut scope),
                None => words.push(word),
            }
        }
        // The database may keep them in an order of its own.
        words.sort_unstable();
        let rank = u8::try_from(row.rank).unwrap_or(u8::MAX);
        let passage = SearchPassage { rank, words: words.join(" ") };
        Self { stream: row.stream, key: row.key, known_from: row.known_from, scope, passage }
    }
}

impl SearchEntry {
    /// Returns the words as the index takes them: the word of the list, and those of the row, with spaces between them.
    pub(super) fn indexed_words(&self) -> String {
        format!("{PLACE_PREFIX}{} {}", self.scope, self.passage.words)
    }
}

/// Begins the word that every search entry of a list holds. No word of a text begins with it.
const PLACE_PREFIX: char = '§';

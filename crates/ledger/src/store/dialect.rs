//! Where the SQL of the two databases differs in statements that are otherwise shared.

use super::statement::Parameters;

/// The differing pieces of SQL. A generation is the number of a read model's set of rows.
pub(super) struct Dialect {
    /// Joins the `event_bytes` of a page, a newline between each two, into one value. One row is fetched far faster than
    /// many. The rows keep the order of the page; an ORDER BY would sort them a second time.
    pub(super) join_events: fn(page: &str) -> String,
    /// Converts a text parameter to the type of `events.event_id`.
    pub(super) event_id: fn(parameter: &str) -> String,
    /// The condition that `column` is in a list of texts.
    pub(super) in_list: fn(column: &str, parameter: &str) -> String,
    /// A list of texts in FROM, as `q` with the column `value`.
    pub(super) list: fn(parameter: &str) -> String,
    /// The transaction that last wrote the head's row, where the database knows it.
    pub(super) head_written_by: &'static str,
    /// The table of row versions of a generation, as FROM takes it.
    pub(super) versions: fn(generation: i64) -> String,
    /// Follows that table to force one of its indexes.
    pub(super) by_index: fn(generation: i64, Index) -> String,
    /// The newest versions of rows with these streams and keys, in FROM, as `v`.
    pub(super) newest_versions: fn(&mut Parameters, generation: i64, keys: &[(&str, &str)]) -> String,
    /// Every version in force of the rows of some streams, in FROM, as `v`.
    pub(super) versions_of_streams: fn(&mut Parameters, generation: i64, streams: &[String]) -> String,
    /// The table of search entries of a generation, as FROM takes it.
    pub(super) searched: fn(generation: i64) -> String,
    /// The words of an entry, with spaces between them.
    pub(super) words: &'static str,
    /// The condition that an entry `s` holds a word; `word` is a parameter. With `scope`, which is one too, the entry is of
    /// that list.
    pub(super) holds: fn(generation: i64, scope: Option<&str>, word: &str) -> String,
    /// The value of the parameter `word` for a whole word.
    pub(super) whole: fn(word: &str) -> String,
    /// The value of the parameter `word` for the beginning of a word.
    pub(super) beginning: fn(word: &str) -> String,
}

/// An index of row versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Index {
    ByValidTime,
    ByKnownTime,
}

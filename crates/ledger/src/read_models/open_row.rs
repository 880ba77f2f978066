//! The newest version of a row, as the next event finds it.

use super::registry::FoldState;
use crate::store::RowVersion;
use minutebook_projections::words::SearchPassage;

/// A row that the next event goes on from, as some clearances know it.
#[derive(Debug, Clone)]
pub(crate) struct OpenRow {
    /// Its place, times and clearances. The JSON is left out, because `state` has it.
    pub(crate) version: RowVersion,
    pub(crate) state: FoldState,
    /// The words that the search index has for the row.
    pub(crate) indexed: Vec<SearchPassage>,
}

//! Rows that were written lately, kept as a fold holds them: whoever writes on a row writes on it again soon, and need
//! neither ask for it nor read it then.

use super::projector::{ModelState, TouchedRows};
use super::row::OpenRow;
use lru::LruCache;
use std::collections::HashMap;
use std::num::NonZeroUsize;

/// Rows that are kept. One takes a few kilobytes.
const KEPT: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// Read model, stream, key.
type Place = (&'static str, String, String);

/// The newest versions of some rows as of one position.
pub(crate) struct RowCache {
    rows: LruCache<Place, OpenRow>,
    /// The position that they are as of, and the read models as they were then.
    as_of: Option<(u64, HashMap<String, ModelState>)>,
}

impl RowCache {
    pub(crate) fn new() -> Self {
        Self { rows: LruCache::new(KEPT), as_of: None }
    }

    /// Takes out those of the rows that are touched, so that they need not be asked for: the others are left in `touched`.
    pub(crate) fn take(&mut self, touched: &mut TouchedRows) -> Vec<(&'static str, OpenRow)> {
        let mut taken = Vec::new();
        touched.keys.retain(|place| match self.rows.pop(place) {
            Some(row) => {
                taken.push((place.0, row));
                false
            }
            None => true,
        });
        taken
    }

    /// Whether nothing was written since but through here. What is not so any more is forgotten.
    pub(crate) fn is_as_of(&mut self, head: u64, models: &HashMap<String, ModelState>) -> bool {
        let so = self.as_of.as_ref().is_some_and(|(position, then)| *position == head && then == models);
        if !so {
            self.forget();
        }
        so
    }

    /// Keeps rows as they are once `head` is written.
    pub(crate) fn put(&mut self, rows: Vec<(&'static str, OpenRow)>, head: u64, models: HashMap<String, ModelState>) {
        self.as_of = Some((head, models));
        for (model, row) in rows {
            self.rows.put((model, row.version.stream.clone(), row.version.key.clone()), row);
        }
    }

    /// Forgets the rows of a stream that was folded anew.
    pub(crate) fn forget_stream(&mut self, stream: &str) {
        let of_stream: Vec<Place> =
            self.rows.iter().map(|(place, _)| place).filter(|place| place.1 == stream).cloned().collect();
        for place in of_stream {
            self.rows.pop(&place);
        }
    }

    pub(crate) fn forget(&mut self) {
        self.rows.clear();
        self.as_of = None;
    }
}

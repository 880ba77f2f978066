//! A cache of the rows that were written last, as a fold holds them.
//!
//! A row that was written is often written again soon: the cache saves reading it from the database and parsing it.

use super::open_row::OpenRow;
use crate::store::{ModelState, TouchedRows};
use lru::LruCache;
use std::collections::HashMap;
use std::num::NonZeroUsize;

/// Rows in the cache. One takes a few kilobytes.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// Read model, stream and key of a row.
type RowPlace = (&'static str, String, String);

/// The newest versions of some rows, all as of one position.
pub(crate) struct RowCache {
    /// The newest versions of a row, one for each class of clearances that knows it in its own way.
    rows: LruCache<RowPlace, Vec<OpenRow>>,
    /// That position, and the states of the read models then.
    as_of: Option<(u64, HashMap<String, ModelState>)>,
}

impl RowCache {
    pub(crate) fn new() -> Self {
        Self { rows: LruCache::new(CAPACITY), as_of: None }
    }

    /// Removes the touched rows from the cache and returns them. `touched` keeps the rows that the cache lacks.
    pub(crate) fn take(&mut self, touched: &mut TouchedRows) -> Vec<(&'static str, OpenRow)> {
        let mut taken = Vec::new();
        touched.keys.retain(|place| match self.rows.pop(place) {
            Some(rows) => {
                taken.extend(rows.into_iter().map(|row| (place.0, row)));
                false
            }
            None => true,
        });
        taken
    }

    /// Returns whether the cache is current at this head, and clears it if not.
    pub(crate) fn is_current_at(&mut self, head: u64, models: &HashMap<String, ModelState>) -> bool {
        let current = self.as_of.as_ref().is_some_and(|(position, then)| *position == head && then == models);
        if !current {
            self.clear();
        }
        current
    }

    /// Stores rows as of `head`.
    pub(crate) fn put(&mut self, rows: Vec<(&'static str, OpenRow)>, head: u64, models: HashMap<String, ModelState>) {
        self.as_of = Some((head, models));
        let mut by_place: HashMap<RowPlace, Vec<OpenRow>> = HashMap::new();
        for (model, row) in rows {
            by_place.entry((model, row.version.stream.clone(), row.version.key.clone())).or_default().push(row);
        }
        for (place, rows) in by_place {
            self.rows.put(place, rows);
        }
    }

    /// Removes the rows of a stream that was folded anew.
    pub(crate) fn remove_stream(&mut self, stream: &str) {
        let of_stream: Vec<RowPlace> =
            self.rows.iter().map(|(place, _)| place).filter(|place| place.1 == stream).cloned().collect();
        for place in of_stream {
            self.rows.pop(&place);
        }
    }

    /// Removes all rows.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.as_of = None;
    }
}

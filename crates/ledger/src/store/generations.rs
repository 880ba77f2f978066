//! Which generation each read model had when this process last looked.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The generation of each read model, by name, as last seen.
///
/// A statement names the tables of a generation, so that the database opens no others. Its answer tells which generations
/// are in use, and if they differ it is asked again.
#[derive(Debug, Default)]
pub(super) struct Generations(Mutex<HashMap<String, i64>>);

impl Generations {
    pub(super) fn last_seen(&self) -> HashMap<String, i64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn remember(&self, generations: HashMap<String, i64>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = generations;
    }
}

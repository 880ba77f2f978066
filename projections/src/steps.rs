//! How a row came to be what it is: each fact that touched it, and what a reader saw before and after.

use crate::disclosure::{Fields, disclosed};
use crate::projection::{FoldError, Projection, SourcedFact, facts};
use chrono::{DateTime, Utc};
use minutebook_domain::RecordedEvent;
use minutebook_domain::classification::Clearance;
use std::collections::BTreeMap;

/// A fact's effect on a row.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    /// The fact, and what brought it in.
    pub sourced: SourcedFact<'a>,
    /// What the reader saw of the row before; nothing if there was none for them.
    pub before: Option<Fields>,
    /// What they saw after.
    pub after: Option<Fields>,
}

impl Step<'_> {
    /// Whether the reader could see that anything happened.
    pub fn is_visible(&self) -> bool {
        self.before != self.after
    }
}

/// The steps of each row of a stream up to a moment, by the row's key. `history` is the stream from its first event to
/// the last one that is known.
pub fn steps<P: Projection>(
    history: &[RecordedEvent],
    as_of: DateTime<Utc>,
    clearance: Clearance,
) -> Result<BTreeMap<String, Vec<Step<'_>>>, FoldError> {
    let mut rows: BTreeMap<String, Option<P::Row>> = BTreeMap::new();
    let mut steps: BTreeMap<String, Vec<Step<'_>>> = BTreeMap::new();
    for sourced in facts(history).into_iter().filter(|sourced| sourced.fact.valid_at <= as_of) {
        for key in P::keys(&sourced.fact) {
            let row = P::evolve(rows.remove(&key).flatten(), &sourced.fact)?;
            let after = row.as_ref().map(|row| disclosed(row, clearance)).transpose()?.flatten();
            rows.insert(key.clone(), row);
            let steps = steps.entry(key).or_default();
            let before = steps.last().and_then(|last| last.after.clone());
            steps.push(Step { sourced: sourced.clone(), before, after });
        }
    }
    Ok(steps)
}

/// What the reader sees of the row after its last step.
pub fn outcome<'s>(steps: &'s [Step<'_>]) -> Option<&'s Fields> {
    steps.last().and_then(|last| last.after.as_ref())
}

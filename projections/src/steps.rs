//! The steps of a row: each fact that changed it, with the row before and after as a reader sees it.

use crate::projection::{FoldError, Projection, SourcedFact, facts};
use crate::redaction::{RowFields, redact_row};
use chrono::{DateTime, Utc};
use minutebook_domain::RecordedEvent;
use minutebook_domain::classification::Clearance;
use std::collections::BTreeMap;

/// A fact's effect on a row.
#[derive(Debug, Clone)]
pub struct RowStep<'a> {
    /// The fact and the event that brought it in.
    pub sourced: SourcedFact<'a>,
    /// The visible row before the fact, if any.
    pub before: Option<RowFields>,
    /// The visible row after the fact, if any.
    pub after: Option<RowFields>,
}

impl RowStep<'_> {
    /// Returns whether the fact changed what the reader sees.
    pub fn is_visible(&self) -> bool {
        self.before != self.after
    }
}

/// Returns the steps of each row of a stream up to a moment, by the row's key. `history` is the stream from its first event
/// to the last one known.
pub fn row_steps<P: Projection>(
    history: &[RecordedEvent],
    as_of: DateTime<Utc>,
    clearance: Clearance,
) -> Result<BTreeMap<String, Vec<RowStep<'_>>>, FoldError> {
    let mut rows: BTreeMap<String, Option<P::Row>> = BTreeMap::new();
    let mut steps: BTreeMap<String, Vec<RowStep<'_>>> = BTreeMap::new();
    for sourced in facts(history).into_iter().filter(|sourced| sourced.fact.valid_at <= as_of) {
        for key in P::keys(&sourced.fact) {
            let row = P::evolve(rows.remove(&key).flatten(), &sourced.fact)?;
            let after = row.as_ref().map(|row| redact_row(row, clearance)).transpose()?.flatten();
            rows.insert(key.clone(), row);
            let steps = steps.entry(key).or_default();
            let before = steps.last().and_then(|last| last.after.clone());
            steps.push(RowStep { sourced: sourced.clone(), before, after });
        }
    }
    Ok(steps)
}

/// Returns the visible row after its last step.
pub fn outcome<'s>(steps: &'s [RowStep<'_>]) -> Option<&'s RowFields> {
    steps.last().and_then(|last| last.after.as_ref())
}

//! The plain fold: what a projection's rows are at a moment, by reading the whole log. It is slow, short, and the
//! measure of every quicker way.

use crate::projection::{FoldError, Projection, facts};
use chrono::{DateTime, Utc};
use minutebook_domain::{Position, RecordedEvent, StreamId};
use std::collections::BTreeMap;

/// The rows of `P` as of `as_of`, as known at the end of the last command that lies wholly within `known_at`, by stream
/// and key. `log` is the log from its first event; `ends` holds the last position of each command, in order.
pub fn plain_fold<P: Projection>(
    log: &[RecordedEvent],
    ends: &[Position],
    as_of: DateTime<Utc>,
    known_at: Position,
) -> Result<BTreeMap<(StreamId, String), P::Row>, FoldError> {
    let known = ends.iter().copied().take_while(|end| *end <= known_at).last().unwrap_or(Position::START);
    let mut streams: BTreeMap<&StreamId, Vec<RecordedEvent>> = BTreeMap::new();
    for event in log.iter().take_while(|event| event.position <= known) {
        streams.entry(&event.stream).or_default().push(event.clone());
    }
    let mut rows = BTreeMap::new();
    for (stream, history) in streams {
        for sourced in facts(&history).into_iter().filter(|sourced| sourced.fact.valid_at <= as_of) {
            for key in P::keys(&sourced.fact) {
                let place = (stream.clone(), key);
                let row = rows.remove(&place);
                if let Some(row) = P::evolve(row, &sourced.fact)? {
                    rows.insert(place, row);
                }
            }
        }
    }
    Ok(rows)
}

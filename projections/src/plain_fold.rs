//! The plain fold computes a projection's rows at a moment from the whole log. It is slow and short: tests compare faster
//! computations with it.

use crate::projection::{FoldError, Projection, facts};
use chrono::{DateTime, Utc};
use minutebook_domain::{Position, RecordedEvent, StreamId};
use std::collections::BTreeMap;

/// Returns the rows of `P` by stream and key, as of `as_of` and as known at the end of the last command that lies wholly
/// within `known_at`. `log` is the log from its first event; `ends` holds the last position of each command, in order.
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

//! What is made of the read models and of streams of the log together: what changed between two moments, where a row
//! comes from, and small statistics. The rules are pure, in `projections/`; here is what they are given to read.

pub mod between;
mod days;
pub mod statistics;
pub mod why;

pub(crate) use days::end_of_day;

use crate::ledger::{Log, Selection, StoreError};
use minutebook_domain::classification::Clearance;
use minutebook_domain::{Position, RecordedEvent, StreamId};
use minutebook_projections::disclosure::as_readable_today;
use minutebook_projections::projection::FoldError;

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The ledger could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stream cannot be folded.
    #[error("the events of {stream} cannot be folded: {error}")]
    Fold {
        /// The stream.
        stream: StreamId,
        /// Why.
        error: FoldError,
    },
}

/// A stream as it is known today.
struct Stream {
    id: StreamId,
    events: Vec<RecordedEvent>,
}

impl Stream {
    async fn read(log: &Log, id: &StreamId) -> Result<Self, StoreError> {
        Ok(Self { id: id.clone(), events: log.read_all(Selection::Stream(id.clone())).await? })
    }

    /// The stream as it was known at a position, with what a reader may not read of it today put out of their sight.
    fn known_at(&self, position: Position, clearance: Clearance) -> Result<Vec<RecordedEvent>, ViewError> {
        let known = self.events.partition_point(|event| event.position <= position);
        as_readable_today(&self.events[..known], &self.events, clearance).map_err(|error| self.unfoldable(error))
    }

    fn unfoldable(&self, error: FoldError) -> ViewError {
        ViewError::Fold { stream: self.id.clone(), error }
    }
}

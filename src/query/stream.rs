//! A stream of the log, as it was known at a position, for a reader.

use super::read_query::AskError;
use minutebook_domain::classification::Clearance;
use minutebook_domain::{Position, RecordedEvent, StreamId};
use minutebook_ledger::{Log, Selection, StoreError};
use minutebook_projections::disclosure::as_readable_today;
use minutebook_projections::projection::FoldError;

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The ledger could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is asked about is not there.
    #[error(transparent)]
    Ask(#[from] AskError),
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
pub(super) struct Stream {
    pub(super) id: StreamId,
    events: Vec<RecordedEvent>,
}

impl Stream {
    pub(super) async fn read(log: &Log, id: &StreamId) -> Result<Self, StoreError> {
        Ok(Self { id: id.clone(), events: log.read_all(Selection::Stream(id.clone())).await? })
    }

    /// The stream as it was known at a position, with what a reader may not read of it today put out of their sight.
    pub(super) fn known_at(&self, position: Position, clearance: Clearance) -> Result<Vec<RecordedEvent>, ViewError> {
        let known = self.events.partition_point(|event| event.position <= position);
        as_readable_today(&self.events[..known], &self.events, clearance).map_err(|error| self.unfoldable(error))
    }

    pub(super) fn unfoldable(&self, error: FoldError) -> ViewError {
        ViewError::Fold { stream: self.id.clone(), error }
    }
}

//! The history of one stream as a reader may know it.

use super::read_query::QueryError;
use minutebook_domain::classification::Clearance;
use minutebook_domain::{Position, RecordedEvent, StreamId};
use minutebook_ledger::{Log, Selection, StoreError};
use minutebook_projections::editions::{EditionStatement, statements};
use minutebook_projections::projection::FoldError;
use minutebook_projections::redaction::redacted_history;

/// Why a read failed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The query has no answer.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The events of a stream cannot be folded.
    #[error("the events of {stream} cannot be folded: {error}")]
    Fold {
        /// The stream.
        stream: StreamId,
        /// The cause.
        error: FoldError,
    },
}

/// All events of a stream.
pub(super) struct StreamHistory {
    pub(super) id: StreamId,
    events: Vec<RecordedEvent>,
}

impl StreamHistory {
    pub(super) async fn read(log: &Log, id: &StreamId) -> Result<Self, StoreError> {
        Ok(Self { id: id.clone(), events: log.read_all(Selection::Stream(id.clone())).await? })
    }

    /// Returns the events up to a position, as a reader may know them today.
    pub(super) fn known_at(&self, position: Position, clearance: Clearance) -> Vec<RecordedEvent> {
        let known = self.events.partition_point(|event| event.position <= position);
        redacted_history(&self.events, known, clearance)
    }

    /// Returns what each edition of a document states in the stream at a position, without redaction.
    pub(super) fn statements_at(&self, position: Position) -> Vec<EditionStatement> {
        let known = self.events.partition_point(|event| event.position <= position);
        statements(&self.events[..known])
    }

    pub(super) fn fold_error(&self, error: FoldError) -> ReadError {
        ReadError::Fold { stream: self.id.clone(), error }
    }
}

//! A batch of events, the conditions under which it is appended, its receipt, and the errors that refuse it.

use super::clock_check::ClockFault;
use super::event_codec::NewEvent;
use super::merkle::Hash;
use super::store::{EventLocation, StoreError};
use minutebook_domain::{Position, StreamId, StreamVersion};
use serde::Serialize;

/// The events of one command, appended together or not at all.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The idempotency key. A batch whose key the log already holds gets the receipt of that time.
    pub command_id: String,
    /// A hash of what the command asks. The same key with another fingerprint is refused.
    pub fingerprint: Hash,
    /// The events in order, at least one.
    pub events: Vec<NewEvent>,
    /// What must still hold under the head's lock. A stream that no condition names may be at any version.
    pub conditions: Vec<AppendCondition>,
}

/// What must still hold when a batch is appended; the writer checks it under the head's lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppendCondition {
    /// The stream is at this version. A stream that was only read can be named, too.
    StreamAt {
        /// The stream.
        stream: StreamId,
        /// Its version when the batch was decided; 0 for a stream without events.
        version: StreamVersion,
    },
    /// No event after a position carries this reference.
    UnusedSince {
        /// The reference.
        reference: String,
        /// The last position at which the reference was looked for.
        position: Position,
    },
}

/// Where the events of a command are in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The command's idempotency key.
    pub command_id: String,
    /// The locations of its events, in order.
    pub events: Vec<EventLocation>,
}

/// Why a batch was not appended. Nothing of it is in the log.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// A stream is not at the version that the batch was decided on.
    #[error("{stream} is at version {actual}, and {expected} was expected: read it again and decide anew")]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// The version that was expected.
        expected: StreamVersion,
        /// The version of the stream.
        actual: StreamVersion,
    },
    /// Another event used a reference that the batch needs unused.
    #[error("`{reference}` was used at position {position} meanwhile: read it again and decide anew")]
    ReferenceUsed {
        /// The reference.
        reference: String,
        /// The position of the last event that carries it.
        position: Position,
    },
    /// The idempotency key belongs to another command.
    #[error("the idempotency key `{command_id}` was used for another command: send this one with a key of its own")]
    KeyReused {
        /// The key.
        command_id: String,
    },
    /// An event, or the whole batch, exceeds its size limit.
    #[error("{what} takes {bytes} bytes, and at most {limit} are accepted: divide it")]
    TooLarge {
        /// `an event` or `the batch`.
        what: &'static str,
        /// The size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The batch is empty, or an event cannot be encoded.
    #[error("the events cannot be written: {0}")]
    Unwritable(String),
    /// The clock is in doubt.
    #[error("nothing was recorded: {0}")]
    Clock(#[from] ClockFault),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

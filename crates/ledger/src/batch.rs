//! What is appended in one go, what comes back, and why it may be refused.

use super::event_codec::NewEvent;
use super::merkle::Hash;
use super::store::{EventLocation, StoreError};
use minutebook_domain::{Position, StreamId, StreamVersion};
use serde::Serialize;

/// The events of one command, appended together or not at all.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The idempotency key. A batch whose key is in the log already is answered with what was appended then.
    pub command_id: String,
    /// A hash of what the command asks. The same key with another fingerprint is a mistake, and refused.
    pub fingerprint: Hash,
    /// The events, in the order they will have. At least one.
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

/// Where the events of a command stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The command's idempotency key.
    pub command_id: String,
    /// Its events, in order.
    pub events: Vec<EventLocation>,
}

/// A batch that was not appended. Nothing of it is in the log.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// A stream is not at the version that the command was decided on.
    #[error("{stream} is at version {actual}, and {expected} was expected: read it again and decide anew")]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// The version that was expected.
        expected: StreamVersion,
        /// The version it is at.
        actual: StreamVersion,
    },
    /// Another event took a reference that the command needs to be unused.
    #[error("`{reference}` was used at position {position} meanwhile: read it again and decide anew")]
    Used {
        /// The reference.
        reference: String,
        /// The last event that carries it.
        position: Position,
    },
    /// The idempotency key belongs to another command.
    #[error("the idempotency key `{command_id}` was used for another command: send this one with a key of its own")]
    KeyReused {
        /// The key.
        command_id: String,
    },
    /// An event, or the batch as a whole, is larger than the log takes.
    #[error("{what} takes {bytes} bytes, and at most {limit} are accepted: divide it")]
    TooLarge {
        /// `an event` or `the batch`.
        what: &'static str,
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The batch says nothing, or something that cannot be written.
    #[error("the events cannot be written: {0}")]
    Unwritable(String),
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

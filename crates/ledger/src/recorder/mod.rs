//! The recorder: it applies the committee's rules to a request and appends the accepted events.

mod attempt;
mod authority;
mod corrections;
mod marks;
mod meeting_references;
mod merges;
mod requirements;

use super::aggregate_state::AggregateState;
use super::batch::{AppendCondition, AppendError, Batch, Receipt};
use super::fingerprint::fingerprint;
use super::log::Log;
use super::merkle::Hash;
use super::recordable::{unrecordable, unrecordable_text};
use super::state_cache::StateCache;
use super::store::StoreError;
use attempt::Attempt;
pub use attempt::PendingAppend;
pub use authority::{Authority, Forbidden, FullAuthority, NoAuthority};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::Change;
use minutebook_domain::merge::{Merge, MergeError};
use minutebook_domain::reference::{CommitteeCode, MeetingRef, Name};
use minutebook_domain::{
    Event, EventId, ProviderSubject, Rejection, RequestMetadata, SenderIdentity, Source, StreamId, StreamVersion,
};
use std::sync::Arc;

/// The number of attempts at a request while other writers append to its streams.
const ATTEMPTS: usize = 100;

/// One fact or correction to record.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "nearly every command is of the larger kind")]
pub enum Command {
    /// Record that this happened.
    Record {
        /// The stream it belongs to.
        stream: StreamId,
        /// The event. A number that is 0 becomes the next free one.
        event: Event,
        /// The event's own source, such as the lines of a document; it replaces the request's.
        source: Option<Source>,
        /// Its mark, where the request's own does not apply.
        classification: Option<Classification>,
    },
    /// Correct an earlier event. The reason is in the metadata.
    Correct {
        /// The corrected event.
        event: EventId,
        /// What should have stood there.
        change: Change<Event>,
        /// The body or person that authorised the correction.
        authority: Option<Name>,
        /// The correction's own source; it replaces the request's.
        source: Option<Source>,
        /// The mark of the correction, where the request's own does not apply.
        classification: Option<Classification>,
    },
    /// Correct named fields of an earlier event, and keep what stands in its others. The recorder makes a replacement of
    /// it, against what stands when it is recorded. The reason is in the metadata.
    Merge {
        /// The corrected event, or an earlier correction of it.
        event: EventId,
        /// The fields and their values.
        merge: Merge,
        /// What the sender may read: a correction above it does not count for them.
        clearance: Clearance,
        /// The body or person that authorised the correction.
        authority: Option<Name>,
        /// The correction's own source; it replaces the request's.
        source: Option<Source>,
        /// The mark of the correction, where the request's own does not apply.
        classification: Option<Classification>,
    },
}

/// Commands that are recorded together or not at all.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The commands, in order.
    pub commands: Vec<Command>,
    /// The metadata of each event.
    pub metadata: RequestMetadata,
    /// The version that the first command's stream must be at, if the sender requires one.
    pub expected: Option<StreamVersion>,
    /// Whether the sender says that what happens at a meeting of the future is planned.
    pub planned: bool,
}

/// The error of a request that was not recorded. Nothing of it is in the log.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The committee's rules do not admit it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// A merge names a field that the event does not have, or gives one a value that it does not accept.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// The log refused it.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The request is malformed.
    #[error("{0}")]
    Malformed(String),
    /// The sender may not record it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
}

/// The result of rehearsing a request.
pub struct Rehearsal {
    /// For each command its rejection, or `None` if it is accepted.
    pub outcomes: Vec<Option<Rejection>>,
    /// The events of the accepted commands.
    pub pending: PendingAppend,
}

impl From<StoreError> for RecordError {
    fn from(error: StoreError) -> Self {
        Self::Append(error.into())
    }
}

/// Records requests under one authority. Cheap to clone; the clones share one cache of states.
#[derive(Clone)]
pub struct Recorder {
    states: StateCache,
    authority: Arc<dyn Authority>,
}

impl Recorder {
    /// A recorder on `log` that records whatever the rules admit.
    pub fn new(log: Log) -> Self {
        Self { states: StateCache::new(log), authority: Arc::new(FullAuthority) }
    }

    /// A recorder on the same log that records what `authority` permits and the rules admit.
    #[must_use]
    pub fn acting_for(&self, authority: Arc<dyn Authority>) -> Self {
        Self { states: self.states.clone(), authority }
    }

    /// Refuses a request that the sender may not make. The recorder asks again when it records.
    pub async fn authorize(&self, request: &Request) -> Result<(), RecordError> {
        Attempt::new(self, request, true).authorize(request).await
    }

    /// Returns the highest mark of a committee's scheme; of a committee that is not established, the highest there is.
    pub async fn top_mark(&self, committee: &CommitteeCode) -> Result<Classification, RecordError> {
        Attempt::new(self, &Request::default(), false).top_mark(Some(committee)).await
    }

    /// The log it records in.
    pub fn log(&self) -> &Log {
        self.states.log()
    }

    /// Records all of `request`, or nothing. A repeated request gets the receipt of the first time. A refusal is not
    /// remembered: the request may be sent again under its key.
    pub async fn record(&self, request: &Request) -> Result<Receipt, RecordError> {
        validate(request)?;
        let fingerprint = request_fingerprint(request)?;
        let mut fresh = false;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let mut attempt = Attempt::new(self, request, fresh);
            let decision = Box::pin(attempt.decide(request)).await;
            let (used_cache, expected_stream) = (attempt.used_cache, attempt.expected_stream.take());
            let outcome = match decision {
                Ok(()) => self.append(attempt.pending, request, fingerprint).await,
                Err(error) => Err(error),
            };
            match outcome {
                Ok(receipt) => return Ok(receipt),
                Err(RecordError::Append(AppendError::Conflict { stream, .. }))
                    if attempts < ATTEMPTS && expected_stream.as_ref() != Some(&stream) =>
                {
                    fresh = true;
                }
                Err(RecordError::Append(AppendError::ReferenceUsed { .. })) if attempts < ATTEMPTS => fresh = true,
                // A cached state may have been stale: read the log and decide again.
                Err(
                    RecordError::Rejected(_)
                    | RecordError::Merge(_)
                    | RecordError::Append(AppendError::Conflict { .. }),
                ) if !fresh && used_cache => {
                    fresh = true;
                }
                Err(
                    error @ (RecordError::Rejected(_)
                    | RecordError::Merge(_)
                    | RecordError::Append(AppendError::Conflict { .. })),
                ) => {
                    // The first sending may have led to the state that refuses this one.
                    return self.receipt_of(request).await?.ok_or(error);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Decides about each command of `request` as if those accepted before it were recorded. Nothing is recorded.
    pub async fn rehearse(&self, request: &Request) -> Result<Rehearsal, RecordError> {
        validate(request)?;
        let mut attempt = Attempt::new(self, request, true);
        Box::pin(attempt.authorize(request)).await?;
        let mut outcomes = Vec::with_capacity(request.commands.len());
        for command in &request.commands {
            outcomes.push(match Box::pin(attempt.command(command)).await {
                Ok(()) => None,
                Err(RecordError::Rejected(refusal)) => Some(refusal),
                Err(error) => return Err(error),
            });
        }
        Ok(Rehearsal { outcomes, pending: attempt.pending })
    }

    /// Records `request` with the events of its rehearsal. If a stream has changed since, it decides again like
    /// [`Recorder::record`].
    pub async fn record_rehearsed(&self, request: &Request, pending: PendingAppend) -> Result<Receipt, RecordError> {
        validate(request)?;
        match self.append(pending, request, request_fingerprint(request)?).await {
            Err(RecordError::Append(AppendError::Conflict { .. } | AppendError::ReferenceUsed { .. })) => {
                self.record(request).await
            }
            outcome => outcome,
        }
    }

    /// Returns the mark that an event and its texts take where the sender gives none.
    pub async fn default_mark(&self, stream: &StreamId, event: &Event) -> Result<Classification, RecordError> {
        let request = Request::default();
        let mut attempt = Attempt::new(self, &request, false);
        let (stream, event) = attempt.by_first_references(stream.clone(), event.clone()).await?;
        attempt.usual_mark(&stream, &event).await
    }

    /// Returns the reference that the stream of a meeting is named for, whichever of its references is given; the given one
    /// if the ledger has no such meeting.
    pub async fn first_reference(&self, meeting: &MeetingRef) -> Result<MeetingRef, RecordError> {
        Attempt::new(self, &Request::default(), true).first_reference(meeting).await
    }

    /// Returns a committee's default mark; none if the ledger does not know the committee.
    pub async fn default_classification(&self, code: &CommitteeCode) -> Result<Option<Classification>, RecordError> {
        Ok(match self.states.load(&StreamId::Committee(code.clone()), true).await?.state {
            AggregateState::Committee(committee) if committee.is_established() => {
                Some(committee.default_classification())
            }
            _ => None,
        })
    }

    /// The receipt of the command with this id, if it is in the log.
    pub async fn receipt(&self, command_id: &str) -> Result<Option<Receipt>, RecordError> {
        Ok(self.log().receipt(command_id, None).await?)
    }

    /// The receipt of `request`, if it is in the log; an error if its key belongs to another request.
    pub async fn receipt_of(&self, request: &Request) -> Result<Option<Receipt>, RecordError> {
        validate(request)?;
        Ok(self.log().receipt(&request.metadata.command_id, Some(&request_fingerprint(request)?)).await?)
    }

    async fn append(
        &self,
        pending: PendingAppend,
        request: &Request,
        fingerprint: Hash,
    ) -> Result<Receipt, RecordError> {
        let PendingAppend { streams, events, conditions } = pending;
        let versions = streams.iter().map(|(stream, stream_use)| {
            let (stream, version) = (stream.clone(), stream_use.read);
            AppendCondition::StreamAt { stream, version }
        });
        let batch = Batch {
            command_id: request.metadata.command_id.clone(),
            fingerprint,
            events,
            conditions: versions.chain(conditions).collect(),
        };
        let receipt = self.log().append(batch).await?;
        for (stream, stream_use) in streams {
            let last = receipt.events.iter().rev().find(|placed| placed.stream == stream);
            // A repeated request gets its first receipt, whose events are older than these states.
            if let Some(last) = last
                && last.version.number() == stream_use.read.number() + stream_use.added
            {
                self.states.put(stream, last.version, stream_use.state);
            }
        }
        Ok(receipt)
    }
}

/// Whether the request holds a correction.
fn corrects(request: &Request) -> bool {
    request.commands.iter().any(|command| matches!(command, Command::Correct { .. } | Command::Merge { .. }))
}

/// Checks the request's form.
fn validate(request: &Request) -> Result<(), RecordError> {
    let malformed = |what: &str| Err(RecordError::Malformed(what.to_owned()));
    if request.commands.is_empty() {
        return malformed("the request has no command");
    }
    for (what, text, limit) in
        [("the actor", &request.metadata.actor, 200), ("the idempotency key", &request.metadata.command_id, 255)]
    {
        if text.trim().is_empty() || text.chars().count() > limit || text.chars().any(char::is_control) {
            return malformed(&format!("{what} must be one line of 1 to {limit} characters"));
        }
    }
    let RequestMetadata { on_behalf_of, correlation_id, reason, source, .. } = &request.metadata;
    let (issuer, subject) = match &source.identity {
        Some(SenderIdentity::Provider(ProviderSubject { issuer, subject })) => (Some(issuer), Some(subject)),
        _ => (None, None),
    };
    for (what, text) in [
        ("the person or body recorded for", on_behalf_of.as_ref()),
        ("the correlation id", correlation_id.as_ref()),
        ("the reason", reason.as_ref()),
        ("the client", source.client.as_ref()),
        ("the file name", source.file.as_ref()),
        ("the sender's issuer", issuer),
        ("the sender's subject", subject),
    ] {
        if let Some(problem) = text.and_then(|text| unrecordable_text(text)) {
            return malformed(&format!("{what} {problem}"));
        }
    }
    if corrects(request) && request.metadata.reason.as_ref().is_none_or(|reason| reason.trim().is_empty()) {
        return malformed("a correction needs a reason: give one");
    }
    Ok(())
}

/// The hash of everything in the request that the sender wrote.
fn request_fingerprint(request: &Request) -> Result<Hash, RecordError> {
    let malformed = |error: &dyn std::fmt::Display| RecordError::Malformed(error.to_string());
    let event =
        |event: &Event| event.data().map(|data| serde_json::json!([event.event_type(), event.schema_version(), data]));
    let commands: Result<Vec<serde_json::Value>, serde_json::Error> = request
        .commands
        .iter()
        .map(|command| match command {
            Command::Record { stream, event: recorded, classification, .. } => {
                Ok(serde_json::json!(["record", stream, event(recorded)?, classification]))
            }
            Command::Correct { event: corrected, change, authority, classification, .. } => {
                let by = change.event().map(event).transpose()?;
                let marking = if let Change::Marked(marking) = change { Some(marking) } else { None };
                Ok(serde_json::json!(["correct", corrected, change.word(), by, marking, authority, classification]))
            }
            Command::Merge { event: corrected, merge, authority, classification, .. } => {
                Ok(serde_json::json!(["merge", corrected, merge, authority, classification]))
            }
        })
        .collect();
    let commands = commands.map_err(|error| malformed(&error))?;
    if let Some(what) = commands.iter().find_map(unrecordable) {
        return Err(RecordError::Malformed(what));
    }
    let RequestMetadata { classification, actor, on_behalf_of, reason, valid_at, .. } = &request.metadata;
    let content = serde_json::json!([commands, classification, actor, on_behalf_of, reason, valid_at]);
    fingerprint(&content).map_err(|error| malformed(&error))
}

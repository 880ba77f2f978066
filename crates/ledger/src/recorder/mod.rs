//! Commands in, events in the log: the committee's rules applied to one or more streams at once.

mod attempt;
mod corrections;
mod numbers;
mod requirements;

use super::aggregates::States;
use super::batch::{AppendCondition, AppendError, Batch, Receipt};
use super::fingerprint::fingerprint;
use super::log::Log;
use super::merkle::Hash;
use super::store::StoreError;
use attempt::Attempt;
pub use attempt::Decided;
use minutebook_domain::correction::Change;
use minutebook_domain::reference::Name;
use minutebook_domain::{Event, EventId, Rejection, RequestMetadata, Source, StreamId, StreamVersion};
use numbers::{LARGEST_NUMBER, too_large};

/// How often a command is decided anew when others append to its streams meanwhile.
const ATTEMPTS: usize = 100;

/// One thing to record.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "nearly every command is of the larger kind")]
pub enum Command {
    /// That this happened.
    Record {
        /// The stream it belongs to.
        stream: StreamId,
        /// What happened. A number that is 0 becomes the next one.
        event: Event,
        /// Where this event came from, where the request's own source is less exact: the lines of a document.
        source: Option<Source>,
    },
    /// That an earlier event was wrong. The reason is in the metadata.
    Correct {
        /// The event.
        event: EventId,
        /// What should have stood there.
        change: Change<Event>,
        /// On whose authority.
        authority: Option<Name>,
        /// Where the correction came from, where the request's own source is less exact.
        source: Option<Source>,
    },
}

/// Commands that are recorded together or not at all.
#[derive(Debug, Clone)]
pub struct Request {
    /// The commands, in order.
    pub commands: Vec<Command>,
    /// Who records them, why and from where.
    pub metadata: RequestMetadata,
    /// The version that the first command's stream must be at, if the sender insists on one.
    pub expected: Option<StreamVersion>,
}

/// A request that was not recorded. Nothing of it is in the log.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The committee's rules do not admit it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The log refused it.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The request itself is not as it should be.
    #[error("{0}")]
    Malformed(String),
}

/// What would become of the commands of a request.
pub struct Rehearsal {
    /// For each command the refusal, or `None`.
    pub outcomes: Vec<Option<Rejection>>,
    /// The events of the accepted commands.
    pub decided: Decided,
}

impl From<StoreError> for RecordError {
    fn from(error: StoreError) -> Self {
        Self::Append(error.into())
    }
}

/// Records what happened, by the committee's rules. Cheap to clone; the clones share the states they keep.
#[derive(Clone)]
pub struct Recorder {
    states: States,
}

impl Recorder {
    /// A recorder on `log`.
    pub fn new(log: Log) -> Self {
        Self { states: States::new(log) }
    }

    /// The log it records in.
    pub fn log(&self) -> &Log {
        self.states.log()
    }

    /// Records all of `request`, or nothing. Sent again with the same key, it answers what was recorded the first
    /// time. A refusal is not remembered: what was refused may be sent again under its key once its cause is gone.
    pub async fn record(&self, request: &Request) -> Result<Receipt, RecordError> {
        check(request)?;
        let asked = asked(request)?;
        let mut fresh = false;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let mut work = Attempt::new(&self.states, request, fresh);
            let decision = work.decide(request).await;
            let relied_on_kept = work.relied_on_kept;
            let outcome = match decision {
                Ok(()) => self.append(work.decided, request, asked).await,
                Err(error) => Err(error),
            };
            match outcome {
                Ok(receipt) => return Ok(receipt),
                Err(RecordError::Append(AppendError::Conflict { stream, .. }))
                    if attempt < ATTEMPTS && !(request.expected.is_some() && is_first(request, &stream)) =>
                {
                    fresh = true;
                }
                Err(RecordError::Append(AppendError::Used { .. })) if attempt < ATTEMPTS => fresh = true,
                // Decided on states that were kept: read them, and decide again.
                Err(RecordError::Rejected(_) | RecordError::Append(AppendError::Conflict { .. }))
                    if !fresh && relied_on_kept =>
                {
                    fresh = true;
                }
                Err(error @ (RecordError::Rejected(_) | RecordError::Append(AppendError::Conflict { .. }))) => {
                    // A retry of a command that was recorded is refused by the very state it led to.
                    return self.repeated(request).await?.ok_or(error);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// What would become of each command of `request`, in order, if it were recorded now. One that would be refused is
    /// left out for those after it. Nothing is recorded.
    pub async fn rehearse(&self, request: &Request) -> Result<Rehearsal, RecordError> {
        check(request)?;
        let mut work = Attempt::new(&self.states, request, true);
        let mut outcomes = Vec::with_capacity(request.commands.len());
        for command in &request.commands {
            outcomes.push(match work.command(command).await {
                Ok(()) => None,
                Err(RecordError::Rejected(refusal)) => Some(refusal),
                Err(error) => return Err(error),
            });
        }
        Ok(Rehearsal { outcomes, decided: work.decided })
    }

    /// Records `request` as [`Recorder::record`] does: with the rehearsal's decisions. It decides again only if a
    /// stream has changed since.
    pub async fn record_rehearsed(&self, request: &Request, decided: Decided) -> Result<Receipt, RecordError> {
        check(request)?;
        match self.append(decided, request, asked(request)?).await {
            Err(RecordError::Append(AppendError::Conflict { .. } | AppendError::Used { .. })) => {
                self.record(request).await
            }
            outcome => outcome,
        }
    }

    /// What `request` led to, if it is in the log already.
    pub async fn receipt(&self, command_id: &str) -> Result<Option<Receipt>, RecordError> {
        Ok(self.log().receipt(command_id, None).await?)
    }

    /// What this very request led to, if it is in the log already; refused if its key belongs to another.
    pub async fn repeated(&self, request: &Request) -> Result<Option<Receipt>, RecordError> {
        check(request)?;
        Ok(self.log().receipt(&request.metadata.command_id, Some(&asked(request)?)).await?)
    }

    async fn append(&self, decided: Decided, request: &Request, asked: Hash) -> Result<Receipt, RecordError> {
        let Decided { streams, events, conditions } = decided;
        let versions = streams.iter().map(|(stream, used)| {
            let (stream, version) = (stream.clone(), used.read);
            AppendCondition::StreamAt { stream, version }
        });
        let batch = Batch {
            command_id: request.metadata.command_id.clone(),
            fingerprint: asked,
            events,
            conditions: versions.chain(conditions).collect(),
        };
        let receipt = self.log().append(batch).await?;
        for (stream, used) in streams {
            let last = receipt.events.iter().rev().find(|placed| placed.stream == stream);
            // The receipt of an earlier sending may stand before what these states were read from.
            if let Some(last) = last
                && last.version.number() == used.read.number() + used.added
            {
                self.states.keep(stream, last.version, used.state);
            }
        }
        Ok(receipt)
    }
}

/// Whether the request puts something right that was recorded before.
fn corrects(request: &Request) -> bool {
    request.commands.iter().any(|command| matches!(command, Command::Correct { .. }))
}

fn check(request: &Request) -> Result<(), RecordError> {
    let malformed = |what: &str| Err(RecordError::Malformed(what.to_owned()));
    if request.commands.is_empty() {
        return malformed("the request has no command");
    }
    for (what, text, limit) in
        [("the actor", &request.metadata.actor, 200), ("the idempotency key", &request.metadata.command_id, 255)]
    {
        if text.trim().is_empty() || text.chars().count() > limit || text.chars().any(char::is_control) {
            return malformed(&format!("{what} is one line of 1 to {limit} characters"));
        }
    }
    if corrects(request) && request.metadata.reason.as_ref().is_none_or(|reason| reason.trim().is_empty()) {
        return malformed("a correction says why: give a reason");
    }
    Ok(())
}

/// Whether `stream` is the one whose version the sender insists on.
fn is_first(request: &Request, stream: &StreamId) -> bool {
    match request.commands.first() {
        Some(Command::Record { stream: first, .. }) => first == stream,
        // The stream of the corrected event; a correction claims no other.
        Some(Command::Correct { .. }) => true,
        None => false,
    }
}

/// What the request asks, as a hash: everything in it that the sender wrote.
fn asked(request: &Request) -> Result<Hash, RecordError> {
    let malformed = |error: &dyn std::fmt::Display| RecordError::Malformed(error.to_string());
    let event =
        |event: &Event| event.data().map(|data| serde_json::json!([event.event_type(), event.schema_version(), data]));
    let commands: Result<Vec<serde_json::Value>, serde_json::Error> = request
        .commands
        .iter()
        .map(|command| match command {
            Command::Record { stream, event: recorded, .. } => {
                Ok(serde_json::json!(["record", stream, event(recorded)?]))
            }
            Command::Correct { event: corrected, change, authority, .. } => {
                let by = change.event().map(event).transpose()?;
                Ok(serde_json::json!(["correct", corrected, change.word(), by, authority]))
            }
        })
        .collect();
    let commands = commands.map_err(|error| malformed(&error))?;
    if let Some(number) = commands.iter().find_map(too_large) {
        let what = format!("`{number}` is too large: a number up to {LARGEST_NUMBER} was expected");
        return Err(RecordError::Malformed(what));
    }
    let RequestMetadata { actor, on_behalf_of, reason, valid_at, .. } = &request.metadata;
    let asked = serde_json::json!([commands, actor, on_behalf_of, reason, valid_at]);
    fingerprint(&asked).map_err(|error| malformed(&error))
}

//! Commands in, events in the log: the committee's rules applied to one or more streams at once.

use super::aggregates::{LedgerAggregate, Loaded, State, States};
use super::batch::{AppendError, Batch, Receipt, UnusedSince};
use super::envelope::Envelope;
use super::fingerprint::fingerprint;
use super::leaf::Hash;
use super::log::Log;
use super::store::{Selection, StoreError};
use super::wire::NewEvent;
use chrono::NaiveDate;
use cqrs_es::event_sink::EventSink;
use minutebook_domain::action::Action;
use minutebook_domain::committee::Committee;
use minutebook_domain::correction::{Change, Correction};
use minutebook_domain::meeting::{Meeting, MinutesApproved, MinutesEdition, MinutesOutcome};
use minutebook_domain::party::Party;
use minutebook_domain::reference::{CommitteeCode, Name};
use minutebook_domain::rules;
use minutebook_domain::{
    Event, EventId, Position, RecordedEvent, Rejection, Requirement, Source, StreamId, StreamVersion,
};
use std::collections::{HashMap, VecDeque};

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
        /// Where this event came from, if that is more than the envelope says: the lines of a document.
        source: Option<Source>,
    },
    /// That an earlier event was wrong. The envelope's reason says why.
    Correct {
        /// The event.
        event: EventId,
        /// What should have stood there.
        change: Change<Event>,
        /// On whose authority.
        authority: Option<Name>,
    },
}

/// Commands that are recorded together or not at all.
#[derive(Debug, Clone)]
pub struct Request {
    /// The commands, in order.
    pub commands: Vec<Command>,
    /// Who records them, why and from where.
    pub envelope: Envelope,
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
            let mut work = Work::new(&self.states, &request.envelope, fresh);
            let outcome = match work.decide(request).await {
                Ok(()) => self.append(&mut work, request, asked).await,
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
                    if !fresh && work.relied_on_kept =>
                {
                    fresh = true;
                }
                Err(error @ (RecordError::Rejected(_) | RecordError::Append(AppendError::Conflict { .. }))) => {
                    // A retry of a command that was recorded is refused by the very state it led to.
                    let earlier = self.log().receipt(&request.envelope.command_id, Some(&asked)).await?;
                    return earlier.ok_or(error);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// What would become of each command of `request`, in order, if it were recorded now: `None`, or why it would be
    /// refused. One that would be refused is left out for those after it. Nothing is recorded.
    pub async fn rehearse(&self, request: &Request) -> Result<Vec<Option<Rejection>>, RecordError> {
        check(request)?;
        let mut work = Work::new(&self.states, &request.envelope, true);
        let mut outcomes = Vec::with_capacity(request.commands.len());
        for command in &request.commands {
            outcomes.push(match work.command(command).await {
                Ok(()) => None,
                Err(RecordError::Rejected(refusal)) => Some(refusal),
                Err(error) => return Err(error),
            });
        }
        Ok(outcomes)
    }

    /// What `request` led to, if it is in the log already.
    pub async fn receipt(&self, command_id: &str) -> Result<Option<Receipt>, RecordError> {
        Ok(self.log().receipt(command_id, None).await?)
    }

    async fn append(&self, work: &mut Work<'_>, request: &Request, asked: Hash) -> Result<Receipt, RecordError> {
        let batch = Batch {
            command_id: request.envelope.command_id.clone(),
            fingerprint: asked,
            events: std::mem::take(&mut work.events),
            expected: work.streams.iter().map(|(stream, used)| (stream.clone(), used.read)).collect(),
            unused: std::mem::take(&mut work.unused),
        };
        let receipt = self.log().append(batch).await?;
        for (stream, used) in work.streams.drain() {
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

fn check(request: &Request) -> Result<(), RecordError> {
    let malformed = |what: &str| Err(RecordError::Malformed(what.to_owned()));
    if request.commands.is_empty() {
        return malformed("the request has no command");
    }
    for (what, text, limit) in
        [("the actor", &request.envelope.actor, 200), ("the idempotency key", &request.envelope.command_id, 255)]
    {
        if text.trim().is_empty() || text.chars().count() > limit || text.chars().any(char::is_control) {
            return malformed(&format!("{what} is one line of 1 to {limit} characters"));
        }
    }
    let corrects = request.commands.iter().any(|command| matches!(command, Command::Correct { .. }));
    if corrects && request.envelope.reason.as_ref().is_none_or(|reason| reason.trim().is_empty()) {
        return malformed("a correction says why: give a reason");
    }
    Ok(())
}

fn belongs(event: &Event, stream: &StreamId) -> Result<(), RecordError> {
    if event.belongs_to(stream) {
        return Ok(());
    }
    let what = format!("this {} does not belong in {stream}", event.event_type());
    Err(Rejection::new("event-of-its-stream", what, "the stream that the event itself names").into())
}

fn is_first(request: &Request, stream: &StreamId) -> bool {
    matches!(request.commands.first(), Some(Command::Record { stream: first, .. }) if first == stream)
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
            Command::Correct { event: corrected, change, authority } => {
                let by = change.event().map(event).transpose()?;
                Ok(serde_json::json!(["correct", corrected, change.word(), by, authority]))
            }
        })
        .collect();
    let envelope = &request.envelope;
    let asked = serde_json::json!([
        commands.map_err(|error| malformed(&error))?,
        envelope.actor,
        envelope.on_behalf_of,
        envelope.reason,
        envelope.valid_at,
    ]);
    fingerprint(&asked).map_err(|error| malformed(&error))
}

/// A stream as one request uses it.
struct Used {
    /// The version it had when it was read.
    read: StreamVersion,
    /// How many events the request adds to it.
    added: u64,
    /// Its state with those events taken in.
    state: State,
}

/// One attempt at a request: the streams it read, and the events it leads to.
struct Work<'a> {
    states: &'a States,
    envelope: &'a Envelope,
    fresh: bool,
    relied_on_kept: bool,
    streams: HashMap<StreamId, Used>,
    events: Vec<NewEvent>,
    unused: Vec<UnusedSince>,
}

impl<'a> Work<'a> {
    fn new(states: &'a States, envelope: &'a Envelope, fresh: bool) -> Self {
        Self {
            states,
            envelope,
            fresh,
            relied_on_kept: false,
            streams: HashMap::new(),
            events: Vec::new(),
            unused: Vec::new(),
        }
    }

    async fn decide(&mut self, request: &Request) -> Result<(), RecordError> {
        if let (Some(expected), Some(Command::Record { stream, .. })) = (request.expected, request.commands.first()) {
            let actual = self.used(stream).await?.read;
            if actual != expected {
                return Err(AppendError::Conflict { stream: stream.clone(), expected, actual }.into());
            }
        }
        for command in &request.commands {
            self.command(command).await?;
        }
        Ok(())
    }

    async fn command(&mut self, command: &Command) -> Result<(), RecordError> {
        match command {
            Command::Record { stream, event, source } => {
                let first = self.events.len();
                self.record(stream.clone(), event.clone()).await?;
                if let Some(source) = source {
                    for added in &mut self.events[first..] {
                        added.source = source.clone();
                    }
                }
                Ok(())
            }
            Command::Correct { event, change, authority } => {
                self.correct(*event, change.clone(), authority.clone()).await
            }
        }
    }

    async fn record(&mut self, stream: StreamId, event: Event) -> Result<(), RecordError> {
        let mut waiting = VecDeque::from([(stream, event)]);
        while let Some((stream, event)) = waiting.pop_front() {
            belongs(&event, &stream)?;
            for requirement in event.payload().requires() {
                self.require(&requirement).await?;
            }
            let (events, state) = match &stream {
                StreamId::Committee(_) => self.handle::<Committee>(&stream, event).await?,
                StreamId::Meeting(_) => self.handle::<Meeting>(&stream, event).await?,
                StreamId::Action(_) => self.handle::<Action>(&stream, event).await?,
                StreamId::Party(..) => self.handle::<Party>(&stream, event).await?,
            };
            for event in events {
                waiting.extend(event.entails(&stream));
                self.add(stream.clone(), event, state.clone()).await?;
            }
        }
        Ok(())
    }

    /// Lets the aggregate decide, as `cqrs-es` has it decide.
    async fn handle<A: LedgerAggregate>(
        &mut self,
        stream: &StreamId,
        event: Event,
    ) -> Result<(Vec<Event>, State), RecordError> {
        let mut aggregate = self.aggregate::<A>(stream).await?;
        let Some(event) = A::unwrap(event) else {
            return Err(RecordError::Malformed(format!("the event does not belong in {stream}")));
        };
        let sink = EventSink::<A>::default();
        aggregate.handle(rules::Command::Record(event), &(), &sink).await?;
        Ok((sink.collect().await.into_iter().map(A::wrap).collect(), aggregate.into()))
    }

    async fn aggregate<A: LedgerAggregate>(&mut self, stream: &StreamId) -> Result<A, RecordError> {
        let state = self.used(stream).await?.state.clone();
        A::from_state(state).ok_or_else(|| RecordError::Malformed(format!("{stream} is of another kind")))
    }

    async fn correct(
        &mut self,
        corrected: EventId,
        change: Change<Event>,
        authority: Option<Name>,
    ) -> Result<(), RecordError> {
        let stream = self.stream_of(corrected).await?;
        if self.streams.get(&stream).is_some_and(|used| used.added > 0) {
            return Err(RecordError::Malformed(format!(
                "{stream} is recorded in and corrected in one request: send two"
            )));
        }
        let history = self.states.history(&stream).await?;
        match &stream {
            StreamId::Committee(_) => {
                self.correct_in::<Committee>(&stream, history, corrected, change, authority).await
            }
            StreamId::Meeting(_) => self.correct_in::<Meeting>(&stream, history, corrected, change, authority).await,
            StreamId::Action(_) => self.correct_in::<Action>(&stream, history, corrected, change, authority).await,
            StreamId::Party(..) => self.correct_in::<Party>(&stream, history, corrected, change, authority).await,
        }
    }

    async fn stream_of(&self, event: EventId) -> Result<StreamId, RecordError> {
        let stream = self.states.log().stream_of(event).await?;
        stream.ok_or_else(|| {
            Rejection::new(
                "correction-names-its-event",
                format!("no event has the id {event}"),
                "an id that `minutebook history` or `log` shows",
            )
            .into()
        })
    }

    async fn correct_in<A: LedgerAggregate>(
        &mut self,
        stream: &StreamId,
        history: Vec<RecordedEvent>,
        corrected: EventId,
        change: Change<Event>,
        authority: Option<Name>,
    ) -> Result<(), RecordError> {
        let foreign =
            || RecordError::Malformed(format!("the event that should stand there does not belong in {stream}"));
        let change = match change {
            Change::Struck => Change::Struck,
            Change::Replaced(by) => Change::Replaced(Box::new(A::unwrap(*by).ok_or_else(foreign)?)),
            Change::Supplemented(by) => Change::Supplemented(Box::new(A::unwrap(*by).ok_or_else(foreign)?)),
        };
        let version = history.iter().find(|recorded| recorded.event_id == corrected).map(|recorded| recorded.version);
        let correction = Correction { version: version.unwrap_or_default(), change, authority };
        let read = history.last().map_or(StreamVersion::NONE, |recorded| recorded.version);
        let mut events: Vec<Event> = history.into_iter().map(|recorded| recorded.event).collect();
        let own = events.iter().cloned().filter_map(A::unwrap).collect();
        let sink = EventSink::<A>::default();
        let mut aggregate = A::from_state(State::of(stream, &events)).unwrap_or_default();
        aggregate.handle(rules::Command::Correct { correction, history: own }, &(), &sink).await?;
        self.streams.insert(stream.clone(), Used { read, added: 0, state: State::empty(stream) });
        for event in sink.collect().await.into_iter().map(A::wrap) {
            belongs(&event, stream)?;
            for requirement in event.payload().requires() {
                self.require(&requirement).await?;
            }
            events.push(event.clone());
            let state = State::of(stream, &events);
            self.add(stream.clone(), event, state).await?;
            if let Some(added) = self.events.last_mut() {
                added.corrects = Some(corrected);
            }
        }
        Ok(())
    }

    async fn add(&mut self, stream: StreamId, event: Event, state: State) -> Result<(), RecordError> {
        let zone = self.time_zone(stream.committee()).await?;
        let now = self.states.log().environment().clock.now();
        let valid_at = States::valid_at(event.payload().occurred(), &state, zone, now);
        if let Some(used) = self.streams.get_mut(&stream) {
            used.added += 1;
            used.state = state;
        }
        self.events.push(self.envelope.dress(stream, event, valid_at));
        Ok(())
    }

    /// The committee's time zone. It is read without a claim: it decides when an event was so, not whether.
    async fn time_zone(&mut self, committee: &CommitteeCode) -> Result<chrono_tz::Tz, RecordError> {
        let stream = StreamId::Committee(committee.clone());
        let state = match self.streams.get(&stream) {
            Some(used) => used.state.clone(),
            None => self.states.load(&stream, false).await?.state,
        };
        Ok(Committee::from_state(state).map_or(chrono_tz::Europe::London, |committee| committee.time_zone()))
    }

    async fn used(&mut self, stream: &StreamId) -> Result<&Used, RecordError> {
        if !self.streams.contains_key(stream) {
            let Loaded { version, state, kept } = self.states.load(stream, self.fresh).await?;
            self.relied_on_kept |= kept;
            self.streams.insert(stream.clone(), Used { read: version, added: 0, state });
        }
        self.streams.get(stream).ok_or_else(|| RecordError::Malformed(format!("{stream} was not read")))
    }

    /// The state of a stream that the request only looks at.
    async fn seen(&mut self, stream: &StreamId, claim: bool) -> Result<State, RecordError> {
        if claim || self.streams.contains_key(stream) {
            return Ok(self.used(stream).await?.state.clone());
        }
        let loaded = self.states.load(stream, self.fresh).await?;
        self.relied_on_kept |= loaded.kept;
        Ok(loaded.state)
    }

    /// Whether what `requirement` asks is so. What can cease to be so (a meeting is open) is claimed: the append
    /// is refused if the stream has moved. What cannot (it was convened) is not, so that commands that rest on one
    /// committee or meeting do not stand in each other's way.
    async fn require(&mut self, requirement: &Requirement) -> Result<(), RecordError> {
        let missing = |rule, what: String, accepted: &str| Err(Rejection::new(rule, what, accepted).into());
        if let Requirement::MinutesUnapproved { committee, minutes_of, edition } = requirement {
            return self.require_unapproved(committee, *minutes_of, *edition).await;
        }
        let Some(stream) = requirement.stream() else { return Ok(()) };
        let claim = matches!(requirement, Requirement::OpenMeeting(_));
        match (requirement, self.seen(&stream, claim).await?) {
            (Requirement::Committee(code), State::Committee(committee)) if !committee.is_established() => missing(
                "committee-established-first",
                format!("committee {code} is not established"),
                "establish it first: `minutebook record committee`",
            ),
            (Requirement::Meeting(meeting) | Requirement::OpenMeeting(meeting), State::Meeting(state))
                if !state.is_convened() =>
            {
                missing(
                    "meeting-convened-first",
                    format!("meeting {meeting} is not convened"),
                    "convene it first: `minutebook record meeting`",
                )
            }
            (Requirement::OpenMeeting(meeting), State::Meeting(state)) if !state.is_open() => missing(
                "meeting-open",
                format!("meeting {meeting} is closed"),
                "supplement an event of the record by a correction, with a reason",
            ),
            (Requirement::Action(action), State::Action(state)) if !state.is_raised() => missing(
                "action-raised-first",
                format!("action {action} was never raised"),
                "raise it first: `minutebook record action`",
            ),
            (Requirement::Party(_, name), State::Party(state)) if !state.is_registered() => missing(
                "party-registered-first",
                format!("{name} is not registered"),
                "register it first: `minutebook record party`",
            ),
            (Requirement::Decision(decision), State::Meeting(state)) if !state.has_decision(decision.number()) => {
                missing(
                    "decision-recorded-first",
                    format!("{decision} is no recorded decision"),
                    "the id of a decision that `minutebook history` shows",
                )
            }
            _ => Ok(()),
        }
    }

    async fn require_unapproved(
        &mut self,
        committee: &CommitteeCode,
        minutes_of: NaiveDate,
        edition: MinutesEdition,
    ) -> Result<(), RecordError> {
        let reference = MinutesApproved::minutes_reference(committee, minutes_of);
        let known = self.states.log().known_head();
        let approvals = self.states.log().read_all(Selection::Reference(reference.clone())).await?;
        let last = approvals.last().map_or(Position::START, |event| event.position);
        for stream in approvals.into_iter().map(|event| event.stream) {
            // The approval counts only if no correction has struck it since.
            let State::Meeting(meeting) = self.seen(&stream, false).await? else { continue };
            if meeting.has_approved(minutes_of, edition, MinutesOutcome::AsWritten) {
                return Err(Rejection::new(
                    "minutes-approved-once",
                    format!("the {edition} minutes of {minutes_of} are approved as written, at {}", stream.subject()),
                    "a correction, with a reason, if they were wrong",
                )
                .into());
            }
        }
        self.unused.push(UnusedSince { reference, position: known.max(last) });
        Ok(())
    }
}

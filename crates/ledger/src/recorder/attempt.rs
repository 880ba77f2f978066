//! One attempt at a request: which streams it reads, and which events it leads to.

use super::super::aggregates::{LedgerAggregate, Loaded, State, States};
use super::super::batch::{AppendCondition, AppendError};
use super::super::event_codec::NewEvent;
use super::{Command, RecordError, Request};
use chrono::{NaiveDate, NaiveTime};
use cqrs_es::event_sink::EventSink;
use minutebook_domain::action::Action;
use minutebook_domain::committee::Committee;
use minutebook_domain::meeting::Meeting;
use minutebook_domain::party::Party;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::token::Token;
use minutebook_domain::{
    Event, RecordedEvent, Rejection, RequestMetadata, Requirement, StreamId, StreamVersion, rules,
};
use std::collections::{HashMap, VecDeque};

/// A stream as one request uses it.
#[derive(Clone)]
pub(super) struct Used {
    /// The version it had when it was read.
    pub(super) read: StreamVersion,
    /// How many events the request adds to it.
    pub(super) added: u64,
    /// Its state with those events taken in.
    pub(super) state: State,
}

/// What a request leads to, and what that rests on.
#[derive(Default)]
pub struct Decided {
    pub(super) streams: HashMap<StreamId, Used>,
    pub(super) events: Vec<NewEvent>,
    pub(super) conditions: Vec<AppendCondition>,
}

/// One attempt at a request: the streams it read, and the events it leads to.
pub(super) struct Attempt<'a> {
    pub(super) states: &'a States,
    pub(super) metadata: &'a RequestMetadata,
    pub(super) fresh: bool,
    /// Whether the request corrects something: then it is about what is past, and what had to be open may be closed.
    pub(super) corrects: bool,
    /// The streams that are corrected, as the log has them.
    pub(super) histories: HashMap<StreamId, Vec<RecordedEvent>>,
    pub(super) relied_on_kept: bool,
    pub(super) decided: Decided,
    /// Streams that the request only looks at, as they were when it first did.
    pub(super) looked_at: HashMap<StreamId, State>,
    /// The streams that the present command changed, as they were before.
    undo: Vec<(StreamId, Used)>,
}

impl<'a> Attempt<'a> {
    pub(super) fn new(states: &'a States, request: &'a Request, fresh: bool) -> Self {
        Self {
            states,
            metadata: &request.metadata,
            fresh,
            corrects: super::corrects(request),
            histories: HashMap::new(),
            relied_on_kept: false,
            decided: Decided::default(),
            looked_at: HashMap::new(),
            undo: Vec::new(),
        }
    }

    pub(super) async fn decide(&mut self, request: &Request) -> Result<(), RecordError> {
        if let (Some(expected), Some(first)) = (request.expected, request.commands.first()) {
            let stream = match first {
                Command::Record { stream, .. } => stream.clone(),
                Command::Correct { event, .. } => self.stream_of(*event).await?,
            };
            let actual = self.used(&stream).await?.read;
            if actual != expected {
                return Err(AppendError::Conflict { stream, expected, actual }.into());
            }
        }
        for command in &request.commands {
            self.command(command).await?;
        }
        Ok(())
    }

    /// Takes in one command whole, or leaves the work as it was.
    pub(super) async fn command(&mut self, command: &Command) -> Result<(), RecordError> {
        self.undo.clear();
        let (events, conditions) = (self.decided.events.len(), self.decided.conditions.len());
        let outcome = self.take_in(command).await;
        if outcome.is_err() {
            // An event that it entails may have been refused after the event itself was taken in.
            self.decided.events.truncate(events);
            self.decided.conditions.truncate(conditions);
            for (stream, before) in self.undo.drain(..).rev() {
                self.decided.streams.insert(stream, before);
            }
        }
        outcome
    }

    async fn take_in(&mut self, command: &Command) -> Result<(), RecordError> {
        let first = self.decided.events.len();
        let source = match command {
            Command::Record { stream, event, source } => {
                self.record(stream.clone(), event.clone()).await?;
                source
            }
            Command::Correct { event, change, authority, source } => {
                self.correct(*event, change.clone(), authority.clone()).await?;
                source
            }
        };
        if let Some(source) = source {
            for added in &mut self.decided.events[first..] {
                added.metadata.source = source.clone();
            }
        }
        Ok(())
    }

    pub(super) async fn record(&mut self, stream: StreamId, event: Event) -> Result<(), RecordError> {
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
                StreamId::Token(_) => self.handle::<Token>(&stream, event).await?,
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
        aggregate.handle(rules::AggregateCommand::Record(event), &(), &sink).await?;
        Ok((sink.collect().await.into_iter().map(A::wrap).collect(), aggregate.into()))
    }

    async fn aggregate<A: LedgerAggregate>(&mut self, stream: &StreamId) -> Result<A, RecordError> {
        let state = self.used(stream).await?.state.clone();
        A::from_state(state).ok_or_else(|| RecordError::Malformed(format!("{stream} is of another kind")))
    }

    pub(super) async fn add(&mut self, stream: StreamId, event: Event, state: State) -> Result<(), RecordError> {
        let zone = self.time_zone(stream.committee()).await?;
        let now = self.states.log().environment().clock.now();
        let valid_at = States::valid_at(self.occurred(&event), event.payload().time_of_day(), &state, zone, now);
        if let Some(used) = self.decided.streams.get_mut(&stream) {
            self.undo.push((stream.clone(), used.clone()));
            used.added += 1;
            used.state = state;
        }
        self.decided.events.push(NewEvent { stream, event, metadata: self.metadata.for_event(valid_at) });
        Ok(())
    }

    /// The event's day and time, if it states them. An event on its meeting's day takes the meeting's start time.
    fn occurred(&self, event: &Event) -> Option<(NaiveDate, Option<NaiveTime>)> {
        let occurred = event.payload().occurred();
        let open_meeting = event.payload().requires().into_iter().find_map(|requirement| match requirement {
            Requirement::OpenMeeting(meeting) => Some(StreamId::Meeting(meeting)),
            _ => None,
        });
        let begins = match open_meeting.and_then(|meeting| self.decided.streams.get(&meeting)).map(|used| &used.state) {
            Some(State::Meeting(meeting)) => meeting.begins(),
            _ => None,
        };
        match (occurred, begins) {
            (Some((day, None)), Some((held_on, time))) if day == held_on => Some((day, time)),
            _ => occurred,
        }
    }

    /// The committee's time zone. It is read without a claim: it affects the valid time only, not admission.
    async fn time_zone(&mut self, committee: Option<&CommitteeCode>) -> Result<chrono_tz::Tz, RecordError> {
        // A token names no day: its times are moments, the same in every zone.
        let Some(committee) = committee else { return Ok(chrono_tz::Tz::UTC) };
        let stream = StreamId::Committee(committee.clone());
        let state = match self.decided.streams.get(&stream) {
            Some(used) => used.state.clone(),
            None => self.states.load(&stream, false).await?.state,
        };
        Ok(Committee::from_state(state).map_or(chrono_tz::Europe::London, |committee| committee.time_zone()))
    }

    pub(super) async fn used(&mut self, stream: &StreamId) -> Result<&Used, RecordError> {
        if !self.decided.streams.contains_key(stream) {
            let Loaded { version, state, kept } = self.states.load(stream, self.fresh).await?;
            self.relied_on_kept |= kept;
            self.decided.streams.insert(stream.clone(), Used { read: version, added: 0, state });
        }
        self.decided.streams.get(stream).ok_or_else(|| RecordError::Malformed(format!("{stream} was not read")))
    }
}

pub(super) fn belongs(event: &Event, stream: &StreamId) -> Result<(), RecordError> {
    if event.belongs_to(stream) {
        return Ok(());
    }
    let what = format!("this {} does not belong in {stream}", event.event_type());
    Err(Rejection::new("event-of-its-stream", what, "the stream that the event itself names").into())
}

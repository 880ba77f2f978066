//! The aggregates on the log: `cqrs-es`'s event store, and the states kept between commands.

use super::batch::{AppendCondition, AppendError, Batch};
use super::event_codec::NewEvent;
use super::fingerprint::fingerprint;
use super::log::Log;
use super::metadata_map;
use super::store::{Selection, StoreError};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use cqrs_es::{Aggregate, AggregateContext, AggregateError, EventEnvelope, EventStore};
use lru::LruCache;
use minutebook_domain::action::{Action, ActionEvent};
use minutebook_domain::committee::{Committee, CommitteeEvent};
use minutebook_domain::correction::Correctable;
use minutebook_domain::meeting::{Meeting, MeetingEvent};
use minutebook_domain::party::{Party, PartyEvent};
use minutebook_domain::rules::{AggregateCommand, Rules, fold};
use minutebook_domain::token::{Token, TokenEvent};
use minutebook_domain::{Event, RecordedEvent, Rejection, StreamId, StreamVersion};
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

/// How many states are kept. A meeting's takes a few kilobytes, an action's a few hundred bytes.
const KEPT: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// An aggregate whose events the log can hold.
pub trait LedgerAggregate:
    Rules<Event = <Self as Aggregate>::Event>
    + Aggregate<Command = AggregateCommand<<Self as Aggregate>::Event>, Error = Rejection, Services = ()>
    + Into<State>
    + 'static
{
    /// Its event, as any event.
    fn wrap(event: <Self as Aggregate>::Event) -> Event;
    /// Any event, as its own.
    fn unwrap(event: Event) -> Option<<Self as Aggregate>::Event>;
    /// The state, if it is of this kind.
    fn from_state(state: State) -> Option<Self>;
}

/// The state of any aggregate.
#[derive(Debug, Clone)]
pub enum State {
    /// Of a committee.
    Committee(Committee),
    /// Of a meeting.
    Meeting(Meeting),
    /// Of an action.
    Action(Action),
    /// Of a party.
    Party(Party),
    /// Of a token.
    Token(Token),
}

macro_rules! ledger_aggregate {
    ($state:ident, $event:ident) => {
        impl From<$state> for State {
            fn from(state: $state) -> Self {
                Self::$state(state)
            }
        }

        impl LedgerAggregate for $state {
            fn wrap(event: $event) -> Event {
                Event::$state(event)
            }

            fn unwrap(event: Event) -> Option<$event> {
                match event {
                    Event::$state(event) => Some(event),
                    _ => None,
                }
            }

            fn from_state(state: State) -> Option<Self> {
                match state {
                    State::$state(state) => Some(state),
                    _ => None,
                }
            }
        }
    };
}
ledger_aggregate!(Committee, CommitteeEvent);
ledger_aggregate!(Meeting, MeetingEvent);
ledger_aggregate!(Action, ActionEvent);
ledger_aggregate!(Party, PartyEvent);
ledger_aggregate!(Token, TokenEvent);

impl State {
    /// The state that `events`, the whole of `stream`, lead to.
    pub(crate) fn of(stream: &StreamId, events: &[Event]) -> Self {
        fn folded<A: LedgerAggregate>(events: &[Event]) -> State {
            let events: Vec<_> = events.iter().cloned().filter_map(A::unwrap).collect();
            fold::<A>(&events).into()
        }
        match stream {
            StreamId::Committee(_) => folded::<Committee>(events),
            StreamId::Meeting(_) => folded::<Meeting>(events),
            StreamId::Action(_) => folded::<Action>(events),
            StreamId::Party(..) => folded::<Party>(events),
            StreamId::Token(_) => folded::<Token>(events),
        }
    }
}

/// A stream's state, and the version it is of.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) version: StreamVersion,
    pub(crate) state: State,
    /// Whether it was kept from an earlier command, and another process may have appended since.
    pub(crate) kept: bool,
}

/// The states of streams, read from the log and kept between commands.
///
/// A kept state may be out of date, and that is harmless: the writer refuses what was decided on it, and a
/// refusal by the rules is given only after the stream was read again.
#[derive(Clone)]
pub(crate) struct States {
    log: Log,
    kept: Arc<Mutex<LruCache<StreamId, (StreamVersion, State)>>>,
}

impl States {
    pub(crate) fn new(log: Log) -> Self {
        Self { log, kept: Arc::new(Mutex::new(LruCache::new(KEPT))) }
    }

    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// Returns the stream's state: the cached one, or a fold of the log if `fresh` or if none is cached.
    pub(crate) async fn load(&self, stream: &StreamId, fresh: bool) -> Result<Loaded, StoreError> {
        let kept = self.lock().get(stream).cloned();
        if let Some((version, state)) = kept {
            if !fresh {
                return Ok(Loaded { version, state, kept: true });
            }
            // A stream's state at a version never changes: at the same version, the kept state is current.
            if self.log.version(stream).await? == version {
                return Ok(Loaded { version, state, kept: false });
            }
        }
        let events = self.history(stream).await?;
        let version = events.last().map_or(StreamVersion::NONE, |event| event.version);
        let events: Vec<Event> = events.into_iter().map(|recorded| recorded.event).collect();
        let state = State::of(stream, &events);
        self.keep(stream.clone(), version, state.clone());
        Ok(Loaded { version, state, kept: false })
    }

    /// The stream's events, in order.
    pub(crate) async fn history(&self, stream: &StreamId) -> Result<Vec<RecordedEvent>, StoreError> {
        self.log.read_all(Selection::Stream(stream.clone())).await
    }

    pub(crate) fn keep(&self, stream: StreamId, version: StreamVersion, state: State) {
        let mut kept = self.lock();
        // Two commands may finish in either order: the newer state stays.
        if kept.peek(&stream).is_none_or(|(known, _)| *known <= version) {
            kept.put(stream, (version, state));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<StreamId, (StreamVersion, State)>> {
        // A panic elsewhere leaves whole entries behind: each is put in one step.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When an event with this payload was so: as the payload says, else as its meeting's beginning says, but not
    /// later than now.
    pub(crate) fn valid_at(
        occurred: Option<(NaiveDate, Option<NaiveTime>)>,
        time_of_day: Option<NaiveTime>,
        state: &State,
        zone: chrono_tz::Tz,
        now: DateTime<Utc>,
    ) -> DateTime<Utc> {
        let meeting = match state {
            State::Meeting(meeting) => meeting.begins(),
            _ => None,
        };
        let meeting = meeting.map(|(held_on, begins)| (held_on, time_of_day.or(begins)));
        let Some((date, time)) = occurred.or(meeting) else { return now };
        let local = date.and_time(time.unwrap_or(NaiveTime::MIN));
        // An hour that the clocks skip does not occur; the one before it does.
        let natural = zone.from_local_datetime(&local).earliest().unwrap_or_else(|| zone.from_utc_datetime(&local));
        natural.to_utc().min(now)
    }
}

/// `cqrs-es`'s event store for one kind of aggregate, directly on the log. An aggregate's id is its stream's name.
#[derive(Clone)]
pub struct AggregateStore {
    states: States,
}

impl AggregateStore {
    /// The event store on `log`.
    pub fn new(log: Log) -> Self {
        Self { states: States::new(log) }
    }
}

/// An aggregate as it was loaded, with the version that a commit will be held to.
pub struct LoadedAggregate<A> {
    stream: StreamId,
    version: StreamVersion,
    aggregate: A,
}

impl<A: LedgerAggregate> AggregateContext<A> for LoadedAggregate<A> {
    fn aggregate(&mut self) -> &mut A {
        &mut self.aggregate
    }
}

fn stream_named<E: std::error::Error>(aggregate_id: &str) -> Result<StreamId, AggregateError<E>> {
    aggregate_id.parse().map_err(|error| AggregateError::UnexpectedError(Box::new(error)))
}

fn store_failed<E: std::error::Error>(error: StoreError) -> AggregateError<E> {
    AggregateError::DatabaseConnectionError(Box::new(error))
}

fn sequence(version: StreamVersion) -> usize {
    usize::try_from(version.number()).unwrap_or(usize::MAX)
}

impl<A: LedgerAggregate> EventStore<A> for AggregateStore
where
    <A as Aggregate>::Event: Correctable,
{
    type AC = LoadedAggregate<A>;

    async fn load_events(&self, aggregate_id: &str) -> Result<Vec<EventEnvelope<A>>, AggregateError<Rejection>> {
        let stream = stream_named(aggregate_id)?;
        let history = self.states.history(&stream).await.map_err(store_failed)?;
        let envelope = |recorded: RecordedEvent| {
            let valid_at = recorded.metadata.valid_at;
            Some(EventEnvelope {
                aggregate_id: aggregate_id.to_owned(),
                sequence: sequence(recorded.version),
                payload: A::unwrap(recorded.event)?,
                metadata: metadata_map::to_map(&recorded.metadata.with_valid_at(Some(valid_at))),
            })
        };
        Ok(history.into_iter().filter_map(envelope).collect())
    }

    async fn load_aggregate(&self, aggregate_id: &str) -> Result<LoadedAggregate<A>, AggregateError<Rejection>> {
        let stream = stream_named(aggregate_id)?;
        let loaded = self.states.load(&stream, true).await.map_err(store_failed)?;
        Ok(LoadedAggregate {
            aggregate: A::from_state(loaded.state).unwrap_or_default(),
            version: loaded.version,
            stream,
        })
    }

    async fn commit(
        &self,
        events: Vec<<A as Aggregate>::Event>,
        context: LoadedAggregate<A>,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<Rejection>> {
        let unexpected = |error: Box<dyn std::error::Error + Send + Sync>| AggregateError::UnexpectedError(error);
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let own = metadata_map::from_map(&metadata).map_err(|error| unexpected(error.into()))?;
        if let Some(stray) = events.iter().cloned().map(A::wrap).find(|event| !event.belongs_to(&context.stream)) {
            let what = format!("{} does not belong in {}", stray.event_type(), context.stream);
            return Err(unexpected(what.into()));
        }
        let now = self.states.log().environment().clock.now();
        let state = context.aggregate.into();
        let new = events.iter().cloned().map(A::wrap).map(|event| {
            let valid_at = States::valid_at(
                event.payload().occurred(),
                event.payload().time_of_day(),
                &state,
                chrono_tz::Europe::London,
                now,
            );
            NewEvent { stream: context.stream.clone(), event, metadata: own.for_event(valid_at) }
        });
        let asked = serde_json::to_value((context.stream.to_string(), &events)).map_err(|e| unexpected(e.into()))?;
        let batch = Batch {
            command_id: own.command_id.clone(),
            fingerprint: fingerprint(&asked).map_err(|error| unexpected(error.into()))?,
            events: new.collect(),
            conditions: vec![AppendCondition::StreamAt { stream: context.stream.clone(), version: context.version }],
        };
        let receipt = self.states.log().append(batch).await.map_err(|error| match error {
            AppendError::Conflict { .. } | AppendError::Used { .. } => AggregateError::AggregateConflict,
            AppendError::Store(error) => store_failed(error),
            other => AggregateError::UnexpectedError(Box::new(other)),
        })?;
        let placed = receipt.events.into_iter().zip(events);
        Ok(placed
            .map(|(placed, payload)| EventEnvelope {
                aggregate_id: context.stream.to_string(),
                sequence: sequence(placed.version),
                payload,
                metadata: metadata.clone(),
            })
            .collect())
    }
}

//! `cqrs-es`'s event store on the log.

use super::aggregate_state::LedgerAggregate;
use super::batch::{AppendCondition, AppendError, Batch};
use super::event_codec::NewEvent;
use super::fingerprint::fingerprint;
use super::log::Log;
use super::metadata_map;
use super::state_cache::StateCache;
use super::store::StoreError;
use super::valid_time::natural_valid_time;
use cqrs_es::{Aggregate, AggregateContext, AggregateError, EventEnvelope, EventStore};
use minutebook_domain::classification::Classification;
use minutebook_domain::{AggregateEvent, Event, RecordedEvent, Rejection, StreamId, StreamVersion};
use std::collections::HashMap;

/// `cqrs-es`'s event store for one kind of aggregate, directly on the log. An aggregate's id is its stream's name.
#[derive(Clone)]
pub struct AggregateStore {
    states: StateCache,
}

impl AggregateStore {
    /// The event store on `log`.
    pub fn new(log: Log) -> Self {
        Self { states: StateCache::new(log) }
    }
}

/// A loaded aggregate, and the version at which a commit expects its stream.
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

impl<A: LedgerAggregate> EventStore<A> for AggregateStore {
    type AC = LoadedAggregate<A>;

    async fn load_events(&self, aggregate_id: &str) -> Result<Vec<EventEnvelope<A>>, AggregateError<Rejection>> {
        let stream = stream_named(aggregate_id)?;
        let history = self.states.history(&stream).await.map_err(store_failed)?;
        let envelope = |recorded: RecordedEvent| {
            Some(EventEnvelope {
                aggregate_id: aggregate_id.to_owned(),
                sequence: sequence(recorded.version),
                payload: AggregateEvent::from_event(recorded.event)?,
                metadata: metadata_map::to_map(&recorded.metadata.into_request()),
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
        let request_metadata = metadata_map::from_map(&metadata).map_err(|error| unexpected(error.into()))?;
        if let Some(stray) =
            events.iter().cloned().map(Into::<Event>::into).find(|event| !event.belongs_to(&context.stream))
        {
            let what = format!("{} does not belong in {}", stray.event_type(), context.stream);
            return Err(unexpected(what.into()));
        }
        let now = self.states.log().environment().clock.now();
        let state = context.aggregate.into();
        let new = events.iter().cloned().map(Into::<Event>::into).map(|event| {
            let valid_at =
                natural_valid_time(&event, event.payload().occurred(), &state, chrono_tz::Europe::London, now);
            NewEvent {
                stream: context.stream.clone(),
                event,
                metadata: request_metadata.for_event(Classification::highest(), valid_at),
            }
        });
        let request = serde_json::to_value((context.stream.to_string(), &events)).map_err(|e| unexpected(e.into()))?;
        let batch = Batch {
            command_id: request_metadata.command_id.clone(),
            fingerprint: fingerprint(&request).map_err(|error| unexpected(error.into()))?,
            events: new.collect(),
            conditions: vec![AppendCondition::StreamAt { stream: context.stream.clone(), version: context.version }],
        };
        let receipt = self.states.log().append(batch).await.map_err(|error| match error {
            AppendError::Conflict { .. } | AppendError::ReferenceUsed { .. } => AggregateError::AggregateConflict,
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

//! Selects events by both clocks, each in the time zone of its own committee.

use super::clearances::ClearanceByCommittee;
use super::moment::{KnownAt, KnownMoment, PointInTime};
use super::read_query::{self, QueryError};
use chrono_tz::Tz;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Position, RecordedEvent};
use minutebook_ledger::Log;
use std::collections::HashMap;

/// Selects the events that had happened by `as_of` and were recorded by `known_at`.
#[derive(Debug)]
pub struct BitemporalFilter {
    as_of: Option<KnownMoment>,
    known_at: Option<KnownMoment>,
    /// The position up to which the log was known, if that was given.
    known_position: Option<Position>,
    zones: HashMap<CommitteeCode, Tz>,
    /// The position that `known_at` means in each time zone.
    positions: HashMap<Tz, Position>,
}

impl BitemporalFilter {
    /// Creates the filter. `None` admits every event on that clock.
    pub async fn new(
        log: &Log,
        as_of: Option<&PointInTime>,
        known_at: Option<&KnownAt>,
        clearances: &ClearanceByCommittee,
    ) -> Result<Self, QueryError> {
        let zones =
            read_query::committees(log).await?.iter().map(|row| (row.code.clone(), read_query::zone(row))).collect();
        let as_of = match as_of {
            Some(moment) => Some(read_query::known_moment(log, moment, clearances).await?),
            None => None,
        };
        let (mut moment, mut known_position) = (None, None);
        match known_at {
            Some(KnownAt::Time(given)) => moment = Some(read_query::known_moment(log, given, clearances).await?),
            Some(KnownAt::Position(given)) => known_position = Some(read_query::within(log, *given).await?),
            None => {}
        }
        Ok(Self { as_of, known_at: moment, known_position, zones, positions: HashMap::new() })
    }

    /// Returns whether the event had happened and was known.
    pub async fn admits(&mut self, log: &Log, event: &RecordedEvent) -> Result<bool, QueryError> {
        let zone = self.zone_of(event);
        if self.as_of.is_some_and(|moment| event.metadata.valid_at > moment.in_zone(zone)) {
            return Ok(false);
        }
        Ok(self.known(log, zone).await?.is_none_or(|known| event.position <= known))
    }

    /// Returns the time zone of an event's committee; London for unestablished committees and for events without one.
    pub fn zone_of(&self, event: &RecordedEvent) -> Tz {
        event.stream.committee().and_then(|code| self.zones.get(code)).copied().unwrap_or(chrono_tz::Europe::London)
    }

    async fn known(&mut self, log: &Log, zone: Tz) -> Result<Option<Position>, QueryError> {
        let Some(known_at) = self.known_at else { return Ok(self.known_position) };
        if let Some(position) = self.positions.get(&zone) {
            return Ok(Some(*position));
        }
        let position = log.position_at(known_at.in_zone(zone)).await?;
        self.positions.insert(zone, position);
        Ok(Some(position))
    }
}

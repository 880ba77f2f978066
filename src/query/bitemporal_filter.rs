//! Selects events by both clocks, each in the time zone of its own committee.

use super::moment::{KnownAt, PointInTime};
use super::read_query::{self, QueryError};
use chrono_tz::Tz;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Position, RecordedEvent};
use minutebook_ledger::Log;
use std::collections::HashMap;

/// Selects the events that had happened by `as_of` and were recorded by `known_at`.
#[derive(Debug)]
pub struct BitemporalFilter {
    as_of: Option<PointInTime>,
    known_at: Option<KnownAt>,
    zones: HashMap<CommitteeCode, Tz>,
    /// The position that `known_at` means in each time zone.
    positions: HashMap<Tz, Position>,
}

impl BitemporalFilter {
    /// Creates the filter. `None` admits every event on that clock.
    pub async fn new(log: &Log, as_of: Option<PointInTime>, known_at: Option<KnownAt>) -> Result<Self, QueryError> {
        let zones =
            read_query::committees(log).await?.iter().map(|row| (row.code.clone(), read_query::zone(row))).collect();
        let mut filter = Self { as_of, known_at, zones, positions: HashMap::new() };
        // Refuse a position beyond the end of the log even if no event is checked.
        filter.known(log, chrono_tz::Europe::London).await?;
        Ok(filter)
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
        let Some(known_at) = self.known_at else { return Ok(None) };
        if let Some(position) = self.positions.get(&zone) {
            return Ok(Some(*position));
        }
        let position = read_query::position(log, known_at, zone).await?;
        self.positions.insert(zone, position);
        Ok(Some(position))
    }
}

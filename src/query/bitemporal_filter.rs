//! Events that had happened by a moment, and were known by one: each by the days of its own committee.

use super::moment::{KnownAt, When};
use super::read_query::{self, AskError};
use chrono_tz::Tz;
use minutebook_domain::reference::CommitteeCode;
use minutebook_domain::{Position, RecordedEvent};
use minutebook_ledger::Log;
use std::collections::HashMap;

/// RowSelection events count at a moment.
#[derive(Debug)]
pub struct BitemporalFilter {
    as_of: Option<When>,
    known_at: Option<KnownAt>,
    zones: HashMap<CommitteeCode, Tz>,
    /// The position that was known, in each time zone.
    positions: HashMap<Tz, Position>,
}

impl BitemporalFilter {
    /// Those that were so by `as_of` and known by `known_at`; all of them where a clock is not asked about.
    pub async fn new(log: &Log, as_of: Option<When>, known_at: Option<KnownAt>) -> Result<Self, AskError> {
        let zones =
            read_query::committees(log).await?.iter().map(|row| (row.code.clone(), read_query::zone(row))).collect();
        let mut by_then = Self { as_of, known_at, zones, positions: HashMap::new() };
        // A position that is still to come is refused even where there is no event to ask about.
        by_then.known(log, chrono_tz::Europe::London).await?;
        Ok(by_then)
    }

    /// Whether the event had happened, and was known.
    pub async fn admits(&mut self, log: &Log, event: &RecordedEvent) -> Result<bool, AskError> {
        let zone = self.zone_of(event);
        if self.as_of.is_some_and(|when| event.valid_at > when.in_zone(zone)) {
            return Ok(false);
        }
        Ok(self.known(log, zone).await?.is_none_or(|known| event.position <= known))
    }

    /// Where the committee of an event is. One that was never established has the time of the first that used this
    /// program, and so has what belongs to no committee.
    pub fn zone_of(&self, event: &RecordedEvent) -> Tz {
        event.stream.committee().and_then(|code| self.zones.get(code)).copied().unwrap_or(chrono_tz::Europe::London)
    }

    async fn known(&mut self, log: &Log, zone: Tz) -> Result<Option<Position>, AskError> {
        let Some(known_at) = self.known_at else { return Ok(None) };
        if let Some(position) = self.positions.get(&zone) {
            return Ok(Some(*position));
        }
        let position = read_query::position(log, known_at, zone).await?;
        self.positions.insert(zone, position);
        Ok(Some(position))
    }
}

//! The last position that an audience may know: a position tells when its event was recorded, to anyone who asks for the
//! lists at one moment after another.

use super::{Audience, EventReader};
use crate::query::stream::ReadError;
use lru::LruCache;
use minutebook_domain::{EventId, Position, RecordedEvent};
use minutebook_projections::redaction::is_fully_readable;
use std::collections::HashSet;
use std::num::NonZeroUsize;

/// The number of audiences whose last position is remembered.
const AUDIENCES: NonZeroUsize = NonZeroUsize::new(64).unwrap();
/// The largest number of events that are read at a time.
const LARGEST_STEP: u64 = 1024;

/// What was found at the latest position that an audience asked for.
pub(super) struct LastKnown {
    by_audience: LruCache<Audience, Found>,
}

#[derive(Clone, Copy)]
struct Found {
    /// The position that was asked for.
    through: Position,
    /// The last position up to it that the audience may know.
    told: Position,
}

impl Default for LastKnown {
    fn default() -> Self {
        Self { by_audience: LruCache::new(AUDIENCES) }
    }
}

impl EventReader {
    /// Returns the position of the last event at or before `position` that exists for this audience; the start of the log if
    /// there is none. What the audience may read at either position is the same.
    pub async fn last_known(&self, position: Position, audience: &Audience) -> Result<Position, ReadError> {
        if audience.sees_all() {
            return Ok(position);
        }
        let through = self.log.known_whole(Some(position)).await?;
        let is_now = through == self.log.head().await?;
        let before = if is_now { self.last_known_cache().by_audience.get(audience).copied() } else { None };
        let told = match before {
            Some(before) if before.through <= through => match self.search(before.through, through, audience).await? {
                Search::Found(told) => told,
                Search::Nothing => before.told,
                Search::Unclear => self.search_all(through, audience).await?,
            },
            _ => self.search_all(through, audience).await?,
        };
        if is_now {
            self.last_known_cache().by_audience.put(audience.clone(), Found { through, told });
        }
        Ok(told)
    }

    async fn search_all(&self, through: Position, audience: &Audience) -> Result<Position, ReadError> {
        match self.search(Position::START, through, audience).await? {
            Search::Found(told) => Ok(told),
            Search::Nothing | Search::Unclear => Ok(Position::START),
        }
    }

    /// Looks for the last event after `after` and up to `through` that exists for the audience, from the end.
    async fn search(&self, after: Position, through: Position, audience: &Audience) -> Result<Search, ReadError> {
        let is_newest = through == self.log.head().await?;
        let mut corrected: HashSet<EventId> = HashSet::new();
        let (mut end, mut step) = (through.number(), 1);
        while end > after.number() {
            let begin = end.saturating_sub(step).max(after.number());
            let events = self.log.events_between(Position::new(begin), Position::new(end)).await?;
            corrected.extend(events.iter().filter_map(|event| event.metadata.corrects));
            for event in events.iter().rev() {
                // No later event can have changed the marks of this one, so its own marks decide.
                let is_plain = is_newest && !event.event.is_correction() && !corrected.contains(&event.event_id);
                let exists = (is_plain && is_readable(event, audience))
                    || self.redact(std::slice::from_ref(event), audience).await?.into_iter().flatten().next().is_some();
                if exists {
                    return Ok(Search::Found(event.position));
                }
            }
            (end, step) = (begin, (step * 4).min(LARGEST_STEP));
        }
        // A correction that the audience does not know may have hidden what was found before.
        Ok(if corrected.is_empty() { Search::Nothing } else { Search::Unclear })
    }
}

enum Search {
    Found(Position),
    Nothing,
    Unclear,
}

fn is_readable(event: &RecordedEvent, audience: &Audience) -> bool {
    audience.clearance_for(&event.stream).is_some_and(|clearance| {
        clearance.permits(event.metadata.classification) && is_fully_readable(&event.event, clearance)
    })
}

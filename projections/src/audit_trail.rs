//! The audit trail: everything that touched one party, action, decision, meeting or other reference, in order.

use crate::summary;
use chrono::{DateTime, Utc};
use minutebook_domain::classification::Clearance;
use minutebook_domain::{EventId, Position, RecordedEvent, Source};

/// One line of the audit trail: who recorded what, when it was so, when it became known, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// The event's place in the log.
    pub position: Position,
    /// The event's identity, by which a correction names it.
    pub event_id: EventId,
    /// When it was so in the committee's world.
    pub valid_at: DateTime<Utc>,
    /// When the ledger came to know it.
    pub recorded_at: DateTime<Utc>,
    /// The event's type.
    pub event_type: &'static str,
    /// What happened, in one line, as far as the reader may know it.
    pub summary: String,
    /// Who recorded it.
    pub actor: String,
    /// On whose behalf.
    pub on_behalf_of: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The event that it corrects.
    pub corrects: Option<EventId>,
    /// The events of this trail that correct this one, latest last.
    pub corrected_by: Vec<Position>,
    /// Where it came from.
    pub source: Source,
}

/// An audit trail, folded event by event.
#[derive(Debug)]
pub struct AuditTrail {
    clearance: Clearance,
    entries: Vec<AuditEntry>,
}

impl AuditTrail {
    /// An empty trail, for a reader with this clearance.
    pub fn new(clearance: Clearance) -> Self {
        Self { clearance, entries: Vec::new() }
    }

    /// Takes in the next event.
    pub fn evolve(&mut self, recorded: &RecordedEvent) {
        if let Some(corrected) = recorded.corrects
            && let Some(entry) = self.entries.iter_mut().find(|entry| entry.event_id == corrected)
        {
            entry.corrected_by.push(recorded.position);
        }
        self.entries.push(AuditEntry {
            position: recorded.position,
            event_id: recorded.event_id,
            valid_at: recorded.valid_at,
            recorded_at: recorded.recorded_at,
            event_type: recorded.event.event_type(),
            summary: summary(&recorded.event, self.clearance),
            actor: recorded.actor.clone(),
            on_behalf_of: recorded.on_behalf_of.clone(),
            reason: recorded.reason.clone(),
            corrects: recorded.corrects,
            corrected_by: Vec::new(),
            source: recorded.source.clone(),
        });
    }

    /// The entries, in the order of the log.
    pub fn entries(&self) -> &[AuditEntry] {
        &self.entries
    }
}

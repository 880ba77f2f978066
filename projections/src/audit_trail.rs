//! Audit trails: every event that names one party, action, decision, meeting or other reference, in order.

use crate::summary;
use minutebook_domain::classification::Clearance;
use minutebook_domain::{Position, RecordedEvent};

/// One line of the audit trail.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// The event with its metadata.
    pub event: RecordedEvent,
    /// What happened, in one line, without texts above the clearance.
    pub summary: String,
    /// The positions of its corrections in this trail, the latest last.
    pub corrected_by: Vec<Position>,
}

/// An audit trail, folded event by event.
#[derive(Debug)]
pub struct AuditTrail {
    clearance: Clearance,
    entries: Vec<AuditEntry>,
}

impl AuditTrail {
    /// Creates an empty trail for a reader with this clearance.
    pub fn new(clearance: Clearance) -> Self {
        Self { clearance, entries: Vec::new() }
    }

    /// Adds the next event.
    pub fn evolve(&mut self, event: RecordedEvent) {
        if let Some(corrected) = event.metadata.corrects
            && let Some(entry) = self.entries.iter_mut().find(|entry| entry.event.event_id == corrected)
        {
            entry.corrected_by.push(event.position);
        }
        let summary = summary(&event.event, self.clearance);
        self.entries.push(AuditEntry { event, summary, corrected_by: Vec::new() });
    }

    /// The entries, in the order of the log.
    pub fn entries(&self) -> &[AuditEntry] {
        &self.entries
    }
}

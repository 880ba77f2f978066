//! The audit trail: everything that touched one party, action, decision, meeting or other reference, in order.

use crate::summary;
use minutebook_domain::classification::Clearance;
use minutebook_domain::{Position, RecordedEvent};

/// One line of the audit trail.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// The event: who recorded what, when it was so, when it became known, why and from where.
    pub event: RecordedEvent,
    /// What happened, in one line, as far as the reader may know it.
    pub summary: String,
    /// The events of this trail that correct this one, latest last.
    pub corrected_by: Vec<Position>,
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
    pub fn evolve(&mut self, event: RecordedEvent) {
        if let Some(corrected) = event.corrects
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

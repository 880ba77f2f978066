//! What `import --format json` prints of an action log.

use super::{ActionLog, ActionLogEntry, CellFinding, UnrecognisedCell};
use crate::report::{ActionReport, UpdateReport};
use minutebook_domain::reference::CommitteeCode;
use serde::Serialize;

/// The report of one action log. What only the caller knows is the caller's to fill in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogReport {
    /// The file's name.
    pub file: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Whether it was in the book before.
    pub already_imported: bool,
    /// How many events were recorded.
    pub events_appended: u64,
    /// The committee's code.
    pub committee: CommitteeCode,
    /// The actions of the log.
    pub actions: Vec<ActionReport>,
    /// What became of them.
    pub action_updates: Vec<UpdateReport>,
    /// What was not understood.
    pub unrecognised: Vec<UnrecognisedCell>,
    /// What calls for attention.
    pub findings: Vec<CellFinding>,
}

/// Reports on a log.
pub fn report(log: &ActionLog) -> LogReport {
    let action = |entry: &ActionLogEntry| ActionReport {
        reference: entry.reference.clone(),
        text: entry.text.clone(),
        owners: entry.owners.clone(),
        due_on: entry.due_on,
        classification: entry.mark,
        item: None,
    };
    let update = |entry: &ActionLogEntry| {
        Some(UpdateReport { reference: entry.reference.clone(), status: entry.status.as_ref()?.words() })
    };
    LogReport {
        file: String::new(),
        sha256: String::new(),
        already_imported: false,
        events_appended: 0,
        committee: log.committee.clone(),
        actions: log.entries.iter().map(action).collect(),
        action_updates: log.entries.iter().filter_map(update).collect(),
        unrecognised: log.unrecognised.clone(),
        findings: log.findings.clone(),
    }
}

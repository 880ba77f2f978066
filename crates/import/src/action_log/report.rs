//! The report that `import --format json` prints for an action log.

use super::entries::{ActionLog, ActionLogEntry};
use super::findings::{CellFinding, UnrecognisedCell};
use crate::report::{ActionReport, UpdateReport};
use minutebook_domain::reference::CommitteeCode;
use serde::Serialize;

/// The report of one action log. [`report`] leaves `file`, `sha256`, `already_imported` and `events_appended` for the
/// caller to set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogReport {
    /// The file's name.
    pub file: String,
    /// The SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Whether the ledger already holds this file.
    pub already_imported: bool,
    /// The number of events that were recorded.
    pub events_appended: u64,
    /// The committee's code.
    pub committee: CommitteeCode,
    /// The actions of the log.
    pub actions: Vec<ActionReport>,
    /// The status of each action that has one.
    pub action_updates: Vec<UpdateReport>,
    /// The cells and rows that were not understood.
    pub unrecognised: Vec<UnrecognisedCell>,
    /// The findings.
    pub findings: Vec<CellFinding>,
}

/// Builds the report of an action log.
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

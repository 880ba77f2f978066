//! What an import reports of a document.

use minutebook_domain::reference::{ActionRef, CommitteeCode};
use minutebook_import::action_log::report::LogReport;
use minutebook_import::report::FileReport;
use serde::Serialize;

/// What `import --format json` prints for one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "there is one for each file, and most are of the larger kind")]
pub enum ImportReport {
    /// A meeting's headlines.
    Headlines(FileReport),
    /// A committee's action log.
    ActionLog(LogReport),
}

impl ImportReport {
    /// The SHA-256 of the document's bytes, in hexadecimal.
    pub fn sha256(&self) -> &str {
        match self {
            Self::Headlines(report) => &report.sha256,
            Self::ActionLog(report) => &report.sha256,
        }
    }

    /// The committee whose document it is.
    pub fn committee(&self) -> &CommitteeCode {
        match self {
            Self::Headlines(report) => &report.committee,
            Self::ActionLog(report) => &report.committee,
        }
    }

    pub(super) fn set_events_appended(&mut self, events: u64) {
        match self {
            Self::Headlines(report) => report.events_appended = events,
            Self::ActionLog(report) => report.events_appended = events,
        }
    }
}

/// The spellings of an action's reference that differ only by leading zeros: `SSC72/1`, `SSC72/01` and so on, up to four
/// digits. Headlines and action logs of one committee don't agree on them.
pub(super) fn zero_padded(reference: &ActionRef) -> Vec<ActionRef> {
    let text = reference.to_string();
    let Some((meeting, place)) = text.rsplit_once('/') else { return vec![reference.clone()] };
    let place = place.trim_start_matches('0');
    (1..=4).filter_map(|digits| format!("{meeting}/{place:0>digits$}").parse().ok()).collect()
}

//! What import prints of a meeting's headlines.

use crate::cli::findings::document_finding;
use minutebook_import::report::{AudienceReport, FileReport};
use minutebook_import::{ImportFindingKind, SourceLines};
use std::path::Path;

/// The counts of the document, and its findings with their lines.
pub(super) fn as_text(report: &FileReport, lines: &SourceLines, file: &Path, dry_run: bool) -> String {
    let mut text = format!("{} of {}, {}", report.meeting, report.held_on, report.committee);
    if report.already_imported {
        text.push_str(": already in the ledger; nothing recorded");
        return text;
    }
    let is_refused = |kind| kind == ImportFindingKind::NotRecorded;
    if report.corrections == Some(0) && !report.findings.iter().any(|finding| is_refused(finding.kind)) {
        text.push_str(": no difference from the ledger; nothing recorded");
        return text;
    }
    let count =
        |number: usize, one: &str, several: &str| format!("{number} {}", if number == 1 { one } else { several });
    text.push_str(&format!(
        ": {}, {}, {}, {}, {}",
        count(report.items.len(), "item", "items"),
        count(report.decisions.len(), "decision", "decisions"),
        count(report.statuses.len(), "status", "statuses"),
        count(report.actions.len(), "action", "actions"),
        count(report.parties.len(), "party", "parties"),
    ));
    if let Some(corrections) = report.corrections {
        let corrections = usize::try_from(corrections).unwrap_or(usize::MAX);
        text.push_str(&format!("; {} of an earlier document", count(corrections, "correction", "corrections")));
    }
    if !dry_run {
        text.push_str(&format!("; {} events recorded", report.events_appended));
    }
    for new in &report.newly_visible {
        let AudienceReport { audience, events, texts, references } = new;
        let (events, texts) = (count(*events, "event", "events"), count(*texts, "text", "texts"));
        let verb = if dry_run { "would newly read" } else { "newly reads" };
        text.push_str(&format!("\n{audience} {verb} {events}, {texts}"));
        if !references.is_empty() {
            text.push_str(&format!(": {}", references.join(", ")));
        }
    }
    for finding in &report.findings {
        text.push_str(&format!("\n{}", document_finding(finding, &file.display().to_string(), lines)));
    }
    text
}

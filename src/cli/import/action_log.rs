//! What import prints of an action log.

use crate::cli::findings::line_finding;
use minutebook_import::action_log::report::LogReport;
use minutebook_import::action_log::source_rows;
use std::path::Path;

/// The counts of the log, and its findings with their rows.
pub(super) fn as_text(report: &LogReport, file: &Path, dry_run: bool) -> String {
    let mut text = format!("action log of {}", report.committee);
    if report.already_imported {
        text.push_str(": already in the ledger; nothing recorded");
        return text;
    }
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let (actions, unrecognised) = (report.actions.len(), report.unrecognised.len());
    text.push_str(&format!(
        ": {}, {} not recognised",
        count(actions, "action"),
        count(unrecognised, "cell or row").replace("cell or rows", "cells or rows")
    ));
    if !dry_run {
        text.push_str(&format!("; {} events recorded", report.events_appended));
    }
    let rows = std::fs::read(file).map(|bytes| source_rows(&bytes)).unwrap_or_default();
    for finding in &report.findings {
        let row = rows
            .iter()
            .find(|(sheet, row, _)| *row == finding.row && (finding.sheet.is_none() || *sheet == finding.sheet));
        let place = format!("{}:{}", file.display(), finding.place());
        let source = row.map_or("", |(_, _, text)| text.as_str());
        text.push('\n');
        text.push_str(&line_finding(finding.kind, &finding.text, &place, finding.row, source));
    }
    text
}

//! What `minutebook import` shows a person of an action log.

use minutebook_import::action_log::report::LogReport;
use minutebook_import::action_log::source_rows;
use std::path::Path;

/// The counts of the log, and its findings as a compiler shows them: kind, place, and what stands there.
pub(super) fn as_text(report: &LogReport, file: &Path, dry_run: bool) -> String {
    let mut text = format!("action log of {}", report.committee);
    if report.already_imported {
        text.push_str(": already in the ledger; nothing was recorded");
        return text;
    }
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let (actions, unread) = (report.actions.len(), report.unrecognised.len());
    text.push_str(&format!(
        ": {}, {} not understood",
        count(actions, "action"),
        count(unread, "cell or row").replace("cell or rows", "cells or rows")
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
        text.push_str(&super::lint::framed(finding.kind, &finding.text, &place, finding.row, source));
    }
    text
}

//! How lint and import print their findings.

use super::terminal::{colour, with_colours};
use crate::present::findings::{SourceFinding, render};
use minutebook_import::{ImportFinding, ImportFindingKind, SourceLines};
use std::io::IsTerminal;

/// A finding in a document's line.
pub(super) fn document_finding(finding: &ImportFinding, file: &str, lines: &SourceLines) -> String {
    let place = lines.place(finding.line);
    let file = if place.contains(' ') { format!("{file} ({place})") } else { file.to_owned() };
    line_finding(finding.kind, &finding.text, &file, finding.line, lines.line(finding.line))
}

/// A finding in a line of a document or a row of an action log.
pub(super) fn line_finding(kind: ImportFindingKind, label: &str, file: &str, line: u32, source: &str) -> String {
    let code = serde_json::to_value(kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
    draw(&SourceFinding { code, message: kind.message(), file, line, source, label, help: kind.help() })
}

/// Draws a finding as wide as the terminal, in colours if the terminal and the user allow them.
pub(super) fn draw(shown: &SourceFinding<'_>) -> String {
    let is_terminal = std::io::stdout().is_terminal();
    let width = is_terminal.then(terminal_size::terminal_size).flatten().map(|(width, _)| usize::from(width.0));
    with_colours(&render(shown, is_terminal && colour(), width))
}

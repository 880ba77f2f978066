//! Findings in the style of a compiler: file, line, source text, message and help.

use super::visible::visible;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// The width of a finding if the width of the terminal is unknown.
const DEFAULT_WIDTH: usize = 100;

/// Columns of a line's number and frame, and of the words `note:` and `help:`.
const FRAME_WIDTH: usize = 12;

/// A finding and its line of the source.
pub struct SourceFinding<'a> {
    /// The stable name of its kind.
    pub code: String,
    /// The finding in a few words.
    pub message: &'a str,
    /// The file.
    pub file: &'a str,
    /// The line number, from 1.
    pub line: u32,
    /// The text of the line; not shown if empty.
    pub source: &'a str,
    /// A note on the finding.
    pub label: &'a str,
    /// How to resolve the finding.
    pub help: Option<&'a str>,
}

/// Renders a finding and an empty line after it, with colours for a terminal and without them otherwise.
pub fn render(finding: &SourceFinding<'_>, colours: bool, width: Option<usize>) -> String {
    let width = width.unwrap_or(DEFAULT_WIDTH).max(40);
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    let source = printable(finding.source, width - FRAME_WIDTH);
    let title = Level::WARNING.primary_title(printable(finding.message, usize::MAX)).id(finding.code.clone());
    let mut report = if source.is_empty() {
        Group::with_title(title)
    } else {
        let annotation = AnnotationKind::Primary.span(0..source.len());
        let line = usize::try_from(finding.line).unwrap_or(usize::MAX);
        title.element(
            Snippet::source(source).path(printable(finding.file, usize::MAX)).line_start(line).annotation(annotation),
        )
    };
    let label = printable(finding.label, width - FRAME_WIDTH);
    if !label.is_empty() {
        report = report.element(Level::NOTE.message(label));
    }
    if let Some(help) = finding.help {
        report = report.element(Level::HELP.message(textwrap::fill(help, width - FRAME_WIDTH)));
    }
    renderer.decor_style(DecorStyle::Unicode).term_width(width).render(&[report]).trim_end().to_owned() + "\n"
}

/// Returns the text on one line, without control characters that a terminal acts on, and at most `longest` letters long.
fn printable(text: &str, longest: usize) -> String {
    let text = text.trim().replace(|c: char| c.is_control(), " ");
    let text = visible(&text).into_owned();
    match text.char_indices().nth(longest.saturating_sub(1)) {
        Some((end, _)) if text.len() > end + 1 => format!("{}…", &text[..end]),
        _ => text,
    }
}

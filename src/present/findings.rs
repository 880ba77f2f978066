//! Findings as a compiler shows them: the file and the line, the line itself, what is wrong, and what would be accepted.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// How wide a finding is where nothing says how wide the reader's window is.
const WIDTH: usize = 100;

/// Columns of a line's number and frame, and of the words `note:` and `help:`.
const FRAME: usize = 12;

/// A finding, and the line it is about.
pub struct Shown<'a> {
    /// Its kind, in a short stable name.
    pub code: String,
    /// What it is, in a few words.
    pub message: &'a str,
    /// The file.
    pub file: &'a str,
    /// The line's number, from 1.
    pub line: u32,
    /// What the line says; nothing is shown of it where it is empty.
    pub source: &'a str,
    /// What is said of it.
    pub label: &'a str,
    /// What would be accepted.
    pub help: Option<&'a str>,
}

/// Renders a finding and an empty line after it, with colours for a terminal and without them otherwise.
pub fn graphical(shown: &Shown<'_>, colours: bool, width: Option<usize>) -> String {
    let width = width.unwrap_or(WIDTH).max(40);
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    let source = printable(shown.source, width - FRAME);
    let title = Level::WARNING.primary_title(printable(shown.message, usize::MAX)).id(shown.code.clone());
    let mut report = if source.is_empty() {
        Group::with_title(title)
    } else {
        let annotation = AnnotationKind::Primary.span(0..source.len());
        let line = usize::try_from(shown.line).unwrap_or(usize::MAX);
        title.element(Snippet::source(source).path(shown.file).line_start(line).annotation(annotation))
    };
    let label = printable(shown.label, width - FRAME);
    if !label.is_empty() {
        report = report.element(Level::NOTE.message(label));
    }
    if let Some(help) = shown.help {
        report = report.element(Level::HELP.message(textwrap::fill(help, width - FRAME)));
    }
    renderer.decor_style(DecorStyle::Unicode).term_width(width).render(&[report]).trim_end().to_owned() + "\n"
}

/// The text on one line, without what could move the cursor, and not longer than `longest` letters.
fn printable(text: &str, longest: usize) -> String {
    let text = text.trim().replace(|c: char| c.is_control(), " ");
    match text.char_indices().nth(longest.saturating_sub(1)) {
        Some((end, _)) if text.len() > end + 1 => format!("{}…", &text[..end]),
        _ => text,
    }
}

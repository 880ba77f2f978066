//! Findings as a compiler shows them: the file and the line, the line itself, what is wrong, and what would be accepted.

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents,
};
use std::fmt;

/// How wide a finding is where nothing says how wide the reader's window is.
const WIDTH: usize = 100;

/// What a line's number and frame take of the width.
const FRAME: usize = 10;

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

/// The finding as text: with colours and lines for a terminal, plain otherwise.
pub fn graphical(shown: &Shown<'_>, colours: bool, width: Option<usize>) -> String {
    let width = width.unwrap_or(WIDTH).max(40);
    let theme = if colours { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let source = printable(shown.source, width - FRAME);
    let report = Report {
        message: printable(shown.message, usize::MAX),
        code: shown.code.clone(),
        label: printable(shown.label, (width - FRAME) / 2),
        help: shown.help.map(str::to_owned),
        excerpt: Excerpt { file: shown.file.to_owned(), line: shown.line, text: source },
    };
    let mut text = String::new();
    // A handler that writes into a string has nothing that could refuse it.
    let _ =
        GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false).render_report(&mut text, &report);
    text.trim_end().to_owned()
}

/// The text on one line, without what could move the cursor, and not longer than `longest` letters.
fn printable(text: &str, longest: usize) -> String {
    let text = text.trim().replace(|c: char| c.is_control(), " ");
    match text.char_indices().nth(longest.saturating_sub(1)) {
        Some((end, _)) if text.len() > end + 1 => format!("{}…", &text[..end]),
        _ => text,
    }
}

#[derive(Debug)]
struct Report {
    message: String,
    code: String,
    label: String,
    help: Option<String>,
    excerpt: Excerpt,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<Severity> {
        Some(Severity::Warning)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.excerpt.text.is_empty()).then_some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = LabeledSpan::new(Some(self.label.clone()), 0, self.excerpt.text.len());
        Some(Box::new(std::iter::once(span)))
    }
}

/// One line of a file, as if it were the whole of it.
#[derive(Debug)]
struct Excerpt {
    file: String,
    line: u32,
    text: String,
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = SourceSpan::from((0, self.text.len()));
        let line = usize::try_from(self.line.saturating_sub(1)).unwrap_or_default();
        let contents = MietteSpanContents::new_named(self.file.clone(), self.text.as_bytes(), whole, line, 0, 1);
        Ok(Box::new(contents))
    }
}

//! Bytes to text: decoding, the index of lines, the limits, and which of the two ways of writing a file is in.

use std::borrow::Cow;

/// The largest document that is read, in bytes. A meeting's headlines are some ten kilobytes.
pub const MAX_DOCUMENT_BYTES: usize = 32 * 1024 * 1024;

/// The deepest nesting of lists and quotes that is read. Beyond it a document is not minutes but an attack.
pub const MAX_NESTING: usize = 256;

/// How a file's text is marked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `CommonMark`, with tables.
    Markdown,
    /// No mark-up: blank lines between paragraphs, and a sign before each entry of a list.
    PlainText,
}

impl Format {
    /// The format of a file, by its name; where the name says nothing, or says `.txt` of what is plainly Markdown,
    /// by its text.
    pub fn of(file_name: &str, text: &str) -> Self {
        let extension = file_name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown") {
            return Self::Markdown;
        }
        let marked = |line: &str| {
            let line = line.trim_start();
            let heading = line.trim_start_matches('#');
            (heading.len() < line.len() && heading.starts_with(' '))
                || line.contains("**")
                || line.contains("\\_")
                || line.contains("](")
        };
        if text.lines().any(marked) { Self::Markdown } else { Self::PlainText }
    }
}

/// A document's text, and where its lines begin.
#[derive(Debug)]
pub struct SourceText<'a> {
    text: Cow<'a, str>,
    line_starts: Vec<usize>,
    damaged_lines: Vec<u32>,
}

impl<'a> SourceText<'a> {
    /// Decodes UTF-8. What is not UTF-8 becomes U+FFFD, and its line is kept in [`SourceText::damaged_lines`].
    pub fn decode(bytes: &'a [u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = String::from_utf8_lossy(bytes);
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut source = Self { text, line_starts, damaged_lines: Vec::new() };
        if let Cow::Owned(text) = &source.text {
            let mut lines: Vec<u32> = text.match_indices('\u{FFFD}').map(|(at, _)| source.line(at)).collect();
            lines.dedup();
            source.damaged_lines = lines;
        }
        source
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line, from 1, that the byte at `offset` stands in.
    pub fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.line_starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// The lines that held bytes which are no UTF-8.
    pub fn damaged_lines(&self) -> &[u32] {
        &self.damaged_lines
    }
}

//! Bytes to text: decoding, the index of lines, the limits, and which of the two ways of writing a file is in.

use crate::block::LineRange;
use crate::encoding::{DecodedText, decoded};
use std::borrow::Cow;

/// The largest document that is read, in bytes. A meeting's headlines are some ten kilobytes.
pub const MAX_DOCUMENT_BYTES: usize = 32 * 1024 * 1024;

/// The deepest nesting of lists and quotes that is read. Beyond it a document is not minutes but an attack.
pub const MAX_NESTING: usize = 256;

/// How a file's text is marked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentFormat {
    /// `CommonMark`, with tables.
    Markdown,
    /// No mark-up: blank lines between paragraphs, and a sign before each entry of a list.
    PlainText,
    /// Pages that show where each letter stands.
    Pdf,
}

impl DocumentFormat {
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
    taken_for: Option<&'static str>,
}

impl<'a> SourceText<'a> {
    /// Decodes a file's bytes. What is damaged becomes U+FFFD, and its line is kept in [`SourceText::damaged_lines`].
    pub fn decode(bytes: &'a [u8]) -> Self {
        let DecodedText { text, taken_for } = decoded(bytes);
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut source = Self { text, line_starts, damaged_lines: Vec::new(), taken_for };
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

    /// The encoding that the bytes were taken for, and the first line where that matters, if the file does not say it.
    pub fn taken_for(&self) -> Option<(u32, &'static str)> {
        let first = self.text.find(|c: char| !c.is_ascii()).unwrap_or_default();
        self.taken_for.map(|encoding| (self.line(first), encoding))
    }

    /// The lines that held bytes which are no text.
    pub fn damaged_lines(&self) -> &[u32] {
        &self.damaged_lines
    }
}

/// The lines of a document as its reader told them apart: the words of line 12 are what the document says there, and
/// what an event that was read from line 12 can be shown beside. In a text they are the file's own lines; the reader
/// of any other format says what it calls a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceLines {
    text: String,
    ends: Vec<usize>,
    /// The first line of each page, where there are pages.
    pages: Vec<u32>,
}

impl SourceLines {
    /// The lines of a text.
    pub fn of(text: &str) -> Self {
        text.lines().collect()
    }

    /// The words of one line, counted from 1; nothing, where there is no such line.
    pub fn line(&self, number: u32) -> &str {
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        let end = index.checked_sub(1).and_then(|index| self.ends.get(index));
        let start = index.checked_sub(2).and_then(|index| self.ends.get(index)).map_or(0, |end| *end);
        end.and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }

    /// The words of the lines from the first to the last, on one line.
    pub fn between(&self, (first, last): LineRange) -> String {
        let last = last.min(u32::try_from(self.ends.len()).unwrap_or(u32::MAX));
        let lines: Vec<&str> = (first..=last).map(|line| self.line(line).trim()).collect();
        lines.join(" ").trim().to_owned()
    }

    /// The lines of a document with pages, given the first line of each.
    #[must_use]
    pub fn on_pages(self, pages: Vec<u32>) -> Self {
        Self { pages, ..self }
    }

    /// Where a line stands, as a person looks for it: `page 2, line 14`, or the number alone where there are no pages.
    pub fn place(&self, number: u32) -> String {
        let page = self.pages.partition_point(|first| *first <= number);
        match page.checked_sub(1).and_then(|index| self.pages.get(index)) {
            Some(first) => format!("page {page}, line {}", number - first + 1),
            None => number.to_string(),
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }
}

impl<'a> FromIterator<&'a str> for SourceLines {
    fn from_iter<I: IntoIterator<Item = &'a str>>(lines: I) -> Self {
        let mut all = Self::default();
        for line in lines {
            all.text.push_str(line);
            all.ends.push(all.text.len());
        }
        all
    }
}

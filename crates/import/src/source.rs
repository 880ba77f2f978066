//! The source text: decoding, line numbers, limits, and the choice between Markdown and plain text.

use crate::block::LineRange;
use crate::encoding::{DecodedText, decode};
use std::borrow::Cow;

/// The largest document that is read, in bytes. A meeting's headlines take about ten kilobytes.
pub const MAX_DOCUMENT_BYTES: usize = 32 * 1024 * 1024;

/// The largest number of headings, paragraphs, list entries and table cells. A meeting's minutes have a few hundred.
pub const MAX_BLOCKS: usize = 25_000;

/// The largest number of line breaks and signs of Markdown in a text file. The parser of Markdown keeps about 200 bytes for
/// each before the blocks can be counted.
pub const MAX_MARKS: usize = 1_000_000;

/// Returns the number of line breaks and signs of Markdown in a text file, which bounds the number of its parts.
pub(crate) fn count_marks(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| b"\n\r*_`~[]()<>|#&!\\".contains(byte)).count()
}

/// The deepest nesting of lists and quotes that is read. Minutes need three or four levels; more is an attack.
pub const MAX_NESTING: usize = 256;

/// The format of a document, where it is not a Word document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentFormat {
    /// CommonMark with tables.
    Markdown,
    /// Blank lines between paragraphs, and a bullet before each entry of a list.
    PlainText,
    /// Pages that give the position of each letter.
    Pdf,
}

impl DocumentFormat {
    /// Chooses between Markdown and plain text by the extension, else by whether the text contains Markdown's mark-up.
    /// A `.txt` file with Markdown in it is Markdown.
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

/// A document's text with an index of its lines.
#[derive(Debug)]
pub struct SourceText<'a> {
    text: Cow<'a, str>,
    line_starts: Vec<usize>,
    damaged_lines: Vec<u32>,
    null_lines: Vec<u32>,
    assumed_encoding: Option<&'static str>,
}

impl<'a> SourceText<'a> {
    /// Decodes a file's bytes. Damaged bytes become U+FFFD, on the lines of [`SourceText::damaged_lines`]; U+0000, which
    /// no ledger can hold, is left out, on the lines of [`SourceText::null_lines`].
    pub fn decode(bytes: &'a [u8]) -> Self {
        let DecodedText { mut text, assumed } = decode(bytes);
        let is_decoded = matches!(text, Cow::Owned(_));
        let null_lines = null_lines(&text);
        if !null_lines.is_empty() {
            text = Cow::Owned(text.replace('\0', ""));
        }
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut source = Self { text, line_starts, damaged_lines: Vec::new(), null_lines, assumed_encoding: assumed };
        if is_decoded {
            let mut lines: Vec<u32> = source.text.match_indices('\u{FFFD}').map(|(at, _)| source.line(at)).collect();
            lines.dedup();
            source.damaged_lines = lines;
        }
        source
    }

    /// Returns the decoded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the line, from 1, of the byte at `offset`.
    pub fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.line_starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// Returns the encoding that was assumed and the first line it affects; `None` for UTF-8 and for a file that
    /// declares its encoding.
    pub fn assumed_encoding(&self) -> Option<(u32, &'static str)> {
        let first = self.text.find(|c: char| !c.is_ascii()).unwrap_or_default();
        self.assumed_encoding.map(|encoding| (self.line(first), encoding))
    }

    /// Returns the lines from which U+0000 was left out.
    pub fn null_lines(&self) -> &[u32] {
        &self.null_lines
    }

    /// Returns the lines with damaged bytes.
    pub fn damaged_lines(&self) -> &[u32] {
        &self.damaged_lines
    }
}

/// Returns the numbers of the lines that hold U+0000.
fn null_lines(text: &str) -> Vec<u32> {
    if !text.contains('\0') {
        return Vec::new();
    }
    let lines = (1..).zip(text.split('\n'));
    lines.filter(|(_, line)| line.contains('\0')).map(|(number, _)| number).collect()
}

/// The numbered lines of a document, to print beside findings and events. For text files these are the file's lines;
/// for DOCX a line is a paragraph, for PDF a printed line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceLines {
    text: String,
    ends: Vec<usize>,
    /// The first line of each page; empty for a document without pages.
    pages: Vec<u32>,
}

impl SourceLines {
    /// Splits a text into lines.
    pub fn of(text: &str) -> Self {
        text.lines().collect()
    }

    /// Returns the text of a line, counted from 1; empty if there is no such line.
    pub fn line(&self, number: u32) -> &str {
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        let end = index.checked_sub(1).and_then(|index| self.ends.get(index));
        let start = index.checked_sub(2).and_then(|index| self.ends.get(index)).map_or(0, |end| *end);
        end.and_then(|end| self.text.get(start..*end)).unwrap_or_default()
    }

    /// Returns the text of a range of lines, joined by spaces.
    pub fn between(&self, (first, last): LineRange) -> String {
        let last = last.min(u32::try_from(self.ends.len()).unwrap_or(u32::MAX));
        let lines: Vec<&str> = (first..=last).map(|line| self.line(line).trim()).collect();
        lines.join(" ").trim().to_owned()
    }

    /// Sets the first line of each page.
    #[must_use]
    pub fn on_pages(self, pages: Vec<u32>) -> Self {
        Self { pages, ..self }
    }

    /// Returns a line's place for a person: `page 2, line 14`, or the number alone in a document without pages.
    pub fn place(&self, number: u32) -> String {
        let page = self.pages.partition_point(|first| *first <= number);
        match page.checked_sub(1).and_then(|index| self.pages.get(index)) {
            Some(first) => format!("page {page}, line {}", number - first + 1),
            None => number.to_string(),
        }
    }

    /// Returns the number of lines.
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

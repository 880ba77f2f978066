//! What a document consists of, whatever it was written in: a flat sequence of headings, paragraphs, lists and tables.
//!
//! The readers of Markdown and of plain text make these; a reader of DOCX or PDF can make them too.

use std::ops::Range;

/// The first and the last line, from 1, that something stands in.
pub type LineRange = (u32, u32);

/// A text with its mark-up aside: which parts are bold, and which line each part stood in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RichText {
    text: String,
    strong: Vec<Range<usize>>,
    lines: Vec<(usize, u32)>,
}

impl RichText {
    /// A text of one line with no mark-up.
    pub fn plain(text: &str, line: u32) -> Self {
        let mut rich = Self::default();
        rich.push(text, line, false);
        rich.finished()
    }

    /// The text: one space between words, and a line feed where a line was broken.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text on one line.
    pub fn on_one_line(&self) -> String {
        self.text.replace('\n', " ")
    }

    /// Adds text that stands in `line`; runs of white space become one space.
    pub fn push(&mut self, text: &str, line: u32, strong: bool) {
        if self.lines.last().is_none_or(|(_, last)| *last != line) {
            self.lines.push((self.text.len(), line));
        }
        let start = self.text.len();
        for c in text.chars() {
            if !c.is_whitespace() {
                self.text.push(c);
            } else if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
                self.text.push(' ');
            }
        }
        if strong && self.text.len() > start {
            match self.strong.last_mut() {
                Some(last) if last.end == start => last.end = self.text.len(),
                _ => self.strong.push(start..self.text.len()),
            }
        }
    }

    /// Breaks the line.
    pub fn break_line(&mut self) {
        if self.text.ends_with(' ') {
            self.text.pop();
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// The text without white space at its end.
    #[must_use]
    pub fn finished(mut self) -> Self {
        self.text.truncate(self.text.trim_end().len());
        self
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The line that the byte at `offset` stands in.
    pub fn line_at(&self, offset: usize) -> u32 {
        let after = self.lines.partition_point(|(start, _)| *start <= offset);
        self.lines.get(after.saturating_sub(1)).map_or(1, |(_, line)| *line)
    }

    /// The first and the last line.
    pub fn lines(&self) -> LineRange {
        (self.line_at(0), self.line_at(self.text.len()))
    }

    /// Which parts are bold.
    pub fn strong_parts(&self) -> impl Iterator<Item = Range<usize>> {
        self.strong.iter().cloned()
    }

    /// Whether every letter and digit of `range` is bold.
    pub fn is_strong(&self, range: Range<usize>) -> bool {
        let reach = self.strong.partition_point(|part| part.end <= range.start);
        let mut bold = self.strong[reach..].iter().peekable();
        let mut any = false;
        for (at, c) in self.text.get(range.clone()).unwrap_or_default().char_indices() {
            let at = at + range.start;
            while bold.next_if(|bold| bold.end <= at).is_some() {}
            if c.is_alphanumeric() {
                any = true;
                if bold.peek().is_none_or(|bold| bold.start > at) {
                    return false;
                }
            }
        }
        any
    }

    /// The part of the text in `range`, with its lines and mark-up.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let whole = self.text.get(range.clone()).unwrap_or_default();
        let start = range.start + (whole.len() - whole.trim_start().len());
        let end = start.max(range.start + whole.trim_end().len());
        let inside = |part: &Range<usize>| part.start.max(start) - start..part.end.min(end).max(start) - start;
        // Both are in order, and only the parts in reach are looked at: a long text is sliced many times.
        let bold = self.strong.partition_point(|part| part.end <= start);
        let strong = self.strong[bold..].iter().take_while(|part| part.start < end).map(inside).collect();
        let first = (0, self.line_at(start));
        let later = self.lines.partition_point(|(at, _)| *at <= start);
        let later = self.lines[later..].iter().take_while(|(at, _)| *at < end).map(|(at, line)| (at - start, *line));
        let lines = std::iter::once(first).chain(later).collect();
        Self { text: self.text[start..end].to_owned(), strong, lines }
    }

    /// Adds another text on a new line.
    pub fn append(&mut self, other: &Self) {
        self.break_line();
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.strong.extend(other.strong.iter().map(|part| part.start + start..part.end + start));
        self.lines.extend(other.lines.iter().map(|(at, line)| (at + start, *line)));
    }
}

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEntry {
    /// How many lists it is inside of, from 0.
    pub depth: usize,
    /// Its number, in a numbered list.
    pub number: Option<u64>,
    /// What it says.
    pub text: RichText,
}

/// A block of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentBlock {
    /// A heading, and its level from 1.
    Heading(u8, RichText),
    /// A paragraph.
    Paragraph(RichText),
    /// A list, its nested lists laid flat.
    List(Vec<ListEntry>),
    /// A table: the cells of its header, and of each row.
    Table(Vec<RichText>, Vec<Vec<RichText>>),
    /// Text that the format has no visible place for: a comment, the definition of a link.
    Hidden(RichText),
}

impl DocumentBlock {
    /// The lines it stands in.
    pub fn lines(&self) -> LineRange {
        let span = |texts: &mut dyn Iterator<Item = &RichText>| {
            let mut all = texts.filter(|text| !text.lines.is_empty()).map(RichText::lines);
            let first = all.next().unwrap_or((1, 1));
            all.fold(first, |(start, end), (a, b)| (start.min(a), end.max(b)))
        };
        match self {
            Self::Heading(_, text) | Self::Paragraph(text) | Self::Hidden(text) => text.lines(),
            Self::List(entries) => span(&mut entries.iter().map(|entry| &entry.text)),
            Self::Table(header, rows) => span(&mut header.iter().chain(rows.iter().flatten())),
        }
    }
}

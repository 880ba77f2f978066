//! What every document is reduced to: a flat sequence of headings, paragraphs, lists and tables. Each reader
//! (Markdown, plain text, DOCX, PDF) produces these blocks, and the grammar sees nothing else.

use std::ops::Range;

/// The first and the last line of a text, counted from 1.
pub type LineRange = (u32, u32);

/// A text without its mark-up, with the ranges that are bold and the line of each part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RichText {
    text: String,
    strong: Vec<Range<usize>>,
    lines: Vec<(usize, u32)>,
}

impl RichText {
    /// Creates a text of one line, none of it bold.
    pub fn plain(text: &str, line: u32) -> Self {
        let mut rich = Self::default();
        rich.push(text, line, false);
        rich.finished()
    }

    /// Returns the text, with one space between words and a line feed at each line break.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the text with its line breaks as spaces.
    pub fn on_one_line(&self) -> String {
        self.text.replace('\n', " ")
    }

    /// Appends text from `line`; each run of white space becomes one space.
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

    /// Ends the current line.
    pub fn break_line(&mut self) {
        if self.text.ends_with(' ') {
            self.text.pop();
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Returns the text without trailing white space.
    #[must_use]
    pub fn finished(mut self) -> Self {
        self.text.truncate(self.text.trim_end().len());
        self
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Returns the line of the byte at `offset`.
    pub fn line_at(&self, offset: usize) -> u32 {
        let after = self.lines.partition_point(|(start, _)| *start <= offset);
        self.lines.get(after.saturating_sub(1)).map_or(1, |(_, line)| *line)
    }

    /// Returns the first and the last line.
    pub fn lines(&self) -> LineRange {
        (self.line_at(0), self.line_at(self.text.len()))
    }

    /// Returns the ranges that are bold.
    pub fn strong_parts(&self) -> impl Iterator<Item = Range<usize>> {
        self.strong.iter().cloned()
    }

    /// Whether every letter and digit of `range` is bold. False where there is none.
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

    /// Returns the part in `range`, with its lines and its bold ranges.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let whole = self.text.get(range.clone()).unwrap_or_default();
        let start = range.start + (whole.len() - whole.trim_start().len());
        let end = start.max(range.start + whole.trim_end().len());
        let inside = |part: &Range<usize>| part.start.max(start) - start..part.end.min(end).max(start) - start;
        // Both lists are ordered: only the parts inside the range are visited, since a long text is sliced many times.
        let bold = self.strong.partition_point(|part| part.end <= start);
        let strong = self.strong[bold..].iter().take_while(|part| part.start < end).map(inside).collect();
        let first = (0, self.line_at(start));
        let later = self.lines.partition_point(|(at, _)| *at <= start);
        let later = self.lines[later..].iter().take_while(|(at, _)| *at < end).map(|(at, line)| (at - start, *line));
        let lines = std::iter::once(first).chain(later).collect();
        Self { text: self.text[start..end].to_owned(), strong, lines }
    }

    /// Appends another text on a new line.
    pub fn append(&mut self, other: &Self) {
        self.break_line();
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.strong.extend(other.strong.iter().map(|part| part.start + start..part.end + start));
        self.lines.extend(other.lines.iter().map(|(at, line)| (at + start, *line)));
    }
}

/// An entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEntry {
    /// The number of lists around the entry's own; 0 at the outermost level.
    pub depth: usize,
    /// The entry's number; `None` in a list with bullets.
    pub number: Option<u64>,
    /// The entry's text.
    pub text: RichText,
}

/// A block of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceBlock {
    /// A heading with its level, from 1.
    Heading(u8, RichText),
    /// A paragraph.
    Paragraph(RichText),
    /// A list. The entries of nested lists follow their parent, with a greater depth.
    List(Vec<ListEntry>),
    /// A table: the cells of its header, then those of each row.
    Table(Vec<RichText>, Vec<Vec<RichText>>),
    /// Text that the format does not show: a comment, or the definition of a link.
    Hidden(RichText),
}

impl SourceBlock {
    /// Returns the number of the block's parts: its entries or cells, else one.
    pub(crate) fn parts(&self) -> usize {
        match self {
            Self::Heading(..) | Self::Paragraph(_) | Self::Hidden(_) => 1,
            Self::List(entries) => entries.len(),
            Self::Table(header, rows) => header.len() + rows.iter().map(Vec::len).sum::<usize>(),
        }
    }

    /// Returns the first and the last line of the block.
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

/// The most texts that [`texts`] returns.
const MAX_TEXTS: usize = 200;

/// Returns the visible texts of the blocks, a table's rows each as one; at most [`MAX_TEXTS`], and none of 4,000 bytes or
/// more.
pub(crate) fn texts(blocks: &[SourceBlock]) -> Vec<RichText> {
    let mut texts = Vec::new();
    for block in blocks {
        match block {
            SourceBlock::Heading(_, text) | SourceBlock::Paragraph(text) => texts.push(text.clone()),
            SourceBlock::List(entries) => texts.extend(entries.iter().map(|entry| entry.text.clone())),
            SourceBlock::Table(header, rows) => {
                for row in std::iter::once(header).chain(rows) {
                    let mut joined = RichText::default();
                    row.iter().filter(|cell| !cell.is_empty()).for_each(|cell| joined.append(cell));
                    texts.push(joined);
                }
            }
            SourceBlock::Hidden(_) => {}
        }
        if texts.len() >= MAX_TEXTS {
            break;
        }
    }
    texts.retain(|text| !text.is_empty() && text.as_str().len() < 4000);
    texts
}

//! Markdown to blocks, from the parser's events and their offsets. Nesting is counted, never recursed into, so that no
//! document can exhaust the stack.

use crate::block::{ListEntry, RichText, SourceBlock};
use crate::html;
use crate::source::{MAX_NESTING, SourceText};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// A Markdown document's blocks and link targets.
#[derive(Debug, Default)]
pub(crate) struct MarkdownDocument {
    pub(crate) blocks: Vec<SourceBlock>,
    /// The target of each link with its line; targets inside the document are left out.
    pub(crate) link_targets: Vec<(u32, String)>,
}

/// Lists and quotes nest deeper than [`MAX_NESTING`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: lists and quotes nest too deep: expected at most {MAX_NESTING} levels")]
pub struct NestingTooDeep {
    /// The line where the limit is passed.
    pub line: u32,
}

/// Reads Markdown.
pub(crate) fn read(source: &SourceText<'_>) -> Result<MarkdownDocument, NestingTooDeep> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let parser = Parser::new_ext(source.text(), options).into_offset_iter();
    let mut definitions: Vec<Range<usize>> =
        parser.reference_definitions().iter().map(|(_, definition)| definition.span.clone()).collect();
    definitions.sort_by_key(|span| span.start);
    let mut reader = MarkdownReader { source, ..MarkdownReader::new(source) };
    for (event, range) in parser {
        reader.event(event, range)?;
    }
    let mut document = reader.finished();
    insert_definitions(&mut document.blocks, source, &definitions);
    Ok(document)
}

/// Puts the words of link definitions, which the parser removes, back where they stood.
fn insert_definitions(blocks: &mut Vec<SourceBlock>, source: &SourceText<'_>, definitions: &[Range<usize>]) {
    if definitions.is_empty() {
        return;
    }
    for span in definitions {
        let mut text = RichText::default();
        html::push_lines(&mut text, source.text().get(span.clone()).unwrap_or_default(), source.line(span.start));
        blocks.push(SourceBlock::Hidden(text.finished()));
    }
    blocks.sort_by_key(|block| block.lines().0);
}

struct Table {
    header: Vec<RichText>,
    rows: Vec<Vec<RichText>>,
    row: Vec<RichText>,
}

struct MarkdownReader<'s, 't> {
    source: &'s SourceText<'t>,
    document: MarkdownDocument,
    /// The text being read: of a paragraph, a heading or a cell.
    text: RichText,
    strong: usize,
    depth: usize,
    entries: Vec<ListEntry>,
    /// For each open list, whether it is numbered.
    lists: Vec<bool>,
    /// For each open entry, its index in `entries`.
    items: Vec<usize>,
    table: Option<Table>,
    heading: Option<u8>,
    raw: Option<(usize, String)>,
}

impl<'s, 't> MarkdownReader<'s, 't> {
    fn new(source: &'s SourceText<'t>) -> Self {
        Self {
            source,
            document: MarkdownDocument::default(),
            text: RichText::default(),
            strong: 0,
            depth: 0,
            entries: Vec::new(),
            lists: Vec::new(),
            items: Vec::new(),
            table: None,
            heading: None,
            raw: None,
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) -> Result<(), NestingTooDeep> {
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > MAX_NESTING {
                    return Err(NestingTooDeep { line: self.source.line(range.start) });
                }
                self.start(tag, range.start);
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                self.end(tag, range);
            }
            Event::Text(text) if self.raw.is_some() => self.raw_text(&text, range.start),
            Event::Html(text) => self.raw_text(&text, range.start),
            Event::Text(text) | Event::Code(text) => self.inline(&text, range.start),
            Event::InlineHtml(html) => match html::tag_text(&html) {
                html::TagText::LineBreak => self.text.break_line(),
                html::TagText::Nothing => {}
                html::TagText::Comment(comment) => {
                    let line = self.source.line(range.start);
                    self.document.blocks.push(SourceBlock::Hidden(RichText::plain(comment, line)));
                }
            },
            Event::SoftBreak | Event::HardBreak => self.text.break_line(),
            Event::Rule => {
                self.close_text();
                self.underline(self.source.line(range.start));
            }
            // These events belong to extensions that are switched off.
            _ => self.inline(self.source.text().get(range.clone()).unwrap_or_default(), range.start),
        }
        Ok(())
    }

    fn inline(&mut self, text: &str, offset: usize) {
        self.text.push(text, self.source.line(offset), self.strong > 0);
    }

    fn raw_text(&mut self, text: &str, offset: usize) {
        self.raw.get_or_insert_with(|| (offset, String::new())).1.push_str(text);
    }

    fn start(&mut self, tag: Tag<'_>, offset: usize) {
        match tag {
            Tag::Strong => self.strong += 1,
            Tag::Heading { level, .. } => {
                self.close_text();
                self.heading = Some(number(level));
            }
            Tag::Paragraph | Tag::BlockQuote(_) => self.close_text(),
            Tag::CodeBlock(kind) => {
                self.close_text();
                self.raw = Some((offset, String::new()));
                if let CodeBlockKind::Fenced(info) = kind
                    && !info.is_empty()
                {
                    self.raw_text(&format!("{info}\n"), offset);
                }
            }
            Tag::HtmlBlock => {
                self.close_text();
                self.raw = Some((offset, String::new()));
            }
            Tag::List(first) => {
                self.close_text();
                self.lists.push(first.is_some());
            }
            Tag::Item => {
                self.close_text();
                // The written number counts; Markdown would renumber the list.
                let numbered = self.lists.last().is_some_and(|numbered| *numbered);
                let number = numbered.then(|| written_number(self.source.text().get(offset..).unwrap_or_default()));
                let number = number.flatten();
                self.items.push(self.entries.len());
                let depth = self.lists.len().saturating_sub(1);
                self.entries.push(ListEntry { depth, number, text: RichText::default() });
            }
            Tag::Table(_) => {
                self.close_text();
                self.close_list();
                self.table = Some(Table { header: Vec::new(), rows: Vec::new(), row: Vec::new() });
            }
            Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. } => {
                self.target(&dest_url, &title, offset);
            }
            _ => {}
        }
    }

    fn target(&mut self, url: &str, title: &str, offset: usize) {
        if !(url.is_empty() || url.starts_with('#')) || !title.is_empty() {
            let target = format!("{url} {title}").trim().to_owned();
            self.document.link_targets.push((self.source.line(offset), target));
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::BlockQuote(_) => self.close_text(),
            TagEnd::CodeBlock => {
                if let Some((offset, raw)) = self.raw.take() {
                    html::push_lines(&mut self.text, &raw, self.source.line(offset));
                }
                self.close_text();
            }
            TagEnd::HtmlBlock => {
                if let Some((offset, raw)) = self.raw.take() {
                    let line = self.source.line(offset);
                    let (shown, hidden) = html::html_text(&raw, line);
                    self.text = shown;
                    self.close_text();
                    self.document.blocks.extend(hidden.into_iter().map(SourceBlock::Hidden));
                }
            }
            TagEnd::Item => {
                self.close_text();
                self.items.pop();
            }
            TagEnd::List(_) => {
                self.close_text();
                self.lists.pop();
                if self.lists.is_empty() {
                    self.close_list();
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.text).finished();
                if let Some(table) = &mut self.table {
                    table.row.push(cell);
                }
            }
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.header = std::mem::take(&mut table.row);
                }
            }
            TagEnd::TableRow => {
                let source = self.source.text().get(range.clone()).unwrap_or_default();
                if let Some(table) = &mut self.table {
                    let mut row = std::mem::take(&mut table.row);
                    // The parser drops the cells beyond the header's; their words are kept.
                    let excess = html::cells_beyond(source, table.header.len());
                    if let Some(last) = row.last_mut().filter(|_| !excess.is_empty()) {
                        last.push(" ", self.source.line(range.start), false);
                        last.push(&excess, self.source.line(range.start), false);
                    }
                    table.rows.push(row);
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.document.blocks.push(SourceBlock::Table(table.header, table.rows));
                }
            }
            _ => {}
        }
    }

    /// Adds the text read so far to the open entry, or as a block.
    fn close_text(&mut self) {
        let text = std::mem::take(&mut self.text).finished();
        let heading = self.heading.take();
        if text.is_empty() {
            return;
        }
        if let Some(open) = self.items.last_mut() {
            let depth = self.lists.len().saturating_sub(1);
            // Text after a nested list becomes an entry of its own, behind that list's entries.
            if *open + 1 != self.entries.len() {
                *open = self.entries.len();
                self.entries.push(ListEntry { depth, number: None, text: RichText::default() });
            }
            if let Some(entry) = self.entries.last_mut() {
                entry.text.append(&text);
            }
            return;
        }
        self.document.blocks.push(match heading {
            Some(level) => SourceBlock::Heading(level, text),
            None => SourceBlock::Paragraph(text),
        });
    }

    /// Turns `4. Any other business` above a line of signs into a heading. The parser sees a list of one entry and a
    /// rule.
    fn underline(&mut self, line: u32) {
        if let Some(SourceBlock::List(entries)) = self.document.blocks.last()
            && let [ListEntry { depth: 0, number: Some(number), text }] = entries.as_slice()
            && self.items.is_empty()
            && text.lines() == (line - 1, line - 1)
        {
            let heading = RichText::plain(&format!("{number}. {}", text.as_str()), line - 1);
            self.document.blocks.pop();
            self.document.blocks.push(SourceBlock::Heading(2, heading));
        }
    }

    fn close_list(&mut self) {
        let mut entries = std::mem::take(&mut self.entries);
        // An entry that a table interrupts continues in a list of its own.
        for open in &mut self.items {
            *open = usize::MAX - 1;
        }
        entries.retain(|entry| !entry.text.is_empty() || entry.number.is_some());
        if entries.iter().any(|entry| !entry.text.is_empty()) {
            self.document.blocks.push(SourceBlock::List(entries));
        } else if !entries.is_empty() {
            let mut numbers = RichText::default();
            for number in entries.iter().filter_map(|entry| entry.number) {
                numbers.push(&format!("{number}. "), 1, false);
            }
            self.document.blocks.push(SourceBlock::Paragraph(numbers.finished()));
        }
    }

    fn finished(mut self) -> MarkdownDocument {
        self.close_text();
        self.close_list();
        self.document
    }
}

/// Returns the number that an entry begins with.
fn written_number(entry: &str) -> Option<u64> {
    let entry = entry.trim_start();
    entry[..entry.bytes().take_while(u8::is_ascii_digit).count()].parse().ok()
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

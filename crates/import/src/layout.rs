//! Blocks as the house style sees them: item headings, page furniture, the line that sets the next meeting. Lines of
//! one paragraph that belong to different things are separated here.

use crate::block::{LineRange, ListEntry, RichText, SourceBlock};
use crate::front_matter::FrontMatter;
use crate::grammar::classification::marked;
use crate::grammar::heading::{self, HeadingStyle, ItemHeading};
use crate::grammar::token::{opening, tokens};
use crate::grammar::{action, next_meeting, reference};
use std::ops::Range;

/// The role of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextRole {
    Paragraph,
    /// A heading that belongs to no item.
    Heading(u8),
    Furniture,
    NextMeeting,
    Hidden,
}

/// A part of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DocumentPart {
    /// An item's heading, the level of its Markdown heading if it has one, and its lines.
    Item(ItemHeading, Option<u8>, LineRange),
    Text(TextRole, RichText),
    List(Vec<ListEntry>),
    Table(Vec<RichText>, Vec<Vec<RichText>>),
}

/// Returns the texts before the first item's heading.
pub(crate) fn before_first_item(blocks: &[SourceBlock]) -> Vec<RichText> {
    let mut before = Vec::new();
    for block in blocks {
        match block {
            SourceBlock::Heading(_, text) if whole_heading(text, true, 0).is_some() => return before,
            SourceBlock::Paragraph(text) => {
                if whole_heading(text, false, 0).is_some() {
                    return before;
                }
                let lines = line_ranges(text);
                let item = lines.iter().position(|line| whole_heading(&text.slice(line.clone()), false, 0).is_some());
                if let Some(item) = item.filter(|_| lines.len() > 1) {
                    before.push(text.slice(0..lines[item].start));
                    return before;
                }
                before.extend(labelled_lines(text));
            }
            SourceBlock::List(entries) if list_heading(entries, 0).is_some() => return before,
            _ => before.extend(crate::block::texts(std::slice::from_ref(block))),
        }
        if before.len() > 200 {
            break;
        }
    }
    before
}

/// Splits a paragraph into its labelled lines: `Date: …`, `Classification – …`.
fn labelled_lines(text: &RichText) -> Vec<RichText> {
    const LABELS: [&str; 10] =
        ["classification", "date", "time", "times", "venue", "location", "place", "meeting", "present", "apologies"];
    let is_labelled = |line: &Range<usize>| {
        let words = tokens(opening(&text.as_str()[line.clone()]), 0);
        let label = words.first().is_some_and(|first| first.is_any(&LABELS));
        let sign = words.iter().take(4).skip(1).find(|t| !t.is_any(&["number", "no", "date", "time", "."]));
        label && sign.is_some_and(|t| t.text == ":" || t.is_dash())
    };
    let mut found = Vec::new();
    let mut start = 0;
    let mut before = false;
    for line in segments(text.as_str()) {
        let labelled = is_labelled(&line);
        if (labelled || before) && line.start > start {
            let before = text.as_str()[start..line.start].trim_end_matches([' ', '\n', '·', '|']);
            found.push(text.slice(start..start + before.len()));
            start = line.start;
        }
        before = labelled;
    }
    found.push(text.slice(start..text.as_str().len()));
    found
}

/// Returns a text's lines, further split at ` · ` and ` | `.
fn segments(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(['\n', '·', '|']) {
        found.push(start..at);
        start = at + text[at..].chars().next().map_or(1, char::len_utf8);
        start += text[start..].len() - text[start..].trim_start_matches(' ').len();
    }
    found.push(start..text.len());
    found
}

/// Assigns a role to every block.
pub(crate) fn parts(blocks: Vec<SourceBlock>, front: &FrontMatter) -> Vec<DocumentPart> {
    parts_after(blocks, front, 0)
}

/// Assigns a role to every block of a text that goes on after the item with the number `last_item`.
pub(crate) fn parts_after(blocks: Vec<SourceBlock>, front: &FrontMatter, last_item: u32) -> Vec<DocumentPart> {
    let mut layout = Layout { front, parts: Vec::new(), last_item };
    for block in blocks {
        match block {
            SourceBlock::Heading(level, text) => layout.text(text, Some(level)),
            SourceBlock::Paragraph(text) => layout.text(text, None),
            SourceBlock::List(entries) => layout.list(entries),
            SourceBlock::Table(header, rows) => layout.parts.push(DocumentPart::Table(header, rows)),
            SourceBlock::Hidden(text) => layout.parts.push(DocumentPart::Text(TextRole::Hidden, text)),
        }
    }
    layout.parts
}

fn line_ranges(text: &RichText) -> Vec<Range<usize>> {
    let mut start = 0;
    let range = |line: &str| {
        let range = start..start + line.len();
        start = range.end + 1;
        range
    };
    text.as_str().split('\n').map(range).collect()
}

/// Whether the text is bold, apart from its mark.
fn stands_out(text: &RichText) -> bool {
    let all = text.as_str();
    text.is_strong(0..all.len()) || (all.len() < 1000 && text.is_strong(marked(all).text))
}

fn whole_heading(text: &RichText, is_heading: bool, last: u32) -> Option<ItemHeading> {
    if text.as_str().len() > 1000 {
        return None;
    }
    let setting = if is_heading || stands_out(text) { HeadingStyle::Prominent } else { HeadingStyle::Plain };
    if setting == HeadingStyle::Plain && text.as_str().contains('\n') {
        return None;
    }
    heading::item(&text.on_one_line(), setting, last)
}

/// Returns the item headings that a numbered list consists of: one entry, or several that are each bold or marked.
fn list_heading(entries: &[ListEntry], last: u32) -> Option<Vec<ItemHeading>> {
    if entries.len() > 60 || entries.iter().any(|entry| entry.depth > 0) {
        return None;
    }
    let mut found = Vec::with_capacity(entries.len());
    for (entry, last) in entries.iter().zip(last..) {
        let setting = if stands_out(&entry.text) { HeadingStyle::Prominent } else { HeadingStyle::Plain };
        let heading = heading::listed(entry.number?, &entry.text.on_one_line(), setting, last)?;
        if entries.len() > 1 && setting == HeadingStyle::Plain && heading.mark.is_none() {
            return None;
        }
        found.push(heading);
    }
    (!found.is_empty()).then_some(found)
}

struct Layout<'a> {
    front: &'a FrontMatter,
    parts: Vec<DocumentPart>,
    last_item: u32,
}

impl Layout<'_> {
    fn item(&mut self, heading: ItemHeading, level: Option<u8>, lines: LineRange) {
        self.last_item = self.last_item.max(heading.number);
        self.parts.push(DocumentPart::Item(heading, level, lines));
    }

    /// Furniture repeats the front matter, so nothing before the first item counts as furniture.
    fn is_furniture(&self, text: &str) -> bool {
        self.last_item > 0 && self.front.is_furniture(text)
    }

    fn text(&mut self, text: RichText, level: Option<u8>) {
        let whole = text.on_one_line();
        if self.is_furniture(&whole) {
            self.parts.push(DocumentPart::Text(TextRole::Furniture, text));
        } else if let Some(heading) = whole_heading(&text, level.is_some(), self.last_item) {
            self.item(heading, level, text.lines());
        } else if is_next_meeting(&whole) {
            self.parts.push(DocumentPart::Text(TextRole::NextMeeting, text));
        } else {
            self.lines(&text, level.map_or(TextRole::Paragraph, TextRole::Heading));
        }
    }

    /// Separates the lines of a paragraph that are parts of their own.
    fn lines(&mut self, text: &RichText, role: TextRole) {
        let lines = line_ranges(text);
        let mut start = 0;
        let mut at = 0;
        while at < lines.len() && lines.len() > 1 {
            let Some((end, part)) = self.special(text, &lines, at) else {
                at += 1;
                continue;
            };
            self.flush(text, start..lines[at].start, role);
            start = lines[at].start;
            if let Some(part) = part {
                match part {
                    DocumentPart::Item(heading, level, span) => self.item(heading, level, span),
                    other => self.parts.push(other),
                }
                start = lines.get(end).map_or(text.as_str().len(), |line| line.start);
            }
            at = end;
        }
        self.flush(text, start..text.as_str().len(), role);
    }

    fn flush(&mut self, text: &RichText, range: Range<usize>, role: TextRole) {
        let piece = text.slice(range);
        if !piece.is_empty() {
            self.parts.push(DocumentPart::Text(role, piece));
        }
    }

    /// Returns the part that begins at line `at` and the line after it; `None` inside means that only a new paragraph
    /// begins.
    fn special(&self, text: &RichText, lines: &[Range<usize>], at: usize) -> Option<(usize, Option<DocumentPart>)> {
        let joined = |end: usize| text.slice(lines[at].start..lines[end - 1].end);
        for end in (at + 1..=lines.len().min(at + 3)).rev() {
            let header = joined(end);
            if header.as_str().len() < 400 && self.is_furniture(&header.on_one_line()) {
                return Some((end, Some(DocumentPart::Text(TextRole::Furniture, header))));
            }
        }
        let line = joined(at + 1);
        if line.as_str().len() < 1000 {
            let mut end = at + 1;
            // A bold heading may continue over several lines.
            while stands_out(&line) && end < lines.len().min(at + 4) {
                let next = text.slice(lines[end].clone());
                let goes_on = next.is_strong(0..next.as_str().len())
                    && whole_heading(&next, false, self.last_item).is_none()
                    && !is_next_meeting(next.as_str());
                if !goes_on {
                    break;
                }
                end += 1;
            }
            let bold = joined(end);
            if let Some(heading) = whole_heading(&bold, false, self.last_item) {
                let span = bold.lines();
                return Some((end, Some(DocumentPart::Item(heading, None, span))));
            }
            if is_next_meeting(line.as_str()) && line.as_str().chars().any(|c| c.is_ascii_digit()) {
                return Some((at + 1, Some(DocumentPart::Text(TextRole::NextMeeting, line))));
            }
        }
        let words = tokens(opening(line.as_str()), 0);
        let starts =
            action::start(&words, self.front.reference.committee(), self.front.reference.number().unwrap_or_default());
        let follows_up = || reference::beginning(&words, self.front.reference.committee()).is_some();
        (at > 0 && (starts.is_some() || follows_up())).then_some((at + 1, None))
    }

    fn list(&mut self, entries: Vec<ListEntry>) {
        if let Some(headings) = list_heading(&entries, self.last_item) {
            for (heading, entry) in headings.into_iter().zip(&entries) {
                self.item(heading, None, entry.text.lines());
            }
            return;
        }
        let mut kept: Vec<ListEntry> = Vec::new();
        for entry in entries {
            let lines = line_ranges(&entry.text);
            let special = (1..lines.len())
                .find(|at| self.special(&entry.text, &lines, *at).is_some_and(|(_, part)| part.is_some()));
            let Some(special) = special else {
                kept.push(entry);
                continue;
            };
            // A line that lacks the blank line before it does not belong to the bullet.
            let (own, rest) = (
                entry.text.slice(0..lines[special].start),
                entry.text.slice(lines[special].start..entry.text.as_str().len()),
            );
            kept.push(ListEntry { text: own, ..entry });
            self.parts.push(DocumentPart::List(std::mem::take(&mut kept)));
            self.text(rest, None);
        }
        if !kept.is_empty() {
            self.parts.push(DocumentPart::List(kept));
        }
    }
}

/// Whether the text, alone in its paragraph, sets the next meeting.
fn is_next_meeting(text: &str) -> bool {
    text.len() < 400
        && next_meeting::is_announced(&tokens(text, 0))
        && crate::grammar::sentence::sentences(text).len() == 1
}

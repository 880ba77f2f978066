//! Lines to blocks: paragraphs, headings and lists.

use super::hyphens::{LineJoin, Vocabulary};
use super::lines::TextLine;
use super::text_metrics::TextMetrics;
use crate::block::{ListEntry, RichText, SourceBlock};
use crate::grammar::classification::marked;

/// Lines of one text, with how each joins the next.
#[derive(Debug, Default)]
struct LineRun {
    lines: Vec<TextLine>,
    joins: Vec<LineJoin>,
}

impl LineRun {
    fn add(&mut self, line: TextLine, join: LineJoin) {
        if !self.lines.is_empty() {
            self.joins.push(join);
        }
        self.lines.push(line);
    }

    fn text(&self) -> RichText {
        let mut text = RichText::default();
        for (at, line) in self.lines.iter().enumerate() {
            let join = self.joins.get(at).copied();
            line.push_to(&mut text, join == Some(LineJoin::WithoutHyphen));
            match join {
                Some(LineJoin::Space) => {
                    let next = &self.lines[at + 1];
                    let bold = line.words.last().is_some_and(|word| word.bold)
                        && next.words.first().is_some_and(|word| word.bold);
                    text.push(" ", line.number, bold);
                }
                Some(LineJoin::Break) => text.break_line(),
                Some(LineJoin::Nothing | LineJoin::WithoutHyphen) | None => {}
            }
        }
        text.finished()
    }
}

/// Joins the lines of one text, such as a cell.
pub(super) fn one_text(lines: Vec<TextLine>, vocabulary: &Vocabulary) -> RichText {
    let mut run = LineRun::default();
    for line in lines {
        let join = run.lines.last().map_or(LineJoin::Space, |last| vocabulary.join(&last.text(), &line.text()));
        run.add(line, join);
    }
    run.text()
}

/// Builds blocks from a document's lines.
pub(super) struct ParagraphBuilder<'a> {
    measure: TextMetrics,
    vocabulary: &'a Vocabulary,
    blocks: Vec<SourceBlock>,
    /// The lines of the open paragraph or entry.
    run: LineRun,
    /// The entries of the open list; the lines of the last one are in `run`.
    entries: Vec<ListEntry>,
    /// The positions of the open lists' marks, outermost first.
    marks: Vec<f64>,
    /// The sizes of headings, largest first.
    heading_sizes: Vec<f64>,
}

impl<'a> ParagraphBuilder<'a> {
    pub(super) fn new(measure: TextMetrics, vocabulary: &'a Vocabulary, pages: &[Vec<TextLine>]) -> Self {
        let mut sizes: Vec<f64> = pages.iter().flatten().map(|line| line.size).collect();
        sizes.retain(|size| *size > measure.size * 1.08);
        sizes.sort_by(|a, b| b.total_cmp(a));
        sizes.dedup_by(|a, b| (*a - *b).abs() < 0.6);
        let (blocks, run, entries, marks) = (Vec::new(), LineRun::default(), Vec::new(), Vec::new());
        Self { measure, vocabulary, blocks, run, entries, marks, heading_sizes: sizes }
    }

    /// Adds a table and closes what was open.
    pub(super) fn table(&mut self, header: Vec<RichText>, rows: Vec<Vec<RichText>>) {
        self.close_list();
        // A table that continues on the next page repeats its header.
        if let Some(SourceBlock::Table(first, before)) = self.blocks.last_mut()
            && first.len() == header.len()
            && first.iter().zip(&header).all(|(a, b)| a.as_str() == b.as_str())
        {
            before.extend(rows);
            return;
        }
        self.blocks.push(SourceBlock::Table(header, rows));
    }

    /// Adds the next line.
    pub(super) fn line(&mut self, line: TextLine) {
        if let Some(mark) = line.mark {
            self.open_entry(line, mark.x, mark.number);
            return;
        }
        let Some(last) = self.run.lines.last() else {
            self.close_list();
            self.run.add(line, LineJoin::Space);
            return;
        };
        let join = self.vocabulary.join(&last.text(), &line.text());
        let goes_on =
            if last.page == line.page { self.goes_on(last, &line) } else { self.goes_on_overleaf(last, &line) };
        let join = match goes_on {
            Some(Continuation::Wrapped) => join,
            Some(Continuation::Broken) => LineJoin::Break,
            None => {
                self.close_list();
                LineJoin::Space
            }
        };
        self.run.add(line, join);
    }

    fn same_kind(&self, last: &TextLine, line: &TextLine) -> bool {
        let sizes_agree = (last.size - line.size).abs() < 0.08 * last.size.max(line.size);
        let breaks_off = !self.measure.is_short(last, line);
        sizes_agree && (last.is_bold() == line.is_bold() || breaks_off)
    }

    fn goes_on(&self, last: &TextLine, line: &TextLine) -> Option<Continuation> {
        if !self.same_kind(last, line) {
            return None;
        }
        // Raised letters push a line down a little: a full line that continues in lower case is still the same
        // paragraph.
        let in_sentence =
            starts_inside(line) && !self.measure.is_short(last, line) && line.y - last.y < 2.0 * line.size;
        let parted = self.measure.parts(last, line) && !in_sentence;
        if let Some(mark) = self.marks.last().filter(|_| !self.entries.is_empty()) {
            let inside = line.x.0 > mark + 0.4 * line.size;
            return match (inside, parted) {
                (true, false) if !self.measure.is_short(last, line) => Some(Continuation::Wrapped),
                (true, _) => Some(Continuation::Broken),
                (false, false) if !self.measure.is_short(last, line) && starts_inside(line) => {
                    Some(Continuation::Wrapped)
                }
                (false, _) => None,
            };
        }
        if parted {
            return None;
        }
        let indented = line.x.0 > last.x.0 + 0.8 * line.size && self.run.lines.len() > 1 && ends_sentence(last);
        if !self.measure.is_short(last, line) {
            return (!indented).then_some(Continuation::Wrapped);
        }
        // Without gaps between paragraphs, a short line that ends a sentence ends its paragraph.
        let ends = !self.measure.has_gaps && ends_sentence(last) || indented;
        (!ends).then_some(Continuation::Broken)
    }

    /// Returns how a text continues on the next page, if it breaks off in the middle of a sentence and of a line.
    fn goes_on_overleaf(&self, last: &TextLine, line: &TextLine) -> Option<Continuation> {
        let aligned = match self.marks.last().filter(|_| !self.entries.is_empty()) {
            Some(mark) => line.x.0 > mark + 0.4 * line.size,
            None => line.x.0 < self.measure.left + 3.0 * line.size,
        };
        let open = !ends_sentence(last) || starts_inside(line);
        let same_kind = self.same_kind(last, line) && last.is_bold() == line.is_bold();
        (same_kind && aligned && open && !self.measure.is_short(last, line)).then_some(Continuation::Wrapped)
    }

    fn open_entry(&mut self, line: TextLine, mark: f64, number: Option<u64>) {
        self.close_run();
        let near = 0.6 * line.size;
        while self.marks.last().is_some_and(|open| mark < open - near) {
            self.marks.pop();
        }
        if self.marks.last().is_none_or(|open| mark > open + near) {
            self.marks.push(mark);
        }
        let depth = self.marks.len().saturating_sub(1);
        // Bullets after numbers begin another list.
        let kind = self.entries.iter().rev().find(|entry| entry.depth == 0).map(|entry| entry.number.is_some());
        if depth == 0 && kind.is_some_and(|numbered| numbered != number.is_some()) {
            self.close_list();
            self.marks.push(mark);
        }
        self.entries.push(ListEntry { depth, number, text: RichText::default() });
        self.run.add(line, LineJoin::Space);
    }

    fn close_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        let Some(first) = run.lines.first() else { return };
        let text = run.text();
        if let Some(entry) = self.entries.last_mut() {
            entry.text = text;
        } else if !text.is_empty() {
            let size = first.size;
            let level = self.heading_sizes.iter().position(|heading| (heading - size).abs() < 0.6);
            self.blocks.push(match level.and_then(|level| u8::try_from(level + 1).ok()) {
                Some(level) => SourceBlock::Heading(level.min(6), text),
                None => SourceBlock::Paragraph(text),
            });
        }
    }

    fn close_list(&mut self) {
        self.close_run();
        self.marks.clear();
        let mut entries = std::mem::take(&mut self.entries);
        entries.retain(|entry| !entry.text.is_empty());
        if !entries.is_empty() {
            self.blocks.push(SourceBlock::List(entries));
        }
    }

    /// Closes what is open and returns the blocks.
    pub(super) fn finished(mut self) -> Vec<SourceBlock> {
        self.close_list();
        self.blocks
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Continuation {
    /// The line was full.
    Wrapped,
    /// The author broke the line.
    Broken,
}

fn ends_sentence(line: &TextLine) -> bool {
    let text = line.text();
    let ended = text.trim_end_matches([')', '’', '”', '\'', '"']).ends_with(['.', ':', ';', '!', '?']);
    ended || marked(&text).mark.is_some()
}

fn starts_inside(line: &TextLine) -> bool {
    line.text().starts_with(char::is_lowercase)
}

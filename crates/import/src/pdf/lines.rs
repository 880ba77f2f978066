//! Letters to lines: those on one base line, from left to right, with the spaces that only distance shows.

use super::glyphs::PlacedGlyph;
use crate::block::RichText;

/// A line of a page.
#[derive(Debug, Clone)]
pub(super) struct TextLine {
    /// The line's number over all pages, from 1.
    pub(super) number: u32,
    /// The page, from 0.
    pub(super) page: usize,
    pub(super) x: (f64, f64),
    /// The base line, measured from the top of the page.
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) words: Vec<LineWord>,
    /// The bullet or number before the line.
    pub(super) mark: Option<ListMark>,
}

/// A bullet or number before a list entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ListMark {
    pub(super) x: f64,
    pub(super) number: Option<u64>,
}

/// Letters without a space between them.
#[derive(Debug, Clone)]
pub(super) struct LineWord {
    pub(super) text: String,
    pub(super) x: (f64, f64),
    pub(super) bold: bool,
    /// Whether a space stands before the word.
    pub(super) spaced: bool,
}

impl TextLine {
    /// Returns the line's text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for word in &self.words {
            if word.spaced && !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&word.text);
        }
        text
    }

    /// Whether all letters and digits are bold.
    pub(super) fn is_bold(&self) -> bool {
        let mut lettered = self.words.iter().filter(|word| word.text.contains(char::is_alphanumeric)).peekable();
        lettered.peek().is_some() && lettered.all(|word| word.bold)
    }

    /// Appends the line to a text, without its final hyphen if `without_hyphen`.
    pub(super) fn push_to(&self, text: &mut RichText, without_hyphen: bool) {
        for (at, word) in self.words.iter().enumerate() {
            if at > 0 && word.spaced {
                let bold = word.bold && self.words[at - 1].bold;
                text.push(" ", self.number, bold);
            }
            let last = at + 1 == self.words.len();
            let said = if last && without_hyphen { word.text.trim_end_matches(is_hyphen) } else { &word.text };
            text.push(&said.replace(SOFT_HYPHEN, "").replace('\u{2010}', "-"), self.number, word.bold);
        }
    }

    /// Returns the width of the first word, up to the first space.
    pub(super) fn first_word_width(&self) -> f64 {
        let joined = self.words.iter().enumerate().take_while(|(at, word)| *at == 0 || !word.spaced).last();
        joined.map_or(0.0, |(_, word)| word.x.1 - self.x.0)
    }
}

/// A hyphen that shows only at the end of a line.
pub(super) const SOFT_HYPHEN: char = '\u{AD}';

/// Whether the character is a hyphen; dashes are not.
pub(super) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | SOFT_HYPHEN)
}

/// The least gap that counts as a space, relative to the size of the letters.
const SPACE: f64 = 0.15;

/// Groups letters into lines, from top to bottom.
pub(super) fn lines(mut glyphs: Vec<PlacedGlyph>, page: usize) -> Vec<TextLine> {
    glyphs.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut rows: Vec<Vec<PlacedGlyph>> = Vec::new();
    for glyph in glyphs {
        match rows.last_mut() {
            Some(row) if row.last().is_some_and(|last| glyph.y - last.y < 0.25 * last.size.min(glyph.size)) => {
                row.push(glyph);
            }
            _ => rows.push(vec![glyph]),
        }
    }
    let mut lines: Vec<TextLine> = joined_with_raised(rows).into_iter().filter_map(|row| line(row, page)).collect();
    lines.sort_by(|a, b| a.y.total_cmp(&b.y));
    lines
}

fn largest(row: &[PlacedGlyph]) -> f64 {
    row.iter().filter(|glyph| !glyph.text.trim().is_empty()).map(|glyph| glyph.size).fold(0.0, f64::max)
}

/// Joins small raised or lowered letters (1st, notes) to the line beside which they stand.
fn joined_with_raised(rows: Vec<Vec<PlacedGlyph>>) -> Vec<Vec<PlacedGlyph>> {
    let mut lines: Vec<Vec<PlacedGlyph>> = Vec::new();
    let mut waiting: Vec<Vec<PlacedGlyph>> = Vec::new();
    for row in rows {
        let size = largest(&row);
        if size <= 0.0 {
            continue;
        }
        let mut row = row;
        // Raised letters above this line belong to it.
        waiting.retain_mut(|raised| {
            let belongs = stands_beside(raised, &row);
            if belongs {
                row.append(raised);
            }
            !belongs
        });
        if let Some(above) = waiting.last_mut().filter(|above| stands_beside(&row, above)) {
            above.append(&mut row);
            continue;
        }
        lines.append(&mut waiting);
        waiting.push(row);
    }
    lines.append(&mut waiting);
    lines
}

/// Whether the small row begins where a letter of the line ends.
fn stands_beside(small: &[PlacedGlyph], line: &[PlacedGlyph]) -> bool {
    let (size, of_line) = (largest(small), largest(line));
    let (Some(first), Some(on)) = (small.iter().min_by(|a, b| a.x.0.total_cmp(&b.x.0)), line.first()) else {
        return false;
    };
    let near = (first.y - on.y).abs() < 0.65 * of_line;
    size < of_line * 0.9 && near && line.iter().any(|glyph| (first.x.0 - glyph.x.1).abs() < 0.3 * of_line)
}

fn line(mut row: Vec<PlacedGlyph>, page: usize) -> Option<TextLine> {
    row.sort_by(|a, b| a.x.0.total_cmp(&b.x.0));
    let size = largest(&row);
    let mut words: Vec<LineWord> = Vec::new();
    let mut space = false;
    let mut last: Option<&PlacedGlyph> = None;
    for glyph in &row {
        if glyph.text.chars().all(|c| c.is_whitespace() || c.is_control()) {
            space = true;
            continue;
        }
        if let Some(last) = last
            && last.text == glyph.text
            && (glyph.x.0 - last.x.0).abs() < 0.1 * glyph.size
        {
            // A letter printed twice with a slight offset imitates bold.
            words.iter_mut().last().into_iter().for_each(|word| word.bold = true);
            continue;
        }
        let apart = last.is_some_and(|last| glyph.x.0 - last.x.1 > SPACE * glyph.size.min(last.size));
        let text = plain(&glyph.text);
        match words.last_mut() {
            Some(word) if !space && !apart && word.bold == glyph.bold => {
                word.text.push_str(&text);
                word.x.1 = glyph.x.1;
            }
            _ => words.push(LineWord { text, x: glyph.x, bold: glyph.bold, spaced: space || apart }),
        }
        space = false;
        last = Some(glyph);
    }
    words.retain(|word| !word.text.is_empty());
    let (first, end) = (words.first()?, words.last()?);
    let x = (first.x.0, end.x.1);
    // The base line is that of most letters; raised ones do not move it.
    let mut bases: Vec<f64> = row.iter().filter(|glyph| glyph.size > 0.9 * size).map(|glyph| glyph.y).collect();
    bases.sort_by(f64::total_cmp);
    let y = bases.get(bases.len() / 2).copied()?;
    Some(TextLine { number: 0, page, x, y, size, words, mark: None })
}

/// Normalises letters: ligatures are taken apart, and special hyphens and spaces become plain ones.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ﬀ' => plain.push_str("ff"),
            'ﬁ' => plain.push_str("fi"),
            'ﬂ' => plain.push_str("fl"),
            'ﬃ' => plain.push_str("ffi"),
            'ﬄ' => plain.push_str("ffl"),
            'ﬅ' | 'ﬆ' => plain.push_str("st"),
            '\u{2011}' => plain.push('-'),
            '\u{200B}'..='\u{200D}' | '\u{FEFF}' => {}
            c if c.is_control() => {}
            c => plain.push(c),
        }
    }
    plain
}

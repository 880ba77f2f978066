//! Sentences, and the units of text that hold them.

use super::token::tokens;
use super::verb;
use crate::block::RichText;
use std::ops::Range;

/// A paragraph or bullet, joined with its continuation after a running header.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextUnit {
    text: String,
    lines: Vec<(usize, u32)>,
    passages: Vec<(usize, u32)>,
    /// The offsets of verbs in bold that are not in capitals.
    bold_verbs: Vec<usize>,
}

impl TextUnit {
    /// Appends a piece that belongs to `passage`.
    pub(crate) fn push(&mut self, piece: &RichText, passage: u32) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        let start = self.text.len();
        self.passages.push((start, passage));
        let mut offset = 0;
        for line in piece.as_str().split('\n') {
            self.lines.push((start + offset, piece.line_at(offset)));
            offset += line.len() + 1;
        }
        self.bold_verbs.extend(bold_verbs(piece).map(|at| start + at));
        self.text.push_str(&piece.on_one_line());
    }

    pub(crate) fn bold_verbs(&self) -> &[usize] {
        &self.bold_verbs
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn line_at(&self, offset: usize) -> u32 {
        Self::at(&self.lines, offset).unwrap_or(1)
    }

    pub(crate) fn passage_at(&self, offset: usize) -> Option<u32> {
        Self::at(&self.passages, offset)
    }

    pub(crate) fn lines(&self, range: &Range<usize>) -> (u32, u32) {
        (self.line_at(range.start), self.line_at(range.end.saturating_sub(1).max(range.start)))
    }

    fn at(starts: &[(usize, u32)], offset: usize) -> Option<u32> {
        let after = starts.partition_point(|(start, _)| *start <= offset);
        starts.get(after.saturating_sub(1)).map(|(_, value)| *value)
    }

    /// Whether the text ends in the middle of a sentence.
    pub(crate) fn breaks_off(&self) -> bool {
        let kept = super::classification::marked(&self.text);
        let ends_well = |c: char| matches!(c, '.' | '!' | '?' | ':' | ';' | '”' | '"' | '…');
        kept.mark.is_none() && !self.text.is_empty() && !self.text.ends_with(ends_well)
    }
}

/// Returns the offsets of verbs in bold. A capitalised one counts only at the beginning: `is **Approved**` is a value.
fn bold_verbs(piece: &RichText) -> impl Iterator<Item = usize> {
    piece.strong_parts().flat_map(move |part| {
        let words = tokens(piece.as_str().get(part.clone()).unwrap_or_default(), part.start);
        let verbs = words.into_iter().filter(|word| {
            let small = word.text.bytes().all(|b| b.is_ascii_lowercase());
            (small || word.start == 0) && verb::in_any_case(word.text).is_some()
        });
        verbs.map(|word| word.start).collect::<Vec<_>>()
    })
}

/// Words before a full stop that does not end a sentence.
const ABBREVIATIONS: [&str; 9] = ["e.g", "i.e", "mr", "mrs", "ms", "dr", "prof", "vs", "approx"];

/// Words before a full stop that does not end a sentence if a number follows: `No. 5`, but `He said no. Later …`.
const BEFORE_NUMBERS: [&str; 8] = ["no", "nos", "ref", "v", "ver", "para", "p", "pp"];

/// Splits a text into sentences, which together hold everything but the space between them.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !matches!(c, '.' | '!' | '?') {
            continue;
        }
        // Closing quotes and brackets belong to the sentence that they end.
        let mut end = at + c.len_utf8();
        while let Some((at, next)) = chars.next_if(|(_, next)| matches!(next, ')' | ']' | '”' | '’' | '"' | '\'')) {
            end = at + next.len_utf8();
        }
        let rest = &text[end..];
        let follows = rest.trim_start();
        let parted = rest.len() > follows.len();
        let begins = follows.chars().next().is_none_or(|c| !c.is_lowercase() && !matches!(c, ',' | ';' | ')' | '–'));
        if !follows.is_empty() && (!parted || !begins || (c == '.' && is_abbreviation(&text[start..at], follows))) {
            continue;
        }
        found.push(start..end);
        start = text.len() - follows.len();
    }
    if start < text.len() {
        found.push(start..text.len());
    }
    found
}

fn is_abbreviation(before: &str, follows: &str) -> bool {
    let tail_start = before.char_indices().rev().take(8).last().map_or(0, |(at, _)| at);
    let tail = &before[tail_start..];
    let word = tail.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let is_one_of = |words: &[&str]| words.iter().any(|short| word.eq_ignore_ascii_case(short));
    is_one_of(&ABBREVIATIONS) || (is_one_of(&BEFORE_NUMBERS) && follows.starts_with(|c: char| c.is_ascii_digit()))
}

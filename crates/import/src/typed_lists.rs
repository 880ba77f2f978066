//! Lists typed as lines of a paragraph, with a bullet or a letter before each entry, as copies from Word or from a web
//! page leave them: `• the first`, `a) the first`, `(i) the first`.

use crate::block::{ListEntry, RichText, SourceBlock};
use std::ops::Range;

/// Characters that are always bullets at the beginning of a line.
const SIGNS: [&str; 10] = ["•", "‣", "◦", "▪", "●", "○", "■", "□", "➢", "\u{f0b7}"];

/// Bullets of a nested entry, below an entry with another bullet.
const DEEPER: [&str; 3] = ["◦", "○", "□"];

/// Replaces each run of typed entries with a list.
pub(crate) fn recognise(blocks: Vec<SourceBlock>) -> Vec<SourceBlock> {
    let mut found = Vec::with_capacity(blocks.len());
    for block in blocks {
        match block {
            SourceBlock::Paragraph(text) => found.extend(parted(text)),
            other => found.push(other),
        }
    }
    joined(found)
}

/// Joins lists that only a blank line separates, as copies often leave them.
fn joined(blocks: Vec<SourceBlock>) -> Vec<SourceBlock> {
    let mut found: Vec<SourceBlock> = Vec::with_capacity(blocks.len());
    for block in blocks {
        match (found.last_mut(), block) {
            (Some(SourceBlock::List(before)), SourceBlock::List(after)) if lettered_on(before, &after) => {
                before.extend(after);
            }
            (_, block) => found.push(block),
        }
    }
    found
}

/// Whether the second list continues the letters of the first.
fn lettered_on(before: &[ListEntry], after: &[ListEntry]) -> bool {
    let of = |entry: Option<&ListEntry>| entry.and_then(|entry| label(entry.text.as_str())).map(|(place, _)| place);
    of(before.last()).zip(of(after.first())).is_some_and(|(last, first)| follows(last, first))
}

fn parted(text: RichText) -> Vec<SourceBlock> {
    let starts = starts(text.as_str());
    let Some((first, ..)) = starts.first() else { return vec![SourceBlock::Paragraph(text)] };
    let mut blocks = Vec::with_capacity(2);
    let before = text.slice(0..*first);
    if !before.is_empty() {
        blocks.push(SourceBlock::Paragraph(before));
    }
    let ends = starts.iter().skip(1).map(|(line, ..)| *line).chain([text.as_str().len()]);
    let entry = |((_, from, depth), end): (&(usize, usize, usize), usize)| ListEntry {
        depth: *depth,
        number: None,
        text: text.slice(*from..end),
    };
    let entries = starts.iter().zip(ends).map(entry).filter(|entry| !entry.text.is_empty());
    blocks.push(SourceBlock::List(entries.collect()));
    blocks
}

/// Returns the start of each entry's line, the start of its text, and its depth. A letter stays in the text: people
/// cite it.
fn starts(text: &str) -> Vec<(usize, usize, usize)> {
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    let mut letters: Vec<(usize, LetterOrRoman)> = Vec::new();
    let mut above = false;
    for line in lines(text) {
        let said = &text[line.clone()];
        if let Some(sign) = SIGNS.iter().find(|sign| said.starts_with(**sign)) {
            let deeper = DEEPER.contains(sign);
            found.push((line.start, line.start + sign.len(), usize::from(deeper && above)));
            above |= !deeper;
        } else if let Some((place, _)) = label(said) {
            letters.push((line.start, place));
        }
    }
    if found.is_empty() && letters.len() > 1 && letters.windows(2).all(|pair| follows(pair[0].1, pair[1].1)) {
        found.extend(letters.into_iter().map(|(line, _)| (line, line, 0)));
    }
    found
}

fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let range = start..start + line.len();
        start = range.end + 1;
        range
    })
}

/// What a letter can count as: `i` is the ninth letter, and the Roman one.
#[derive(Debug, Clone, Copy)]
struct LetterOrRoman {
    letter: Option<usize>,
    roman: Option<usize>,
}

fn follows(last: LetterOrRoman, next: LetterOrRoman) -> bool {
    let after = |a: Option<usize>, b: Option<usize>| a.zip(b).is_some_and(|(a, b)| a + 1 == b);
    after(last.letter, next.letter) || after(last.roman, next.roman)
}

/// Returns the letter or Roman number that a line begins with, and where the text after it begins: `a)`, `(a)`, `iv.`.
fn label(line: &str) -> Option<(LetterOrRoman, usize)> {
    const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    let opened = usize::from(line.starts_with('('));
    let length = line[opened..].bytes().take(5).take_while(u8::is_ascii_lowercase).count();
    let word = &line[opened..opened + length];
    let closed = line[opened + length..].starts_with(')') || (opened == 0 && line[length..].starts_with('.'));
    let end = opened + length + 1;
    if word.is_empty() || !closed || !line[end..].starts_with(' ') {
        return None;
    }
    let letter = (length == 1).then(|| usize::from(word.as_bytes()[0] - b'a'));
    let roman = ROMAN.iter().position(|roman| *roman == word);
    (letter.is_some() || roman.is_some()).then_some((LetterOrRoman { letter, roman }, end + 1))
}

/// Returns an entry's text without its letter.
pub(crate) fn without_label(text: &RichText) -> RichText {
    match label(text.as_str()) {
        Some((_, from)) => text.slice(from..text.as_str().len()),
        None => text.clone(),
    }
}

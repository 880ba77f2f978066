//! Lists that a paragraph writes out, with a sign or a letter before each entry, as a copy from Word or a page leaves
//! them: `• the first`, `a) the first`, `(i) the first`.

use crate::block::{DocumentBlock, ListEntry, RichText};
use std::ops::Range;

/// Signs that mean nothing else at the beginning of a line.
const SIGNS: [&str; 10] = ["•", "‣", "◦", "▪", "●", "○", "■", "□", "➢", "\u{f0b7}"];

/// Signs of entries that are one deeper, where another sign stands above them.
const DEEPER: [&str; 3] = ["◦", "○", "□"];

/// Puts a list in the place of each run of lines that is one.
pub(crate) fn written_out(blocks: Vec<DocumentBlock>) -> Vec<DocumentBlock> {
    let mut found = Vec::with_capacity(blocks.len());
    for block in blocks {
        match block {
            DocumentBlock::Paragraph(text) => found.extend(parted(text)),
            other => found.push(other),
        }
    }
    joined(found)
}

/// A copy often has a blank line between the entries of one list.
fn joined(blocks: Vec<DocumentBlock>) -> Vec<DocumentBlock> {
    let mut found: Vec<DocumentBlock> = Vec::with_capacity(blocks.len());
    for block in blocks {
        match (found.last_mut(), block) {
            (Some(DocumentBlock::List(before)), DocumentBlock::List(after)) if lettered_on(before, &after) => {
                before.extend(after)
            }
            (_, block) => found.push(block),
        }
    }
    found
}

/// Whether the second list goes on with the letters of the first.
fn lettered_on(before: &[ListEntry], after: &[ListEntry]) -> bool {
    let of = |entry: Option<&ListEntry>| entry.and_then(|entry| label(entry.text.as_str())).map(|(place, _)| place);
    of(before.last()).zip(of(after.first())).is_some_and(|(last, first)| follows(last, first))
}

fn parted(text: RichText) -> Vec<DocumentBlock> {
    let starts = starts(text.as_str());
    let Some((first, ..)) = starts.first() else { return vec![DocumentBlock::Paragraph(text)] };
    let mut blocks = Vec::with_capacity(2);
    let before = text.slice(0..*first);
    if !before.is_empty() {
        blocks.push(DocumentBlock::Paragraph(before));
    }
    let ends = starts.iter().skip(1).map(|(line, ..)| *line).chain([text.as_str().len()]);
    let entry = |((_, from, depth), end): (&(usize, usize, usize), usize)| ListEntry {
        depth: *depth,
        number: None,
        text: text.slice(*from..end),
    };
    let entries = starts.iter().zip(ends).map(entry).filter(|entry| !entry.text.is_empty());
    blocks.push(DocumentBlock::List(entries.collect()));
    blocks
}

/// Where each entry's line begins, where its text does, and how deep it is. A letter is part of the text: it is read
/// aloud, and referred to.
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

/// What a letter may count: `i` is the ninth letter, and the first Roman number.
#[derive(Debug, Clone, Copy)]
struct LetterOrRoman {
    letter: Option<usize>,
    roman: Option<usize>,
}

fn follows(last: LetterOrRoman, next: LetterOrRoman) -> bool {
    let after = |a: Option<usize>, b: Option<usize>| a.zip(b).is_some_and(|(a, b)| a + 1 == b);
    after(last.letter, next.letter) || after(last.roman, next.roman)
}

/// The letter or the Roman number that a line begins with, and where its text begins: `a)`, `(a)`, `iv.`.
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

/// An entry's text without the letter that it begins with.
pub(crate) fn without_letter(text: &RichText) -> RichText {
    match label(text.as_str()) {
        Some((_, from)) => text.slice(from..text.as_str().len()),
        None => text.clone(),
    }
}

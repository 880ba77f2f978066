//! How two lines of a paragraph join: with a space, with nothing after a hyphen of the word's own, or without a hyphen
//! that only the layout put there.

use super::lines::{SOFT_HYPHEN, TextLine, is_hyphen};
use std::collections::HashSet;

/// How two lines join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineJoin {
    /// With a space.
    Space,
    /// With nothing between.
    Nothing,
    /// With nothing between, and without the hyphen.
    WithoutHyphen,
    /// At a line break.
    Break,
}

/// Words that often follow a hyphen: `risk-based`, `decision-making`.
const SECOND_PARTS: [&str; 22] = [
    "based", "making", "in", "up", "out", "off", "on", "by", "to", "wide", "term", "step", "day", "date", "level",
    "time", "line", "related", "specific", "free", "going", "live",
];

/// The words that appear unbroken in the document.
#[derive(Debug, Default)]
pub(super) struct Vocabulary(HashSet<String>);

impl Vocabulary {
    /// Collects the words of these lines, except those broken at a line's end.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a TextLine>) -> Self {
        let mut words = HashSet::new();
        let mut broken = false;
        for line in lines {
            let text = line.text();
            let mut all: Vec<&str> = text.split(' ').collect();
            let begins_broken = std::mem::replace(&mut broken, text.ends_with(is_hyphen));
            if broken {
                all.pop();
            }
            for word in all.into_iter().skip(usize::from(begins_broken)) {
                let word = word.trim_matches(|c: char| !c.is_alphanumeric()).replace('\u{2010}', "-").to_lowercase();
                words.extend(word.split('-').map(str::to_owned));
                words.insert(word);
            }
        }
        Self(words)
    }

    /// Returns how a line that ends in `before` joins one that begins with `after`.
    pub(super) fn join(&self, before: &str, after: &str) -> LineJoin {
        let mut signs = before.chars().rev();
        let (last, ahead) = (signs.next().unwrap_or(' '), signs.next().unwrap_or(' '));
        if last == SOFT_HYPHEN {
            return LineJoin::WithoutHyphen;
        }
        if !is_hyphen(last) {
            // A dash or slash without a space before it has none after it.
            let closed_up = matches!(last, '–' | '—' | '/') && ahead.is_alphanumeric();
            return if closed_up { LineJoin::Nothing } else { LineJoin::Space };
        }
        if !ahead.is_alphanumeric() {
            return LineJoin::Space;
        }
        if !after.starts_with(char::is_lowercase) || !ahead.is_lowercase() {
            return LineJoin::Nothing;
        }
        let head = before.trim_end_matches(is_hyphen);
        let head =
            head.rsplit(|c: char| !c.is_alphanumeric() && !is_hyphen(c)).next().unwrap_or_default().to_lowercase();
        let tail = after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
        let knows = |word: &str| self.0.contains(word);
        if knows(&format!("{head}{tail}")) {
            return LineJoin::WithoutHyphen;
        }
        if knows(&format!("{head}-{tail}")) {
            return LineJoin::Nothing;
        }
        let usual = SECOND_PARTS.contains(&tail.as_str()) && head.len() > 3;
        let two_words = knows(&head) && head.len() > 2 && (knows(&tail) && tail.len() > 2 || usual);
        // An inserted hyphen is often the character U+2010; a written one is `-`.
        if two_words && last == '-' { LineJoin::Nothing } else { LineJoin::WithoutHyphen }
    }
}

//! Classification marks of headings, paragraphs and bullets, and the sentence that classifies the whole document.

use super::token::{TextToken, TokenKind, is_dash, tokens};
use minutebook_domain::classification::Classification;
use std::ops::Range;

/// A text and its classification mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MarkedText {
    /// The range of the text without its mark.
    pub(crate) text: Range<usize>,
    /// The mark; `None` if there is none.
    pub(crate) mark: Option<Classification>,
}

/// Splits off a mark in brackets at the end or the beginning: `… Devices. (RED)`.
pub(crate) fn marked(text: &str) -> MarkedText {
    let whole = MarkedText { text: 0..text.len(), mark: None };
    at_end(text).or_else(|| at_beginning(text)).unwrap_or(whole)
}

/// Splits off a heading's mark, which may also follow a dash or stand in capitals without brackets.
pub(crate) fn marked_heading(text: &str) -> MarkedText {
    let found = marked(text);
    if found.mark.is_some() {
        return found;
    }
    let words = tokens(text, 0);
    let last_break = words.iter().rposition(|t| t.is_dash() || matches!(t.text, "|" | ":" | "[" | "("));
    if let Some(at) = last_break
        && let Some(mark) = labels(&words[at + 1..])
    {
        // The colon of `TLP:RED` is part of the mark.
        let start = words[..at].iter().rposition(|t| !t.is("tlp")).map_or(0, |before| words[before].end());
        let start = if words[at].text == ":" { start } else { words[at].start };
        let kept = text[..start].trim_end().trim_end_matches(|c: char| is_sign_dash(c)).trim_end();
        return MarkedText { text: 0..kept.len(), mark: Some(mark) };
    }
    if let Some(last) = words.last().filter(|last| last.text.chars().all(char::is_uppercase))
        && words.len() > 1
        && let Some(mark) = labels(&words[words.len() - 1..])
    {
        return MarkedText { text: 0..text[..last.start].trim_end().len(), mark: Some(mark) };
    }
    found
}

fn is_sign_dash(c: char) -> bool {
    is_dash(c.encode_utf8(&mut [0; 4]))
}

fn at_end(text: &str) -> Option<MarkedText> {
    let trimmed = text.trim_end().trim_end_matches(['.', ';', ',']).trim_end();
    // The end of the text closes an open bracket.
    let inner = trimmed.trim_end_matches([')', ']', '}', '*']).trim_end().trim_end_matches(['.', '*']);
    // Only the end is searched, so that a long text without brackets costs little.
    let reach = inner.char_indices().rev().nth(60).map_or(0, |(at, _)| at);
    let open = reach + inner[reach..].rfind(['(', '[', '{'])?;
    let mark = labels(&tokens(&inner[open + 1..], 0))?;
    let kept = inner[..open].trim_end().trim_end_matches('*').trim_end().len();
    (kept > 0).then_some(MarkedText { text: 0..kept, mark: Some(mark) })
}

fn at_beginning(text: &str) -> Option<MarkedText> {
    let inner = text.strip_prefix(['(', '['])?;
    let close = inner.find([')', ']']).filter(|close| *close <= 60)?;
    let mark = labels(&tokens(&inner[..close], 0))?;
    let rest = &inner[close + 1..];
    let kept = rest.trim_start_matches(|c: char| c.is_whitespace() || is_sign_dash(c) || c == ':');
    (!kept.is_empty()).then(|| MarkedText { text: text.len() - kept.len()..text.len(), mark: Some(mark) })
}

/// Returns the highest of the labels that the tokens consist of; `None` if there are other words.
pub(crate) fn labels(tokens: &[TextToken<'_>]) -> Option<Classification> {
    let mut highest = None;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if token.is_any(&["tlp", "classification", "classified", "as", "and", "or", "item"])
            || token.kind == TokenKind::Sign
        {
            at += 1;
            continue;
        }
        let (mark, next) = label(tokens, at)?;
        highest = highest.max(Some(mark));
        at = next;
    }
    highest
}

/// Returns the label at this token, and the token after it.
fn label(tokens: &[TextToken<'_>], at: usize) -> Option<(Classification, usize)> {
    let token = &tokens[at];
    if token.is("amber") && tokens.get(at + 1).is_some_and(|t| t.text == "+") {
        let strict = tokens.get(at + 2).filter(|t| t.is("strict"))?;
        return Some((format!("{}+{}", token.text, strict.text).parse().ok()?, at + 3));
    }
    Some((token.text.parse().ok()?, at + 1))
}

/// Returns the document's classification if `text` is the sentence that states it: `This document is classified as
/// White in accordance with …`, `Classification: GREEN`, `TLP:CLEAR`.
pub(crate) fn of_document(text: &str) -> Option<Classification> {
    let start = text.char_indices().nth(400).map_or(text.len(), |(at, _)| at);
    let words = tokens(&text[..start], 0);
    if words.len() <= 6
        && let Some(mark) = labels(&words)
    {
        return Some(mark);
    }
    let at = words.iter().position(|t| t.is_any(&["classified", "classification", "marked"]))?;
    let subjects = ["document", "paper", "minutes", "headlines", "meeting", "publication"];
    let about_document = at == 0 || (at <= 8 && words[..at].iter().any(|t| t.is_any(&subjects)));
    if !about_document || words[..at].iter().any(|t| t.is_any(&["item", "agenda"])) {
        return None;
    }
    let reach = words.len().min(at + 8);
    (at + 1..reach).find_map(|at| label(&words, at)).map(|(mark, _)| mark)
}

//! Decisions: the verbs of a sentence, and the object of each.

use super::token::{TextToken, TokenKind, tokens};
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::CommitteeCode;
use std::ops::Range;

/// A decision in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundDecision {
    pub(crate) verb: Verb,
    /// The offset of the verb in the unit's text.
    pub(crate) offset: usize,
    /// The object of the verb.
    pub(crate) text: String,
    /// The sentence's tokens that hold the object.
    pub(crate) about: Range<usize>,
}

/// The most verbs that are read of one sentence. Real minutes have fewer; a hostile document may not.
const MAX_VERBS: usize = 32;

const AUXILIARIES: [&str; 8] = ["was", "were", "is", "are", "be", "been", "being", "hereby"];

/// How a document writes its verbs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum VerbStyle {
    /// In capitals or in bold.
    Marked,
    /// Like any other word. Then a verb counts only if the committee of this code is its subject: `The Board agreed
    /// …`.
    Plain(CommitteeCode),
}

/// Returns the decisions of a sentence; `bold` holds the offsets of bold words that may be verbs.
pub(crate) fn decisions(
    unit: &str,
    sentence: &[TextToken<'_>],
    bold: &[usize],
    writing: &VerbStyle,
) -> Vec<FoundDecision> {
    let mut verbs = verbs(sentence, bold);
    if let (true, VerbStyle::Plain(committee)) = (verbs.is_empty(), writing) {
        verbs.extend(plain_verb(sentence, committee));
    }
    if verbs.is_empty() || !has_running_text(sentence) {
        return Vec::new();
    }
    let mut found: Vec<FoundDecision> = Vec::new();
    for (place, (at, verb)) in verbs.iter().enumerate().take(MAX_VERBS).rev() {
        let from = if place == 0 { 0 } else { verbs[place - 1].0 + 1 };
        let after = at + 1..end_of_segment(sentence, &verbs, place);
        let said = words(unit, sentence, &after);
        let subject = passive_subject(sentence, from, *at).map(|range| words(unit, sentence, &range));
        let subject = subject.map(|subject| subject.strip_prefix("that ").map(str::to_owned).unwrap_or(subject));
        let (text, about) = match subject {
            // In `It was AGREED that …` the subject says nothing. `It was RESOLVED that the plan be APPROVED` is one
            // decision.
            Some(subject) if subject.eq_ignore_ascii_case("it") => (said, after),
            Some(subject) if !subject.is_empty() => (format!("{subject} {said}").trim().to_owned(), from..after.end),
            _ if !said.is_empty() => (said, after),
            // In `NOTED and AGREED the report` the object of the second verb is also that of the first.
            _ => match found.last() {
                Some(next) => (next.text.clone(), next.about.clone()),
                None => (words(unit, sentence, &(from..*at)), from..*at),
            },
        };
        found.push(FoundDecision { verb: *verb, offset: sentence[*at].start, text, about });
    }
    found.retain(|decision| !decision.text.is_empty());
    found.reverse();
    found
}

/// Returns the verb at the end of a text if its objects are the list that follows: `The SSC **AGREED**:`, `… AGREED
/// to:`.
pub(crate) fn leading(unit: &str, bold: &[usize]) -> Option<Verb> {
    let words = tokens(unit, 0);
    let (colon, said) = words.split_last().filter(|(last, _)| matches!(last.text, ":" | "–" | "—" | "-"))?;
    let (at, verb) = verbs(&words, bold).pop()?;
    let nothing_else = said[at + 1..].iter().all(|t| t.is_any(&["to", "that"]) || t.kind == TokenKind::Sign);
    (nothing_else && colon.start > words[at].start).then_some(verb)
}

/// Whether the text contains a verb in capitals.
pub(crate) fn any_in(text: &str) -> bool {
    // A quick look first, since few texts contain one.
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| word.ends_with('D') && in_capitals(word).is_some()) && !verbs(&tokens(text, 0), &[]).is_empty()
}

/// Counts as AGREED.
const RESOLVED: &str = "RESOLVED";

/// Returns the verb that a word in capitals is.
fn in_capitals(word: &str) -> Option<Verb> {
    if word == RESOLVED {
        return Some(Verb::Agreed);
    }
    Verb::WORDS.contains(&word).then(|| word.parse().ok()).flatten()
}

/// Returns the verb that a word is, without regard to case.
pub(crate) fn in_any_case(word: &str) -> Option<Verb> {
    let fits = (5..=11).contains(&word.len()) && word.ends_with(['d', 'D']) && word.is_ascii();
    fits.then(|| in_capitals(&word.to_ascii_uppercase())).flatten()
}

/// Returns the unmarked verb of a sentence about the committee: `The Board agreed`, `It was agreed`, `Members noted`.
fn plain_verb(sentence: &[TextToken<'_>], committee: &CommitteeCode) -> Option<(usize, Verb)> {
    const BODIES: [&str; 13] = [
        "committee",
        "sub",
        "group",
        "board",
        "panel",
        "members",
        "council",
        "forum",
        "authority",
        "meeting",
        "it",
        "chair",
        "trustees",
    ];
    const BETWEEN: [&str; 14] = [
        "the",
        "also",
        "then",
        "has",
        "have",
        "was",
        "were",
        "unanimously",
        "formally",
        "further",
        "therefore",
        "all",
        "duly",
        "working",
    ];
    let body = |t: &TextToken<'_>| t.is_any(&BODIES) || t.text == committee.as_str();
    let leading = |t: &&TextToken<'_>| {
        body(t) || t.is_any(&BETWEEN) || t.is_dash() || (t.is_capitalised() && !t.text.ends_with("ed"))
    };
    let at = sentence.iter().take(10).take_while(leading).count();
    let verb = in_any_case(sentence.get(at)?.text)?;
    (at > 0 && sentence[..at].iter().any(body)).then_some((at, verb))
}

fn verbs(sentence: &[TextToken<'_>], bold: &[usize]) -> Vec<(usize, Verb)> {
    let is_verb = |(at, token): (usize, &TextToken<'_>)| {
        let capitals = token.kind == TokenKind::Word
            && token.text.len() >= 5
            && token.text.bytes().all(|b| b.is_ascii_uppercase());
        let small = || bold.binary_search(&token.start).is_ok().then(|| in_any_case(token.text)).flatten();
        let verb = if capitals { in_capitals(token.text)? } else { small()? };
        // In `the Assurance Status of APPROVED` it is a value, and `NOT APPROVED` approves nothing.
        let before = at.checked_sub(1).map(|before| &sentence[before]);
        let is_value =
            before.is_some_and(|t| t.is_any(&["of", "as", "status", "not", "a", "an", "marked"]) || t.text == "“");
        (!is_value).then_some((at, verb))
    };
    sentence.iter().enumerate().filter_map(is_verb).collect()
}

/// Whether some word is not all in capitals. A line all in capitals is a heading, not a decision.
fn has_running_text(sentence: &[TextToken<'_>]) -> bool {
    sentence.iter().any(|t| t.kind == TokenKind::Word && t.text.len() > 1 && t.text.contains(char::is_lowercase))
}

fn is_joiner(token: &TextToken<'_>) -> bool {
    matches!(token.text, "," | ";" | "–" | "—") || token.is_any(&["and", "but", "which", "or"])
}

/// Returns the end of the object of the verb at `place`, before the `and the SSC` that leads to the next verb.
fn end_of_segment(sentence: &[TextToken<'_>], verbs: &[(usize, Verb)], place: usize) -> usize {
    let Some((next, _)) = verbs.get(place + 1) else { return sentence.len() };
    let start = verbs[place].0 + 1;
    let mut end = *next;
    if let Some(subject) = passive_subject(sentence, start, *next) {
        end = subject.start;
    } else if let Some(joiner) = last_joiner(sentence, start, *next) {
        end = joiner;
    }
    while end > start && is_joiner(&sentence[end - 1]) {
        end -= 1;
    }
    end
}

/// Returns the last joiner before `end` that only a subject follows: `, and the SSC also`.
fn last_joiner(sentence: &[TextToken<'_>], start: usize, end: usize) -> Option<usize> {
    let nearest = end.saturating_sub(8).max(start);
    let joiner = (nearest..end).rev().find(|at| is_joiner(&sentence[*at]))?;
    let is_subject = |t: &TextToken<'_>| {
        let written_with_capital = t.is_capitalised() || t.kind == TokenKind::Sign || t.kind == TokenKind::Number;
        let adverb = t.text.len() > 4 && t.text.ends_with("ly");
        let small =
            ["the", "it", "they", "also", "then", "members", "committee", "has", "have", "further", "so", "in", "turn"];
        written_with_capital || adverb || t.is_any(&small)
    };
    sentence[joiner + 1..end].iter().all(is_subject).then_some(joiner)
}

/// Returns the subject of a passive verb: `The Draft Minutes were APPROVED`.
fn passive_subject(sentence: &[TextToken<'_>], from: usize, verb: usize) -> Option<Range<usize>> {
    let is_auxiliary = |at: usize| sentence[at].is_any(&AUXILIARIES) || sentence[at].is_any(&["has", "have", "had"]);
    let mut end = verb;
    let adverb = |t: &TextToken<'_>| t.text.len() > 4 && t.text.ends_with("ly");
    while end > from && (is_auxiliary(end - 1) || adverb(&sentence[end - 1])) {
        end -= 1;
    }
    if !(end..verb).any(|at| sentence[at].is_any(&AUXILIARIES[..7])) {
        return None;
    }
    // The subject begins with its clause. A list inside it looks like a new clause, so only its last part counts.
    let is_start = |at: &usize| from > 0 && is_joiner(&sentence[*at]);
    let start = (from..end).rev().find(is_start).map_or(from, |joiner| joiner + 1);
    Some(start..end)
}

/// Returns the words of a range without the signs and joiners round them.
fn words(unit: &str, sentence: &[TextToken<'_>], range: &Range<usize>) -> String {
    let (mut start, mut end) = (range.start, range.end.min(sentence.len()));
    while start < end && (is_edge(&sentence[start]) || (range.start > 0 && is_joiner(&sentence[start]))) {
        start += 1;
    }
    while start < end && is_edge(&sentence[end - 1]) {
        end -= 1;
    }
    if start >= end {
        return String::new();
    }
    unit.get(sentence[start].start..sentence[end - 1].end()).unwrap_or_default().to_owned()
}

fn is_edge(token: &TextToken<'_>) -> bool {
    matches!(token.text, "." | "," | ";" | ":" | "–" | "—" | "-" | "*" | "_")
}

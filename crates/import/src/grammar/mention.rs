//! References in a text: modifications (`SECMP0037`, `DP101`), sections of the code (`G2.44`), meetings
//! (`SSC_71_1302`).

use super::reference;
use super::token::{TextToken, TokenKind};
use minutebook_domain::reference::Reference;
use std::fmt::Display;

/// Prefixes of modifications, longer ones first.
const MODIFICATIONS: [&str; 3] = ["SECMP", "MP", "DP"];

/// Returns each reference in the text once, in order.
pub(crate) fn all(tokens: &[TextToken<'_>]) -> Vec<Reference> {
    let mut found = Mentions::default();
    let mut at = 0;
    while at < tokens.len() {
        // Every reference begins with a capital, which rules out most words.
        at = if !tokens[at].text.as_bytes().first().is_some_and(u8::is_ascii_uppercase) {
            at + 1
        } else if let Some((prefix, digits, end)) = modification(tokens, at) {
            found.add(format_args!("{prefix}{digits}"));
            further_modifications(tokens, end, prefix, digits.len(), &mut found)
        } else if let Some((section, end)) = section(tokens, at) {
            found.add(section);
            end
        } else if let Some((meeting, end)) = reference::meeting(tokens, at, false) {
            let reference = (meeting.committee, meeting.number, meeting.day, meeting.month);
            found.add(format_args!("{}_{}_{:02}{:02}", reference.0, reference.1, reference.2, reference.3));
            end
        } else {
            at + 1
        };
    }
    found.in_order
}

#[derive(Default)]
struct Mentions {
    in_order: Vec<Reference>,
    seen: std::collections::BTreeSet<Reference>,
}

impl Mentions {
    fn add(&mut self, reference: impl Display) {
        if let Ok(reference) = reference.to_string().parse::<Reference>()
            && self.seen.insert(reference.clone())
        {
            self.in_order.push(reference);
        }
    }
}

/// Reads `SECMP0037`, `SECMP 0037` and `SECMP-0037`.
fn modification<'a>(tokens: &[TextToken<'a>], at: usize) -> Option<(&'static str, &'a str, usize)> {
    let token = &tokens[at];
    let prefix =
        MODIFICATIONS.into_iter().find(|prefix| token.text.get(..prefix.len()).is_some_and(|head| head == *prefix))?;
    let digits = &token.text[prefix.len()..];
    if !digits.is_empty() {
        let well_formed = (2..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        return well_formed.then_some((prefix, digits, at + 1));
    }
    let dashed = usize::from(tokens.get(at + 1).is_some_and(TextToken::is_dash));
    let number =
        tokens.get(at + 1 + dashed).filter(|t| t.kind == TokenKind::Number && (3..=4).contains(&t.text.len()))?;
    Some((prefix, number.text, at + 2 + dashed))
}

/// Reads the numbers after the first in `SECMP0037, 0038 and 0057`.
fn further_modifications(
    tokens: &[TextToken<'_>],
    mut at: usize,
    prefix: &str,
    digits: usize,
    found: &mut Mentions,
) -> usize {
    loop {
        let joins = |t: &TextToken<'_>| matches!(t.text, "," | "&" | "/") || t.is("and");
        let next = (at..tokens.len()).take_while(|next| joins(&tokens[*next])).last().map_or(at, |last| last + 1);
        let further = tokens
            .get(next)
            .filter(|t| next > at && t.kind == TokenKind::Number && t.text.len() == digits && t.text.starts_with('0'));
        let Some(further) = further else { return at };
        found.add(format_args!("{prefix}{}", further.text));
        at = next + 1;
    }
}

/// Reads a numbered paragraph of the code: `G2.44`, `G8.13.2`.
fn section(tokens: &[TextToken<'_>], at: usize) -> Option<(String, usize)> {
    let head = &tokens[at];
    let mut chars = head.text.chars();
    let letter = chars.next().is_some_and(|c| c.is_ascii_uppercase());
    let digits = chars.as_str();
    if !letter || digits.is_empty() || digits.len() > 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut text = head.text.to_owned();
    let mut end = at + 1;
    while let (Some(point), Some(number)) = (tokens.get(end), tokens.get(end + 1))
        && point.text == "."
        && tokens[end - 1].touches(point)
        && point.touches(number)
        && number.number(3).is_some()
        && text.len() < 16
    {
        text = format!("{text}.{}", number.text);
        end += 2;
    }
    (end > at + 1).then_some((text, end))
}

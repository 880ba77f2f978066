//! Parties as documents write them: `Other User ‘L’`, `Small Supplier 'AA's …`, `Small Suppliers AA, AE and B`.

use super::token::{TextToken, TokenKind};
use minutebook_domain::reference::PartyName;
use std::ops::Range;

/// A party named in a text, and the tokens that name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundParty {
    pub(crate) name: PartyName,
    pub(crate) tokens: Range<usize>,
}

/// The words of each category, and its name.
const CATEGORIES: [(&[&str], &str); 6] = [
    (&["large", "supplier"], "Large Supplier"),
    (&["small", "supplier"], "Small Supplier"),
    (&["other", "user"], "Other User"),
    (&["other", "sec", "party"], "Other SEC Party"),
    (&["electricity", "network"], "Electricity Network"),
    (&["gas", "network"], "Gas Network"),
];

/// Capitals after a category that are not a party: `the Other User CIO`.
const ACRONYMS: [&str; 14] =
    ["CIO", "SEC", "SSC", "DCC", "PMA", "CPA", "CPL", "IHD", "SCF", "AOB", "TLP", "RED", "OPS", "SRO"];

/// Returns every mention of a party, in order, repeats included.
pub(crate) fn all(tokens: &[TextToken<'_>]) -> Vec<FoundParty> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some((category, plural, next)) = category(tokens, at) else {
            at += 1;
            continue;
        };
        let start = at;
        at = next;
        // The category's words count as part of its first party.
        let mut from = start;
        while let Some((letters, end)) = letters(tokens, at, from == start || plural) {
            if let Ok(name) = format!("{category} {letters}").parse() {
                found.push(FoundParty { name, tokens: from..end });
            }
            at = end;
            let Some(next) = joined(tokens, end) else { break };
            (from, at) = (next, next);
        }
    }
    found
}

/// Returns each party once, in order.
pub(crate) fn names(found: &[FoundParty]) -> Vec<PartyName> {
    let mut seen = std::collections::BTreeSet::new();
    found.iter().filter(|party| seen.insert(&party.name)).map(|party| party.name.clone()).collect()
}

fn category(tokens: &[TextToken<'_>], at: usize) -> Option<(&'static str, bool, usize)> {
    // The first letter rules out most words.
    if !tokens[at].text.starts_with(['L', 'l', 'S', 's', 'O', 'o', 'E', 'e', 'G', 'g']) {
        return None;
    }
    for (words, name) in CATEGORIES {
        let (last, before) = words.split_last()?;
        let end = at + words.len();
        let Some(written) = tokens.get(at..end) else { continue };
        let noun = written.last()?.text;
        let starts = written.iter().zip(before).all(|(token, word)| token.is(word));
        let plural = is_plural(noun, last);
        if !starts || !(plural || noun.eq_ignore_ascii_case(last)) {
            continue;
        }
        // `Electricity Network Party ‘A’`, `Gas Network Operators A and B`.
        let role = tokens.get(end).filter(|t| {
            name.ends_with("Network")
                && t.is_any(&["party", "parties", "operator", "operators", "user", "users", "company", "companies"])
        });
        let plural = plural || role.is_some_and(|t| t.text.ends_with(['s', 'S']));
        return Some((name, plural, end + usize::from(role.is_some())));
    }
    None
}

fn is_plural(noun: &str, singular: &str) -> bool {
    noun.eq_ignore_ascii_case("parties") && singular == "party"
        || noun.strip_suffix(['s', 'S']).is_some_and(|stem| stem.eq_ignore_ascii_case(singular))
}

fn is_quote(token: &TextToken<'_>) -> bool {
    matches!(token.text, "'" | "‘" | "’" | "‛" | "′" | "`" | "´" | "\"" | "“" | "”" | "„" | "«" | "»")
}

/// Returns a party's letters, with the quotes round them and a possessive. Without quotes, further letters count only
/// in a plural category: in `Small Supplier B, A report` the `A` is not a party.
fn letters<'a>(tokens: &[TextToken<'a>], at: usize, bare_counts: bool) -> Option<(&'a str, usize)> {
    let opened = tokens.get(at).is_some_and(is_quote);
    let at = at + usize::from(opened);
    let token = tokens.get(at)?;
    let capitals = token.text.trim_end_matches('s');
    let well_formed = token.kind == TokenKind::Word
        && (1..=3).contains(&capitals.len())
        && capitals.bytes().all(|b| b.is_ascii_uppercase())
        && token.text.len() - capitals.len() <= 1;
    if !well_formed || (!opened && (!bare_counts || ACRONYMS.contains(&capitals))) {
        return None;
    }
    let mut end = at + 1;
    // A closing quote, a possessive `s`, or both may follow the letters.
    let mut quotes = 0;
    while quotes < 2 && tokens.get(end).is_some_and(|t| is_quote(t) && tokens[end - 1].touches(t)) {
        end += 1;
        quotes += 1;
        if tokens.get(end).is_some_and(|t| t.text == "s" && tokens[end - 1].touches(t)) {
            end += 1;
            break;
        }
    }
    Some((capitals, end))
}

/// Returns the token after what joins two parties: a comma, `and`, `&`, `/`, or a comma and `and`.
fn joined(tokens: &[TextToken<'_>], at: usize) -> Option<usize> {
    let comma = usize::from(tokens.get(at).is_some_and(|t| matches!(t.text, "," | "/")));
    let and = usize::from(tokens.get(at + comma).is_some_and(|t| t.is_any(&["and", "or"]) || t.text == "&"));
    (comma + and > 0).then_some(at + comma + and)
}

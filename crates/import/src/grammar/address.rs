//! The addressee of a recommendation or delegation, and the day to which a matter is deferred.

use super::date;
use super::token::{TextToken, TokenKind};
use chrono::NaiveDate;
use minutebook_domain::reference::Name;

/// What one body asks of another.
const ASKED: [&str; 8] = [
    "approval",
    "endorsement",
    "ratification",
    "consideration",
    "agreement",
    "decision",
    "acceptance",
    "determination",
];

/// Words that mark a name as a body's. Far from its verb, `to` needs one of them: in `changes to the SEC` nobody is
/// addressed.
const BODIES: [&str; 26] = [
    "panel",
    "board",
    "committee",
    "group",
    "authority",
    "ofgem",
    "department",
    "secretary",
    "council",
    "team",
    "forum",
    "pma",
    "dcc",
    "secas",
    "secco",
    "beis",
    "desnz",
    "ncsc",
    "ssc",
    "tabasc",
    "opsg",
    "chair",
    "regulator",
    "company",
    "gemserv",
    "members",
];

/// Returns the body that a recommendation addresses.
pub(crate) fn recommended_to(text: &str, about: &[TextToken<'_>]) -> Option<Name> {
    for_their_approval(text, about)
        .or_else(|| by_whom(text, about))
        .or_else(|| about.first().filter(|t| t.is("to")).and_then(|_| body(text, about, 1, false)))
        .or_else(|| after_each(about, "to").find_map(|at| body(text, about, at, true)))
        .or_else(|| after_each(about, "that").find_map(|at| body(text, about, at, true)))
        .or_else(|| body(text, about, 0, true).filter(|_| follows_body_that(about)))
}

/// Returns the body or person to whom something is delegated.
pub(crate) fn delegated_to(text: &str, about: &[TextToken<'_>]) -> Option<Name> {
    after_each(about, "to").find_map(|at| body(text, about, at, true).or_else(|| body(text, about, at, false)))
}

/// Returns the day to which something is deferred; `next` is the day of the next meeting, if known.
pub(crate) fn deferred_to(about: &[TextToken<'_>], held_on: NaiveDate, next: Option<NaiveDate>) -> Option<NaiveDate> {
    let mut later =
        date::all(about).into_iter().filter_map(|found| found.date.after(held_on)).filter(|day| *day > held_on);
    later.next_back().or_else(|| next.filter(|_| speaks_of_next_meeting(about)))
}

/// Whether the text mentions the next meeting: `the next SSC meeting`.
pub(crate) fn speaks_of_next_meeting(tokens: &[TextToken<'_>]) -> bool {
    let next = |at: usize| tokens[at].is("next") || tokens[at].is("following");
    (0..tokens.len()).any(|at| next(at) && tokens[at + 1..].iter().take(3).any(|t| t.is("meeting")))
}

fn after_each<'t>(tokens: &'t [TextToken<'_>], word: &'t str) -> impl Iterator<Item = usize> + 't {
    (0..tokens.len()).filter(move |at| tokens[*at].is(word)).map(|at| at + 1)
}

/// Whether the object of RECOMMENDED is the addressee: `RECOMMENDED the SEC Panel to approve …`.
fn follows_body_that(about: &[TextToken<'_>]) -> bool {
    about.iter().take(8).any(|t| t.is("to") || t.is_any(&["approve", "approves", "endorse", "endorses"]))
}

/// Reads `for SECCo Board approval` and `for the Panel's decision`.
fn for_their_approval(text: &str, about: &[TextToken<'_>]) -> Option<Name> {
    let asked = |at: &usize| about[*at].is_any(&ASKED);
    (0..about.len()).filter(asked).find_map(|at| {
        let reach = at.saturating_sub(12);
        let from = (reach..at).rev().find(|before| about[*before].is("for"))? + 1;
        let name = name(text, about, from, at)?;
        (name.1 == at).then_some(name.0)
    })
}

/// Reads `for approval by the Panel`.
fn by_whom(text: &str, about: &[TextToken<'_>]) -> Option<Name> {
    let asked = |at: &usize| about[*at].is_any(&ASKED);
    (0..about.len()).filter(asked).find_map(|at| {
        about.get(at + 1).filter(|t| t.is_any(&["by", "from", "of", "to"]))?;
        body(text, about, at + 2, false)
    })
}

/// Returns the body named at `at`. If `must_be_known`, its name must contain one of [`BODIES`].
fn body(text: &str, tokens: &[TextToken<'_>], at: usize, must_be_known: bool) -> Option<Name> {
    let (name, end) = name(text, tokens, at, tokens.len())?;
    let known = tokens[at..end].iter().any(|t| t.is_any(&BODIES));
    (known || !must_be_known).then_some(name)
}

/// Returns the name between `at` and `limit`, capitalised words and the small words between them, and where it ends.
fn name(text: &str, tokens: &[TextToken<'_>], at: usize, limit: usize) -> Option<(Name, usize)> {
    let start = at + usize::from(tokens.get(at)?.is_any(&["the", "a", "both", "its"]));
    let mut end = start;
    let mut last = start;
    while end < limit && end < start + 12 {
        let token = &tokens[end];
        let is_date = date::starting(tokens, end).is_some() || date::is_weekday(token);
        if token.is_capitalised() && !is_date && token.text.parse::<minutebook_domain::meeting::Verb>().is_err() {
            end += 1;
            last = end;
        } else if end > start && (token.is_any(&["of", "for", "and"]) || token.text == "&" || token.is_dash()) {
            let next = tokens.get(end + 1 + usize::from(tokens.get(end + 1).is_some_and(|t| t.is("the"))));
            if !next.is_some_and(|t| t.is_capitalised() && t.text.parse::<minutebook_domain::meeting::Verb>().is_err())
            {
                break;
            }
            end += 1 + usize::from(tokens.get(end + 1).is_some_and(|t| t.is("the")));
        } else if end > start && matches!(token.text, "'" | "’") && tokens.get(end + 1).is_some_and(|t| t.text == "s")
        {
            // A possessive ends the name and is not part of it.
            end += 2;
            break;
        } else {
            break;
        }
    }
    if last == start || (last == start + 1 && tokens[start].text == "SEC") || tokens[start].kind != TokenKind::Word {
        return None;
    }
    let written = text.get(tokens[start].start..tokens[last - 1].end())?;
    Some((written.parse().ok()?, end.max(last)))
}

//! The earlier decisions that a decision takes the place of: `superseding decision SSC_71_1302/D4`.

use super::reference;
use super::token::TextToken;
use chrono::{Datelike, NaiveDate};
use minutebook_domain::reference::{DecisionId, MeetingRef};

/// Words that put an end to what is named after them.
const ENDS: [&str; 12] = [
    "supersede",
    "supersedes",
    "superseding",
    "superseded",
    "rescind",
    "rescinds",
    "rescinding",
    "replaces",
    "replacing",
    "replace",
    "revokes",
    "revoking",
];

/// The decisions that the text names after such a word, each once.
pub(crate) fn superseded(about: &[TextToken<'_>], held_on: NaiveDate) -> Vec<DecisionId> {
    let Some(ends) = about.iter().position(|t| t.is_any(&ENDS)) else { return Vec::new() };
    let mut found: Vec<DecisionId> = Vec::new();
    for at in ends..about.len() {
        if let Some(decision) = decision(about, at, held_on).filter(|decision| !found.contains(decision)) {
            found.push(decision);
        }
    }
    found
}

/// `SSC_71_1302/D4`, the id that the book gives to a decision.
fn decision(tokens: &[TextToken<'_>], at: usize, held_on: NaiveDate) -> Option<DecisionId> {
    let (meeting, end) = reference::meeting(tokens, at, false)?;
    tokens.get(end).filter(|t| t.text == "/")?;
    let number: u32 = tokens.get(end + 1)?.text.strip_prefix('D')?.parse().ok().filter(|number| *number > 0)?;
    // The reference carries a day and a month; which year is of no account to it.
    let day = (0..4).find_map(|back| meeting.in_year(held_on.year() - back))?;
    Some(DecisionId::new(MeetingRef::new(meeting.committee.clone(), meeting.number, day), number))
}

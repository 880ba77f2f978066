//! Earlier decisions that a decision replaces: `superseding decision SSC_71_1302/D4`.

use super::reference;
use super::token::TextToken;
use chrono::{Datelike, NaiveDate};
use minutebook_domain::reference::{DecisionId, MeetingRef};

/// Words after which the replaced decisions follow.
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

/// Returns each decision named after such a word, once.
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

/// Reads a decision's id: `SSC_71_1302/D4`.
fn decision(tokens: &[TextToken<'_>], at: usize, held_on: NaiveDate) -> Option<DecisionId> {
    let (meeting, end) = reference::meeting(tokens, at, false)?;
    tokens.get(end).filter(|t| t.text == "/")?;
    let number: u32 = tokens.get(end + 1)?.text.strip_prefix('D')?.parse().ok().filter(|number| *number > 0)?;
    // The reference holds a day and a month; any year in which that day exists will do.
    let day = (0..4).find_map(|back| meeting.in_year(held_on.year() - back))?;
    Some(DecisionId::new(MeetingRef::new(meeting.committee.clone(), meeting.number, day), number))
}

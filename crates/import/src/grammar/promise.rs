//! Promises to act: `AGREED to seek legal advice`, `AGREED that SECAS would ask`.

use super::token::TextToken;

/// Whether the words after AGREED say that something will be done.
pub(crate) fn promises_to_act(about: &[TextToken<'_>]) -> bool {
    let defers = about.iter().any(|t| t.is_any(&["defer", "postpone", "set"]));
    let to_do = about.first().is_some_and(|t| t.is("to"));
    let that = about.first().is_some_and(|t| t.is("that"));
    let will = about.iter().take(16).any(|t| t.is_any(&["will", "would", "should", "shall", "must"]));
    (to_do && !defers) || (that && will)
}

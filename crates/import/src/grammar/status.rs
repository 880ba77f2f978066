//! Statuses of parties: the kind that a sentence sets, its value, and the assessment it follows from.

use super::token::{TextToken, TokenKind, begins};
use minutebook_domain::party::{Assessment, StatusKind};

/// Returns the kind of status in the text.
pub(crate) fn kind(tokens: &[TextToken<'_>]) -> Option<StatusKind> {
    let named = |at: usize| tokens.get(at + 1).is_some_and(|t| t.is_any(&["status", "statuses"]));
    (0..tokens.len()).find_map(|at| match &tokens[at] {
        word if word.is("assurance") && named(at) => Some(StatusKind::Assurance),
        word if word.is("compliance") && named(at) => Some(StatusKind::Compliance),
        _ => None,
    })
}

/// Returns the value of the status: `of Approved`, `as Approved subject to …`.
pub(crate) fn value(text: &str, tokens: &[TextToken<'_>]) -> Option<String> {
    let status = tokens.iter().position(|t| t.is_any(&["status", "statuses"]))?;
    let from = (status + 1..tokens.len()).find(|at| {
        let leads = tokens[*at].is_any(&["of", "as", "to", "at", "be", "is"]) || matches!(tokens[*at].text, ":" | "(");
        leads && value_word(tokens, past_quotes(tokens, at + 1)).is_some()
    })?;
    let at = past_quotes(tokens, from + 1);
    let (word, mut end) = value_word(tokens, at)?;
    let comma = usize::from(tokens.get(end).is_some_and(|t| t.text == ","));
    if word == "Approved" && begins(tokens, end + comma, &["subject", "to"]) {
        let steps = end + comma + 2;
        // A party's name after the steps is not part of them.
        let stop = (steps..tokens.len()).find(|at| names_party(tokens, *at)).unwrap_or(tokens.len());
        end = stop;
        while end > at && tokens[end - 1].kind == TokenKind::Sign && !matches!(tokens[end - 1].text, ")") {
            end -= 1;
        }
        let steps = text.get(tokens.get(steps)?.start..tokens[end - 1].end()).unwrap_or_default().trim();
        return (!steps.is_empty()).then(|| format!("Approved subject to {steps}"));
    }
    Some(word.to_owned())
}

/// Whether the party begins here: `for Other User ‘L’`.
fn names_party(tokens: &[TextToken<'_>], at: usize) -> bool {
    let categories = ["other", "large", "small", "electricity", "gas"];
    tokens[at].is("for") && tokens.get(at + 1).is_some_and(|t| t.is_any(&categories) && t.is_capitalised())
}

fn past_quotes(tokens: &[TextToken<'_>], at: usize) -> usize {
    at + usize::from(tokens.get(at).is_some_and(|t| matches!(t.text, "'" | "‘" | "“" | "\"")))
}

fn value_word(tokens: &[TextToken<'_>], at: usize) -> Option<(&'static str, usize)> {
    let token = tokens.get(at).filter(|t| t.is_capitalised())?;
    if token.is("non") && tokens.get(at + 1).is_some_and(TextToken::is_dash) && tokens.get(at + 2)?.is("compliant") {
        return Some(("Non-Compliant", at + 3));
    }
    let values = ["Approved", "Deferred", "Rejected", "Compliant"];
    values.into_iter().find(|value| token.is(value)).map(|value| (value, at + 1))
}

/// Returns the assessment in an item's title.
pub(crate) fn assessment(title: &str) -> Option<Assessment> {
    let title = title.to_lowercase().replace(['’', '‘', '\''], "").replace('-', " ");
    let has = |words: &str| title.contains(words);
    if has("second or subsequent user system") || has("second user system") {
        Some(Assessment::SecondUserSystem)
    } else if has("directors letter") || has("director letter") {
        Some(Assessment::DirectorsLetter)
    } else if has("self assessment") && !has("self assessment change") {
        Some(Assessment::SelfAssessment)
    } else if has("verification user security assessment") || has("verification assessment") {
        Some(Assessment::Verification)
    } else if has("full user security assessment") || has("full assessment") {
        Some(Assessment::Full)
    } else {
        None
    }
}

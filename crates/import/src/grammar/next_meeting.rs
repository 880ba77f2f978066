//! The line that sets the next meeting: `Next Meeting: 13 March 2019`, `The next meeting will be held on …`.

use super::date;
use super::token::TextToken;
use chrono::NaiveDate;

/// Whether the text begins like such a line.
pub(crate) fn is_announced(tokens: &[TextToken<'_>]) -> bool {
    let mut at = 0;
    if tokens.first().is_some_and(|t| t.is("date") || t.is("dates")) && tokens.get(1).is_some_and(|t| t.is("of")) {
        at = 2;
    }
    at += usize::from(tokens.get(at).is_some_and(|t| t.is("the")));
    if !tokens.get(at).is_some_and(|t| t.is("next")) {
        return false;
    }
    let Some(noun) = (at + 1..tokens.len().min(at + 5)).find(|at| tokens[*at].is_any(&["meeting", "meetings", "mtg"]))
    else {
        return false;
    };
    // `The next meeting of the Working Group` is another body's.
    !tokens.get(noun + 1).is_some_and(|t| t.is_any(&["of", "between", "with"])) || is_of_one_word(&tokens[noun + 1..])
}

/// Whether `of the …` names the committee itself, by its code or its kind: `of the SSC will`, `of the Committee is`.
fn is_of_one_word(after: &[TextToken<'_>]) -> bool {
    let [of, the, body, verb, ..] = after else { return false };
    let code = body.text.len() > 1 && body.text.bytes().all(|b| b.is_ascii_uppercase());
    let own = code || body.is_any(&["committee", "board", "panel", "group"]);
    of.is("of") && the.is("the") && own && verb.is_any(&["will", "is", "takes", "has"])
}

/// Returns the day that the text names.
pub(crate) fn day(tokens: &[TextToken<'_>], held_on: NaiveDate) -> Option<NaiveDate> {
    (0..tokens.len()).find_map(|at| date::starting(tokens, at)).and_then(|found| found.date.after(held_on))
}

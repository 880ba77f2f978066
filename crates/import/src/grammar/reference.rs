//! References of meetings and actions: `SSC_72_2702`, `SSC 72 2702`, `SSC72/01`, `72/01`.

use super::token::{TextToken, TokenKind};
use chrono::NaiveDate;
use minutebook_domain::reference::{ActionRef, CommitteeCode, MeetingRef};

/// A meeting's reference as written; its day may not exist in a given year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrittenMeeting {
    pub(crate) committee: CommitteeCode,
    pub(crate) number: u32,
    pub(crate) day: u32,
    pub(crate) month: u32,
}

impl WrittenMeeting {
    /// Returns a meeting's reference as it is written, with the number 0 if it has none.
    pub(crate) fn of(meeting: &MeetingRef) -> Self {
        let (day, month) = meeting.day_and_month();
        Self { committee: meeting.committee().clone(), number: meeting.number().unwrap_or_default(), day, month }
    }

    /// Returns the day of the meeting in `year`.
    pub(crate) fn in_year(&self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day)
    }
}

/// Splits a word into a committee's code and a number: `SSC72` is `SSC` and `72`.
fn code(token: &TextToken<'_>) -> Option<(CommitteeCode, Option<u32>)> {
    // Parsing allocates for each refusal, so only plausible words are parsed.
    let plausible = token.text.len() <= 17 && token.text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if token.kind != TokenKind::Word || token.text.len() < 2 || !plausible {
        return None;
    }
    let letters = token.text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &token.text[letters.len()..];
    let number = if digits.is_empty() { None } else { Some(digits.parse().ok().filter(|_| digits.len() <= 5)?) };
    Some((letters.parse().ok()?, number))
}

/// Returns the token after the separator of two members: `_`, a hyphen or dash, or a space if `spaces`.
fn separated(tokens: &[TextToken<'_>], at: usize, spaces: bool) -> Option<usize> {
    let (before, next) = (tokens.get(at.checked_sub(1)?)?, tokens.get(at)?);
    if next.text == "_" || next.is_dash() || next.text == "/" && spaces {
        return Some(at + 1);
    }
    (spaces && !before.touches(next)).then_some(at)
}

/// Reads the meeting's reference at this token. Spaces separate its members only in a title: in running text `SSC 72
/// 2702` could mean anything.
pub(crate) fn meeting(tokens: &[TextToken<'_>], at: usize, in_title: bool) -> Option<(WrittenMeeting, usize)> {
    let (committee, glued) = code(tokens.get(at)?)?;
    let (number, next) = if let Some(number) = glued {
        (number, at + 1)
    } else {
        let next = separated(tokens, at + 1, in_title)?;
        (tokens.get(next)?.number(5)?, next + 1)
    };
    let next = separated(tokens, next, in_title)?;
    let ddmm = tokens.get(next).filter(|t| t.kind == TokenKind::Number && matches!(t.text.len(), 4 | 6 | 8))?;
    let (day, month) = (ddmm.text[..2].parse().ok()?, ddmm.text[2..4].parse().ok()?);
    let plausible = number > 0 && (1..=31).contains(&day) && (1..=12).contains(&month);
    plausible.then_some((WrittenMeeting { committee, number, day, month }, next + 1))
}

/// Returns the first meeting's reference in the text.
pub(crate) fn first_meeting(
    tokens: &[TextToken<'_>],
    in_title: bool,
) -> Option<(WrittenMeeting, std::ops::Range<usize>)> {
    (0..tokens.len()).find_map(|at| meeting(tokens, at, in_title).map(|(found, end)| (found, at..end)))
}

/// Reads the action's reference at this token: `SSC72/01`, `SSC 72/01`, or `72/01` for `committee`.
pub(crate) fn action(tokens: &[TextToken<'_>], at: usize, committee: &CommitteeCode) -> Option<(ActionRef, usize)> {
    let first = tokens.get(at)?;
    if at > 0 && tokens[at - 1].touches(first) && matches!(tokens[at - 1].text, "/" | "." | ":") {
        return None;
    }
    let (committee, number, next) = match code(first) {
        Some((committee, Some(number))) => (committee, number, at + 1),
        // `CLOSED 94/02` is a word before a reference.
        Some((code, None)) if code != *committee && !first.touches(tokens.get(at + 1)?) => return None,
        Some((committee, None)) => {
            let underscore = usize::from(tokens.get(at + 1)?.text == "_" || tokens.get(at + 1)?.is_dash());
            (committee, tokens.get(at + 1 + underscore)?.number(5)?, at + 2 + underscore)
        }
        None => (committee.clone(), first.number(4)?, at + 1),
    };
    let (slash, place) = (tokens.get(next)?, tokens.get(next + 1)?);
    let place_fits = place.kind == TokenKind::Number && place.text.len() <= 4;
    if slash.text != "/" || !slash.touches(place) || !place_fits {
        return None;
    }
    // `27/03/2019` is a date.
    let goes_on =
        tokens.get(next + 2).is_some_and(|t| place.touches(t) && (t.text == "/" || t.kind == TokenKind::Word));
    if goes_on {
        return None;
    }
    let reference = format!("{committee}{number}/{}", place.text).parse().ok()?;
    Some((reference, next + 2))
}

/// Returns every action's reference with its tokens. One without a code counts only after the word `action` or after
/// another reference.
pub(crate) fn actions(tokens: &[TextToken<'_>], committee: &CommitteeCode) -> Vec<(ActionRef, std::ops::Range<usize>)> {
    // Every action's reference contains a slash, and few texts do.
    if !tokens.iter().any(|token| token.text == "/") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut in_actions = begins_a_line(tokens);
    let mut at = 0;
    while at < tokens.len() {
        let coded = tokens[at].kind == TokenKind::Word;
        if let Some((reference, end)) = action(tokens, at, committee).filter(|_| coded || in_actions) {
            found.push((reference, at..end));
            in_actions = true;
            at = end;
            continue;
        }
        let token = &tokens[at];
        let joins = token.kind == TokenKind::Sign || token.is_any(&["and", "or", "no", "ref", "refs"]);
        in_actions = token.is_any(&["action", "actions"]) || (in_actions && joins);
        at += 1;
    }
    found
}

/// Returns the action's reference at the beginning of a line about it: `SSC71/01 – …`, `85/03: …`.
pub(crate) fn beginning(tokens: &[TextToken<'_>], committee: &CommitteeCode) -> Option<(ActionRef, usize)> {
    let coded = tokens.first()?.kind == TokenKind::Word;
    let (found, end) = action(tokens, 0, committee).filter(|_| coded || begins_a_line(tokens))?;
    let sign = tokens.get(end)?;
    let goes_on = sign.is_dash() || matches!(sign.text, ":" | "(" | "|") || (!coded && sign.is_capitalised());
    goes_on.then_some((found, end))
}

/// Whether a line begins with a reference without a code and then its status: `85/03 – closed`, `85/03 CLOSED`. The
/// first number is too large for a day.
fn begins_a_line(tokens: &[TextToken<'_>]) -> bool {
    let [number, slash, place, next, ..] = tokens else { return false };
    let no_day = number.number(4).is_some_and(|number| number > 31);
    let one_word = slash.text == "/" && number.touches(slash) && slash.touches(place) && place.text.len() == 2;
    let goes_on = next.is_dash() || matches!(next.text, ":" | "(") || (!place.touches(next) && next.is_capitalised());
    no_day && one_word && place.kind == TokenKind::Number && goes_on
}

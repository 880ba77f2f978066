//! Dates in the forms that committees use: `27 February 2019`, `27th Feb 2019`, `Wednesday, 13 February 2019`, `13
//! March`, `27/03/2019` (day first), `27-Mar-19`, `2019-03-27`.

use super::token::{TextToken, TokenKind};
use chrono::{Datelike, NaiveDate};
use std::ops::Range;

/// A date whose year may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WrittenDate {
    day: u32,
    month: u32,
    year: Option<i32>,
}

impl WrittenDate {
    /// Returns the date if its year is written.
    pub(crate) fn in_full(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year?, self.month, self.day)
    }

    /// Returns the date; without a year, the first such day after `day`.
    pub(crate) fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        self.in_full().or_else(|| self.nearest(day.year()..=day.year() + 8, |date| date > day))
    }

    /// Returns the date; without a year, the last such day before `day`.
    pub(crate) fn before(self, day: NaiveDate) -> Option<NaiveDate> {
        self.in_full().or_else(|| self.nearest((day.year() - 8..=day.year()).rev(), |date| date < day))
    }

    fn nearest(self, mut years: impl Iterator<Item = i32>, fits: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
        if self.year.is_some() {
            return None;
        }
        years.find_map(|year| NaiveDate::from_ymd_opt(year, self.month, self.day).filter(|date| fits(*date)))
    }
}

/// A date and the tokens that write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundDate {
    pub(crate) date: WrittenDate,
    pub(crate) tokens: Range<usize>,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Returns the number of the month that a word names, in full or by three letters.
fn month(token: &TextToken<'_>) -> Option<u32> {
    let named = |name: &str| {
        token.is(name) || (token.text.len() == 3 && token.is(&name[..3])) || (name == "September" && token.is("Sept"))
    };
    let index = MONTHS.iter().position(|name| token.is_capitalised() && named(name))?;
    u32::try_from(index + 1).ok()
}

pub(crate) fn is_weekday(token: &TextToken<'_>) -> bool {
    token.is_capitalised() && DAYS.iter().any(|day| token.is(day) || (token.text.len() == 3 && token.is(&day[..3])))
}

/// Returns every date in the text.
pub(crate) fn all(tokens: &[TextToken<'_>]) -> Vec<FoundDate> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if let Some(date) = starting(tokens, at) {
            at = date.tokens.end;
            found.push(date);
        } else {
            at += 1;
        }
    }
    found
}

/// Returns the date that begins at this token, a weekday before it included.
pub(crate) fn starting(tokens: &[TextToken<'_>], at: usize) -> Option<FoundDate> {
    let token = tokens.get(at)?;
    if is_weekday(token) {
        let mut next = at + 1;
        while tokens.get(next).is_some_and(|t| matches!(t.text, "," | ".") || t.is_any(&["the", "on"])) {
            next += 1;
        }
        let date = starting_without_weekday(tokens, next)?;
        return Some(FoundDate { tokens: at..date.tokens.end, ..date });
    }
    starting_without_weekday(tokens, at)
}

fn starting_without_weekday(tokens: &[TextToken<'_>], at: usize) -> Option<FoundDate> {
    numeric(tokens, at).or_else(|| day_month(tokens, at)).or_else(|| month_day(tokens, at))
}

fn found(day: u32, month: u32, year: Option<i32>, tokens: Range<usize>) -> Option<FoundDate> {
    // 2000 is a leap year, so that 29 February without a year is valid.
    NaiveDate::from_ymd_opt(year.unwrap_or(2000), month, day)?;
    Some(FoundDate { date: WrittenDate { day, month, year }, tokens })
}

fn year(token: &TextToken<'_>) -> Option<i32> {
    let value = token.number(4).filter(|_| token.text.len() == 4)?;
    i32::try_from(value).ok().filter(|year| (1900..2200).contains(year))
}

/// Reads the `19` of `27-Mar-19`, as spreadsheets print it.
fn short_year(tokens: &[TextToken<'_>], at: usize) -> Option<i32> {
    let [month, dash, year] = tokens.get(at.checked_sub(1)?..at + 2)? else { return None };
    let joined = dash.is_dash() && month.touches(dash) && dash.touches(year) && year.text.len() == 2;
    let value = year.number(2).filter(|_| joined)?;
    i32::try_from(value).ok().map(|year| year + 2000)
}

/// Reads `27/03/2019`, `27.03.2019`, `27-3-19` and `2019-03-27`.
fn numeric(tokens: &[TextToken<'_>], at: usize) -> Option<FoundDate> {
    let [first, sign, second, sign_again, third] = tokens.get(at..at + 5)? else { return None };
    let separated = sign.text == sign_again.text && (matches!(sign.text, "/" | ".") || sign.is_dash());
    let touching = tokens[at..at + 5].windows(2).all(|pair| pair[0].touches(&pair[1]));
    let goes_on = tokens.get(at + 5).is_some_and(|next| third.touches(next) && next.kind != TokenKind::Sign);
    if !separated || !touching || goes_on {
        return None;
    }
    let second = second.number(2)?;
    if let Some(year) = year(first) {
        return found(third.number(2)?, second, Some(year), at..at + 5);
    }
    let year = year(third).or_else(|| {
        let two_digits = third.number(2).filter(|_| third.text.len() == 2)?;
        i32::try_from(two_digits).ok().map(|year| year + 2000)
    })?;
    found(first.number(2)?, second, Some(year), at..at + 5)
}

/// Reads `27 February 2019`, `27th of Feb` and `27-Feb-2019`.
fn day_month(tokens: &[TextToken<'_>], at: usize) -> Option<FoundDate> {
    let day = tokens.get(at)?.number(2)?;
    let mut next = after_ordinal(tokens, at);
    while tokens.get(next).is_some_and(|t| t.is("of") || (t.is_dash() && tokens[next - 1].touches(t))) {
        next += 1;
    }
    let month = month(tokens.get(next)?)?;
    next += 1;
    let with_year = skip_signs(tokens, next);
    let year = tokens.get(with_year).and_then(year).or_else(|| short_year(tokens, next));
    let end = if year.is_some() { with_year + 1 } else { next };
    found(day, month, year, at..end)
}

/// Reads `February 27, 2019`. The year is required: in `March 13` the number may mean anything.
fn month_day(tokens: &[TextToken<'_>], at: usize) -> Option<FoundDate> {
    let month = month(tokens.get(at)?)?;
    let day = tokens.get(at + 1)?.number(2)?;
    let next = skip_signs(tokens, after_ordinal(tokens, at + 1));
    let year = tokens.get(next).and_then(year)?;
    found(day, month, Some(year), at..next + 1)
}

/// Returns the token after the `th` that touches the number at `at`.
fn after_ordinal(tokens: &[TextToken<'_>], at: usize) -> usize {
    let is_ordinal = |t: &TextToken<'_>| t.is_any(&["st", "nd", "rd", "th"]);
    at + 1 + usize::from(tokens.get(at + 1).is_some_and(is_ordinal))
}

fn skip_signs(tokens: &[TextToken<'_>], at: usize) -> usize {
    let skips = |t: &TextToken<'_>| matches!(t.text, "," | ".") || (t.is_dash() && at > 0 && tokens[at - 1].touches(t));
    at + usize::from(tokens.get(at).is_some_and(skips))
}

//! Times of day and spans: `10:00 – 16:00`, `10.00`, `10am to 4pm`.

use super::token::{TextToken, TokenKind};
use chrono::NaiveTime;
use std::ops::Range;

/// A start and, if stated, an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundTimes {
    pub(crate) starts: NaiveTime,
    pub(crate) ends: Option<NaiveTime>,
    pub(crate) tokens: Range<usize>,
}

struct Clock {
    hour: u32,
    minute: u32,
    /// Whether it is a bare number, which counts as a time only beside a full one.
    plain: bool,
    afternoon: Option<bool>,
    end: usize,
}

impl Clock {
    fn time(&self) -> Option<NaiveTime> {
        let hour = match self.afternoon {
            Some(_) if self.hour > 12 => return None,
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
            None => self.hour,
        };
        NaiveTime::from_hms_opt(hour, self.minute, 0)
    }
}

/// Returns the first time or span in the text.
pub(crate) fn first(tokens: &[TextToken<'_>]) -> Option<FoundTimes> {
    (0..tokens.len()).find_map(|at| span(tokens, at))
}

/// Reads `1000-1230`, two times without a sign inside. Two years are not a span.
fn bare_span(tokens: &[TextToken<'_>], at: usize) -> Option<FoundTimes> {
    let [first, dash, second, ..] = tokens.get(at..)? else { return None };
    let bare = |t: &TextToken<'_>| t.number(4).filter(|_| t.text.len() == 4);
    let (from, to) = (bare(first)?, bare(second)?);
    let years = (1990..=2100).contains(&from) && (1990..=2100).contains(&to);
    if !dash.is_dash() || years || from >= to {
        return None;
    }
    let time = |value: u32| NaiveTime::from_hms_opt(value / 100, value % 100, 0).filter(|_| value.is_multiple_of(5));
    Some(FoundTimes { starts: time(from)?, ends: Some(time(to)?), tokens: at..at + 3 })
}

fn span(tokens: &[TextToken<'_>], at: usize) -> Option<FoundTimes> {
    if let Some(found) = bare_span(tokens, at) {
        return Some(found);
    }
    let first = clock(tokens, at)?;
    let to = first.end;
    let joined = tokens.get(to).is_some_and(|t| t.is_dash() || t.is_any(&["to", "until", "till"]));
    let second = if joined { clock(tokens, to + 1).filter(|second| !second.plain) } else { None };
    let Some(second) = second else {
        return (!first.plain).then(|| first.time()).flatten().map(|starts| FoundTimes {
            starts,
            ends: None,
            tokens: at..first.end,
        });
    };
    // In `10 – 4pm` the first takes the second's half of the day if it is then the earlier.
    let same_half = first.afternoon.is_none() && second.afternoon.is_some() && first.hour % 12 < second.hour % 12;
    let first = Clock { afternoon: if same_half { second.afternoon } else { first.afternoon }, ..first };
    Some(FoundTimes { starts: first.time()?, ends: second.time(), tokens: at..second.end })
}

fn clock(tokens: &[TextToken<'_>], at: usize) -> Option<Clock> {
    let token = tokens.get(at)?;
    let touched = at > 0 && tokens[at - 1].touches(token) && matches!(tokens[at - 1].text, "." | ":" | "/" | "£");
    if touched {
        return None;
    }
    let (hour, minute, mut end, mut plain) = match (tokens.get(at + 1), tokens.get(at + 2)) {
        (Some(sign), Some(minutes))
            if matches!(sign.text, ":" | ".")
                && token.touches(sign)
                && sign.touches(minutes)
                && minutes.text.len() == 2 =>
        {
            (token.number(2)?, minutes.number(2)?, at + 3, false)
        }
        (Some(next), _) if token.text.len() == 4 && next.is_any(&["hrs", "hours", "h"]) => {
            let value = token.number(4)?;
            (value / 100, value % 100, at + 1, false)
        }
        _ => (token.number(2)?, 0, at + 1, true),
    };
    let mut afternoon = None;
    if let Some(next) = tokens.get(end) {
        if next.is("am") || next.is("pm") {
            (afternoon, plain, end) = (Some(next.is("pm")), false, end + 1);
        } else if next.is("noon") && hour == 12 {
            (plain, end) = (false, end + 1);
        } else if next.is_any(&["hrs", "hours", "h"]) {
            end += 1;
        }
    }
    let goes_on = |next: &TextToken<'_>| {
        tokens[end - 1].touches(next) && (next.kind != TokenKind::Sign || (plain && matches!(next.text, "/" | "%")))
    };
    if tokens.get(end).is_some_and(goes_on) || hour > 23 || minute > 59 {
        return None;
    }
    Some(Clock { hour, minute, plain, afternoon, end })
}

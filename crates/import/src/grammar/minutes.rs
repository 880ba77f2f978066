//! Approvals of earlier minutes: which sets, of which days, as written or amended.

use super::date;
use super::reference;
use super::token::{TextToken, begins};
use chrono::Datelike;
use chrono::NaiveDate;
use minutebook_domain::meeting::{MinutesEdition, MinutesOutcome};

/// The approval of one set of minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MinutesApproval {
    pub(crate) minutes_of: Option<NaiveDate>,
    pub(crate) edition: MinutesEdition,
    pub(crate) outcome: MinutesOutcome,
}

enum MinutesTerm {
    Edition(MinutesEdition),
    Of(NaiveDate),
    Outcome(MinutesOutcome),
}

/// Returns the approvals in a decision about minutes; `earlier` holds the days mentioned before it.
pub(crate) fn approvals(about: &[TextToken<'_>], held_on: NaiveDate, earlier: &[NaiveDate]) -> Vec<MinutesApproval> {
    if !about.iter().any(|t| t.is("minutes")) {
        return Vec::new();
    }
    let said = said(about, held_on);
    let mut found: Vec<MinutesApproval> = Vec::new();
    // The first approvals that still lack a day, and an outcome.
    let (mut undated, mut open) = (0, 0);
    let mut editions_of_last_day: Vec<MinutesEdition> = Vec::new();
    for word in said {
        match word {
            MinutesTerm::Edition(edition) => {
                let again = found[undated..].iter().any(|approval| approval.edition == edition);
                if !again {
                    found.push(MinutesApproval { minutes_of: None, edition, outcome: MinutesOutcome::AsWritten });
                }
            }
            MinutesTerm::Of(day) => {
                if undated == found.len() {
                    // A second day without editions repeats the editions of the first.
                    for edition in editions_of_last_day.clone() {
                        found.push(MinutesApproval { minutes_of: None, edition, outcome: MinutesOutcome::AsWritten });
                    }
                }
                editions_of_last_day = found[undated..].iter().map(|approval| approval.edition).collect();
                found[undated..].iter_mut().for_each(|approval| approval.minutes_of = Some(day));
                undated = found.len();
            }
            MinutesTerm::Outcome(outcome) => {
                found[open..].iter_mut().for_each(|approval| approval.outcome = outcome);
                open = found.len();
            }
        }
    }
    let known = found.iter().find_map(|approval| approval.minutes_of);
    let mut dated = Vec::new();
    for approval in found {
        match approval.minutes_of.or(known) {
            Some(day) => dated.push(MinutesApproval { minutes_of: Some(day), ..approval }),
            None if earlier.is_empty() => dated.push(approval),
            None => {
                dated.extend(earlier.iter().map(|day| MinutesApproval { minutes_of: Some(*day), ..approval.clone() }));
            }
        }
    }
    dated
}

fn said(about: &[TextToken<'_>], held_on: NaiveDate) -> Vec<MinutesTerm> {
    let mut said = Vec::new();
    let mut draft_before = false;
    let mut at = 0;
    while at < about.len() {
        let token = &about[at];
        let mut next = at + 1;
        if let Some(found) = date::starting(about, at) {
            next = found.tokens.end;
            said.extend(found.date.before(held_on).filter(|day| *day < held_on).map(MinutesTerm::Of));
        } else if let Some((meeting, end)) = reference::meeting(about, at, false) {
            next = end;
            said.extend(day_of(&meeting, held_on).map(MinutesTerm::Of));
        } else if token.is("confidential") {
            while about.get(next).is_some_and(|t| t.is_any(&["draft", "minutes", "meeting"])) {
                next += 1;
            }
            if draft_before {
                // `the Draft Confidential Minutes` are one set.
                said.pop();
            }
            said.push(MinutesTerm::Edition(MinutesEdition::ConfidentialDraft));
        } else if token.is("both") && begins(about, at + 1, &["sets"]) {
            said.push(MinutesTerm::Edition(MinutesEdition::Draft));
            said.push(MinutesTerm::Edition(MinutesEdition::ConfidentialDraft));
        } else if token.is("draft")
            || (token.is("minutes") && !said.iter().any(|s| matches!(s, MinutesTerm::Edition(_))))
        {
            said.push(MinutesTerm::Edition(MinutesEdition::Draft));
        } else if begins(about, at, &["as", "written"]) || token.is_any(&["true", "correct", "accurate", "without"]) {
            said.push(MinutesTerm::Outcome(MinutesOutcome::AsWritten));
        } else if begins(about, at, &["subject", "to"])
            || begins(about, at, &["as", "amended"])
            || (token.is("with") && about[next..].iter().take(6).any(is_amendment))
        {
            said.push(MinutesTerm::Outcome(MinutesOutcome::SubjectToAmendments));
        }
        draft_before = token.is("draft");
        at = next;
    }
    said
}

fn is_amendment(token: &TextToken<'_>) -> bool {
    token.is_any(&["amendment", "amendments", "change", "changes", "correction", "corrections", "edits"])
}

fn day_of(meeting: &reference::WrittenMeeting, held_on: NaiveDate) -> Option<NaiveDate> {
    (held_on.year() - 1..=held_on.year()).rev().find_map(|year| meeting.in_year(year).filter(|day| *day < held_on))
}

/// Returns the days before the meeting that a text mentions.
pub(crate) fn earlier_days(sentence: &[TextToken<'_>], held_on: NaiveDate) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = date::all(sentence)
        .into_iter()
        .filter_map(|found| found.date.before(held_on))
        .filter(|day| *day < held_on)
        .collect();
    let mut at = 0;
    while at < sentence.len() {
        match reference::meeting(sentence, at, false) {
            Some((meeting, end)) => {
                days.extend(day_of(&meeting, held_on));
                at = end;
            }
            None => at += 1,
        }
    }
    days.dedup();
    days.truncate(8);
    days
}

/// Returns the amendments that a decision states: `subject to the correction of …; and the addition of …`.
pub(crate) fn amendments(text: &str) -> Vec<&str> {
    let Some((_, said)) = text.split_once("subject to ") else { return Vec::new() };
    let introduces = |head: &str| {
        let last = head.rsplit(' ').next().unwrap_or_default();
        head.split(' ').count() <= 4 && ["amendment", "amendments", "change", "changes", "corrections"].contains(&last)
    };
    let said = said.split_once(':').filter(|(head, _)| introduces(head)).map_or(said, |(_, said)| said);
    let says_nothing =
        ["amendments", "amendment", "the amendments", "minor amendments", "the following amendments", "changes"];
    let each = said.split(';').map(|amendment| {
        let amendment = amendment.trim().trim_end_matches('.');
        amendment.strip_prefix("and ").unwrap_or(amendment)
    });
    each.filter(|said| !said.is_empty() && !says_nothing.iter().any(|empty| said.eq_ignore_ascii_case(empty))).collect()
}

/// Whether comments were received; `None` if the text does not say.
pub(crate) fn comments_received(sentence: &[TextToken<'_>]) -> Option<bool> {
    let at = sentence.iter().position(|t| t.is_any(&["comment", "comments"]))?;
    let negated = sentence[at.saturating_sub(3)..at].iter().any(|t| t.is_any(&["no", "without", "nil", "not"]));
    if negated {
        return Some(false);
    }
    let received = ["received", "made", "provided", "raised", "incorporated", "addressed"];
    let no_later = sentence[at..].iter().take(5).any(|t| t.is_any(&["not", "none"]));
    sentence.iter().any(|t| t.is_any(&received)).then_some(!no_later)
}

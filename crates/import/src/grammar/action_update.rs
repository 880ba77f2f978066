//! Updates of earlier actions: `Action SSC71/04 is complete`, `SSC71/05 was superseded by SSC72/02`.

use super::token::{TextToken, TokenKind, begins};
use super::{address, date, reference};
use crate::headlines::ActionProgress;
use chrono::NaiveDate;
use minutebook_domain::reference::{ActionRef, CommitteeCode};
use std::collections::BTreeSet;
use std::ops::Range;

/// The update of one action in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundUpdate {
    pub(crate) reference: ActionRef,
    pub(crate) progress: ActionProgress,
    /// The offset of the reference in the unit's text.
    pub(crate) offset: usize,
}

enum UpdateTerm {
    Action(ActionRef, usize),
    Progress(ActionProgress),
}

/// Returns the updates in a sentence.
pub(crate) fn updates(
    text: &str,
    sentence: &[TextToken<'_>],
    committee: &CommitteeCode,
    held_on: NaiveDate,
) -> Vec<FoundUpdate> {
    let actions = reference::actions(sentence, committee);
    if actions.is_empty() {
        return Vec::new();
    }
    let seen = seen(text, sentence, &actions, committee, held_on);
    let statuses_lead =
        matches!(seen.first(), Some(UpdateTerm::Progress(_))) && matches!(seen.last(), Some(UpdateTerm::Action(..)));
    let mut found = Vec::new();
    let mut waiting: Vec<(ActionRef, usize)> = Vec::new();
    let mut answered: Vec<(ActionRef, usize)> = Vec::new();
    let mut current: Option<ActionProgress> = None;
    for word in seen {
        match word {
            UpdateTerm::Action(reference, offset) => match (&current, statuses_lead) {
                (Some(progress), true) => found.push(FoundUpdate { reference, progress: progress.clone(), offset }),
                _ => waiting.push((reference, offset)),
            },
            UpdateTerm::Progress(progress) if statuses_lead => current = Some(progress),
            UpdateTerm::Progress(progress) => {
                if !waiting.is_empty() {
                    answered = std::mem::take(&mut waiting);
                }
                let update = |(reference, offset): &(ActionRef, usize)| FoundUpdate {
                    reference: reference.clone(),
                    progress: progress.clone(),
                    offset: *offset,
                };
                found.extend(answered.iter().take(64).map(update));
            }
        }
    }
    // `remains open, now due 12 October` is one update, the second.
    let told: BTreeSet<ActionRef> = found
        .iter()
        .filter(|update| update.progress != ActionProgress::Ongoing)
        .map(|update| update.reference.clone())
        .collect();
    found.retain(|update| update.progress != ActionProgress::Ongoing || !told.contains(&update.reference));
    found
}

fn seen(
    text: &str,
    sentence: &[TextToken<'_>],
    actions: &[(ActionRef, Range<usize>)],
    committee: &CommitteeCode,
    held_on: NaiveDate,
) -> Vec<UpdateTerm> {
    let mut seen = Vec::new();
    let mut actions = actions.iter().peekable();
    let mut at = 0;
    while at < sentence.len() {
        if let Some((reference, range)) = actions.next_if(|(_, range)| range.start <= at) {
            if range.start == at {
                seen.push(UpdateTerm::Action(reference.clone(), sentence[at].start));
            }
            at = at.max(range.end);
        } else if let Some((progress, end)) = progress(text, sentence, at, committee, held_on) {
            // `complete or on target` is ambiguous for a single action.
            let doubtful = at > 0 && sentence[at - 1].is("or") && matches!(seen.last(), Some(UpdateTerm::Progress(_)));
            if !doubtful {
                seen.push(UpdateTerm::Progress(progress));
            }
            at = end.max(at + 1);
        } else {
            at += 1;
        }
    }
    seen
}

/// Returns the progress stated at this token, and the token after it.
pub(crate) fn progress(
    text: &str,
    words: &[TextToken<'_>],
    at: usize,
    committee: &CommitteeCode,
    held_on: NaiveDate,
) -> Option<(ActionProgress, usize)> {
    let token = &words[at];
    let before = |n: usize| at.checked_sub(n).map(|at| &words[at]);
    let negated = (1..=2).any(|n| before(n).is_some_and(|t| t.is_any(&["not", "never", "t"])));
    let infinitive = before(1).is_some_and(|t| t.is("to"));
    let later = |from: usize| {
        let reach = words.len().min(from + 9);
        (from..reach).find_map(|at| date::starting(words, at)).and_then(|found| found.date.after(held_on))
    };
    let by = |from: usize| {
        let reach = words.len().min(from + 5);
        (from..reach).find_map(|at| reference::action(words, at, committee))
    };
    if infinitive && !token.is_any(&["carried"]) {
        return None;
    }
    if token.is_any(&["superseded", "replaced", "merged"])
        && let Some((by, end)) = by(at + 1)
    {
        return Some((ActionProgress::Superseded(by), end));
    }
    let now_due = begins(words, at, &["now", "due"]) || begins(words, at, &["new", "due", "date"]);
    if now_due && let Some(to) = later(at + 1) {
        return Some((ActionProgress::DueDateMoved(to), at + 2));
    }
    let due_moved = token.is_any(&["moved", "extended", "revised", "changed", "amended", "postponed"]);
    if due_moved
        && words.get(at + 1).is_some_and(|t| t.is_any(&["to", "until", "from"]))
        && let Some(to) = later(at + 1)
    {
        return Some((ActionProgress::DueDateMoved(to), at + 2));
    }
    if token.is_any(&["reassigned", "transferred"]) && begins(words, at + 1, &["to"]) {
        let end = (at + 2..words.len()).find(|at| matches!(words[*at].text, "." | ";" | ",")).unwrap_or(words.len());
        let names = text.get(words.get(at + 2)?.start..words[end - 1].end())?;
        return Some((ActionProgress::Reassigned(super::action::owners_in(names)?), end));
    }
    let (progress, end) = if token.is_any(&["complete", "completed", "closed", "discharged", "done"]) {
        (if negated { ActionProgress::Ongoing } else { ActionProgress::Complete }, at + 1)
    } else if begins(words, at, &["on", "target"]) || begins(words, at, &["on", "track"]) {
        (if negated { ActionProgress::Overdue } else { ActionProgress::OnTarget }, at + 2)
    } else if token.is("overdue") {
        (if negated { ActionProgress::Ongoing } else { ActionProgress::Overdue }, at + 1)
    } else if token.is("withdrawn") || token.is("cancelled") {
        (ActionProgress::Withdrawn, at + 1)
    } else if token.is("carried") && words.get(at + 1).is_some_and(|t| t.is_any(&["forward", "over"])) {
        (ActionProgress::CarriedForward(later(at + 2).filter(|to| *to > held_on)), at + 2)
    } else if begins(words, at, &["c", "/", "f"]) {
        (ActionProgress::CarriedForward(later(at + 3)), at + 3)
    } else if token.is("reopened") || begins(words, at, &["re", "-", "opened"]) {
        (ActionProgress::Reopened, at + 1)
    } else if token.is_any(&["ongoing", "open", "outstanding"]) || begins(words, at, &["in", "progress"]) {
        // `outstanding actions` names actions; `is outstanding` gives a status.
        let after_sign = |t: &TextToken<'_>| t.text == ":" || t.is_dash() || t.kind == TokenKind::Number;
        let said = at == 0
            || before(1).is_some_and(after_sign)
            || before(1).is_some_and(|t| t.is_any(&["is", "are", "remains", "remain", "still", "as", "was", "were"]));
        return said.then_some((ActionProgress::Ongoing, at + 1));
    } else {
        return None;
    };
    Some((progress, end))
}

/// Returns what a sentence states of all actions at once: `All outstanding actions were marked as complete or on
/// target for completion`.
pub(crate) fn of_all_actions(sentence: &[TextToken<'_>]) -> Option<&'static str> {
    let all = sentence.iter().position(|t| t.is("all"))?;
    let noun = (all..sentence.len().min(all + 5)).find(|at| sentence[*at].is("actions"))?;
    let after = &sentence[noun..];
    // A statement with an exception does not cover all actions.
    let but = after.iter().any(|t| t.is_any(&["except", "excepting", "bar", "exception", "apart", "unless"]));
    if but || (0..after.len()).any(|at| begins(after, at, &["other", "than"])) {
        return None;
    }
    let complete = after.iter().any(|t| t.is_any(&["complete", "completed", "closed"]));
    let on_target =
        (0..after.len()).any(|at| begins(after, at, &["on", "target"]) || begins(after, at, &["on", "track"]));
    match (complete, on_target) {
        (true, true) => Some("complete or on target"),
        (true, false) => Some("complete"),
        (false, true) => Some("on target"),
        (false, false) => None,
    }
}

/// Returns the day to which a sentence puts something off without a decision: `will be considered at SSC on 13 March`.
pub(crate) fn put_off_to(sentence: &[TextToken<'_>], held_on: NaiveDate, next: Option<NaiveDate>) -> Option<NaiveDate> {
    let later = [
        "considered",
        "discussed",
        "reviewed",
        "presented",
        "revisited",
        "taken",
        "brought",
        "determined",
        "decided",
        "agreed",
        "deferred",
        "tabled",
        "provided",
        "returned",
    ];
    let at = sentence.iter().position(|t| t.is_any(&later))?;
    let will = sentence[at.saturating_sub(3)..at].iter().any(|t| t.is_any(&["be", "was", "been", "were", "is"]));
    let future = sentence[at.saturating_sub(5)..at].iter().any(|t| t.is_any(&["will", "shall", "to"]))
        || sentence[at].is("deferred");
    let meets = |t: &TextToken<'_>| t.is_any(&["meeting", "at", "until", "to"]);
    if !will || !future || !sentence[at..].iter().any(meets) {
        return None;
    }
    address::deferred_to(&sentence[at..], held_on, next)
}

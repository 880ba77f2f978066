//! What a status cell says, in the words of committees: `Open`, `On target`, `Closed 13/03/2019`, `Superseded by
//! SSC72/02`, or a colour.

use super::day;
use crate::grammar::action_update::progress;
use crate::grammar::token::tokens;
use crate::headlines::ActionProgress;
use chrono::NaiveDate;
use minutebook_domain::reference::CommitteeCode;

/// What would be accepted.
pub(crate) const ACCEPTED: &str = "Open, Outstanding, Ongoing, In progress, On target, Overdue, Complete, Closed, \
    Withdrawn, Carried forward, Reopened, or `Superseded by` a reference";

/// A status cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct StatusCell {
    /// Where the action stands; `None` if that was not understood.
    pub(crate) progress: Option<ActionProgress>,
    /// The day that the cell names.
    pub(crate) on: Option<NaiveDate>,
    /// Whether the cell says more than a status and a day, and its words are to be kept.
    pub(crate) says_more: bool,
}

/// The whole cell is one of these.
const PHRASES: [(&[&str], ActionProgress); 6] = [
    (
        &[
            "open",
            "outstanding",
            "ongoing",
            "on going",
            "in progress",
            "live",
            "active",
            "new",
            "not started",
            "started",
            "not yet due",
            "not due",
            "underway",
            "under way",
            "wip",
            "work in progress",
            "pending",
            "amber",
            "red",
            "a",
            "r",
            "o",
            "incomplete",
            "not complete",
            "yellow",
        ],
        ActionProgress::Ongoing,
    ),
    (
        &["on target", "on track", "on schedule", "green", "g", "open on target", "outstanding on target"],
        ActionProgress::OnTarget,
    ),
    (
        &["overdue", "late", "delayed", "behind schedule", "open overdue", "outstanding overdue"],
        ActionProgress::Overdue,
    ),
    (
        &[
            "complete",
            "completed",
            "closed",
            "close",
            "done",
            "discharged",
            "implemented",
            "finished",
            "c",
            "blue",
            "b",
            "closed complete",
            "complete closed",
            "action closed",
            "action complete",
            "yes",
            "y",
            "100",
        ],
        ActionProgress::Complete,
    ),
    (
        &["withdrawn", "cancelled", "canceled", "no longer required", "not required", "void", "dropped"],
        ActionProgress::Withdrawn,
    ),
    (&["reopened", "re opened"], ActionProgress::Reopened),
];

/// Words that show a status not to be what it names: `Proposed for closure`, `Part complete`.
const DOUBTS: [&str; 12] = [
    "part",
    "partly",
    "partially",
    "nearly",
    "almost",
    "proposed",
    "propose",
    "ready",
    "awaiting",
    "recommend",
    "hold",
    "if",
];

/// Reads a status cell.
pub(crate) fn read(text: &str, committee: &CommitteeCode, from: NaiveDate) -> StatusCell {
    let on = day::last(text, Some(from));
    let words = tokens(text, 0);
    let plain: Vec<String> =
        words.iter().map(|t| t.text.to_lowercase()).filter(|t| t.chars().all(char::is_alphanumeric)).collect();
    let plain = plain.join(" ");
    if let Some((_, found)) = PHRASES.iter().find(|(phrases, _)| phrases.contains(&plain.as_str())) {
        return StatusCell { progress: Some(found.clone()), on, says_more: false };
    }
    let says_more = words.len() > 8;
    if words.iter().any(|t| t.is_any(&DOUBTS)) {
        return StatusCell { progress: None, on, says_more: true };
    }
    if plain == "c f" || plain.starts_with("c f ") {
        return StatusCell { progress: Some(ActionProgress::CarriedForward(on)), on: None, says_more };
    }
    let all = (0..words.len()).filter_map(|at| Some(progress(text, &words, at, committee, from)?.0));
    // `Closed – superseded by SSC72/02` says twice that it is at its end, and once why.
    let telling = |found: &ActionProgress| match found {
        ActionProgress::Superseded(_) => 5,
        ActionProgress::Withdrawn => 4,
        ActionProgress::Complete => 3,
        ActionProgress::CarriedForward(_) | ActionProgress::Reopened => 2,
        ActionProgress::Ongoing => 0,
        _ => 1,
    };
    let found = all.max_by_key(telling);
    let on = on.filter(|_| found.as_ref().is_some_and(ActionProgress::ends_it));
    // `Superseded` alone does not say by what: that is no status the record can hold.
    let named = names_supersession(text);
    let found = found.filter(|found| !named || matches!(found, ActionProgress::Superseded(_)));
    StatusCell { says_more: says_more || found.is_none(), progress: found, on }
}

/// Whether the cell says that something else took the action's place, even if not what.
pub(crate) fn names_supersession(text: &str) -> bool {
    tokens(text, 0).iter().any(|t| t.is_any(&["superseded", "replaced", "merged"]))
}

/// What took the action's place, if a text says it: `Superseded by TSC44/01.`
pub(crate) fn superseded_by(text: &str, committee: &CommitteeCode, from: NaiveDate) -> Option<ActionProgress> {
    read(text, committee, from).progress.filter(|found| matches!(found, ActionProgress::Superseded(_)))
}

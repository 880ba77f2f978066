//! Status cells in the words of committees: `Open`, `On target`, `Closed 13/03/2019`, `Superseded by SSC72/02`, or a
//! colour.

use super::cell_date;
use crate::grammar::action_update::progress;
use crate::grammar::token::tokens;
use crate::headlines::ActionProgress;
use chrono::NaiveDate;
use minutebook_domain::reference::CommitteeCode;

/// The accepted words, for findings.
pub(crate) const ACCEPTED: &str = "Open, Outstanding, Ongoing, In progress, On target, Overdue, Complete, Closed, \
    Withdrawn, Carried forward, Reopened, or `Superseded by` a reference";

/// A status cell, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct StatusCell {
    /// The state of the action; `None` if the cell was not understood.
    pub(crate) progress: Option<ActionProgress>,
    /// The day that the cell names.
    pub(crate) on: Option<NaiveDate>,
    /// Whether the cell says more than a status and a day, so that its words are kept as a note.
    pub(crate) says_more: bool,
}

/// Cells that consist of nothing else.
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

/// Words that qualify a status: `Proposed for closure`, `Part complete`.
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
    let on = cell_date::last(text, Some(from));
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
    // `Closed – superseded by SSC72/02` states the end twice; the reason counts.
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
    // `Superseded` without the other action's reference cannot be recorded.
    let named = names_supersession(text);
    let found = found.filter(|found| !named || matches!(found, ActionProgress::Superseded(_)));
    StatusCell { says_more: says_more || found.is_none(), progress: found, on }
}

/// Whether the cell says that something replaced the action, even without saying what.
pub(crate) fn names_supersession(text: &str) -> bool {
    tokens(text, 0).iter().any(|t| t.is_any(&["superseded", "replaced", "merged"]))
}

/// Returns the replacement that a text names: `Superseded by TSC44/01.`
pub(crate) fn superseded_by(text: &str, committee: &CommitteeCode, from: NaiveDate) -> Option<ActionProgress> {
    read(text, committee, from).progress.filter(|found| matches!(found, ActionProgress::Superseded(_)))
}

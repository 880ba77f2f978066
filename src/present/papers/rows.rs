//! The columns of a paper's tables, and the rows of each list.

use super::{PaperCell, PaperColumn};
use crate::present::table::{Column, Tone};
use crate::present::times::date;
use crate::query::actions::ActionView;
use crate::query::decisions::DecisionView;
use crate::query::deferrals::DeferralView;
use crate::query::list::{joined, text};
use crate::query::matters::MatterView;
use crate::query::meetings::ItemView;
use crate::query::minutes::MinutesView;
use minutebook_domain::comparison::is_same_name;
use minutebook_domain::reference::Name;

const fn column(column: Column, share: usize) -> PaperColumn {
    PaperColumn { column, share }
}

pub(super) const ITEMS: &[PaperColumn] = &[column(Column::whole("Item"), 1), column(Column::text("Title"), 9)];

pub(super) fn item(item: &ItemView) -> Vec<PaperCell> {
    vec![PaperCell::plain(item.number.to_string()), PaperCell::marked(item.title.as_str(), item.classification)]
}

pub(super) const MINUTES: &[PaperColumn] = &[
    column(Column::whole("Meeting"), 3),
    column(Column::whole("Held"), 2),
    column(Column::words("Edition"), 4),
    column(Column::whole("Drafted"), 2),
];

pub(super) fn minutes(minutes: &MinutesView) -> Vec<PaperCell> {
    vec![
        PaperCell::plain(text(minutes.meeting.as_ref())),
        PaperCell::plain(date(Some(minutes.held_on))),
        PaperCell::plain(text(minutes.edition.as_ref())),
        PaperCell::plain(date(minutes.drafted_on)),
    ]
}

pub(super) const MATTERS: &[PaperColumn] = &[column(Column::whole("Item"), 1), column(Column::text("Matter"), 9)];

pub(super) fn matter(matter: &MatterView) -> Vec<PaperCell> {
    let mark = Some(matter.classification);
    vec![PaperCell::plain(text(matter.item.as_ref())), PaperCell::marked(matter.text.as_str(), mark)]
}

pub(super) const DEFERRALS: &[PaperColumn] = &[
    column(Column::whole("Reference"), 4),
    column(Column::text("What was deferred"), 6),
    column(Column::whole("By"), 4),
    column(Column::whole("To"), 3),
];

pub(super) fn deferral(deferral: &DeferralView) -> Vec<PaperCell> {
    vec![
        PaperCell::plain(&deferral.reference),
        PaperCell::marked(&deferral.text, deferral.classification),
        PaperCell::plain(deferral.meeting.to_string()),
        PaperCell::plain(date(deferral.deferred_to)),
    ]
}

pub(super) const RECOMMENDATIONS: &[PaperColumn] = &[
    column(Column::whole("Decision"), 4),
    column(Column::text("What was recommended"), 6),
    column(Column::names("To"), 4),
    column(Column::whole("Decided"), 3),
];

pub(super) fn recommendation(decision: &DecisionView) -> Vec<PaperCell> {
    vec![
        PaperCell::plain(decision.id.to_string()),
        PaperCell::marked(decision.text.as_str(), Some(decision.classification)),
        PaperCell::plain(text(decision.recommended_to.as_ref())),
        PaperCell::plain(date(Some(decision.decided_on))),
    ]
}

/// Actions with their owners.
pub(super) const ACTIONS: &[PaperColumn] = &[
    column(Column::whole("Action"), 5),
    column(Column::text("What is to be done"), 12),
    column(Column::names("Owner"), 6),
    column(Column::whole("Due"), 5),
    column(Column::words("Status"), 4),
];

pub(super) fn action(action: &ActionView) -> Vec<PaperCell> {
    vec![
        PaperCell::plain(action.reference.to_string()),
        PaperCell::marked(action.text.as_str(), Some(action.classification)),
        PaperCell::plain(joined(&action.owners)),
        PaperCell::plain(date(action.due_on)),
        status(action),
    ]
}

/// The actions of one owner.
pub(super) const OF_ONE: &[PaperColumn] = &[ACTIONS[0], ACTIONS[1], ACTIONS[3], ACTIONS[4]];

/// The actions of one owner, each with the others who share it.
pub(super) const SHARED: &[PaperColumn] =
    &[ACTIONS[0], ACTIONS[1], column(Column::names("With"), 5), ACTIONS[3], ACTIONS[4]];

pub(super) fn of_owner(of: &ActionView, owner: Option<&Name>, is_shared: bool) -> Vec<PaperCell> {
    let is_owner = |name: &Name| owner.is_some_and(|owner| is_same_name(owner.as_str(), name.as_str()));
    let others: Vec<&Name> = of.owners.iter().filter(|name| !is_owner(name)).collect();
    let mut cells = action(of);
    cells[2] = PaperCell::plain(joined(&others));
    if !is_shared {
        cells.remove(2);
    }
    cells
}

/// Outstanding actions are overdue, on target or without a date.
fn status(action: &ActionView) -> PaperCell {
    let words = match (action.progress, action.closed_on) {
        (Some(progress), _) => progress.to_string(),
        (None, None) => "no date".to_owned(),
        (None, closed_on) => format!("{} {}", action.status, date(closed_on)).trim_end().to_owned(),
    };
    PaperCell { text: words, mark: None, tone: if action.overdue { Tone::Alert } else { Tone::Plain } }
}

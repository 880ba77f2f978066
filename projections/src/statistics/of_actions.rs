//! Actions opened, closed, outstanding and overdue, by month and by owner.

use super::Month;
use crate::actions::ActionRow;
use chrono::NaiveDate;
use minutebook_domain::action::ActionStatus;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::{ActionRef, Name};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The actions at the end of a month.
#[derive(Debug, Clone)]
pub struct MonthEnd {
    /// The month's last day, or an earlier one that is asked about.
    pub day: NaiveDate,
    /// Every action, as it stood at the end of that day.
    pub rows: Vec<ActionRow>,
}

/// What is counted of some actions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionFigures {
    /// Those that were raised: in the month, or at all.
    pub opened: u32,
    /// Those completed, withdrawn or superseded, by the day that was so. One that was reopened since is not closed.
    pub closed: u32,
    /// Those still to be done at the end.
    pub outstanding: u32,
    /// Those of them whose due date is before the day it was then.
    pub overdue: u32,
}

/// What is counted of a month's actions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonthFigures {
    /// The month.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9]{4}-[0-9]{2}$", example = "2019-02"))]
    pub month: Month,
    /// What was raised and closed in it; what was outstanding and overdue at its end.
    #[serde(flatten)]
    pub figures: ActionFigures,
}

/// What is counted of an owner's actions. An action of two owners counts for each.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnerFigures {
    /// Who; none for actions without an owner.
    pub owner: Option<Name>,
    /// What is counted.
    #[serde(flatten)]
    pub figures: ActionFigures,
    /// The days from raising to closing, of those that are closed: their median.
    pub median_days_to_close: Option<f64>,
    /// How often a due date was moved, of all of them.
    pub due_date_moves: u32,
}

/// Statistics of actions.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionStatistics {
    /// What is counted of all actions.
    #[serde(flatten)]
    pub total: ActionFigures,
    /// The days from raising to closing, of those that are closed: their median.
    pub median_days_to_close: Option<f64>,
    /// How often a due date was moved.
    pub due_date_moves: u32,
    /// By month.
    pub by_month: Vec<MonthFigures>,
    /// By owner, by name.
    pub by_owner: Vec<OwnerFigures>,
}

/// What is counted of the actions in `rows`, as they stood at the end of `day`. `ends` are the ends of the months to be
/// listed. An action that the reader may not see now is not counted at the end of an earlier month either.
pub fn action_statistics(
    rows: &[ActionRow],
    day: NaiveDate,
    ends: &[MonthEnd],
    clearance: Clearance,
) -> ActionStatistics {
    let visible = |row: &&ActionRow| row.text.disclose(clearance).is_some();
    let rows: Vec<&ActionRow> = rows.iter().filter(visible).collect();
    let known: BTreeSet<&ActionRef> = rows.iter().map(|row| &row.reference).collect();
    let by_month = ends.iter().map(|end| {
        let month = Month::of(end.day);
        let then = end.rows.iter().filter(visible).filter(|row| known.contains(&row.reference));
        let (outstanding, overdue) = outstanding(then, end.day);
        let within = |on: NaiveDate| Month::of(on) == month;
        let opened = count(rows.iter().filter(|row| within(row.raised_on)));
        let closed = count(rows.iter().filter(|row| row.closed_on.is_some_and(within)));
        MonthFigures { month, figures: ActionFigures { opened, closed, outstanding, overdue } }
    });
    ActionStatistics {
        by_month: by_month.collect(),
        by_owner: by_owner(&rows, day),
        total: figures(&rows, day),
        median_days_to_close: median_days_to_close(&rows),
        due_date_moves: rows.iter().map(|row| row.due_date_moves).sum(),
    }
}

fn by_owner(rows: &[&ActionRow], day: NaiveDate) -> Vec<OwnerFigures> {
    let mut owners: BTreeMap<Option<&Name>, Vec<&ActionRow>> = BTreeMap::new();
    for row in rows {
        let named: BTreeSet<Option<&Name>> = row.owners.iter().map(Some).collect();
        let named = if named.is_empty() { BTreeSet::from([None]) } else { named };
        for owner in named {
            owners.entry(owner).or_default().push(row);
        }
    }
    let figures = owners.into_iter().map(|(owner, rows)| OwnerFigures {
        owner: owner.cloned(),
        figures: figures(&rows, day),
        median_days_to_close: median_days_to_close(&rows),
        due_date_moves: rows.iter().map(|row| row.due_date_moves).sum(),
    });
    figures.collect()
}

fn figures(rows: &[&ActionRow], day: NaiveDate) -> ActionFigures {
    let (outstanding, overdue) = outstanding(rows.iter().copied(), day);
    let closed = count(rows.iter().filter(|row| row.closed_on.is_some()));
    ActionFigures { opened: count(rows.iter()), closed, outstanding, overdue }
}

/// How many are outstanding, and how many of them overdue on that day. What is due on a day is late the day after.
fn outstanding<'a>(rows: impl Iterator<Item = &'a ActionRow>, day: NaiveDate) -> (u32, u32) {
    let outstanding: Vec<_> = rows.filter(|row| row.status == ActionStatus::Outstanding).collect();
    let overdue = outstanding.iter().filter(|row| row.due_on.is_some_and(|due| due < day));
    (count(outstanding.iter()), count(overdue))
}

/// The middle number of days from raising to closing; of an even number, the mean of the middle two.
fn median_days_to_close(rows: &[&ActionRow]) -> Option<f64> {
    let days = rows.iter().filter_map(|row| Some((row.closed_on? - row.raised_on).num_days()));
    let mut days: Vec<i32> = days.map(|days| i32::try_from(days).unwrap_or(i32::MAX)).collect();
    days.sort_unstable();
    let upper = *days.get(days.len() / 2)?;
    let lower = days[(days.len() - 1) / 2];
    Some(f64::midpoint(f64::from(lower), f64::from(upper)))
}

fn count<T>(rows: impl Iterator<Item = T>) -> u32 {
    u32::try_from(rows.count()).unwrap_or(u32::MAX)
}

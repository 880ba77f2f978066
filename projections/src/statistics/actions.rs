//! Actions opened, closed, outstanding and overdue, by month and by owner.

use super::Month;
use crate::actions::ActionRow;
use chrono::NaiveDate;
use minutebook_domain::action::ActionStatus;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::{ActionRef, Name};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The number of actions at the end of a month. It holds no row: a long list of months takes no more memory than a short
/// one.
#[derive(Debug, Clone, Copy)]
pub struct MonthEnd {
    day: NaiveDate,
    outstanding: u32,
    overdue: u32,
}

impl MonthEnd {
    /// Counts the actions as of the end of `day`: the last day of a month, or the requested day in the current month. An
    /// action counts if the reader may see it now, which `known` tells, and then.
    pub fn count(day: NaiveDate, rows: &[ActionRow], known: &CountedActions, clearance: Clearance) -> Self {
        let visible = rows.iter().filter(|row| row.text.disclose(clearance).is_some());
        let (outstanding, overdue) = outstanding(visible.filter(|row| known.0.contains(&row.reference)), day);
        Self { day, outstanding, overdue }
    }
}

/// The actions that a reader may see at the requested moment.
#[derive(Debug, Clone)]
pub struct CountedActions(HashSet<ActionRef>);

impl CountedActions {
    /// Returns the actions in `rows` that the clearance may see.
    pub fn of(rows: &[ActionRow], clearance: Clearance) -> Self {
        let visible = rows.iter().filter(|row| row.text.disclose(clearance).is_some());
        Self(visible.map(|row| row.reference.clone()).collect())
    }
}

/// Numbers of actions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionCounts {
    /// The number of actions raised, within the month if there is one.
    pub opened: u32,
    /// The number of actions completed, withdrawn or superseded, and not reopened since.
    pub closed: u32,
    /// The number of actions outstanding at the end.
    pub outstanding: u32,
    /// The number of outstanding actions past their due date at the end.
    pub overdue: u32,
}

/// Numbers of actions in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonthlyActions {
    /// The month.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9]{4}-[0-9]{2}$", example = "2019-02"))]
    pub month: Month,
    /// Actions raised and closed in the month, and outstanding and overdue at its end.
    #[serde(flatten)]
    pub figures: ActionCounts,
}

/// Numbers of one owner's actions. An action with two owners counts for each of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnerActions {
    /// The owner; null for actions without one.
    pub owner: Option<Name>,
    /// The numbers of actions.
    #[serde(flatten)]
    pub figures: ActionCounts,
    /// The median number of days from raising to closing, over closed actions.
    pub median_days_to_close: Option<f64>,
    /// How many times their due dates were moved, in total.
    pub due_date_moves: u32,
}

/// Statistics of actions.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActionStatistics {
    /// The numbers over all actions.
    #[serde(flatten)]
    pub total: ActionCounts,
    /// The median number of days from raising to closing, over closed actions.
    pub median_days_to_close: Option<f64>,
    /// How many times due dates were moved, in total.
    pub due_date_moves: u32,
    /// The numbers by month, in order.
    pub by_month: Vec<MonthlyActions>,
    /// The numbers by owner, in the order of their names.
    pub by_owner: Vec<OwnerActions>,
}

/// Counts the actions in `rows` as of the end of `day`, and those at the `ends` of months. An action that the reader may
/// not see at `day` does not count in earlier months either.
pub fn action_statistics(
    rows: &[ActionRow],
    day: NaiveDate,
    ends: &[MonthEnd],
    clearance: Clearance,
) -> ActionStatistics {
    let visible = |row: &&ActionRow| row.text.disclose(clearance).is_some();
    let rows: Vec<&ActionRow> = rows.iter().filter(visible).collect();
    let mut opened_in: BTreeMap<Month, u32> = BTreeMap::new();
    let mut closed_in: BTreeMap<Month, u32> = BTreeMap::new();
    for row in &rows {
        *opened_in.entry(Month::of(row.raised_on)).or_default() += 1;
        if let Some(closed_on) = row.closed_on {
            *closed_in.entry(Month::of(closed_on)).or_default() += 1;
        }
    }
    let by_month = ends.iter().map(|end| {
        let MonthEnd { day, outstanding, overdue } = *end;
        let month = Month::of(day);
        let of_month = |counts: &BTreeMap<Month, u32>| counts.get(&month).copied().unwrap_or_default();
        let (opened, closed) = (of_month(&opened_in), of_month(&closed_in));
        MonthlyActions { month, figures: ActionCounts { opened, closed, outstanding, overdue } }
    });
    ActionStatistics {
        by_month: by_month.collect(),
        by_owner: by_owner(&rows, day),
        total: figures(&rows, day),
        median_days_to_close: median_days_to_close(&rows),
        due_date_moves: rows.iter().map(|row| row.due_date_moves).sum(),
    }
}

fn by_owner(rows: &[&ActionRow], day: NaiveDate) -> Vec<OwnerActions> {
    let mut owners: BTreeMap<Option<&Name>, Vec<&ActionRow>> = BTreeMap::new();
    for row in rows {
        let named: BTreeSet<Option<&Name>> = row.owners.iter().map(Some).collect();
        let named = if named.is_empty() { BTreeSet::from([None]) } else { named };
        for owner in named {
            owners.entry(owner).or_default().push(row);
        }
    }
    let figures = owners.into_iter().map(|(owner, rows)| OwnerActions {
        owner: owner.cloned(),
        figures: figures(&rows, day),
        median_days_to_close: median_days_to_close(&rows),
        due_date_moves: rows.iter().map(|row| row.due_date_moves).sum(),
    });
    figures.collect()
}

fn figures(rows: &[&ActionRow], day: NaiveDate) -> ActionCounts {
    let (outstanding, overdue) = outstanding(rows.iter().copied(), day);
    let closed = count(rows.iter().filter(|row| row.closed_on.is_some()));
    ActionCounts { opened: count(rows.iter()), closed, outstanding, overdue }
}

/// Returns the numbers of outstanding and of overdue actions on a day. An action is overdue from the day after its due
/// date.
fn outstanding<'a>(rows: impl Iterator<Item = &'a ActionRow>, day: NaiveDate) -> (u32, u32) {
    let outstanding: Vec<_> = rows.filter(|row| row.status == ActionStatus::Outstanding).collect();
    let overdue = outstanding.iter().filter(|row| row.due_on.is_some_and(|due| due < day));
    (count(outstanding.iter()), count(overdue))
}

/// Returns the median number of days from raising to closing: the mean of the middle two for an even number.
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

//! Actions opened, closed, outstanding and overdue, by month and by owner.
//!
//! Each figure is a number that changes at known moments: it is kept as the series of its changes and read off at any
//! moment. An action becomes overdue by its due date, without an event; that moment is known beforehand, and ends with the
//! span that has the due date. So an event that is recorded late changes the figures from its own time on by itself.

use super::Month;
use super::calendar::Calendar;
use super::series::{Series, ValueSeries, changes};
use super::span::{CountedAction, CountedSpan};
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::Name;
use serde::Serialize;
use std::collections::BTreeMap;

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

/// The figures of a set of actions over time, as a reader knows them.
#[derive(Debug, Clone, Default)]
pub struct ActionTally {
    total: GroupTally,
    owners: BTreeMap<Option<Name>, GroupTally>,
    opened_in: BTreeMap<Month, Series>,
    closed_in: BTreeMap<Month, Series>,
}

/// The figures of one group of actions over time.
#[derive(Debug, Clone, Default)]
struct GroupTally {
    opened: Series,
    closed: Series,
    outstanding: Series,
    overdue: Series,
    due_date_moves: Series,
    days_to_close: ValueSeries,
}

/// The changes that a [`GroupTally`] sums up.
#[derive(Default)]
struct GroupChanges {
    opened: Vec<(i64, i32)>,
    closed: Vec<(i64, i32)>,
    outstanding: Vec<(i64, i32)>,
    overdue: Vec<(i64, i32)>,
    due_date_moves: Vec<(i64, i32)>,
    days_to_close: Vec<(i64, i32, i32)>,
}

impl ActionTally {
    /// Sums up the spans of a set of actions, all of each action.
    ///
    /// An action that the reader may know of at one moment is known at every later one, with a text of the same mark: so the
    /// figures of an earlier month are those of the actions that count today.
    pub fn of<'s>(
        spans: impl IntoIterator<Item = &'s CountedSpan<CountedAction>>,
        clearance: Clearance,
        calendar: &mut Calendar,
    ) -> Self {
        let mut total = GroupChanges::default();
        let mut owners: BTreeMap<Option<&Name>, GroupChanges> = BTreeMap::new();
        let mut opened_in: BTreeMap<Month, Vec<(i64, i32)>> = BTreeMap::new();
        let mut closed_in: BTreeMap<Month, Vec<(i64, i32)>> = BTreeMap::new();
        for span in spans.into_iter().filter(|span| span.counts_for(clearance)) {
            let action = &span.value;
            opened_in.entry(Month::of(action.raised_on)).or_default().extend(changes(span.valid.clone(), 1));
            if let Some(closed_on) = action.closed_on {
                closed_in.entry(Month::of(closed_on)).or_default().extend(changes(span.valid.clone(), 1));
            }
            let overdue_from = action.due_on.map(|due| calendar.after(due).max(span.valid.start));
            total.add(span, overdue_from);
            for owner in action.owners.iter() {
                owners.entry(Some(owner)).or_default().add(span, overdue_from);
            }
            if action.owners.is_empty() {
                owners.entry(None).or_default().add(span, overdue_from);
            }
        }
        let summed = |changes: BTreeMap<Month, Vec<(i64, i32)>>| {
            changes.into_iter().map(|(month, changes)| (month, Series::of(changes))).collect()
        };
        Self {
            total: total.tally(),
            owners: owners.into_iter().map(|(owner, changes)| (owner.cloned(), changes.tally())).collect(),
            opened_in: summed(opened_in),
            closed_in: summed(closed_in),
        }
    }

    /// Returns the statistics at a moment, with at most `months` months back from it.
    pub fn at(&self, moment: i64, calendar: &mut Calendar, months: usize) -> ActionStatistics {
        let today = calendar.day_of(moment);
        // Where clocks go back over midnight, a day goes on after its end.
        let due_by = moment.min(calendar.end_of(today));
        let mut by_month = Vec::new();
        if let Some(first) = self.opened_in.iter().find(|(_, opened)| opened.at(moment) > 0).map(|(month, _)| *month) {
            for end in calendar.month_ends(first, today, months) {
                let of_month =
                    |series: &BTreeMap<Month, Series>| series.get(&end.month).map_or(0, |series| series.at(moment));
                let ended = end.moment.min(moment);
                let figures = ActionCounts {
                    opened: of_month(&self.opened_in),
                    closed: of_month(&self.closed_in),
                    outstanding: self.total.outstanding.at(ended),
                    overdue: self.total.overdue.at(ended.min(due_by)),
                };
                by_month.push(MonthlyActions { month: end.month, figures });
            }
        }
        let by_owner = self.owners.iter().filter_map(|(owner, tally)| {
            let figures = tally.counts(moment, due_by);
            (figures.opened > 0).then(|| OwnerActions {
                owner: owner.clone(),
                figures,
                median_days_to_close: tally.days_to_close.median(moment),
                due_date_moves: tally.due_date_moves.at(moment),
            })
        });
        ActionStatistics {
            by_owner: by_owner.collect(),
            total: self.total.counts(moment, due_by),
            median_days_to_close: self.total.days_to_close.median(moment),
            due_date_moves: self.total.due_date_moves.at(moment),
            by_month,
        }
    }
}

impl GroupTally {
    fn counts(&self, moment: i64, due_by: i64) -> ActionCounts {
        ActionCounts {
            opened: self.opened.at(moment),
            closed: self.closed.at(moment),
            outstanding: self.outstanding.at(moment),
            overdue: self.overdue.at(due_by),
        }
    }
}

impl GroupChanges {
    fn add(&mut self, span: &CountedSpan<CountedAction>, overdue_from: Option<i64>) {
        let action = &span.value;
        self.opened.extend(changes(span.valid.clone(), 1));
        if action.outstanding {
            self.outstanding.extend(changes(span.valid.clone(), 1));
            if let Some(from) = overdue_from.filter(|from| *from < span.valid.end) {
                self.overdue.extend(changes(from..span.valid.end, 1));
            }
        }
        if let Some(closed_on) = action.closed_on {
            self.closed.extend(changes(span.valid.clone(), 1));
            let days = i32::try_from((closed_on - action.raised_on).num_days()).unwrap_or(i32::MAX);
            let changes = changes(span.valid.clone(), 1);
            self.days_to_close.extend(changes.map(|(moment, more)| (moment, days, more)));
        }
        if action.due_date_moves > 0 {
            let moves = i32::try_from(action.due_date_moves).unwrap_or(i32::MAX);
            self.due_date_moves.extend(changes(span.valid.clone(), moves));
        }
    }

    fn tally(self) -> GroupTally {
        GroupTally {
            opened: Series::of(self.opened),
            closed: Series::of(self.closed),
            outstanding: Series::of(self.outstanding),
            overdue: Series::of(self.overdue),
            due_date_moves: Series::of(self.due_date_moves),
            days_to_close: ValueSeries::of(self.days_to_close),
        }
    }
}

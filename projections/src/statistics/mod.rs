//! Statistics of actions, decisions and statuses, for dashboards. Pure over what rows said and for how long.

mod actions;
mod calendar;
mod months;
mod series;
mod span;

pub use actions::{ActionCounts, ActionStatistics, ActionTally, MonthlyActions, OwnerActions};
pub use calendar::Calendar;
pub use months::Month;
pub use span::{CountedAction, CountedDecision, CountedSpan, CountedStatus};

use minutebook_domain::classification::Clearance;
use minutebook_domain::meeting::Verb;
use minutebook_domain::party::StatusKind;
use minutebook_domain::reference::PartyCategory;
use serde::Serialize;
use series::{Series, changes};
use std::collections::BTreeMap;

/// The number of decisions with one verb in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionCount {
    /// The month of the decisions.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9]{4}-[0-9]{2}$", example = "2019-02"))]
    pub month: Month,
    /// The verb.
    pub verb: Verb,
    /// The number of decisions, including ones superseded later.
    pub decisions: u32,
}

/// The number of statuses of one kind and one category of parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusCount {
    /// Assurance or compliance.
    pub kind: StatusKind,
    /// The category of the parties, as it is printed.
    pub category: String,
    /// The number of statuses agreed.
    pub agreed: u32,
    /// The number of statuses deferred.
    pub deferred: u32,
}

/// The number of rows with each of some values, over time.
#[derive(Debug, Clone)]
pub struct CountTally<K>(BTreeMap<K, Series>);

impl<K: Ord + Clone> CountTally<K> {
    /// Counts spans by a key of their values, as a reader knows them.
    pub fn of<'s, V: 's>(
        spans: impl IntoIterator<Item = &'s CountedSpan<V>>,
        clearance: Clearance,
        key: impl Fn(&V) -> K,
    ) -> Self {
        let mut by_key: BTreeMap<K, Vec<(i64, i32)>> = BTreeMap::new();
        for span in spans.into_iter().filter(|span| span.counts_for(clearance)) {
            by_key.entry(key(&span.value)).or_default().extend(changes(span.valid.clone(), 1));
        }
        Self(by_key.into_iter().map(|(key, changes)| (key, Series::of(changes))).collect())
    }

    /// Returns the keys of which there are rows at a moment, with their numbers.
    pub fn at(&self, moment: i64) -> impl Iterator<Item = (K, u32)> {
        self.0.iter().map(move |(key, series)| (key.clone(), series.at(moment))).filter(|(_, number)| *number > 0)
    }
}

impl CountTally<(Month, Verb)> {
    /// Returns the numbers of decisions at a moment, in the order of months and verbs.
    pub fn decisions(&self, moment: i64) -> Vec<DecisionCount> {
        self.at(moment).map(|((month, verb), decisions)| DecisionCount { month, verb, decisions }).collect()
    }
}

impl CountTally<CountedStatus> {
    /// Returns the numbers of statuses at a moment, in the order of kinds and categories.
    pub fn statuses(&self, moment: i64) -> Vec<StatusCount> {
        let mut counts: BTreeMap<(StatusKind, PartyCategory), (u32, u32)> = BTreeMap::new();
        for (status, number) in self.at(moment) {
            let (agreed, deferred) = counts.entry((status.kind, status.category)).or_default();
            *(if status.deferred { deferred } else { agreed }) += number;
        }
        let figures = counts.into_iter().map(|((kind, category), (agreed, deferred))| StatusCount {
            kind,
            category: category.to_string(),
            agreed,
            deferred,
        });
        figures.collect()
    }
}

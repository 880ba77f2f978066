//! Statistics of actions, decisions and statuses, for dashboards. Pure over rows that the reader may see.

mod actions;
mod months;

pub use actions::{
    ActionCounts, ActionStatistics, CountedActions, MonthEnd, MonthlyActions, OwnerActions, action_statistics,
};
pub use months::Month;

use crate::decisions::DecisionRow;
use crate::party_statuses::PartyStatusRow;
use chrono::NaiveDate;
use minutebook_domain::classification::Clearance;
use minutebook_domain::meeting::Verb;
use minutebook_domain::party::StatusKind;
use minutebook_domain::reference::PartyCategory;
use serde::Serialize;
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

/// Counts decisions by month and verb. Each decision comes with its day in the committee's time zone.
pub fn decision_statistics<'a>(
    decisions: impl IntoIterator<Item = (NaiveDate, &'a DecisionRow)>,
    clearance: Clearance,
) -> Vec<DecisionCount> {
    let mut counts: BTreeMap<(Month, Verb), u32> = BTreeMap::new();
    for (day, row) in decisions {
        if row.text.disclose(clearance).is_some() {
            *counts.entry((Month::of(day), row.verb)).or_default() += 1;
        }
    }
    counts.into_iter().map(|((month, verb), decisions)| DecisionCount { month, verb, decisions }).collect()
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

/// Counts statuses by kind and category. Every reader may know that a status was agreed, so clearances do not matter.
pub fn status_statistics<'a>(statuses: impl IntoIterator<Item = &'a PartyStatusRow>) -> Vec<StatusCount> {
    let mut counts: BTreeMap<(StatusKind, PartyCategory), (u32, u32)> = BTreeMap::new();
    for row in statuses {
        let (agreed, deferred) = counts.entry((row.kind, row.category)).or_default();
        *(if row.deferred { deferred } else { agreed }) += 1;
    }
    let figures = counts.into_iter().map(|((kind, category), (agreed, deferred))| StatusCount {
        kind,
        category: category.to_string(),
        agreed,
        deferred,
    });
    figures.collect()
}

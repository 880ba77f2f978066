//! Small statistics of actions, decisions and statuses, for dashboards: pure over rows that the reader may see.

mod months;
mod of_actions;

pub use months::Month;
pub use of_actions::{ActionFigures, ActionStatistics, MonthEnd, MonthFigures, OwnerFigures, action_statistics};

use crate::decisions::DecisionRow;
use crate::party_statuses::PartyStatusRow;
use chrono::NaiveDate;
use minutebook_domain::classification::Clearance;
use minutebook_domain::meeting::Verb;
use minutebook_domain::party::StatusKind;
use minutebook_domain::reference::PartyCategory;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many decisions of one verb a month has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionFigures {
    /// The month they were taken in.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9]{4}-[0-9]{2}$", example = "2019-02"))]
    pub month: Month,
    /// The verb.
    pub verb: Verb,
    /// How many, whatever became of them later.
    pub decisions: u32,
}

/// Decisions by month and verb, each with the day it was taken on.
pub fn decision_statistics<'a>(
    decisions: impl IntoIterator<Item = (NaiveDate, &'a DecisionRow)>,
    clearance: Clearance,
) -> Vec<DecisionFigures> {
    let mut counts: BTreeMap<(Month, Verb), u32> = BTreeMap::new();
    for (day, row) in decisions {
        if row.text.disclose(clearance).is_some() {
            *counts.entry((Month::of(day), row.verb)).or_default() += 1;
        }
    }
    counts.into_iter().map(|((month, verb), decisions)| DecisionFigures { month, verb, decisions }).collect()
}

/// How many statuses of one kind the parties of one category were given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusFigures {
    /// Assurance or compliance.
    pub kind: StatusKind,
    /// The category of the parties, in print.
    pub category: String,
    /// How many were agreed.
    pub agreed: u32,
    /// How many were put off.
    pub deferred: u32,
}

/// Statuses by kind and category. That a status was agreed is known to all; its value is not counted.
pub fn status_statistics<'a>(statuses: impl IntoIterator<Item = &'a PartyStatusRow>) -> Vec<StatusFigures> {
    let mut counts: BTreeMap<(StatusKind, PartyCategory), (u32, u32)> = BTreeMap::new();
    for row in statuses {
        let (agreed, deferred) = counts.entry((row.kind, row.category)).or_default();
        *(if row.deferred { deferred } else { agreed }) += 1;
    }
    let figures = counts.into_iter().map(|((kind, category), (agreed, deferred))| StatusFigures {
        kind,
        category: category.to_string(),
        agreed,
        deferred,
    });
    figures.collect()
}

//! What counts of a row, and for how long.

use crate::actions::ActionRow;
use crate::decisions::DecisionRow;
use crate::party_statuses::PartyStatusRow;
use chrono::NaiveDate;
use minutebook_domain::action::ActionStatus;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::meeting::Verb;
use minutebook_domain::party::StatusKind;
use minutebook_domain::reference::{Name, PartyCategory};
use std::ops::Range;
use std::sync::Arc;

/// A value that a row has for a stretch of valid time, as readers with some clearances know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedSpan<V> {
    /// The moments, in microseconds since the epoch; the end is [`i64::MAX`] while none is known.
    pub valid: Range<i64>,
    /// The ranks of the clearances.
    pub ranks: Range<i16>,
    /// The mark of the row's text; `None` if every reader may know of the row.
    pub mark: Option<Classification>,
    /// The value.
    pub value: V,
}

impl<V> CountedSpan<V> {
    /// Returns whether the row counts for a reader with the clearance.
    pub fn counts_for(&self, clearance: Clearance) -> bool {
        self.ranks.contains(&i16::from(clearance.rank())) && self.mark.is_none_or(|mark| clearance.permits(mark))
    }

    /// Returns whether the row has the value at a moment.
    pub fn holds_at(&self, moment: i64) -> bool {
        self.valid.contains(&moment)
    }

    /// Takes in a span of the same row that goes on where this one ends and says the same. Returns whether it did.
    pub fn merge(&mut self, next: &Self) -> bool
    where
        V: PartialEq,
    {
        let alike = self.ranks == next.ranks && self.mark == next.mark && self.value == next.value;
        let follows = self.valid.end == next.valid.start;
        if alike && follows {
            self.valid.end = next.valid.end;
        }
        alike && follows
    }
}

/// What counts of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedAction {
    /// The people or bodies responsible, each once.
    pub owners: Arc<[Name]>,
    /// Whether it is outstanding.
    pub outstanding: bool,
    /// The day it was raised.
    pub raised_on: NaiveDate,
    /// The day it was closed.
    pub closed_on: Option<NaiveDate>,
    /// The due date.
    pub due_on: Option<NaiveDate>,
    /// How many times the due date was moved.
    pub due_date_moves: u32,
}

impl CountedAction {
    /// Returns what counts of a row, and the mark of its text.
    pub fn of(row: &ActionRow) -> (Self, Classification) {
        let mut owners = row.owners.clone();
        owners.sort_unstable();
        owners.dedup();
        let counted = Self {
            owners: owners.into(),
            outstanding: row.status == ActionStatus::Outstanding,
            raised_on: row.raised_on,
            closed_on: row.closed_on,
            due_on: row.due_on,
            due_date_moves: row.due_date_moves,
        };
        (counted, row.text.classification())
    }
}

/// What counts of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedDecision {
    /// When it was decided, in microseconds since the epoch.
    pub decided_at: i64,
    /// The verb.
    pub verb: Verb,
}

impl CountedDecision {
    /// Returns what counts of a row, and the mark of its text.
    pub fn of(row: &DecisionRow) -> (Self, Classification) {
        (Self { decided_at: row.decided_at.timestamp_micros(), verb: row.verb }, row.text.classification())
    }
}

/// What counts of a status. Every reader may know that it was agreed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountedStatus {
    /// Assurance or compliance.
    pub kind: StatusKind,
    /// The party's category.
    pub category: PartyCategory,
    /// Whether it was deferred.
    pub deferred: bool,
}

impl CountedStatus {
    /// Returns what counts of a row.
    pub fn of(row: &PartyStatusRow) -> Self {
        Self { kind: row.kind, category: row.category.clone(), deferred: row.deferred }
    }
}

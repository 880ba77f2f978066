//! Differences in a stream's rows between two moments, with the events that caused them.

use crate::origin::Origin;
use crate::projection::{FoldError, Projection};
use crate::redaction::RowFields;
use crate::steps::{RowStep, outcome, row_steps};
use chrono::{DateTime, Utc};
use minutebook_domain::classification::Clearance;
use minutebook_domain::{RecordedEvent, StreamId};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A stream as of a moment on both clocks.
#[derive(Debug, Clone, Copy)]
pub struct StreamAsOf<'a> {
    /// The stream from its first event to the last one known.
    pub history: &'a [RecordedEvent],
    /// The valid-time moment.
    pub as_of: DateTime<Utc>,
}

/// A row that differs between two moments.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Difference {
    /// The row's stream.
    pub stream: StreamId,
    /// The row's key within its stream.
    pub key: String,
    /// How the row differs.
    pub change: RowChange,
    /// The row's fields at the second moment; for a row that is gone, at the first.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub row: RowFields,
    /// The fields that differ, for a row that exists at both moments.
    pub fields: Vec<FieldChange>,
    /// The events that caused the difference, in the order of the log.
    pub events: Vec<Cause>,
}

/// How a row differs between two moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RowChange {
    /// It exists at the second moment only.
    Added,
    /// It exists at both moments with different fields.
    Changed,
    /// It exists at the first moment only.
    Gone,
}

impl RowChange {
    /// Returns the change in one word: `added`, `changed`, `gone`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Gone => "gone",
        }
    }
}

/// A field whose value differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldChange {
    /// The field's name.
    pub field: String,
    /// The value at the first moment; null if the field had none.
    pub from: Value,
    /// The value at the second moment; null if the field has none.
    pub to: Value,
}

/// An event that counts at one of the moments only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cause {
    /// Whether it counts at the second moment, and not at the first.
    pub counts: bool,
    /// The event.
    #[serde(flatten)]
    pub origin: Origin,
}

/// Returns the differences between two moments of one stream, row by row.
///
/// Compares the redacted rows only. Names an event only if the reader can see its effect. A reader who `audits` also learns
/// who recorded it, and from where.
pub fn differences<P: Projection>(
    first: StreamAsOf<'_>,
    second: StreamAsOf<'_>,
    clearance: Clearance,
    audits: bool,
) -> Result<Vec<Difference>, FoldError> {
    let before = row_steps::<P>(first.history, first.as_of, clearance)?;
    let after = row_steps::<P>(second.history, second.as_of, clearance)?;
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let Some(stream) = first.history.first().or(second.history.first()).map(|event| &event.stream) else {
        return Ok(Vec::new());
    };
    let of = |key: &String| {
        let steps_before = before.get(key).map_or(&[][..], Vec::as_slice);
        let steps_after = after.get(key).map_or(&[][..], Vec::as_slice);
        let (change, row, fields) = compared(outcome(steps_before), outcome(steps_after))?;
        let events = causes((first.history, steps_before), (second.history, steps_after), clearance, audits);
        Some(Difference { stream: stream.clone(), key: key.clone(), change, row: row.clone(), fields, events })
    };
    Ok(keys.into_iter().filter_map(of).collect())
}

fn compared<'a>(
    before: Option<&'a RowFields>,
    after: Option<&'a RowFields>,
) -> Option<(RowChange, &'a RowFields, Vec<FieldChange>)> {
    match (before, after) {
        (None, None) => None,
        (None, Some(after)) => Some((RowChange::Added, after, Vec::new())),
        (Some(before), None) => Some((RowChange::Gone, before, Vec::new())),
        (Some(before), Some(after)) if before == after => None,
        (Some(before), Some(after)) => Some((RowChange::Changed, after, field_changes(before, after))),
    }
}

/// Returns the fields that differ, by name. A field that is visible at one moment only is null at the other.
fn field_changes(before: &RowFields, after: &RowFields) -> Vec<FieldChange> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let value = |fields: &RowFields, name: &String| fields.get(name).cloned().unwrap_or_default();
    let changes = names.into_iter().map(|name| FieldChange {
        field: name.clone(),
        from: value(before, name),
        to: value(after, name),
    });
    changes.filter(|change| change.from != change.to).collect()
}

/// A history and the steps of one of its rows.
type RowSteps<'a> = (&'a [RecordedEvent], &'a [RowStep<'a>]);

fn causes(first: RowSteps<'_>, second: RowSteps<'_>, clearance: Clearance, audits: bool) -> Vec<Cause> {
    // Keyed by position, since an event brings in at most one fact.
    let mut causes: BTreeMap<_, Cause> = BTreeMap::new();
    for (counts, one, other) in [(false, first, second), (true, second, first)] {
        for step in one.1.iter().filter(|step| step.is_visible()) {
            let recorded = step.sourced.recorded;
            if other.1.iter().any(|step| step.sourced.recorded.position == recorded.position) {
                continue;
            }
            let origin = Origin::of(&step.sourced, clearance, audits);
            causes.insert(recorded.position, Cause { counts, origin });
            // The event may be known at both moments and have been struck between them.
            let corrections =
                other.0.iter().skip(one.0.len()).filter(|later| later.metadata.corrects == Some(recorded.event_id));
            for correction in corrections {
                let origin = Origin::of_event(correction, clearance, audits);
                causes.entry(correction.position).or_insert(Cause { counts: !counts, origin });
            }
        }
    }
    causes.into_values().collect()
}

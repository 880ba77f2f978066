//! Differences: what a reader sees of a stream's rows at one moment and not at another, and the events that did it.

use crate::disclosure::Fields;
use crate::origin::Origin;
use crate::projection::{FoldError, Projection};
use crate::steps::{Step, outcome, steps};
use chrono::{DateTime, Utc};
use minutebook_domain::classification::Clearance;
use minutebook_domain::{RecordedEvent, StreamId};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A stream as of a moment, as it was known at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Then<'a> {
    /// The stream from its first event to the last one that is known.
    pub history: &'a [RecordedEvent],
    /// As it was then, in the committee's world.
    pub as_of: DateTime<Utc>,
}

/// A row that is not at one moment what it is at the other.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Difference {
    /// The row's stream.
    pub stream: StreamId,
    /// Its name within the stream.
    pub key: String,
    /// What became of it.
    pub change: Change,
    /// The row at the second moment; of one that is gone, at the first.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub row: Fields,
    /// What changed in it, of a row that is there at both moments.
    pub fields: Vec<FieldChange>,
    /// The events that did it, in the order of the log.
    pub events: Vec<Cause>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Change {
    /// It is there at the second moment only.
    Added,
    /// It is there at both, and says something else.
    Changed,
    /// It was there at the first moment only.
    Gone,
}

impl Change {
    /// The change in one word: `added`, `changed`, `gone`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Gone => "gone",
        }
    }
}

/// A field that says something else.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldChange {
    /// Its name.
    pub field: String,
    /// What it said at the first moment.
    pub from: Value,
    /// What it says at the second.
    pub to: Value,
}

/// An event that counts at one of the moments and not at the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cause {
    /// Whether it counts at the second moment; if not, at the first.
    pub counts: bool,
    /// The event.
    #[serde(flatten)]
    pub origin: Origin,
}

/// What differs between two moments of one stream, row by row, as far as the reader may know.
///
/// What a reader sees of the rows at the one moment and at the other is all that is compared; and an event is named
/// only if the reader could see what it did.
pub fn differences<P: Projection>(
    first: Then<'_>,
    second: Then<'_>,
    clearance: Clearance,
) -> Result<Vec<Difference>, FoldError> {
    let before = steps::<P>(first.history, first.as_of, clearance)?;
    let after = steps::<P>(second.history, second.as_of, clearance)?;
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let Some(stream) = first.history.first().or(second.history.first()).map(|event| &event.stream) else {
        return Ok(Vec::new());
    };
    let of = |key: &String| {
        let steps_before = before.get(key).map_or(&[][..], Vec::as_slice);
        let steps_after = after.get(key).map_or(&[][..], Vec::as_slice);
        let (change, row, fields) = compared(outcome(steps_before), outcome(steps_after))?;
        let events = causes((first.history, steps_before), (second.history, steps_after), clearance);
        Some(Difference { stream: stream.clone(), key: key.clone(), change, row: row.clone(), fields, events })
    };
    Ok(keys.into_iter().filter_map(of).collect())
}

fn compared<'a>(
    before: Option<&'a Fields>,
    after: Option<&'a Fields>,
) -> Option<(Change, &'a Fields, Vec<FieldChange>)> {
    match (before, after) {
        (None, None) => None,
        (None, Some(after)) => Some((Change::Added, after, Vec::new())),
        (Some(before), None) => Some((Change::Gone, before, Vec::new())),
        (Some(before), Some(after)) if before == after => None,
        (Some(before), Some(after)) => Some((Change::Changed, after, field_changes(before, after))),
    }
}

/// The fields that differ, by name. One that a reader sees at one moment only is null at the other.
fn field_changes(before: &Fields, after: &Fields) -> Vec<FieldChange> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let said = |fields: &Fields, name: &String| fields.get(name).cloned().unwrap_or_default();
    let changes = names.into_iter().map(|name| FieldChange {
        field: name.clone(),
        from: said(before, name),
        to: said(after, name),
    });
    changes.filter(|change| change.from != change.to).collect()
}

type RedactedStream<'a> = (&'a [RecordedEvent], &'a [Step<'a>]);

fn causes(first: RedactedStream<'_>, second: RedactedStream<'_>, clearance: Clearance) -> Vec<Cause> {
    // By position: one event brings in one fact at most.
    let mut causes: BTreeMap<_, Cause> = BTreeMap::new();
    for (counts, one, other) in [(false, first, second), (true, second, first)] {
        for step in one.1.iter().filter(|step| step.is_visible()) {
            let recorded = step.sourced.recorded;
            if other.1.iter().any(|step| step.sourced.recorded.position == recorded.position) {
                continue;
            }
            let origin = Origin::of(&step.sourced, clearance);
            causes.insert(recorded.position, Cause { counts, origin });
            // It may be known at both moments, and have been struck between them.
            let corrections =
                other.0.iter().skip(one.0.len()).filter(|later| later.corrects == Some(recorded.event_id));
            for correction in corrections {
                let origin = Origin::of_event(correction, clearance);
                causes.entry(correction.position).or_insert(Cause { counts: !counts, origin });
            }
        }
    }
    causes.into_values().collect()
}

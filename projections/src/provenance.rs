//! Provenance: where each field of a row comes from.

use crate::origin::Origin;
use crate::projection::{FoldError, Projection};
use crate::redaction::RowFields;
use crate::steps::{RowStep, outcome, row_steps};
use chrono::{DateTime, Utc};
use minutebook_domain::classification::Clearance;
use minutebook_domain::{RecordedEvent, StreamId};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A row, and where each of its fields comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Provenance {
    /// The row's stream.
    pub stream: StreamId,
    /// The row's key within its stream.
    pub key: String,
    /// The row's fields as the reader sees them.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub row: RowFields,
    /// For each field the last event that changed it. Fields that never had a value are absent.
    pub fields: BTreeMap<String, FieldOrigin>,
}

/// A field's value and the last event that changed it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldOrigin {
    /// The field's value.
    #[cfg_attr(feature = "openapi", schema(value_type = Value))]
    pub value: Value,
    /// The event.
    #[serde(flatten)]
    pub origin: Origin,
}

/// Returns the provenance of a stream's visible rows at a moment. `history` is the stream from its first event to the last
/// one known. A reader who `audits` also learns who recorded each event, and from where.
pub fn provenance<P: Projection>(
    history: &[RecordedEvent],
    as_of: DateTime<Utc>,
    clearance: Clearance,
    audits: bool,
) -> Result<Vec<Provenance>, FoldError> {
    let Some(stream) = history.first().map(|first| &first.stream) else { return Ok(Vec::new()) };
    let rows = row_steps::<P>(history, as_of, clearance)?.into_iter().filter_map(|(key, steps)| {
        let row = outcome(&steps)?.clone();
        Some(Provenance { stream: stream.clone(), key, row, fields: origins(&steps, clearance, audits) })
    });
    Ok(rows.collect())
}

fn origins(steps: &[RowStep<'_>], clearance: Clearance, audits: bool) -> BTreeMap<String, FieldOrigin> {
    let mut origins = BTreeMap::new();
    for step in steps {
        let Some(after) = &step.after else {
            // The row is gone: a later one starts afresh.
            origins.clear();
            continue;
        };
        for (name, value) in after {
            let before = step.before.as_ref().and_then(|before| before.get(name));
            let is_changed = match before {
                Some(before) => before != value,
                None => !is_blank(value),
            };
            if is_changed {
                let origin = Origin::of(&step.sourced, clearance, audits);
                origins.insert(name.clone(), FieldOrigin { value: value.clone(), origin });
            }
        }
        origins.retain(|name, _| after.contains_key(name));
    }
    origins
}

/// Returns whether a value is empty: null, false, zero, or a list without entries.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(values) => values.is_empty(),
        Value::Number(number) => number.as_u64() == Some(0),
        _ => false,
    }
}

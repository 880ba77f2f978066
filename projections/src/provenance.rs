//! Provenance: where each field of a row comes from.

use crate::disclosure::Fields;
use crate::origin::Origin;
use crate::projection::{FoldError, Projection};
use crate::steps::{Step, outcome, steps};
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
    /// Its name within the stream.
    pub key: String,
    /// The row, as the reader sees it.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub row: Fields,
    /// The fields that an event gave their value, by name: the last one that changed it. A field that no event ever
    /// gave a value is not among them.
    pub fields: BTreeMap<String, FieldOrigin>,
}

/// A field of a row, and the last event that changed it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldOrigin {
    /// What it says.
    #[cfg_attr(feature = "openapi", schema(value_type = Value))]
    pub value: Value,
    /// The event.
    #[serde(flatten)]
    pub origin: Origin,
}

/// Where the fields of a stream's rows come from, at a moment. `history` is the stream from its first event to the last
/// one that is known. A row that the reader may not see is not there.
pub fn provenance<P: Projection>(
    history: &[RecordedEvent],
    as_of: DateTime<Utc>,
    clearance: Clearance,
) -> Result<Vec<Provenance>, FoldError> {
    let Some(stream) = history.first().map(|first| &first.stream) else { return Ok(Vec::new()) };
    let rows = steps::<P>(history, as_of, clearance)?.into_iter().filter_map(|(key, steps)| {
        let row = outcome(&steps)?.clone();
        Some(Provenance { stream: stream.clone(), key, row, fields: origins(&steps, clearance) })
    });
    Ok(rows.collect())
}

fn origins(steps: &[Step<'_>], clearance: Clearance) -> BTreeMap<String, FieldOrigin> {
    let mut origins = BTreeMap::new();
    for step in steps {
        let Some(after) = &step.after else {
            // The row is gone. If it comes again, it comes anew.
            origins.clear();
            continue;
        };
        for (name, value) in after {
            let before = step.before.as_ref().and_then(|before| before.get(name));
            let says_something = match before {
                Some(before) => before != value,
                None => !is_blank(value),
            };
            if says_something {
                let origin = Origin::of(&step.sourced, clearance);
                origins.insert(name.clone(), FieldOrigin { value: value.clone(), origin });
            }
        }
        origins.retain(|name, _| after.contains_key(name));
    }
    origins
}

/// Whether the value is what a field has before anything is said of it.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(values) => values.is_empty(),
        Value::Number(number) => number.as_u64() == Some(0),
        _ => false,
    }
}

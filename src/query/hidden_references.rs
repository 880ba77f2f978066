//! Removes references to hidden rows from visible ones. A reference would tell that the hidden row exists.

use super::read_query::end_of_time;
use super::stream::ReadError;
use super::visible_row::sees_all;
use minutebook_domain::classification::Clearance;
use minutebook_ledger::{BitemporalMoment, Log, RowFilter};
use minutebook_projections::decisions::Decisions;
use minutebook_projections::differences::{Difference, RowChange};
use minutebook_projections::projection::Projection;
use minutebook_projections::provenance::Provenance;
use minutebook_projections::redaction::{RowFields, redact_row};
use serde_json::Value;
use std::collections::BTreeSet;

/// The fields of a row that refer to other rows of its kind, or to a decision.
const REFERENCE_FIELDS: [&str; 3] = ["decision", "superseded_by", "supersedes"];

/// Knows which rows a reader may see now.
pub(super) struct HiddenReferences {
    /// The references of the visible rows; `None` if the reader may see everything.
    visible: Option<BTreeSet<String>>,
}

impl HiddenReferences {
    /// Reads which of the selected rows of `P`, and which decisions of their committee, the clearance permits.
    pub(super) async fn of<P: Projection>(
        log: &Log,
        rows: RowFilter<'_>,
        clearance: Clearance,
    ) -> Result<Self, ReadError> {
        if sees_all(clearance) {
            return Ok(Self { visible: None });
        }
        let scope = match &rows {
            RowFilter::Listed { scope, .. } | RowFilter::Searched { scope, .. } => (*scope).to_owned(),
            RowFilter::Stream(stream) => stream.committee().map(ToString::to_string).unwrap_or_default(),
        };
        let mut visible = names::<P>(log, rows, clearance).await?;
        let decisions = RowFilter::Listed { scope: &scope, facets: Decisions::FACETS };
        visible.extend(names::<Decisions>(log, decisions, clearance).await?);
        Ok(Self { visible: Some(visible) })
    }

    /// Returns the difference without hidden references, or `None` if nothing is left of it.
    pub(super) fn redact_difference(&self, mut difference: Difference) -> Option<Difference> {
        self.redact_fields(&mut difference.row);
        let is_reference = |field: &str| REFERENCE_FIELDS.contains(&field);
        for change in difference.fields.iter_mut().filter(|change| is_reference(&change.field)) {
            self.redact_value(&mut change.from);
            self.redact_value(&mut change.to);
        }
        difference.fields.retain(|change| change.from != change.to);
        (difference.change != RowChange::Changed || !difference.fields.is_empty()).then_some(difference)
    }

    /// Removes hidden references and their origins from a row's provenance.
    pub(super) fn redact_provenance(&self, provenance: &mut Provenance) {
        self.redact_fields(&mut provenance.row);
        let row = &provenance.row;
        provenance.fields.retain(|name, field| row.get(name).is_some_and(|value| *value == field.value));
    }

    fn redact_fields(&self, fields: &mut RowFields) {
        for name in REFERENCE_FIELDS {
            if let Some(value) = fields.get_mut(name) {
                self.redact_value(value);
            }
        }
    }

    fn redact_value(&self, value: &mut Value) {
        let Some(visible) = &self.visible else { return };
        let is_hidden = |value: &Value| value.as_str().is_some_and(|name| !visible.contains(name));
        match value {
            Value::Array(names) => names.retain(|name| !is_hidden(name)),
            name if is_hidden(name) => *name = Value::Null,
            _ => {}
        }
    }
}

/// Returns the references or ids of the rows that the reader may see now.
async fn names<P: Projection>(
    log: &Log,
    rows: RowFilter<'_>,
    clearance: Clearance,
) -> Result<BTreeSet<String>, ReadError> {
    let mut names = BTreeSet::new();
    for keyed in log.rows::<P>(rows, BitemporalMoment::as_known_now(end_of_time()), clearance).await?.rows {
        let row = redact_row(&keyed.row, clearance);
        let row = row.map_err(|error| ReadError::Fold { stream: keyed.stream, error })?;
        let name = row.as_ref().and_then(|row| row.get("reference").or_else(|| row.get("id"))?.as_str());
        names.extend(name.map(str::to_owned));
    }
    Ok(names)
}

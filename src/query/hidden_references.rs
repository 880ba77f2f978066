//! Removes references to hidden rows from visible ones. A reference would tell that the hidden row exists.
//!
//! The roles of a row's fields say which of them name other rows, and of which kind.

use super::read_query::end_of_time;
use super::stream::ReadError;
use super::visible_row::sees_all;
use minutebook_domain::classification::Clearance;
use minutebook_ledger::{BitemporalMoment, Log, RowFilter};
use minutebook_projections::actions::{ActionRow, Actions};
use minutebook_projections::decisions::{DecisionRow, Decisions};
use minutebook_projections::differences::{Difference, RowChange};
use minutebook_projections::projection::Projection;
use minutebook_projections::provenance::Provenance;
use minutebook_projections::redaction::RowFields;
use minutebook_projections::row_roles::{NamedSubject, RowField, RowRoles};
use serde_json::Value;
use std::collections::BTreeSet;

/// Knows which of the rows that one projection names a reader may see now.
pub(super) struct HiddenReferences {
    /// The fields that name others.
    fields: Vec<RowField>,
    /// The references of the visible actions; `None` if none is to be removed.
    actions: Option<BTreeSet<String>>,
    /// The ids of the visible decisions; `None` if none is to be removed.
    decisions: Option<BTreeSet<String>>,
}

impl HiddenReferences {
    /// Reads which actions and decisions of the committee the clearance permits, where the rows of `P` name such. `rows`
    /// selects rows of the committee.
    pub(super) async fn of<P: Projection>(
        log: &Log,
        rows: &RowFilter<'_>,
        clearance: Clearance,
    ) -> Result<Self, ReadError> {
        let fields: Vec<RowField> = P::Row::fields().into_iter().filter(|field| field.names.is_some()).collect();
        let is_restricted = |subject| !sees_all(clearance) && fields.iter().any(|field| field.names == Some(subject));
        let scope = match rows {
            RowFilter::Listed { scope, .. } | RowFilter::Searched { scope, .. } => (*scope).to_owned(),
            RowFilter::Stream(stream) => stream.committee().map(ToString::to_string).unwrap_or_default(),
        };
        let (mut actions, mut decisions) = (None, None);
        if is_restricted(NamedSubject::Action) {
            let name = |row: &ActionRow| row.reference.to_string();
            actions = Some(visible::<Actions>(log, &scope, clearance, name).await?);
        }
        if is_restricted(NamedSubject::Decision) {
            let name = |row: &DecisionRow| row.id.to_string();
            decisions = Some(visible::<Decisions>(log, &scope, clearance, name).await?);
        }
        Ok(Self { fields, actions, decisions })
    }

    /// Returns the difference without hidden references, or `None` if nothing is left of it.
    pub(super) fn redact_difference(&self, mut difference: Difference) -> Option<Difference> {
        self.redact_fields(&mut difference.row);
        for change in &mut difference.fields {
            if let Some(field) = self.fields.iter().find(|field| field.name == change.field) {
                self.redact_value(field, &mut change.from);
                self.redact_value(field, &mut change.to);
            }
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
        for field in &self.fields {
            if let Some(value) = fields.get_mut(field.name) {
                self.redact_value(field, value);
            }
        }
    }

    fn redact_value(&self, field: &RowField, value: &mut Value) {
        let visible = match field.names {
            Some(NamedSubject::Action) => &self.actions,
            Some(NamedSubject::Decision) => &self.decisions,
            Some(NamedSubject::Meeting | NamedSubject::Other) | None => return,
        };
        let Some(visible) = visible else { return };
        let is_hidden = |value: &Value| value.as_str().is_some_and(|name| !visible.contains(name));
        match value {
            Value::Array(names) => names.retain(|name| !is_hidden(name)),
            name if is_hidden(name) => *name = Value::Null,
            _ => {}
        }
    }
}

/// Returns the names of the committee's rows of `P` that the reader may see now.
async fn visible<P: Projection>(
    log: &Log,
    scope: &str,
    clearance: Clearance,
    name: impl Fn(&P::Row) -> String,
) -> Result<BTreeSet<String>, ReadError> {
    let listed = RowFilter::Listed { scope, facets: P::FACETS };
    let rows = log.rows::<P>(listed, BitemporalMoment::as_known_now(end_of_time()), clearance).await?.rows;
    Ok(rows.iter().filter(|keyed| !keyed.row.is_hidden(clearance)).map(|keyed| name(&keyed.row)).collect())
}

//! Removes references to hidden rows from visible ones. A reference would tell that the hidden row exists.
//!
//! The roles of a row's fields say which of them name other rows, and of which kind.

use super::read_query::end_of_time;
use super::stream::ReadError;
use super::visible_row::sees_all;
use minutebook_domain::StreamId;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::{CommitteeCode, DecisionId};
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
    /// Reads which of the named actions and decisions of the committee the clearance permits, where rows of `P` name such.
    pub(super) async fn among<P: Projection>(
        log: &Log,
        committee: &CommitteeCode,
        named: NamedStreams,
        clearance: Clearance,
    ) -> Result<Self, ReadError> {
        let fields = naming_fields::<P>();
        let is_restricted = |subject| !sees_all(clearance) && fields.iter().any(|field| field.names == Some(subject));
        let of_committee = |streams: BTreeSet<StreamId>| -> Vec<StreamId> {
            streams.into_iter().filter(|stream| stream.committee() == Some(committee)).collect()
        };
        let (mut actions, mut decisions) = (None, None);
        if is_restricted(NamedSubject::Action) {
            let name = |row: &ActionRow| row.reference.to_string();
            actions = Some(visible::<Actions>(log, of_committee(named.actions), clearance, name).await?);
        }
        if is_restricted(NamedSubject::Decision) {
            let name = |row: &DecisionRow| row.id.to_string();
            decisions = Some(visible::<Decisions>(log, of_committee(named.meetings), clearance, name).await?);
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

/// The streams of the actions and of the decisions that fields of rows name.
#[derive(Debug, Default)]
pub(super) struct NamedStreams {
    actions: BTreeSet<StreamId>,
    meetings: BTreeSet<StreamId>,
}

impl NamedStreams {
    /// Collects the names in fields of rows of `P`.
    pub(super) fn of<'v, P: Projection>(named: impl IntoIterator<Item = (&'v String, &'v Value)>) -> Self {
        let (fields, mut streams) = (naming_fields::<P>(), Self::default());
        for (name, value) in named {
            let subject = fields.iter().find(|field| field.name == name).and_then(|field| field.names);
            for text in texts(value) {
                match subject {
                    Some(NamedSubject::Action) => streams.actions.extend(text.parse().ok().map(StreamId::Action)),
                    Some(NamedSubject::Decision) => {
                        let decision: Option<DecisionId> = text.parse().ok();
                        streams.meetings.extend(decision.map(|id| StreamId::Meeting(id.meeting().clone())));
                    }
                    Some(NamedSubject::Meeting | NamedSubject::Other) | None => {}
                }
            }
        }
        streams
    }
}

/// Returns the fields of the rows of `P` that name other subjects.
fn naming_fields<P: Projection>() -> Vec<RowField> {
    P::Row::fields().into_iter().filter(|field| field.names.is_some()).collect()
}

/// Returns the texts of a field that holds one name or several.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        name => name.as_str().into_iter().collect(),
    }
}

/// Streams whose rows are read at a time.
const READ_AT_ONCE: usize = 500;

/// Returns the names of those of the streams' rows of `P` that the reader may see now.
async fn visible<P: Projection>(
    log: &Log,
    streams: Vec<StreamId>,
    clearance: Clearance,
    name: impl Fn(&P::Row) -> String,
) -> Result<BTreeSet<String>, ReadError> {
    let mut names = BTreeSet::new();
    for streams in streams.chunks(READ_AT_ONCE) {
        let now = BitemporalMoment::as_known_now(end_of_time());
        let rows = log.rows::<P>(RowFilter::Streams(streams), now, clearance).await?.rows;
        names.extend(rows.iter().filter(|keyed| !keyed.row.is_hidden(clearance)).map(|keyed| name(&keyed.row)));
    }
    Ok(names)
}

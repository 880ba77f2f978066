//! References to rows that a reader may not see: beside a text that they may see, they would tell that there is such a
//! row.

use super::read_query::ever;
use super::stream::ViewError;
use super::visible_row::sees_all;
use minutebook_domain::classification::Clearance;
use minutebook_ledger::{BitemporalMoment, Log, RowFilter};
use minutebook_projections::decisions::Decisions;
use minutebook_projections::differences::{Change, Difference};
use minutebook_projections::disclosure::{Fields, disclosed};
use minutebook_projections::projection::Projection;
use minutebook_projections::provenance::Provenance;
use serde_json::Value;
use std::collections::BTreeSet;

/// The fields of a row that name other rows of its kind, or a decision.
const NAMING: [&str; 3] = ["decision", "superseded_by", "supersedes"];

/// The rows that a reader may see today; nothing for one who may see everything.
pub(super) struct HiddenReferences {
    seen: Option<BTreeSet<String>>,
}

impl HiddenReferences {
    /// Of the rows of `P` and the decisions, by their references or ids.
    pub(super) async fn of<P: Projection>(
        log: &Log,
        which: RowFilter<'_>,
        clearance: Clearance,
    ) -> Result<Self, ViewError> {
        if sees_all(clearance) {
            return Ok(Self { seen: None });
        }
        let scope = match &which {
            RowFilter::Listed { scope, .. } | RowFilter::Searched { scope, .. } => (*scope).to_owned(),
            RowFilter::Stream(stream) => stream.committee().map(ToString::to_string).unwrap_or_default(),
        };
        let mut seen = names::<P>(log, which, clearance).await?;
        let decisions = RowFilter::Listed { scope: &scope, facets: Decisions::FACETS };
        seen.extend(names::<Decisions>(log, decisions, clearance).await?);
        Ok(Self { seen: Some(seen) })
    }

    /// The difference as the reader may know it; none if there is nothing else in it.
    pub(super) fn hidden_from(&self, mut difference: Difference) -> Option<Difference> {
        self.hide(&mut difference.row);
        for change in difference.fields.iter_mut().filter(|change| NAMING.contains(&change.field.as_str())) {
            self.hide_names(&mut change.from);
            self.hide_names(&mut change.to);
        }
        difference.fields.retain(|change| change.from != change.to);
        (difference.change != Change::Changed || !difference.fields.is_empty()).then_some(difference)
    }

    /// Leaves out where such a reference comes from.
    pub(super) fn hide_origins(&self, explained: &mut Provenance) {
        self.hide(&mut explained.row);
        let row = &explained.row;
        explained.fields.retain(|name, field| row.get(name).is_some_and(|value| *value == field.value));
    }

    fn hide(&self, fields: &mut Fields) {
        for name in NAMING {
            if let Some(value) = fields.get_mut(name) {
                self.hide_names(value);
            }
        }
    }

    fn hide_names(&self, value: &mut Value) {
        let Some(seen) = &self.seen else { return };
        let unseen = |value: &Value| value.as_str().is_some_and(|name| !seen.contains(name));
        match value {
            Value::Array(names) => names.retain(|name| !unseen(name)),
            name if unseen(name) => *name = Value::Null,
            _ => {}
        }
    }
}

/// What the rows are called that the reader may see today.
async fn names<P: Projection>(
    log: &Log,
    which: RowFilter<'_>,
    clearance: Clearance,
) -> Result<BTreeSet<String>, ViewError> {
    let mut names = BTreeSet::new();
    for found in log.rows::<P>(which, BitemporalMoment::as_known_now(ever())).await?.rows {
        let row = disclosed(&found.row, clearance);
        let row = row.map_err(|error| ViewError::Fold { stream: found.stream, error })?;
        let name = row.as_ref().and_then(|row| row.get("reference").or_else(|| row.get("id"))?.as_str());
        names.extend(name.map(str::to_owned));
    }
    Ok(names)
}

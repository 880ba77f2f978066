//! Lists the references that readable texts mention, with the number of mentions.

use super::actions::{ActionFilter, ActionView};
use super::decisions::{DecisionFilter, DecisionView};
use super::list::{ListField, ListItem, ListPage, natural};
use super::matters::{MatterFilter, MatterView};
use super::queryable::Queryable;
use super::read_query::{QueryError, ReadQuery};
use minutebook_domain::comparison::comparison_form;
use minutebook_ledger::Log;
use serde::Serialize;
use std::collections::BTreeMap;

/// A reference and the number of texts that mention it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReferenceView {
    /// The modification, document, party or other subject that is mentioned.
    #[schema(example = "SECMP0037")]
    pub reference: String,
    /// The number of actions that mention it.
    pub actions: u32,
    /// The number of decisions that mention it.
    pub decisions: u32,
    /// The number of matters arising that mention it.
    pub matters: u32,
}

/// Selects references. An empty filter selects all of them.
#[derive(Debug, Clone, Default)]
pub struct ReferenceFilter {
    /// A part of the reference, in any case.
    pub like: Option<String>,
}

impl Queryable for ReferenceView {
    type Filter = ReferenceFilter;

    async fn list(log: &Log, query: &ReadQuery, filter: &ReferenceFilter) -> Result<ListPage<Self>, QueryError> {
        let actions = ActionView::list(log, query, &ActionFilter::default()).await?;
        let decisions = DecisionView::list(log, query, &DecisionFilter::default()).await?;
        let matters = MatterView::list(log, query, &MatterFilter::default()).await?;
        let mut counted: BTreeMap<String, [u32; 3]> = BTreeMap::new();
        let mut count = |names: Vec<String>, of: usize| {
            for name in names {
                counted.entry(name).or_default()[of] += 1;
            }
        };
        for action in &actions.rows {
            count(action.references.iter().map(ToString::to_string).collect(), 0);
        }
        for decision in &decisions.rows {
            let named = decision.references.iter().map(ToString::to_string);
            count(named.chain(decision.subjects.iter().map(ToString::to_string)).collect(), 1);
        }
        for matter in &matters.rows {
            count(matter.references.iter().map(ToString::to_string).collect(), 2);
        }
        let like = filter.like.as_deref().map(comparison_form);
        counted.retain(|name, _| like.as_ref().is_none_or(|like| comparison_form(name).contains(like.as_str())));
        let view = |(reference, [actions, decisions, matters]): (String, [u32; 3])| Self {
            reference,
            actions,
            decisions,
            matters,
        };
        let mut rows: Vec<Self> = counted.into_iter().map(view).collect();
        rows.sort_by(|a, b| natural(&a.reference, &b.reference));
        let ListPage { total, as_of, known_at, position, .. } = decisions;
        Ok(ListPage { rows, total, as_of, known_at, position })
    }
}

impl ListItem for ReferenceView {
    const PLURAL: &'static str = "references";
    const FIELDS: &'static [ListField<Self>] = &[
        ListField { name: "reference", value: |view| view.reference.clone() },
        ListField { name: "actions", value: |view| view.actions.to_string() },
        ListField { name: "decisions", value: |view| view.decisions.to_string() },
        ListField { name: "matters", value: |view| view.matters.to_string() },
    ];
}

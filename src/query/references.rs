//! What the record can be followed by: everything that the texts which a reader may see mention.

use super::actions::{ActionFilter, ActionView};
use super::decisions::{DecisionFilter, DecisionView};
use super::listed::{Asked, Field, Listed, Page, natural};
use super::matters::{MatterFilter, MatterView};
use super::read_query::{AskError, ReadQuery};
use crate::present::table::Cell;
use minutebook_ledger::Log;
use serde::Serialize;
use std::collections::BTreeMap;

/// Something that is mentioned, and how often.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReferenceView {
    /// What is mentioned: a modification, a document, a party.
    #[schema(example = "SECMP0037")]
    pub reference: String,
    /// By how many actions.
    pub actions: u32,
    /// By how many decisions.
    pub decisions: u32,
    /// By how many matters arising.
    pub matters: u32,
}

/// RowSelection of them.
#[derive(Debug, Clone, Default)]
pub struct ReferenceFilter {
    /// Those that hold this, in any case.
    pub like: Option<String>,
}

impl Asked for ReferenceView {
    type Filter = ReferenceFilter;

    async fn ask(log: &Log, question: &ReadQuery, filter: &ReferenceFilter) -> Result<Page<Self>, AskError> {
        let actions = ActionView::ask(log, question, &ActionFilter::default()).await?;
        let decisions = DecisionView::ask(log, question, &DecisionFilter::default()).await?;
        let matters = MatterView::ask(log, question, &MatterFilter::default()).await?;
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
        let wanted = filter.like.as_deref().map(str::to_lowercase);
        counted.retain(|name, _| wanted.as_ref().is_none_or(|wanted| name.to_lowercase().contains(wanted.as_str())));
        let view = |(reference, [actions, decisions, matters]): (String, [u32; 3])| Self {
            reference,
            actions,
            decisions,
            matters,
        };
        let mut rows: Vec<Self> = counted.into_iter().map(view).collect();
        rows.sort_by(|a, b| natural(&a.reference, &b.reference));
        let Page { total, as_of, known_at, position, .. } = decisions;
        Ok(Page { rows, total, as_of, known_at, position })
    }
}

impl Listed for ReferenceView {
    const PLURAL: &'static str = "references";
    const TITLES: &'static [&'static str] = &["Reference", "Actions", "Decisions", "Matters"];
    const NOTHING: &'static str = "nothing is mentioned";
    const FIELDS: &'static [Field<Self>] = &[
        Field { name: "reference", value: |view| view.reference.clone() },
        Field { name: "actions", value: |view| view.actions.to_string() },
        Field { name: "decisions", value: |view| view.decisions.to_string() },
        Field { name: "matters", value: |view| view.matters.to_string() },
    ];

    fn cells(&self) -> Vec<Cell> {
        Self::FIELDS.iter().map(|field| (field.value)(self).into()).collect()
    }
}

//! Lists the references that readable texts mention, with the number of mentions.

use super::list::{ListField, ListItem, ListPage, natural};
use super::queryable::Queryable;
use super::read_query::{DefaultMoment, QueryError, ReadQuery, committee_scopes};
use super::statistics::{StatisticsCache, mentions};
use minutebook_domain::comparison::comparison_form;
use minutebook_ledger::Log;
use serde::Serialize;

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
        references(log, &StatisticsCache::default(), query, filter).await
    }
}

/// Returns the references that are mentioned, with what a cache has of them.
pub async fn references(
    log: &Log,
    cache: &StatisticsCache,
    query: &ReadQuery,
    filter: &ReferenceFilter,
) -> Result<ListPage<ReferenceView>, QueryError> {
    let scopes = committee_scopes(log, query, DefaultMoment::Now).await?;
    let mut page = ListPage::of_moment(&scopes, query, DefaultMoment::Now);
    let (mut counted, position) = mentions(log, cache, &scopes).await?;
    let like = filter.like.as_deref().map(comparison_form);
    counted.retain(|name, _| like.as_ref().is_none_or(|like| comparison_form(name).contains(like.as_str())));
    let view = |(reference, [actions, decisions, matters]): (String, [u32; 3])| ReferenceView {
        reference,
        actions,
        decisions,
        matters,
    };
    page.rows = counted.into_iter().map(view).collect();
    page.rows.sort_by(|a, b| natural(&a.reference, &b.reference));
    page.position = position;
    Ok(page)
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

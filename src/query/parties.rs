//! Lists the statuses of parties.

use super::list::{ListField, ListItem, ListPage, text};
use super::queryable::Queryable;
use super::read_query::{CommitteeScope, DefaultMoment, QueryError, ReadQuery, RowSelection, committee_scopes, page};
use super::visible_row::{VisibleRow, sees_all};
use chrono::NaiveDate;
use minutebook_domain::StreamId;
use minutebook_domain::party::{Assessment, StatusKind};
use minutebook_domain::reference::{
    CommitteeCode, DecisionId, ItemLabel, MeetingRef, Name, PartyCategory, PartyName, Prose,
};
use minutebook_ledger::Log;
use minutebook_projections::party_statuses::{PartyStatusRow, PartyStatuses};
use serde::Serialize;
use std::collections::BTreeMap;

/// A party's status that a meeting agreed or deferred.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StatusView {
    /// The party's pseudonym.
    pub party: PartyName,
    /// The party's category.
    pub category: PartyCategory,
    /// Whether it is an assurance or a compliance status.
    pub kind: StatusKind,
    /// The status in words; null if it was deferred, is undisclosed, or is above the reader's clearance.
    pub value: Option<Prose>,
    /// The assessment on which the status rests.
    pub assessment: Option<Assessment>,
    /// The day on which the status was agreed or deferred.
    pub agreed_on: NaiveDate,
    /// The meeting that agreed or deferred the status.
    pub meeting: MeetingRef,
    /// The number of the agenda item.
    pub item: Option<ItemLabel>,
    /// Whether the meeting deferred the status.
    pub deferred: bool,
    /// The day of the meeting to which the status was deferred.
    pub deferred_to: Option<NaiveDate>,
    /// The code of the committee that uses the pseudonym.
    pub committee: CommitteeCode,
    /// The person or body on whose authority the status was agreed.
    pub authority: Option<Name>,
    /// The decision that agreed the status; null for readers who may not see everything.
    pub decision: Option<DecisionId>,
}

impl StatusView {
    /// Builds the view. Every reader may know that a status was agreed, since the published headlines say so; the value
    /// may be hidden.
    fn of(visible: &VisibleRow<PartyStatusRow>, scope: &CommitteeScope) -> Self {
        let row = &visible.row;
        Self {
            party: row.party.clone(),
            category: row.category.clone(),
            kind: row.kind,
            value: visible.text(|row| row.value.as_ref()).cloned(),
            assessment: row.assessment.clone(),
            agreed_on: row.agreed_on,
            meeting: scope.names.meeting(&row.meeting),
            item: row.item,
            deferred: row.deferred,
            deferred_to: row.deferred_to,
            committee: row.committee.clone(),
            authority: row.authority.clone(),
            decision: row
                .decision
                .as_ref()
                .filter(|_| sees_all(visible.clearance()))
                .map(|decision| scope.names.decision(decision)),
        }
    }
}

/// Returns the latest status of each kind of each party. On the same day the meeting with the higher number is later.
fn latest(statuses: Vec<StatusView>) -> Vec<StatusView> {
    let mut latest = BTreeMap::new();
    for status in in_order(statuses) {
        latest.insert((status.committee.clone(), status.party.clone(), status.kind), status);
    }
    latest.into_values().collect()
}

/// Sorts statuses by party, day and meeting.
fn in_order(mut statuses: Vec<StatusView>) -> Vec<StatusView> {
    statuses
        .sort_by(|a, b| (&a.party, a.agreed_on, a.meeting.number()).cmp(&(&b.party, b.agreed_on, b.meeting.number())));
    statuses
}

/// Selects statuses. An empty filter selects all of them.
#[derive(Debug, Clone, Default)]
pub struct StatusFilter {
    /// The party's pseudonym, in any case.
    pub party: Option<String>,
    /// Whether to select only the latest status of each kind of each party.
    pub latest: bool,
    /// The kind of status.
    pub kind: Option<StatusKind>,
    /// The category of the party.
    pub category: Option<PartyCategory>,
}

impl StatusFilter {
    fn admits(&self, status: &StatusView) -> bool {
        self.kind.is_none_or(|kind| kind == status.kind)
            && self.category.as_ref().is_none_or(|category| *category == status.category)
    }
}

impl Queryable for StatusView {
    type Filter = StatusFilter;

    async fn list(log: &Log, query: &ReadQuery, filter: &StatusFilter) -> Result<ListPage<Self>, QueryError> {
        let view = |rows: Vec<_>, scope: &_| rows.iter().map(|row| Self::of(row, scope)).collect();
        let mut streams = Vec::new();
        if let Some(party) = filter.party.as_deref().map(PartyName::in_any_case) {
            let scopes = committee_scopes(log, query, DefaultMoment::Now).await?;
            let party = party.into_iter().flat_map(|party| {
                scopes.iter().map(move |scope| StreamId::Party(scope.committee.code.clone(), party.clone()))
            });
            streams.extend(party);
        }
        let which = match &filter.party {
            Some(_) => RowSelection::of_streams(&streams),
            None => RowSelection::all::<PartyStatuses>(),
        };
        let mut page = page::<PartyStatuses, _>(log, query, DefaultMoment::Now, which, view).await?;
        page.rows = if filter.latest { latest(page.rows) } else { in_order(page.rows) };
        page.rows.retain(|status| filter.admits(status));
        Ok(page)
    }
}

impl ListItem for StatusView {
    const PLURAL: &'static str = "statuses";
    const FIELDS: &'static [ListField<Self>] = &[
        ListField { name: "party", value: |status| status.party.to_string() },
        ListField { name: "category", value: |status| status.category.to_string() },
        ListField { name: "kind", value: |status| status.kind.to_string() },
        ListField { name: "value", value: |status| text(status.value.as_ref()) },
        ListField { name: "assessment", value: |status| text(status.assessment.as_ref()) },
        ListField { name: "agreed_on", value: |status| status.agreed_on.to_string() },
        ListField { name: "meeting", value: |status| status.meeting.to_string() },
        ListField { name: "item", value: |status| text(status.item.as_ref()) },
        ListField { name: "deferred", value: |status| status.deferred.to_string() },
        ListField { name: "deferred_to", value: |status| text(status.deferred_to.as_ref()) },
        ListField { name: "committee", value: |status| status.committee.to_string() },
        ListField { name: "authority", value: |status| text(status.authority.as_ref()) },
        ListField { name: "decision", value: |status| text(status.decision.as_ref()) },
    ];
}

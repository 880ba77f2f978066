//! What became of each party's status, as a reader sees it.

use super::listed::{Asked, Field, Listed, Page, text};
use super::read_query::{AskError, DefaultMoment, ReadQuery, RowSelection, page};
use super::visible_row::{VisibleRow, sees_all};
use crate::present::table::{Cell, Tone};
use crate::present::times::date;
use chrono::NaiveDate;
use minutebook_domain::party::{Assessment, StatusKind};
use minutebook_domain::reference::{CommitteeCode, DecisionId, MeetingRef, Name, PartyCategory, PartyName, Prose};
use minutebook_ledger::Log;
use minutebook_projections::party_statuses::{PartyStatusRow, PartyStatuses};
use serde::Serialize;
use std::collections::BTreeMap;

/// A status that a meeting agreed, or put off.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StatusView {
    /// The party's pseudonym.
    pub party: PartyName,
    /// Its category.
    pub category: PartyCategory,
    /// Assurance or compliance.
    pub kind: StatusKind,
    /// The status; none while it is undisclosed, or for a reader who may not see it.
    pub value: Option<Prose>,
    /// The assessment that it follows from.
    pub assessment: Option<Assessment>,
    /// The day it was agreed, or put off.
    pub agreed_on: NaiveDate,
    /// The meeting.
    pub meeting: MeetingRef,
    /// The agenda item.
    pub item: Option<u32>,
    /// Whether the meeting put it off.
    pub deferred: bool,
    /// The day of the meeting that it was put off to.
    pub deferred_to: Option<NaiveDate>,
    /// The committee that uses the pseudonym.
    pub committee: CommitteeCode,
    /// On whose authority.
    pub authority: Option<Name>,
    /// The decision that agreed it. Its text may be above the reader, and it is then not named.
    pub decision: Option<DecisionId>,
}

impl StatusView {
    /// The status. That one was agreed is in the published headlines, even where its value is not.
    fn of(seen: &VisibleRow<PartyStatusRow>) -> Self {
        let row = &seen.row;
        Self {
            party: row.party.clone(),
            category: row.category,
            kind: row.kind,
            value: seen.text(|row| row.value.as_ref()).cloned(),
            assessment: row.assessment,
            agreed_on: row.agreed_on,
            meeting: row.meeting.clone(),
            item: row.item,
            deferred: row.deferred,
            deferred_to: row.deferred_to,
            committee: row.committee.clone(),
            authority: row.authority.clone(),
            decision: row.decision.clone().filter(|_| sees_all(seen.clearance())),
        }
    }

    fn said(&self) -> (String, Tone) {
        match (&self.value, self.deferred_to) {
            (Some(value), _) => (value.to_string(), Tone::Plain),
            (None, Some(day)) => (format!("deferred to {}", date(Some(day))), Tone::Alert),
            (None, None) if self.deferred => ("deferred".to_owned(), Tone::Alert),
            (None, None) => ("undisclosed".to_owned(), Tone::Faint),
        }
    }
}

/// The latest status of each kind of each party. Two of one day are in the order of their meetings.
fn latest(statuses: Vec<StatusView>) -> Vec<StatusView> {
    let mut latest = BTreeMap::new();
    for status in in_order(statuses) {
        latest.insert((status.committee.clone(), status.party.clone(), status.kind), status);
    }
    latest.into_values().collect()
}

/// Statuses from the first to the last.
fn in_order(mut statuses: Vec<StatusView>) -> Vec<StatusView> {
    statuses
        .sort_by(|a, b| (&a.party, a.agreed_on, a.meeting.number()).cmp(&(&b.party, b.agreed_on, b.meeting.number())));
    statuses
}

/// RowSelection statuses.
#[derive(Debug, Clone, Default)]
pub struct StatusFilter {
    /// Those of a party, in any case.
    pub party: Option<String>,
    /// Only the latest of each kind of each party.
    pub latest: bool,
    /// Those of one kind.
    pub kind: Option<StatusKind>,
    /// Those of the parties of a category.
    pub category: Option<PartyCategory>,
}

impl StatusFilter {
    fn admits(&self, status: &StatusView) -> bool {
        self.kind.is_none_or(|kind| kind == status.kind)
            && self.category.is_none_or(|category| category == status.category)
    }
}

impl Asked for StatusView {
    type Filter = StatusFilter;

    async fn ask(log: &Log, question: &ReadQuery, filter: &StatusFilter) -> Result<Page<Self>, AskError> {
        let view = |rows: Vec<_>, _: &_| rows.iter().map(Self::of).collect();
        let mut page =
            page::<PartyStatuses, _>(log, question, DefaultMoment::Now, RowSelection::all::<PartyStatuses>(), view)
                .await?;
        if let Some(party) = &filter.party {
            page.rows.retain(|status| status.party.as_str().eq_ignore_ascii_case(party));
        }
        page.rows = if filter.latest { latest(page.rows) } else { in_order(page.rows) };
        page.rows.retain(|status| filter.admits(status));
        Ok(page)
    }
}

impl Listed for StatusView {
    const PLURAL: &'static str = "statuses";
    const TITLES: &'static [&'static str] = &["Party", "Kind", "Status", "Assessment", "Agreed", "Meeting", "Item"];
    const NOTHING: &'static str = "no status was agreed or deferred";
    const FIELDS: &'static [Field<Self>] = &[
        Field { name: "party", value: |status| status.party.to_string() },
        Field { name: "category", value: |status| status.category.to_string() },
        Field { name: "kind", value: |status| status.kind.to_string() },
        Field { name: "value", value: |status| text(status.value.as_ref()) },
        Field { name: "assessment", value: |status| text(status.assessment.as_ref()) },
        Field { name: "agreed_on", value: |status| status.agreed_on.to_string() },
        Field { name: "meeting", value: |status| status.meeting.to_string() },
        Field { name: "item", value: |status| text(status.item.as_ref()) },
        Field { name: "deferred", value: |status| status.deferred.to_string() },
        Field { name: "deferred_to", value: |status| text(status.deferred_to.as_ref()) },
        Field { name: "committee", value: |status| status.committee.to_string() },
        Field { name: "authority", value: |status| text(status.authority.as_ref()) },
        Field { name: "decision", value: |status| text(status.decision.as_ref()) },
    ];

    fn cells(&self) -> Vec<Cell> {
        let (said, tone) = self.said();
        vec![
            self.party.to_string().into(),
            self.kind.to_string().into(),
            Cell::toned(said, tone),
            text(self.assessment.as_ref()).into(),
            date(Some(self.agreed_on)).into(),
            self.meeting.to_string().into(),
            text(self.item.as_ref()).into(),
        ]
    }
}

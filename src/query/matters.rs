//! Lists matters arising.

use super::list::{ListField, ListItem, ListPage, joined, text};
use super::meeting_names::GivenNames;
use super::queryable::Queryable;
use super::read_query::{CommitteeScope, DefaultMoment, QueryError, ReadQuery, RowSelection, page};
use super::visible_row::VisibleRow;
use chrono::NaiveDate;
use minutebook_domain::classification::Classification;
use minutebook_domain::comparison::is_same_name;
use minutebook_domain::reference::{CommitteeCode, ItemLabel, MeetingRef, Prose, Reference};
use minutebook_ledger::Log;
use minutebook_projections::matters::{MatterRow, Matters};
use minutebook_projections::projection::Projection;
use serde::Serialize;

/// A matter arising from earlier minutes.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MatterView {
    /// The meeting that noted the matter.
    pub meeting: MeetingRef,
    /// The matter's number within the meeting, from 1.
    pub number: u32,
    /// The number of the agenda item under which it was noted.
    pub item: Option<ItemLabel>,
    /// The text of the matter.
    pub text: Prose,
    /// The classification of `text`.
    pub classification: Classification,
    /// The classification printed beside the matter in a document, if any.
    pub marked: Option<Classification>,
    /// The day on which it was noted, in the committee's time zone.
    pub noted_on: NaiveDate,
    /// The modifications, documents, parties and other subjects that the text mentions.
    pub references: Vec<Reference>,
    /// The committee's code.
    pub committee: CommitteeCode,
}

impl MatterView {
    /// Builds the view, or returns `None` for a reader who may not see the text.
    fn of(visible: &VisibleRow<MatterRow>, scope: &CommitteeScope) -> Option<Self> {
        let row = &visible.row;
        Some(Self {
            meeting: scope.names.meeting(&row.meeting),
            number: row.number,
            item: row.item,
            text: visible.text(|row| Some(&row.text))?.clone(),
            classification: row.text.classification(),
            marked: row.marked,
            noted_on: row.noted_at.with_timezone(&scope.zone).date_naive(),
            references: row.references.clone(),
            committee: row.meeting.committee().clone(),
        })
    }
}

/// Selects matters arising. An empty filter selects all of them.
#[derive(Debug, Clone, Default)]
pub struct MatterFilter {
    /// The meeting that noted the matter.
    pub meeting: Option<MeetingRef>,
    /// A reference that the matter mentions, in any case.
    pub reference: Option<String>,
    /// Words that must all occur; the last may be the beginning of a word.
    pub search: Option<String>,
}

impl MatterFilter {
    fn admits(matter: &MatterView, given: &GivenNames, scope: &CommitteeScope) -> bool {
        let names =
            |reference: &String| matter.references.iter().any(|mentioned| is_same_name(mentioned.as_str(), reference));
        given.meeting.as_ref().is_none_or(|meeting| scope.names.meeting(meeting) == matter.meeting)
            && given.reference.as_ref().is_none_or(|all| all.iter().any(names))
            && given.search.as_ref().is_none_or(|search| search.is_found_in(&[matter.text.as_str()]))
    }
}

impl Queryable for MatterView {
    type Filter = MatterFilter;

    async fn list(log: &Log, query: &ReadQuery, filter: &MatterFilter) -> Result<ListPage<Self>, QueryError> {
        let given = GivenNames::read(
            log,
            &query.clearances,
            filter.meeting.as_ref(),
            filter.reference.as_deref(),
            filter.search.as_deref(),
        )
        .await?;
        let which = RowSelection { facets: Matters::FACETS, search: given.search.as_ref(), streams: None };
        let mut page = page::<Matters, _>(log, query, DefaultMoment::Now, which, |rows, scope| {
            let views = rows.iter().filter_map(|row| Self::of(row, scope));
            views.filter(|view| MatterFilter::admits(view, &given, scope)).collect()
        })
        .await?;
        page.rows.sort_by(|a, b| (a.noted_on, &a.meeting, a.number).cmp(&(b.noted_on, &b.meeting, b.number)));
        Ok(page)
    }
}

impl ListItem for MatterView {
    const PLURAL: &'static str = "matters";
    const FIELDS: &'static [ListField<Self>] = &[
        ListField { name: "meeting", value: |matter| matter.meeting.to_string() },
        ListField { name: "number", value: |matter| matter.number.to_string() },
        ListField { name: "item", value: |matter| text(matter.item.as_ref()) },
        ListField { name: "text", value: |matter| matter.text.to_string() },
        ListField { name: "classification", value: |matter| matter.classification.to_string() },
        ListField { name: "marked", value: |matter| text(matter.marked.as_ref()) },
        ListField { name: "noted_on", value: |matter| matter.noted_on.to_string() },
        ListField { name: "references", value: |matter| joined(&matter.references) },
        ListField { name: "committee", value: |matter| matter.committee.to_string() },
    ];
}

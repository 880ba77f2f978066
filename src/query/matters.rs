//! Matters arising as a reader sees them.

use super::listed::{Asked, Field, Listed, Page, joined, text};
use super::read_query::{AskError, CommitteeScope, DefaultMoment, ReadQuery, RowSelection, page};
use super::visible_row::VisibleRow;
use crate::present::table::Cell;
use crate::present::times::date;
use chrono::NaiveDate;
use minutebook_domain::classification::Classification;
use minutebook_domain::reference::{CommitteeCode, MeetingRef, Prose, Reference};
use minutebook_ledger::Log;
use minutebook_projections::matters::{MatterRow, Matters};
use minutebook_projections::projection::Projection;
use minutebook_projections::words::Search;
use serde::Serialize;

/// A matter arising.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MatterView {
    /// The meeting that noted it.
    pub meeting: MeetingRef,
    /// Its place among the meeting's matters, from 1.
    pub number: u32,
    /// The agenda item it was noted under.
    pub item: Option<u32>,
    /// What it says.
    pub text: Prose,
    /// The classification of its text.
    pub classification: Classification,
    /// The mark printed beside it.
    pub marked: Option<Classification>,
    /// The day it was noted, where the committee is.
    pub noted_on: NaiveDate,
    /// What it mentions.
    pub references: Vec<Reference>,
    /// The committee.
    pub committee: CommitteeCode,
}

impl MatterView {
    /// The matter; none for a reader who may not see its text.
    fn of(seen: &VisibleRow<MatterRow>, vantage: &CommitteeScope) -> Option<Self> {
        let row = &seen.row;
        Some(Self {
            meeting: row.meeting.clone(),
            number: row.number,
            item: row.item,
            text: seen.text(|row| Some(&row.text))?.clone(),
            classification: row.text.classification(),
            marked: row.marked,
            noted_on: row.noted_at.with_timezone(&vantage.zone).date_naive(),
            references: row.references.clone(),
            committee: row.meeting.committee().clone(),
        })
    }
}

/// RowSelection matters.
#[derive(Debug, Clone, Default)]
pub struct MatterFilter {
    /// Those of a meeting.
    pub meeting: Option<MeetingRef>,
    /// Those that mention something.
    pub reference: Option<String>,
    /// Those that hold all of these words, the last of which may be the beginning of one.
    pub search: Option<String>,
}

impl MatterFilter {
    fn admits(&self, matter: &MatterView, search: Option<&Search>) -> bool {
        let names = |reference: &str| {
            matter.references.iter().any(|mentioned| mentioned.as_str().eq_ignore_ascii_case(reference))
        };
        self.meeting.as_ref().is_none_or(|meeting| *meeting == matter.meeting)
            && self.reference.as_deref().is_none_or(names)
            && search.is_none_or(|search| search.is_found_in(&[matter.text.as_str()]))
    }
}

impl Asked for MatterView {
    type Filter = MatterFilter;

    async fn ask(log: &Log, question: &ReadQuery, filter: &MatterFilter) -> Result<Page<Self>, AskError> {
        let search = filter.search.as_deref().map(Search::of);
        let which = RowSelection { facets: Matters::FACETS, search: search.as_ref() };
        let mut page = page::<Matters, _>(log, question, DefaultMoment::Now, which, |rows, vantage| {
            let views = rows.iter().filter_map(|seen| Self::of(seen, vantage));
            views.filter(|view| filter.admits(view, search.as_ref())).collect()
        })
        .await?;
        page.rows.sort_by(|a, b| (a.noted_on, &a.meeting, a.number).cmp(&(b.noted_on, &b.meeting, b.number)));
        Ok(page)
    }
}

impl Listed for MatterView {
    const PLURAL: &'static str = "matters";
    const TITLES: &'static [&'static str] = &["Meeting", "Item", "Matter", "Noted", "Names"];
    const NOTHING: &'static str = "no such matters";
    const FIELDS: &'static [Field<Self>] = &[
        Field { name: "meeting", value: |matter| matter.meeting.to_string() },
        Field { name: "number", value: |matter| matter.number.to_string() },
        Field { name: "item", value: |matter| text(matter.item.as_ref()) },
        Field { name: "text", value: |matter| matter.text.to_string() },
        Field { name: "classification", value: |matter| matter.classification.to_string() },
        Field { name: "marked", value: |matter| text(matter.marked.as_ref()) },
        Field { name: "noted_on", value: |matter| matter.noted_on.to_string() },
        Field { name: "references", value: |matter| joined(&matter.references) },
        Field { name: "committee", value: |matter| matter.committee.to_string() },
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.meeting.to_string().into(),
            text(self.item.as_ref()).into(),
            self.text.to_string().into(),
            date(Some(self.noted_on)).into(),
            joined(&self.references).into(),
        ]
    }
}

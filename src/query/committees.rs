//! The committees as a reader sees them.

use super::listed::{Asked, Field, Listed, Page, joined, text};
use super::read_query::{AskError, DefaultMoment, ReadQuery, vantages};
use crate::present::table::Cell;
use chrono::NaiveDate;
use minutebook_domain::reference::{CommitteeCode, Name};
use minutebook_ledger::{BitemporalMoment, Log, RowFilter};
use minutebook_projections::committees::{Committees, Member};
use minutebook_projections::projection::Projection;
use serde::Serialize;

/// A committee, at the moment that was asked about.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CommitteeView {
    /// Its code.
    pub code: CommitteeCode,
    /// Its name in full.
    pub name: Name,
    /// The classification scheme of its texts.
    #[schema(example = "panel-information-policy")]
    pub scheme: String,
    /// The time zone of its dates and times, an IANA name.
    #[schema(example = "Europe/London")]
    pub time_zone: String,
    /// How many members must be present for a decision.
    pub quorum: Option<u32>,
    /// Since when it exists.
    pub established_on: Option<NaiveDate>,
    /// Who serves on it.
    pub members: Vec<Member>,
}

/// RowSelection committees.
#[derive(Debug, Clone, Default)]
pub struct CommitteeFilter;

impl Asked for CommitteeView {
    type Filter = CommitteeFilter;

    async fn ask(log: &Log, question: &ReadQuery, _: &CommitteeFilter) -> Result<Page<Self>, AskError> {
        let vantages = vantages(log, question, DefaultMoment::Now).await?;
        let mut page = Page::of_moment(&vantages, question, DefaultMoment::Now);
        page.position = log.known_whole(None).await?;
        for vantage in vantages {
            let at = BitemporalMoment { known_at: vantage.at.known_at.or(Some(page.position)), ..vantage.at };
            let listed = RowFilter::Listed { scope: "", facets: Committees::FACETS };
            let view = log.rows::<Committees>(listed, at).await?;
            let own = view.rows.into_iter().map(|found| found.row).find(|row| row.code == vantage.committee.code);
            page.rows.extend(own.map(|row| Self {
                code: row.code,
                name: row.name,
                scheme: row.scheme,
                time_zone: row.time_zone,
                quorum: row.quorum,
                established_on: row.established_on,
                members: row.members,
            }));
        }
        page.rows.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(page)
    }
}

impl Listed for CommitteeView {
    const PLURAL: &'static str = "committees";
    const TITLES: &'static [&'static str] = &["Committee", "Name", "Time zone", "Quorum", "Members"];
    const NOTHING: &'static str = "no committee was established by then";
    const FIELDS: &'static [Field<Self>] = &[
        Field { name: "code", value: |committee| committee.code.to_string() },
        Field { name: "name", value: |committee| committee.name.to_string() },
        Field { name: "scheme", value: |committee| committee.scheme.clone() },
        Field { name: "time_zone", value: |committee| committee.time_zone.clone() },
        Field { name: "quorum", value: |committee| text(committee.quorum.as_ref()) },
        Field { name: "established_on", value: |committee| text(committee.established_on.as_ref()) },
        Field { name: "members", value: |committee| joined(&names(&committee.members)) },
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.code.to_string().into(),
            self.name.to_string().into(),
            self.time_zone.clone().into(),
            text(self.quorum.as_ref()).into(),
            joined(&names(&self.members)).into(),
        ]
    }
}

fn names(members: &[Member]) -> Vec<&Name> {
    members.iter().map(|member| &member.name).collect()
}

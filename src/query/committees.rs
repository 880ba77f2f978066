//! Lists committees.

use super::list::{ListField, ListItem, ListPage, joined, text};
use super::queryable::Queryable;
use super::read_query::{DefaultMoment, QueryError, ReadQuery, committee_scopes};
use chrono::NaiveDate;
use minutebook_domain::reference::{CommitteeCode, Name};
use minutebook_ledger::{BitemporalMoment, Log, RowFilter};
use minutebook_projections::committees::{CommitteeRow, Committees, Member};
use minutebook_projections::projection::Projection;
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// A committee as of the requested moment.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CommitteeView {
    /// The committee's code, such as `SSC`.
    pub code: CommitteeCode,
    /// The committee's full name.
    pub name: Name,
    /// The classification scheme of the committee's texts.
    #[schema(example = "panel-information-policy")]
    pub scheme: String,
    /// The IANA time zone of the committee's dates and times.
    #[schema(example = "Europe/London")]
    pub time_zone: String,
    /// The number of members who must be present for a decision.
    pub quorum: Option<u32>,
    /// The day on which the committee was established.
    pub established_on: Option<NaiveDate>,
    /// The members who serve on the committee.
    pub members: Vec<Member>,
}

/// Selects every committee.
#[derive(Debug, Clone, Default)]
pub struct CommitteeFilter;

impl CommitteeView {
    /// Returns the members' names in the order of their appointment.
    pub fn member_names(&self) -> Vec<&Name> {
        self.members.iter().map(|member| &member.name).collect()
    }
}

impl Queryable for CommitteeView {
    type Filter = CommitteeFilter;

    async fn list(log: &Log, query: &ReadQuery, _: &CommitteeFilter) -> Result<ListPage<Self>, QueryError> {
        let scopes = committee_scopes(log, query, DefaultMoment::Now).await?;
        let mut page = ListPage::of_moment(&scopes, query, DefaultMoment::Now);
        page.position = log.known_whole(None).await?;
        let mut read: BTreeMap<_, BTreeMap<CommitteeCode, CommitteeRow>> = BTreeMap::new();
        for scope in scopes {
            let at = BitemporalMoment { known_at: scope.at.known_at.or(Some(page.position)), ..scope.at };
            // Committees that are seen at one moment with one clearance are read once.
            let rows = match read.entry((at.as_of, at.known_at, scope.clearance)) {
                Entry::Occupied(rows) => rows.into_mut(),
                Entry::Vacant(rows) => {
                    let listed = RowFilter::Listed { scope: "", facets: Committees::FACETS };
                    let view = log.rows::<Committees>(listed, at, scope.clearance).await?;
                    rows.insert(view.rows.into_iter().map(|keyed| (keyed.row.code.clone(), keyed.row)).collect())
                }
            };
            page.rows.extend(rows.remove(&scope.committee.code).map(|row| Self {
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

impl ListItem for CommitteeView {
    const PLURAL: &'static str = "committees";
    const FIELDS: &'static [ListField<Self>] = &[
        ListField { name: "code", value: |committee| committee.code.to_string() },
        ListField { name: "name", value: |committee| committee.name.to_string() },
        ListField { name: "scheme", value: |committee| committee.scheme.clone() },
        ListField { name: "time_zone", value: |committee| committee.time_zone.clone() },
        ListField { name: "quorum", value: |committee| text(committee.quorum.as_ref()) },
        ListField { name: "established_on", value: |committee| text(committee.established_on.as_ref()) },
        ListField { name: "members", value: |committee| joined(&committee.member_names()) },
    ];
}

//! Committees: names, settings and members.

use crate::projection::{Fact, FoldError, Listing, Projection};
use crate::row_roles;
use chrono::NaiveDate;
use minutebook_domain::Event;
use minutebook_domain::committee::{CommitteeEvent, MemberRole};
use minutebook_domain::reference::{CommitteeCode, Name};
use serde::{Deserialize, Serialize};

/// One row for each committee.
#[derive(Debug)]
pub struct Committees;

/// A committee.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CommitteeRow {
    /// The committee's code.
    pub code: CommitteeCode,
    /// The committee's full name.
    pub name: Name,
    /// The classification scheme of the committee's texts.
    pub scheme: String,
    /// The IANA time zone of the committee's dates and times.
    pub time_zone: String,
    /// The number of members who must be present for a decision.
    pub quorum: Option<u32>,
    /// The day on which the committee was established.
    pub established_on: Option<NaiveDate>,
    /// The members, in the order of their appointment.
    pub members: Vec<Member>,
}

row_roles!(CommitteeRow {
    code: Own,
    name: Own,
    scheme: Open,
    time_zone: Open,
    quorum: Open,
    established_on: Open,
    members: Entries,
});

/// A member of a committee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// The member's name.
    pub name: Name,
    /// The member's role.
    pub role: MemberRole,
    /// The body that the member represents.
    pub organisation: Option<Name>,
    /// The day of the appointment.
    pub appointed_on: NaiveDate,
}

row_roles!(Member { name: Open, role: Open, organisation: Open, appointed_on: Open });

impl Projection for Committees {
    const NAME: &'static str = "committees";
    const VERSION: u32 = 1;
    type Row = CommitteeRow;

    fn keys(fact: &Fact<'_>) -> Vec<String> {
        match &*fact.event {
            Event::Committee(_) => vec![String::new()],
            _ => Vec::new(),
        }
    }

    fn evolve(row: Option<CommitteeRow>, fact: &Fact<'_>) -> Result<Option<CommitteeRow>, FoldError> {
        let Event::Committee(event) = &*fact.event else { return Ok(row) };
        if let CommitteeEvent::CommitteeEstablished(established) = event {
            return Ok(Some(CommitteeRow {
                code: established.code.clone(),
                name: established.name.clone(),
                scheme: established.scheme.clone(),
                time_zone: established.time_zone.clone(),
                quorum: established.quorum,
                established_on: established.established_on,
                members: Vec::new(),
            }));
        }
        Ok(row.map(|mut row| {
            match event {
                CommitteeEvent::MemberAppointed(appointed) => row.members.push(Member {
                    name: appointed.name.clone(),
                    role: appointed.role,
                    organisation: appointed.organisation.clone(),
                    appointed_on: appointed.appointed_on,
                }),
                CommitteeEvent::MemberRetired(retired) => row.members.retain(|member| member.name != retired.name),
                CommitteeEvent::CommitteeEstablished(_) | CommitteeEvent::EventCorrected(_) => {}
            }
            row
        }))
    }

    fn listing(_: &CommitteeRow) -> Listing {
        Listing { scope: String::new(), facet: "" }
    }
}

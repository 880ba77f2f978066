//! The events of a committee's stream.

use crate::classification::Classification;
use crate::party::Assessment;
use crate::payload::Payload;
use crate::reference::{CommitteeCode, Name, PartyCategory};
use crate::roles;
use crate::stored_event::events;
use crate::stream::StreamId;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// A committee was established.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommitteeEstablished {
    /// The code with which its references begin.
    pub code: CommitteeCode,
    /// Its name in full: `Security Sub-Committee`.
    pub name: Name,
    /// The name of the classification scheme for its texts.
    #[serde(default = "panel_information_policy")]
    #[cfg_attr(feature = "openapi", schema(example = "Panel Information Policy"))]
    pub scheme: String,
    /// The IANA name of the time zone for its dates and times.
    #[serde(default = "europe_london")]
    #[cfg_attr(feature = "openapi", schema(example = "Europe/London"))]
    pub time_zone: String,
    /// The number of members that must be present for a decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<u32>,
    /// The day on which it was established.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(with = "crate::calendar_day::option")]
    pub established_on: Option<NaiveDate>,
    /// The mark of what is recorded without one; the highest of the scheme if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_classification: Option<Classification>,
    /// Categories of parties that the committee has besides those of the code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub party_categories: Vec<PartyCategory>,
    /// Assessments that the committee has besides those of the code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assessments: Vec<Assessment>,
}

roles!(CommitteeEstablished {
    code: Open,
    name: Open,
    scheme: Open,
    time_zone: Open,
    quorum: Open,
    established_on: Open,
    default_classification: Open,
    party_categories: Open,
    assessments: Open
});

fn panel_information_policy() -> String {
    crate::classification::Scheme::panel_information_policy().name().to_owned()
}

fn europe_london() -> String {
    "Europe/London".to_owned()
}

impl Payload for CommitteeEstablished {
    fn begins(&self) -> Option<StreamId> {
        Some(StreamId::Committee(self.code.clone()))
    }

    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        self.established_on.map(|date| (date, None))
    }
}

/// The role of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MemberRole {
    /// Chairs the committee.
    Chair,
    /// Keeps the record.
    Secretary,
    /// Sits on the committee.
    Member,
    /// Stands in for a member.
    Alternate,
}

crate::field_form::field_forms! { MemberRole: Word, "one of: chair, secretary, member, alternate"; }

/// A member was appointed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberAppointed {
    /// The member's name.
    pub name: Name,
    /// The role in which they serve.
    pub role: MemberRole,
    /// The body or constituency that they represent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Name>,
    /// The first day of service.
    #[serde(with = "crate::calendar_day")]
    pub appointed_on: NaiveDate,
}

roles!(MemberAppointed { name: Open, role: Open, organisation: Open, appointed_on: Open });

impl Payload for MemberAppointed {
    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        Some((self.appointed_on, None))
    }
}

/// A member retired.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberRetired {
    /// The member's name.
    pub name: Name,
    /// The day on which the service ended.
    #[serde(with = "crate::calendar_day")]
    pub retired_on: NaiveDate,
}

roles!(MemberRetired { name: Open, retired_on: Open });

impl Payload for MemberRetired {
    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        Some((self.retired_on, None))
    }
}

events! {
    /// An event of a committee's stream.
    CommitteeEvent of "committee" { CommitteeEstablished = 1, MemberAppointed = 1, MemberRetired = 1 }
}

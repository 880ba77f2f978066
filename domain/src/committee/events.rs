//! The events of a committee's stream.

use crate::event::events;
use crate::payload::Payload;
use crate::reference::{CommitteeCode, Name};
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// The committee exists, with these settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommitteeEstablished {
    /// Its code, which heads every reference.
    pub code: CommitteeCode,
    /// Its name in full: `Security Sub-Committee`.
    pub name: Name,
    /// The classification scheme it marks its texts with.
    #[serde(default = "panel_information_policy")]
    #[cfg_attr(feature = "openapi", schema(example = "Panel Information Policy"))]
    pub scheme: String,
    /// The time zone that its dates and times are meant in, an IANA name.
    #[serde(default = "europe_london")]
    #[cfg_attr(feature = "openapi", schema(example = "Europe/London"))]
    pub time_zone: String,
    /// How many members must be present for a decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<u32>,
    /// Since when it exists, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub established_on: Option<NaiveDate>,
}

fn panel_information_policy() -> String {
    crate::classification::Scheme::panel_information_policy().name().to_owned()
}

fn europe_london() -> String {
    "Europe/London".to_owned()
}

impl Payload for CommitteeEstablished {
    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        self.established_on.map(|date| (date, None))
    }
}

/// In what capacity a member serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MemberRole {
    /// Takes the chair.
    Chair,
    /// Keeps the record.
    Secretary,
    /// Has a seat.
    Member,
    /// Stands in for a member.
    Alternate,
}

/// A person took a seat.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberAppointed {
    /// Who.
    pub name: Name,
    /// In what capacity.
    pub role: MemberRole,
    /// For which body or constituency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Name>,
    /// From when.
    pub appointed_on: NaiveDate,
}

impl Payload for MemberAppointed {
    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        Some((self.appointed_on, None))
    }
}

/// A member's service ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberRetired {
    /// Who.
    pub name: Name,
    /// From when they no longer serve.
    pub retired_on: NaiveDate,
}

impl Payload for MemberRetired {
    fn occurred(&self) -> Option<(NaiveDate, Option<NaiveTime>)> {
        Some((self.retired_on, None))
    }
}

events! {
    /// What can happen to a committee.
    CommitteeEvent of "committee" { CommitteeEstablished = 1, MemberAppointed = 1, MemberRetired = 1 }
}

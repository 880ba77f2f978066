//! What can be recorded of a committee.

use crate::cli::arguments::date;
use crate::cli::failure::Failure;
use chrono::NaiveDate;
use minutebook_domain::classification::Scheme;
use minutebook_domain::committee::{CommitteeEstablished, MemberAppointed, MemberRetired, MemberRole};
use minutebook_domain::reference::{CommitteeCode, Name};
use minutebook_domain::{Event, StreamId};

#[derive(clap::Subcommand)]
pub(super) enum CommitteeWords {
    /// A committee is established.
    Committee {
        /// Its code, which heads every reference: SSC.
        code: CommitteeCode,
        /// Its name in full.
        #[arg(long)]
        name: Name,
        /// The classification scheme it uses.
        #[arg(long, default_value_t = Scheme::panel_information_policy().name().to_owned())]
        scheme: String,
        /// The time zone its dates are meant in.
        #[arg(long, default_value = "Europe/London")]
        time_zone: String,
        /// How many members must be present for a decision.
        #[arg(long)]
        quorum: Option<u32>,
        /// Since when it exists.
        #[arg(long, value_name = "DATE", value_parser = date)]
        established_on: Option<NaiveDate>,
    },
    /// A member is appointed.
    Member {
        /// The committee.
        committee: CommitteeCode,
        /// The member's name.
        name: Name,
        /// In what capacity.
        #[arg(long, default_value = "member")]
        role: Role,
        /// For which body or constituency.
        #[arg(long)]
        organisation: Option<Name>,
        /// From when.
        #[arg(long, value_name = "DATE", value_parser = date)]
        appointed_on: NaiveDate,
    },
    /// A member retires.
    MemberRetired {
        /// The committee.
        committee: CommitteeCode,
        /// The member's name.
        name: Name,
        /// From when they no longer serve.
        #[arg(long, value_name = "DATE", value_parser = date)]
        retired_on: NaiveDate,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Role {
    Chair,
    Secretary,
    Member,
    Alternate,
}

impl From<Role> for MemberRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Chair => Self::Chair,
            Role::Secretary => Self::Secretary,
            Role::Member => Self::Member,
            Role::Alternate => Self::Alternate,
        }
    }
}

impl CommitteeWords {
    #[expect(clippy::unnecessary_wraps, reason = "the words of every aggregate are turned into events alike")]
    pub(super) fn into_event(self) -> Result<(StreamId, Event), Failure> {
        let (committee, event) = match self {
            Self::Committee { code, name, scheme, time_zone, quorum, established_on } => {
                (code.clone(), CommitteeEstablished { code, name, scheme, time_zone, quorum, established_on }.into())
            }
            Self::Member { committee, name, role, organisation, appointed_on } => {
                (committee, MemberAppointed { name, role: role.into(), organisation, appointed_on }.into())
            }
            Self::MemberRetired { committee, name, retired_on } => {
                (committee, MemberRetired { name, retired_on }.into())
            }
        };
        Ok((StreamId::Committee(committee), Event::Committee(event)))
    }
}

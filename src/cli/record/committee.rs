//! The `minutebook record` subcommands for committees.

use super::fact_command::FactCommand;
use crate::cli::failure::Failure;
use crate::cli::parsers::date;
use chrono::NaiveDate;
use minutebook_domain::classification::{Classification, Scheme};
use minutebook_domain::committee::{CommitteeEstablished, MemberAppointed, MemberRetired, MemberRole};
use minutebook_domain::party::Assessment;
use minutebook_domain::reference::{CommitteeCode, Name, PartyCategory};
use minutebook_domain::{Event, StreamId};

#[derive(Clone, clap::Subcommand)]
pub(super) enum CommitteeCommand {
    /// Establish a committee.
    Committee {
        /// Its code, with which every reference begins: SSC.
        code: CommitteeCode,
        /// Its full name.
        #[arg(long)]
        name: Name,
        /// The classification scheme it uses.
        #[arg(long, default_value_t = Scheme::panel_information_policy().name().to_owned())]
        scheme: String,
        /// The time zone of its dates.
        #[arg(long, default_value = "Europe/London")]
        time_zone: String,
        /// How many members must be present to decide.
        #[arg(long)]
        quorum: Option<u32>,
        /// The day it was established.
        #[arg(long, value_name = "DATE", value_parser = date)]
        established_on: Option<NaiveDate>,
        /// The mark of what is recorded without one [default: the highest of the scheme].
        #[arg(long, value_name = "LEVEL")]
        default_classification: Option<Classification>,
        /// A category of parties that it has besides those of the code: Applicant. Can be given more than once.
        #[arg(long = "party-category", value_name = "CATEGORY")]
        party_categories: Vec<PartyCategory>,
        /// An assessment that it has besides those of the code. Can be given more than once.
        #[arg(long = "assessment", value_name = "ASSESSMENT")]
        assessments: Vec<Assessment>,
    },
    /// Appoint a member.
    Member {
        /// The committee.
        committee: CommitteeCode,
        /// The member's name.
        name: Name,
        /// The role.
        #[arg(long, default_value = "member")]
        role: RoleOption,
        /// The body or constituency represented.
        #[arg(long)]
        organisation: Option<Name>,
        /// The day of the appointment.
        #[arg(long, value_name = "DATE", value_parser = date)]
        appointed_on: NaiveDate,
    },
    /// Retire a member.
    MemberRetired {
        /// The committee.
        committee: CommitteeCode,
        /// The member's name.
        name: Name,
        /// The first day on which they no longer serve.
        #[arg(long, value_name = "DATE", value_parser = date)]
        retired_on: NaiveDate,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum RoleOption {
    Chair,
    Secretary,
    Member,
    Alternate,
}

impl From<RoleOption> for MemberRole {
    fn from(role: RoleOption) -> Self {
        match role {
            RoleOption::Chair => Self::Chair,
            RoleOption::Secretary => Self::Secretary,
            RoleOption::Member => Self::Member,
            RoleOption::Alternate => Self::Alternate,
        }
    }
}

impl CommitteeCommand {
    /// Returns whether it may be the first of a ledger.
    pub(super) fn begins_a_ledger(&self) -> bool {
        matches!(self, Self::Committee { .. })
    }
}

impl FactCommand for CommitteeCommand {
    fn marks_its_text(&self) -> bool {
        false
    }

    fn into_event(self, _: Classification) -> Result<(StreamId, Event), Failure> {
        let (committee, event) = match self {
            Self::Committee {
                code,
                name,
                scheme,
                time_zone,
                quorum,
                established_on,
                default_classification,
                party_categories,
                assessments,
            } => {
                let established = CommitteeEstablished {
                    code: code.clone(),
                    name,
                    scheme,
                    time_zone,
                    quorum,
                    established_on,
                    default_classification,
                    party_categories,
                    assessments,
                };
                (code, established.into())
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

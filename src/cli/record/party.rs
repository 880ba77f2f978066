//! The `minutebook record` subcommands for parties.

use super::fact_command::FactCommand;
use crate::cli::failure::Failure;
use crate::cli::parsers::date;
use chrono::NaiveDate;
use minutebook_domain::classification::{Classification, Classified};
use minutebook_domain::party::{
    Assessment, PartyEvent, PartyIdentified, PartyRegistered, StatusAgreed, StatusDeferred, StatusKind,
};
use minutebook_domain::reference::{CommitteeCode, DecisionId, ItemLabel, MeetingRef, Name, PartyName, Prose};
use minutebook_domain::{Event, StreamId};

#[derive(Clone, clap::Subcommand)]
pub(super) enum PartyCommand {
    /// Register a party under its pseudonym.
    Party {
        /// The committee that uses the pseudonym.
        committee: CommitteeCode,
        /// The pseudonym, a category and letters: 'Other User L'.
        name: PartyName,
        /// The day it was registered.
        #[arg(long, value_name = "DATE", value_parser = date)]
        registered_on: Option<NaiveDate>,
    },
    /// Record the real name behind a pseudonym, which is RED.
    PartyIdentified {
        /// The committee.
        committee: CommitteeCode,
        /// The pseudonym.
        party: PartyName,
        /// The real name.
        #[arg(long)]
        real_name: Name,
    },
    /// Record the status agreed for a party.
    Status {
        /// The meeting that agreed it.
        meeting: MeetingRef,
        /// The party.
        party: PartyName,
        /// The kind of status: assurance or compliance.
        #[arg(long)]
        kind: StatusKind,
        /// The status. Without it, the status is undisclosed.
        #[arg(long)]
        value: Option<Prose>,
        /// The day it was agreed.
        #[arg(long, value_name = "DATE", value_parser = date)]
        agreed_on: NaiveDate,
        /// The number of the agenda item.
        #[arg(long)]
        item: Option<ItemLabel>,
        /// The assessment: 'Full User Security Assessment', 'Verification User Security Assessment', …
        #[arg(long)]
        assessment: Option<Assessment>,
        /// The decision that agreed it: SSC_72_2702/D3.
        #[arg(long)]
        decision: Option<DecisionId>,
        /// Who authorised it.
        #[arg(long, value_name = "WHOSE")]
        authority: Option<Name>,
    },
    /// Defer a party's status to a later meeting.
    StatusDeferred {
        /// The meeting that deferred it.
        meeting: MeetingRef,
        /// The party.
        party: PartyName,
        /// The kind of status: assurance or compliance.
        #[arg(long)]
        kind: StatusKind,
        /// The day it was deferred.
        #[arg(long, value_name = "DATE", value_parser = date)]
        deferred_on: NaiveDate,
        /// The day of the meeting it is deferred to.
        #[arg(long, value_name = "DATE", value_parser = date)]
        deferred_to: Option<NaiveDate>,
        /// The number of the agenda item.
        #[arg(long)]
        item: Option<ItemLabel>,
        /// The assessment.
        #[arg(long)]
        assessment: Option<Assessment>,
    },
}

impl FactCommand for PartyCommand {
    fn marks_its_text(&self) -> bool {
        // A reader who may not read the status still learns that one was agreed.
        matches!(self, Self::Status { value: Some(_), .. })
    }

    fn into_event(self, classification: Classification) -> Result<(StreamId, Event), Failure> {
        let (committee, name, event): (CommitteeCode, PartyName, PartyEvent) = match self {
            Self::Party { committee, name, registered_on } => {
                let category = name.category().clone();
                let event =
                    PartyRegistered { committee: committee.clone(), name: name.clone(), category, registered_on };
                (committee, name, event.into())
            }
            Self::PartyIdentified { committee, party, real_name } => {
                let red = "RED".parse().map_err(|_| Failure::new("the scheme has no level RED"))?;
                (committee, party, PartyIdentified { real_name: Classified::new(red, real_name) }.into())
            }
            Self::Status { meeting, party, kind, value, agreed_on, item, assessment, decision, authority } => {
                let value = value.map(|value| Classified::new(classification, value));
                let committee = meeting.committee().clone();
                let agreed = StatusAgreed { meeting, agreed_on, item, kind, value, assessment, decision, authority };
                (committee, party, agreed.into())
            }
            Self::StatusDeferred { meeting, party, kind, deferred_on, deferred_to, item, assessment } => {
                let committee = meeting.committee().clone();
                let deferred = StatusDeferred { meeting, deferred_on, item, kind, assessment, deferred_to };
                (committee, party, deferred.into())
            }
        };
        Ok((StreamId::Party(committee, name), Event::Party(event)))
    }
}

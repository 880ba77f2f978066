//! Where a row comes from, field by field.

use super::hidden_references::HiddenReferences;
use super::read_query::{CommitteeScope, DefaultMoment, ReadQuery, RowSelection, vantages};
use super::stream::{Stream, ViewError};
use chrono_tz::Tz;
use minutebook_domain::StreamId;
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::{ActionRef, DecisionId, MeetingRef, PartyName};
use minutebook_ledger::{BitemporalMoment, Log, RowFilter};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::meetings::Meetings;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::projection::Projection;
use minutebook_projections::provenance::{Provenance, provenance};
use std::collections::BTreeSet;
use std::fmt;

/// What can be asked where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// An action.
    Action(ActionRef),
    /// A decision.
    Decision(DecisionId),
    /// A meeting.
    Meeting(MeetingRef),
    /// The statuses of a party, by its pseudonym in any case.
    Party(String),
}

impl Subject {
    /// What a text names; nothing if it names none of them. Whatever is no reference may be a party.
    pub fn of(text: &str) -> Option<Self> {
        let action = text.parse().map(Self::Action);
        let decision = action.or_else(|_| text.parse().map(Self::Decision));
        let meeting = decision.or_else(|_| text.parse().map(Self::Meeting)).ok();
        let party = || (text == "DCC" || text.trim().contains(' ')).then(|| Self::Party(text.trim().to_owned()));
        meeting.or_else(party)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Action(action) => action.fmt(f),
            Self::Decision(decision) => decision.fmt(f),
            Self::Meeting(meeting) => meeting.fmt(f),
            Self::Party(party) => party.fmt(f),
        }
    }
}

/// Where the fields of what is asked about come from, each row with the time zone of its committee. Nothing where there
/// is no such row, or none for this reader.
pub async fn explained(log: &Log, subject: &Subject, question: &ReadQuery) -> Result<Vec<(Provenance, Tz)>, ViewError> {
    let mut rows = Vec::new();
    for vantage in vantages(log, question, DefaultMoment::Now).await? {
        let of_committee = of_committee(log, subject, &vantage).await?;
        rows.extend(of_committee.into_iter().map(|row| (row, vantage.zone)));
    }
    Ok(rows)
}

async fn of_committee(log: &Log, subject: &Subject, vantage: &CommitteeScope) -> Result<Vec<Provenance>, ViewError> {
    let (committee, at, clearance) = (&vantage.committee.code, vantage.at, vantage.clearance);
    match subject {
        Subject::Action(action) if action.committee() == committee => {
            why::<Actions>(log, &StreamId::Action(action.clone()), None, at, clearance).await
        }
        Subject::Decision(decision) if decision.meeting().committee() == committee => {
            let (stream, key) = (StreamId::Meeting(decision.meeting().clone()), decision.number().to_string());
            why::<Decisions>(log, &stream, Some(&key), at, clearance).await
        }
        Subject::Meeting(meeting) if meeting.committee() == committee => {
            why::<Meetings>(log, &StreamId::Meeting(meeting.clone()), None, at, clearance).await
        }
        Subject::Party(name) => {
            let (statuses, _) = vantage.rows::<PartyStatuses>(log, RowSelection::all::<PartyStatuses>()).await?;
            let named = statuses.into_iter().map(|seen| seen.row.party);
            let named: BTreeSet<PartyName> = named.filter(|party| party.as_str().eq_ignore_ascii_case(name)).collect();
            let mut rows = Vec::new();
            for party in named {
                let stream = StreamId::Party(committee.clone(), party);
                rows.extend(why::<PartyStatuses>(log, &stream, None, at, clearance).await?);
            }
            Ok(rows)
        }
        _ => Ok(Vec::new()),
    }
}

/// Where the fields of a stream's rows in `P` come from, at a moment; of one row if its key is given. A row that the
/// reader may not see is not there.
pub async fn why<P: Projection>(
    log: &Log,
    stream: &StreamId,
    key: Option<&str>,
    at: BitemporalMoment,
    clearance: Clearance,
) -> Result<Vec<Provenance>, ViewError> {
    let known = log.known_whole(at.known_at).await?;
    let stream = Stream::read(log, stream).await?;
    let history = stream.known_at(known, clearance)?;
    let mut rows = provenance::<P>(&history, at.as_of, clearance).map_err(|error| stream.unfoldable(error))?;
    rows.retain(|row| key.is_none_or(|key| key == row.key));
    let scope = stream.id.committee().map_or_else(String::new, ToString::to_string);
    let unseen =
        HiddenReferences::of::<P>(log, RowFilter::Listed { scope: &scope, facets: P::FACETS }, clearance).await?;
    for row in &mut rows {
        unseen.hide_origins(row);
    }
    Ok(rows)
}

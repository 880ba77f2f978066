//! Provenance: which event gave each field of a row its value.

use super::hidden_references::{HiddenReferences, NamedStreams};
use super::meeting_names::first_reference;
use super::read_query::{CommitteeScope, DefaultMoment, ReadQuery, committee_scopes};
use super::stream::{ReadError, StreamHistory};
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
use std::fmt;

/// A subject whose provenance can be queried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// An action.
    Action(ActionRef),
    /// A decision.
    Decision(DecisionId),
    /// A meeting.
    Meeting(MeetingRef),
    /// The statuses of a party, by pseudonym in any case.
    Party(String),
}

impl Subject {
    /// Parses a subject. `DCC` and any text with a space that is no reference name a party.
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

/// Returns the provenance of the subject's rows, each with the time zone of its committee. Empty if no such row exists for
/// the reader.
pub async fn provenance_of(
    log: &Log,
    subject: &Subject,
    query: &ReadQuery,
) -> Result<Vec<(Provenance, Tz)>, ReadError> {
    let mut rows = Vec::new();
    for mut scope in committee_scopes(log, query, DefaultMoment::Now).await? {
        scope.name_meetings(log, log.known_whole(None).await?).await?;
        let of_committee = of_committee(log, subject, &scope).await?;
        rows.extend(of_committee.into_iter().map(|row| (row, scope.zone)));
    }
    Ok(rows)
}

async fn of_committee(log: &Log, subject: &Subject, scope: &CommitteeScope) -> Result<Vec<Provenance>, ReadError> {
    let committee = &scope.committee.code;
    match subject {
        Subject::Action(action) if action.committee() == committee => {
            named_provenance::<Actions>(log, &StreamId::Action(action.clone()), None, scope).await
        }
        Subject::Decision(decision) if decision.meeting().committee() == committee => {
            let meeting = first_reference(log, scope.clearance, decision.meeting()).await?;
            let (stream, key) = (StreamId::Meeting(meeting), decision.number().to_string());
            named_provenance::<Decisions>(log, &stream, Some(&key), scope).await
        }
        Subject::Meeting(meeting) if meeting.committee() == committee => {
            let meeting = first_reference(log, scope.clearance, meeting).await?;
            named_provenance::<Meetings>(log, &StreamId::Meeting(meeting), None, scope).await
        }
        Subject::Party(name) => {
            let Some(party) = PartyName::in_any_case(name) else { return Ok(Vec::new()) };
            let stream = StreamId::Party(committee.clone(), party);
            named_provenance::<PartyStatuses>(log, &stream, None, scope).await
        }
        _ => Ok(Vec::new()),
    }
}

/// Returns the provenance of a stream's rows as a reader sees the scope, with the references of meetings in force.
async fn named_provenance<P: Projection>(
    log: &Log,
    stream: &StreamId,
    key: Option<&str>,
    scope: &CommitteeScope,
) -> Result<Vec<Provenance>, ReadError> {
    let mut rows = row_provenance::<P>(log, stream, key, scope.at, scope.clearance, scope.audits).await?;
    for row in &mut rows {
        scope.names.rename_fields::<P>(&mut row.row);
        for field in P::MEETING_FIELDS {
            if let Some(origin) = row.fields.get_mut(*field) {
                scope.names.rename(&mut origin.value);
            }
        }
    }
    Ok(rows)
}

/// Returns the provenance of a stream's visible rows in `P` at a moment, or of the row with the given key. A reader
/// who `audits` also learns who recorded each event, and from where.
pub async fn row_provenance<P: Projection>(
    log: &Log,
    stream: &StreamId,
    key: Option<&str>,
    at: BitemporalMoment,
    clearance: Clearance,
    audits: bool,
) -> Result<Vec<Provenance>, ReadError> {
    // The log is read for rows that the reader sees: reading it for others would tell by its time that they exist.
    let seen = log.rows::<P>(RowFilter::Stream(stream), at, clearance).await?;
    if !seen.rows.iter().any(|row| key.is_none_or(|key| key == row.key)) {
        return Ok(Vec::new());
    }
    let known = log.known_whole(at.known_at).await?;
    let stream = StreamHistory::read(log, stream).await?;
    let history = stream.known_at(known, clearance);
    let mut rows = provenance::<P>(&history, at.as_of, clearance, audits).map_err(|error| stream.fold_error(error))?;
    rows.retain(|row| key.is_none_or(|key| key == row.key));
    let Some(committee) = stream.id.committee() else { return Ok(rows) };
    let named = NamedStreams::of::<P>(rows.iter().flat_map(|row| &row.row));
    let hidden = HiddenReferences::among::<P>(log, committee, named, clearance).await?;
    for row in &mut rows {
        hidden.redact_provenance(row);
    }
    Ok(rows)
}

//! The references of renumbered meetings: which one is in force at a moment, and which meeting a reader means by one.
//!
//! Rows and events name a meeting by the reference that its stream is named for. A list shows the reference in force at the
//! moment that it is asked about, as far as the reader knows it. A reader may name a meeting by every reference that they may
//! know today.

use super::clearances::ClearanceByCommittee;
use super::read_query::{QueryError, end_of_time};
use minutebook_domain::classification::Clearance;
use minutebook_domain::reference::{CommitteeCode, DecisionId, MeetingRef};
use minutebook_ledger::{BitemporalMoment, Log, RowFilter, StoreError};
use minutebook_projections::meetings::{MeetingRow, Meetings, RENUMBERED};
use minutebook_projections::projection::Projection;
use minutebook_projections::redaction::RowFields;
use minutebook_projections::words::Search;
use serde_json::Value;
use std::collections::BTreeMap;

/// The reference in force of each renumbered meeting of a committee, by the first one.
#[derive(Debug, Clone, Default)]
pub struct MeetingNames(BTreeMap<MeetingRef, MeetingRef>);

impl MeetingNames {
    /// Reads the references of the committees' meetings that a reader knows at a moment.
    pub async fn read(
        log: &Log,
        committees: &[CommitteeCode],
        at: BitemporalMoment,
        clearance: Clearance,
    ) -> Result<Self, StoreError> {
        let rows = renumbered(log, committees, at, clearance).await?.into_iter();
        Ok(Self(rows.map(|row| (row.first_reference().clone(), row.reference)).collect()))
    }

    /// Returns the meeting's reference in force.
    pub fn meeting(&self, named: &MeetingRef) -> MeetingRef {
        self.0.get(named).unwrap_or(named).clone()
    }

    /// Returns the decision's id with the meeting's reference in force.
    pub fn decision(&self, named: &DecisionId) -> DecisionId {
        DecisionId::new(self.meeting(named.meeting()), named.number())
    }
}

impl MeetingNames {
    /// Returns a name with the meeting that it begins with by the reference in force: `SSC_73_2702/D3`.
    pub fn name(&self, named: &str) -> String {
        match split(named) {
            (Some(meeting), rest) => format!("{}{rest}", self.meeting(&meeting)),
            (None, _) => named.to_owned(),
        }
    }

    /// Gives the meetings and decisions in a field of a row by the references in force.
    pub(super) fn rename(&self, value: &mut Value) {
        match value {
            Value::String(named) => *named = self.name(named),
            Value::Array(values) => values.iter_mut().for_each(|value| self.rename(value)),
            _ => {}
        }
    }

    /// Does so in the fields of a row that name meetings.
    pub(super) fn rename_fields<P: Projection>(&self, row: &mut RowFields) {
        for field in P::MEETING_FIELDS {
            if let Some(value) = row.get_mut(*field) {
                self.rename(value);
            }
        }
    }
}

/// What a filter names, by names that rows are found by.
#[derive(Debug, Default)]
pub(super) struct GivenNames {
    /// The meeting, by its first reference.
    pub(super) meeting: Option<MeetingRef>,
    /// The reference, and others of the same meeting or decision.
    pub(super) reference: Option<Vec<String>>,
    /// The words.
    pub(super) search: Option<Search>,
}

impl GivenNames {
    pub(super) async fn read(
        log: &Log,
        clearances: &ClearanceByCommittee,
        meeting: Option<&MeetingRef>,
        reference: Option<&str>,
        search: Option<&str>,
    ) -> Result<Self, QueryError> {
        let mut given = Self::default();
        if let Some(meeting) = meeting {
            given.meeting = Some(first_reference(log, clearances.of(meeting.committee()), meeting).await?);
        }
        if let Some(reference) = reference {
            given.reference = Some(names_of(log, clearances, reference).await?);
        }
        if let Some(search) = search {
            given.search = Some(Search::parse(&with_first_references(log, clearances, search).await?)?);
        }
        Ok(given)
    }
}

/// Returns the reference that the meeting's stream is named for, if the reader may know the meeting by `given`; else
/// `given`.
pub async fn first_reference(log: &Log, clearance: Clearance, given: &MeetingRef) -> Result<MeetingRef, StoreError> {
    let known = known_today(log, given, clearance).await?;
    Ok(known.map_or_else(|| given.clone(), |row| row.first_reference().clone()))
}

/// Returns the decision's id with the reference that its meeting's stream is named for.
pub async fn first_decision(log: &Log, clearance: Clearance, given: &DecisionId) -> Result<DecisionId, StoreError> {
    Ok(DecisionId::new(first_reference(log, clearance, given.meeting()).await?, given.number()))
}

/// Returns the meeting or the decision that `text` names by the meeting's first reference; `text` if it names neither.
pub async fn first_name(log: &Log, clearances: &ClearanceByCommittee, text: &str) -> Result<String, StoreError> {
    let (meeting, rest) = split(text);
    let Some(meeting) = meeting else { return Ok(text.to_owned()) };
    let first = first_reference(log, clearances.of(meeting.committee()), &meeting).await?;
    Ok(format!("{first}{rest}"))
}

/// Returns every name by which the reader may know the meeting or the decision that `text` names; `text` alone if it names
/// neither.
pub async fn names_of(log: &Log, clearances: &ClearanceByCommittee, text: &str) -> Result<Vec<String>, StoreError> {
    let (meeting, rest) = split(text);
    let mut names = vec![text.to_owned()];
    if let Some(meeting) = meeting
        && let Some(row) = known_today(log, &meeting, clearances.of(meeting.committee())).await?
    {
        let all = row.formerly.iter().chain([&row.reference]).map(|name| format!("{name}{rest}"));
        names.extend(all.filter(|name| name != text));
    }
    Ok(names)
}

/// Returns the words of a search with the first reference of each meeting in them, by which rows are found.
async fn with_first_references(
    log: &Log,
    clearances: &ClearanceByCommittee,
    search: &str,
) -> Result<String, StoreError> {
    let mut words = Vec::new();
    for word in search.split_whitespace() {
        let (meeting, rest) = split(word);
        words.push(match meeting {
            Some(meeting) => {
                let clearance = clearances.of(meeting.committee());
                format!("{}{rest}", first_reference(log, clearance, &meeting).await?)
            }
            None => word.to_owned(),
        });
    }
    Ok(words.join(" "))
}

/// Splits a text into the meeting that it begins with and the rest: `SSC_72_2702` and `/D3`.
fn split(text: &str) -> (Option<MeetingRef>, &str) {
    let (meeting, rest) = text.split_at(text.find('/').unwrap_or(text.len()));
    (meeting.parse().ok(), rest)
}

/// Returns the renumbered meeting that has, or had, this reference.
async fn known_today(log: &Log, given: &MeetingRef, clearance: Clearance) -> Result<Option<MeetingRow>, StoreError> {
    let today = BitemporalMoment::as_known_now(end_of_time());
    let rows = renumbered(log, std::slice::from_ref(given.committee()), today, clearance).await?;
    Ok(rows.into_iter().find(|row| row.reference == *given || row.formerly.contains(given)))
}

async fn renumbered(
    log: &Log,
    committees: &[CommitteeCode],
    at: BitemporalMoment,
    clearance: Clearance,
) -> Result<Vec<MeetingRow>, StoreError> {
    let scopes: Vec<&str> = committees.iter().map(CommitteeCode::as_str).collect();
    let listed = match scopes.as_slice() {
        [scope] => RowFilter::Listed { scope, facets: &[RENUMBERED] },
        scopes => RowFilter::AcrossCommittees { scopes, facets: &[RENUMBERED], search: None },
    };
    Ok(log.rows::<Meetings>(listed, at, clearance).await?.rows.into_iter().map(|keyed| keyed.row).collect())
}

//! The history of party statuses: every status that a meeting agreed or deferred.

use crate::projection::{Fact, FoldError, Listing, Projection};
use crate::row_roles;
use crate::words::SearchTexts;
use chrono::NaiveDate;
use minutebook_domain::classification::{Classified, stored_option};
use minutebook_domain::party::{Assessment, PartyEvent, StatusKind};
use minutebook_domain::reference::{
    CommitteeCode, DecisionId, ItemLabel, MeetingRef, Name, PartyCategory, PartyName, Prose,
};
use minutebook_domain::{Event, StreamId};
use serde::{Deserialize, Serialize};

/// One row for each status that a meeting agreed or deferred.
#[derive(Debug)]
pub struct PartyStatuses;

/// A party's status, agreed or deferred by a meeting.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartyStatusRow {
    /// The committee that uses the pseudonym.
    pub committee: CommitteeCode,
    /// The party's pseudonym.
    pub party: PartyName,
    /// The party's category.
    pub category: PartyCategory,
    /// Assurance or compliance.
    pub kind: StatusKind,
    /// The agreed status; `None` if it was deferred or is undisclosed.
    #[serde(with = "stored_option")]
    pub value: Option<Classified<Prose>>,
    /// Whether the meeting deferred the status.
    pub deferred: bool,
    /// The day of the meeting to which it was deferred.
    pub deferred_to: Option<NaiveDate>,
    /// The assessment on which the status rests.
    pub assessment: Option<Assessment>,
    /// The day on which it was agreed or deferred.
    pub agreed_on: NaiveDate,
    /// The meeting that agreed or deferred it.
    pub meeting: MeetingRef,
    /// The number of the agenda item.
    pub item: Option<ItemLabel>,
    /// The decision that agreed it.
    pub decision: Option<DecisionId>,
    /// The person or body on whose authority it was agreed.
    pub authority: Option<Name>,
}

row_roles!(PartyStatusRow {
    committee: Own,
    party: Own,
    category: Open,
    kind: Open,
    value: Optional,
    deferred: Open,
    deferred_to: Open,
    assessment: Open,
    agreed_on: Open,
    meeting: Names,
    item: Open,
    decision: Names,
    authority: Names,
});

impl Projection for PartyStatuses {
    const NAME: &'static str = "party_statuses";
    const VERSION: u32 = 2;
    const MEETING_FIELDS: &'static [&'static str] = &["meeting", "decision"];
    type Row = PartyStatusRow;

    fn keys(fact: &Fact<'_>) -> Vec<String> {
        match &*fact.event {
            Event::Party(PartyEvent::StatusAgreed(agreed)) => vec![format!("{} {}", agreed.meeting, agreed.kind)],
            Event::Party(PartyEvent::StatusDeferred(deferred)) => {
                vec![format!("{} {}", deferred.meeting, deferred.kind)]
            }
            _ => Vec::new(),
        }
    }

    fn evolve(row: Option<PartyStatusRow>, fact: &Fact<'_>) -> Result<Option<PartyStatusRow>, FoldError> {
        let StreamId::Party(committee, party) = fact.stream else { return Ok(row) };
        let (committee, party, category) = (committee.clone(), party.clone(), party.category().clone());
        Ok(match &*fact.event {
            Event::Party(PartyEvent::StatusAgreed(agreed)) => Some(PartyStatusRow {
                committee,
                party,
                category,
                kind: agreed.kind,
                value: agreed.value.clone(),
                deferred: false,
                deferred_to: None,
                assessment: agreed.assessment.clone(),
                agreed_on: agreed.agreed_on,
                meeting: agreed.meeting.clone(),
                item: agreed.item,
                decision: agreed.decision.clone(),
                authority: agreed.authority.clone(),
            }),
            Event::Party(PartyEvent::StatusDeferred(deferred)) => Some(PartyStatusRow {
                committee,
                party,
                category,
                kind: deferred.kind,
                value: None,
                deferred: true,
                deferred_to: deferred.deferred_to,
                assessment: deferred.assessment.clone(),
                agreed_on: deferred.deferred_on,
                meeting: deferred.meeting.clone(),
                item: deferred.item,
                decision: None,
                authority: None,
            }),
            _ => row,
        })
    }

    fn listing(row: &PartyStatusRow) -> Listing {
        Listing { scope: row.committee.to_string(), facet: "" }
    }

    fn texts(row: &PartyStatusRow) -> SearchTexts {
        row.value.iter().fold(SearchTexts::default().with_open_label(&row.party), SearchTexts::with)
    }
}

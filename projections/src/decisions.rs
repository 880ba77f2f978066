//! The decision register: who decided what, when, on what, and what took its place.

use crate::projection::{Fact, FoldError, Listing, Projection};
use crate::words::Texts;
use chrono::{DateTime, NaiveDate, Utc};
use minutebook_domain::classification::{Classified, stored};
use minutebook_domain::meeting::{MeetingEvent, Verb};
use minutebook_domain::reference::{DecisionId, MeetingRef, Name, PartyName, Prose, Reference};
use minutebook_domain::{Event, StreamId};
use serde::{Deserialize, Serialize};

/// One row for each decision.
#[derive(Debug)]
pub struct Decisions;

/// A decision.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecisionRow {
    /// Its id: the meeting and its number there.
    pub id: DecisionId,
    /// What the committee did.
    pub verb: Verb,
    /// What it is about.
    #[serde(with = "stored")]
    pub text: Classified<Prose>,
    /// The meeting.
    pub meeting: MeetingRef,
    /// The agenda item.
    pub item: Option<u32>,
    /// When it was decided. Which day that was is a question of the committee's time zone.
    pub decided_at: DateTime<Utc>,
    /// The parties it is about.
    pub subjects: Vec<PartyName>,
    /// The body that it is recommended to.
    pub recommended_to: Option<Name>,
    /// The day of the meeting that it is deferred to.
    pub deferred_to: Option<NaiveDate>,
    /// Whom it is delegated to.
    pub delegated_to: Option<Name>,
    /// The decisions whose place it takes.
    pub supersedes: Vec<DecisionId>,
    /// The decision that took its place.
    pub superseded_by: Option<DecisionId>,
    /// Whether it was rescinded with nothing in its place.
    pub rescinded: bool,
    /// What it mentions.
    pub references: Vec<Reference>,
}

impl Projection for Decisions {
    const NAME: &'static str = "decisions";
    const VERSION: u32 = 2;
    type Row = DecisionRow;

    fn keys(fact: &Fact<'_>) -> Vec<String> {
        match &*fact.event {
            Event::Meeting(MeetingEvent::DecisionRecorded(decision)) => vec![decision.number.to_string()],
            Event::Meeting(MeetingEvent::DecisionSuperseded(superseded)) => {
                vec![superseded.decision.number().to_string()]
            }
            _ => Vec::new(),
        }
    }

    fn evolve(row: Option<DecisionRow>, fact: &Fact<'_>) -> Result<Option<DecisionRow>, FoldError> {
        let StreamId::Meeting(meeting) = fact.stream else { return Ok(row) };
        Ok(match &*fact.event {
            Event::Meeting(MeetingEvent::DecisionRecorded(decision)) => Some(DecisionRow {
                id: DecisionId::new(meeting.clone(), decision.number),
                verb: decision.verb,
                text: decision.text.clone(),
                meeting: meeting.clone(),
                item: decision.item,
                decided_at: fact.valid_at,
                subjects: decision.subjects.clone(),
                recommended_to: decision.recommended_to.clone(),
                deferred_to: decision.deferred_to,
                delegated_to: decision.delegated_to.clone(),
                supersedes: decision.supersedes.clone(),
                superseded_by: None,
                rescinded: false,
                references: decision.references.clone(),
            }),
            Event::Meeting(MeetingEvent::DecisionSuperseded(superseded)) => row.map(|row| DecisionRow {
                superseded_by: Some(superseded.by.clone()),
                rescinded: superseded.rescinded,
                ..row
            }),
            _ => row,
        })
    }

    fn listing(row: &DecisionRow) -> Listing {
        let rank = row.text.classification().rank();
        Listing { scope: row.meeting.committee().to_string(), facet: "", rank }
    }

    fn texts(row: &DecisionRow) -> Texts {
        let own = Texts::default().and(&row.text).beside(&row.text, &row.id).beside(&row.text, row.verb);
        row.subjects.iter().fold(own, |texts, subject| texts.beside(&row.text, subject))
    }
}

//! The decision register: verb, text, parties, and what each decision supersedes or is superseded by.

use crate::projection::{Fact, FoldError, Listing, Projection};
use crate::row_roles;
use crate::words::SearchTexts;
use chrono::{DateTime, NaiveDate, Utc};
use minutebook_domain::classification::{Classified, stored};
use minutebook_domain::meeting::{MeetingEvent, Verb};
use minutebook_domain::reference::{DecisionId, ItemLabel, MeetingRef, Name, PartyName, Prose, Reference};
use minutebook_domain::{Event, StreamId};
use serde::{Deserialize, Serialize};

/// One row for each decision.
#[derive(Debug)]
pub struct Decisions;

/// A decision.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DecisionRow {
    /// The decision's id: its meeting and its number there.
    pub id: DecisionId,
    /// What the committee did.
    pub verb: Verb,
    /// What was decided.
    #[serde(with = "stored")]
    pub text: Classified<Prose>,
    /// The meeting that took the decision.
    pub meeting: MeetingRef,
    /// The number of the agenda item.
    pub item: Option<ItemLabel>,
    /// When it was decided. The committee's time zone gives the day.
    pub decided_at: DateTime<Utc>,
    /// The parties that the decision concerns.
    pub subjects: Vec<PartyName>,
    /// The body to which a recommendation is addressed.
    pub recommended_to: Option<Name>,
    /// The day of the meeting to which a deferred matter returns.
    pub deferred_to: Option<NaiveDate>,
    /// The person or body to whom the matter is delegated.
    pub delegated_to: Option<Name>,
    /// Earlier decisions that this one supersedes.
    pub supersedes: Vec<DecisionId>,
    /// The later decision that supersedes or rescinds this one.
    pub superseded_by: Option<DecisionId>,
    /// Whether the decision was rescinded without a replacement.
    pub rescinded: bool,
    /// The subjects that the text mentions.
    pub references: Vec<Reference>,
}

row_roles!(DecisionRow {
    id: Own,
    verb: Open,
    text: Main,
    meeting: Own,
    item: Open,
    decided_at: Open,
    subjects: Names,
    recommended_to: Names,
    deferred_to: Open,
    delegated_to: Names,
    supersedes: Names,
    superseded_by: Names,
    rescinded: Open,
    references: Names,
});

impl Projection for Decisions {
    const NAME: &'static str = "decisions";
    const VERSION: u32 = 3;
    const MEETING_FIELDS: &'static [&'static str] = &["id", "meeting", "supersedes", "superseded_by"];
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
        Listing { scope: row.meeting.committee().to_string(), facet: "" }
    }

    fn texts(row: &DecisionRow) -> SearchTexts {
        let own = SearchTexts::default().with(&row.text).with_label(&row.text, &row.id).with_label(&row.text, row.verb);
        row.subjects.iter().fold(own, |texts, subject| texts.with_label(&row.text, subject))
    }
}

//! Minutes: drafts and approvals.

use crate::projection::{Fact, FoldError, Listing, Projection};
use crate::row_roles;
use chrono::NaiveDate;
use minutebook_domain::classification::{Classified, stored_list};
use minutebook_domain::meeting::{MeetingEvent, MinutesEdition, MinutesOutcome};
use minutebook_domain::reference::{MeetingRef, Prose, Reference};
use minutebook_domain::{Event, StreamId};
use serde::{Deserialize, Serialize};

/// One row for each draft and one for each approval. A draft is of the meeting itself, an approval of an earlier meeting's
/// minutes: readers join the two by the day of the meeting.
#[derive(Debug)]
pub struct Minutes;

/// A draft of minutes, or their approval.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MinutesRow {
    /// The meeting that drafted or approved them.
    pub meeting: MeetingRef,
    /// Draft or confidential draft minutes.
    pub edition: MinutesEdition,
    /// The draft or the approval.
    #[serde(flatten)]
    pub step: MinutesStep,
}

row_roles!(MinutesRow { meeting: Own, edition: Open, step: Flattened });

/// A step of minutes on their way to approval.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum MinutesStep {
    /// The minutes of the meeting itself were drafted.
    Drafted {
        /// The day of the draft.
        drafted_on: NaiveDate,
        /// The document that holds the draft.
        document: Option<Reference>,
    },
    /// The minutes of an earlier meeting were approved.
    Approved {
        /// The day of the meeting that was minuted.
        minutes_of: NaiveDate,
        /// Approved as written or subject to amendments.
        outcome: MinutesOutcome,
        /// The amendments.
        #[serde(with = "stored_list")]
        amendments: Vec<Classified<Prose>>,
        /// Whether comments had been received; `None` if the record does not say.
        comments_received: Option<bool>,
    },
}

row_roles!(MinutesStep tagged "step" {
    Drafted as "drafted" { drafted_on: Open, document: Names },
    Approved as "approved" { minutes_of: Open, outcome: Open, amendments: Optional, comments_received: Open },
});

impl Projection for Minutes {
    const NAME: &'static str = "minutes";
    const VERSION: u32 = 1;
    const FACETS: &'static [&'static str] = &["drafted", "approved"];
    const MEETING_FIELDS: &'static [&'static str] = &["meeting"];
    type Row = MinutesRow;

    fn keys(fact: &Fact<'_>) -> Vec<String> {
        match &*fact.event {
            Event::Meeting(MeetingEvent::MinutesDrafted(drafted)) => vec![format!("{} drafted", drafted.edition)],
            Event::Meeting(MeetingEvent::MinutesApproved(approved)) => {
                vec![format!("{} of {}", approved.edition, approved.minutes_of)]
            }
            _ => Vec::new(),
        }
    }

    fn evolve(row: Option<MinutesRow>, fact: &Fact<'_>) -> Result<Option<MinutesRow>, FoldError> {
        let StreamId::Meeting(meeting) = fact.stream else { return Ok(row) };
        Ok(match &*fact.event {
            Event::Meeting(MeetingEvent::MinutesDrafted(drafted)) => Some(MinutesRow {
                meeting: meeting.clone(),
                edition: drafted.edition,
                step: MinutesStep::Drafted { drafted_on: drafted.drafted_on, document: drafted.document.clone() },
            }),
            Event::Meeting(MeetingEvent::MinutesApproved(approved)) => Some(MinutesRow {
                meeting: meeting.clone(),
                edition: approved.edition,
                step: MinutesStep::Approved {
                    minutes_of: approved.minutes_of,
                    outcome: approved.outcome,
                    amendments: approved.amendments.clone(),
                    comments_received: approved.comments_received,
                },
            }),
            _ => row,
        })
    }

    fn listing(row: &MinutesRow) -> Listing {
        let facet = match &row.step {
            MinutesStep::Drafted { .. } => "drafted",
            MinutesStep::Approved { .. } => "approved",
        };
        Listing { scope: row.meeting.committee().to_string(), facet }
    }
}

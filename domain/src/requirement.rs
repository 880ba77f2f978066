//! What an event needs to find in other streams before it may be recorded.

use crate::meeting::MinutesEdition;
use crate::reference::{ActionRef, CommitteeCode, DecisionId, MeetingRef};
use crate::rejection::Rejection;
use crate::stream::StreamId;
use chrono::NaiveDate;

/// A fact about another stream that an event rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// The committee is established.
    Committee(CommitteeCode),
    /// The meeting is convened.
    Meeting(MeetingRef),
    /// The meeting is convened and not closed. Holds at the moment of recording only.
    OpenMeeting(MeetingRef),
    /// The action was raised.
    Action(ActionRef),
    /// The decision is in its meeting's record.
    Decision(DecisionId),
    /// The minutes of that day, in that edition, are not yet approved as written. Holds at the moment of recording only.
    MinutesUnapproved {
        /// The committee whose minutes they are.
        committee: CommitteeCode,
        /// The day of the meeting that was minuted.
        minutes_of: NaiveDate,
        /// Which of the two sets of minutes.
        edition: MinutesEdition,
    },
}

impl Requirement {
    /// The refusal where what is required was never recorded; `None` where something recorded is in the way instead.
    pub fn unmet(&self) -> Option<Rejection> {
        Some(match self {
            Self::Committee(code) => Rejection::new(
                "committee-established-first",
                format!("committee {code} is not established"),
                "establish it first",
            ),
            Self::Meeting(meeting) | Self::OpenMeeting(meeting) => Rejection::new(
                "meeting-convened-first",
                format!("meeting {meeting} is not convened"),
                "convene it first",
            ),
            Self::Action(action) => {
                Rejection::new("action-raised-first", format!("action {action} was never raised"), "raise it first")
            }
            Self::Decision(decision) => Rejection::new(
                "superseded-decision-recorded",
                format!("{decision} is no recorded decision"),
                "the id of a decision that `minutebook history` shows",
            ),
            Self::MinutesUnapproved { .. } => return None,
        })
    }

    /// The stream that must already have events for the requirement to hold; `None` where there is no such stream.
    pub fn stream(&self) -> Option<StreamId> {
        match self {
            Self::Committee(code) => Some(StreamId::Committee(code.clone())),
            Self::Meeting(meeting) | Self::OpenMeeting(meeting) => Some(StreamId::Meeting(meeting.clone())),
            Self::Action(action) => Some(StreamId::Action(action.clone())),
            Self::Decision(decision) => Some(StreamId::Meeting(decision.meeting().clone())),
            Self::MinutesUnapproved { .. } => None,
        }
    }
}

//! Requirements: facts in other streams that an event rests on.

use crate::reference::{ActionRef, CommitteeCode, DecisionId, MeetingRef, Name, PartyCategory};
use crate::rejection::Rejection;
use crate::stream::StreamId;
use crate::words::MinutesEdition;
use chrono::NaiveDate;

/// A fact in another stream that must hold when an event is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// The committee is established.
    Committee(CommitteeCode),
    /// The meeting is convened.
    Meeting(MeetingRef),
    /// The meeting is convened and not closed. It may close later.
    OpenMeeting(MeetingRef),
    /// The action was raised.
    Action(ActionRef),
    /// The decision is in its meeting's record.
    Decision(DecisionId),
    /// The committee has added the category. It may take it out again later.
    PartyCategory {
        /// The committee.
        committee: CommitteeCode,
        /// A category that is not one of the code.
        category: PartyCategory,
    },
    /// The committee has added the assessment. It may take it out again later.
    Assessment {
        /// The committee.
        committee: CommitteeCode,
        /// An assessment that is not one of the code.
        assessment: Name,
    },
    /// The minutes of one day, in one edition, are not approved as written yet. They may be later.
    MinutesUnapproved {
        /// The committee that met on that day.
        committee: CommitteeCode,
        /// The day of the meeting that was minuted.
        minutes_of: NaiveDate,
        /// One of the two sets of minutes.
        edition: MinutesEdition,
    },
}

impl Requirement {
    /// The rejection if the required record is missing. `None` for [`Requirement::MinutesUnapproved`], which forbids one, and
    /// for the words of a committee, whose state lists them.
    pub fn unmet(&self) -> Option<Rejection> {
        Some(match self {
            Self::Committee(code) => Rejection::not_begun(
                "committee-established-first",
                format!("committee {code} is not established"),
                "establish it first",
            ),
            Self::Meeting(meeting) | Self::OpenMeeting(meeting) => Rejection::not_begun(
                "meeting-convened-first",
                format!("meeting {meeting} is not convened"),
                "convene it first",
            ),
            Self::Action(action) => Rejection::not_begun(
                "action-raised-first",
                format!("action {action} was never raised"),
                "raise it first",
            ),
            Self::Decision(decision) => Rejection::new(
                "superseded-decision-recorded",
                format!("{decision} is no recorded decision"),
                "the id of a decision that `minutebook history` shows",
            ),
            Self::PartyCategory { .. } | Self::Assessment { .. } | Self::MinutesUnapproved { .. } => return None,
        })
    }

    /// The stream that the required record is in; `None` for [`Requirement::MinutesUnapproved`], which is no one stream's.
    pub fn stream(&self) -> Option<StreamId> {
        match self {
            Self::Committee(committee) | Self::PartyCategory { committee, .. } | Self::Assessment { committee, .. } => {
                Some(StreamId::Committee(committee.clone()))
            }
            Self::Meeting(meeting) | Self::OpenMeeting(meeting) => Some(StreamId::Meeting(meeting.clone())),
            Self::Action(action) => Some(StreamId::Action(action.clone())),
            Self::Decision(decision) => Some(StreamId::Meeting(decision.meeting().clone())),
            Self::MinutesUnapproved { .. } => None,
        }
    }
}

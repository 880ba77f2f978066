//! The rules, with their names, messages and help.

use serde::Serialize;

/// A rule of `minutebook lint`. It has the same name as the importer's finding of the same kind, where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LintRule {
    /// The committee agreed to do something, and no action was raised.
    AgreedWithoutAction,
    /// An outstanding action has no owner.
    ActionWithoutOwner,
    /// An outstanding action has no due date.
    ActionWithoutDueDate,
    /// An outstanding action is past its due date.
    ActionOverdue,
    /// A matter was deferred to a day that has passed, and no later decision concerns it.
    DeferralPassed,
    /// No later record mentions the answer to a recommendation.
    RecommendationUnanswered,
    /// Minutes were approved of a day on which the ledger has no meeting.
    MinutesOfUnknownMeeting,
    /// Minutes were approved subject to amendments, and no amendment is recorded.
    AmendmentsMissing,
    /// A decision was made while fewer members attended than the quorum.
    DecisionWithoutQuorum,
    /// Two meetings of the committee have the same number.
    MeetingNumberRepeated,
    /// The owner of an action is no member, body or party that the ledger knows.
    OwnerUnknown,
    /// A text is marked higher than the document in which it is printed.
    HigherClassification,
    /// An agenda item has no classification mark.
    ItemWithoutClassification,
}

impl LintRule {
    /// The rule's name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::AgreedWithoutAction => "agreed-without-action",
            Self::ActionWithoutOwner => "action-without-owner",
            Self::ActionWithoutDueDate => "action-without-due-date",
            Self::ActionOverdue => "action-overdue",
            Self::DeferralPassed => "deferral-passed",
            Self::RecommendationUnanswered => "recommendation-unanswered",
            Self::MinutesOfUnknownMeeting => "minutes-of-unknown-meeting",
            Self::AmendmentsMissing => "amendments-missing",
            Self::DecisionWithoutQuorum => "decision-without-quorum",
            Self::MeetingNumberRepeated => "meeting-number-repeated",
            Self::OwnerUnknown => "owner-unknown",
            Self::HigherClassification => "higher-classification",
            Self::ItemWithoutClassification => "item-without-classification",
        }
    }

    /// The finding in a few words.
    pub fn message(self) -> &'static str {
        match self {
            Self::AgreedWithoutAction => "agreed to do something, but no action was raised",
            Self::ActionWithoutOwner => "the action has no owner",
            Self::ActionWithoutDueDate => "the action has no due date",
            Self::ActionOverdue => "the action is overdue",
            Self::DeferralPassed => "deferred to a day that has passed, and not taken up again",
            Self::RecommendationUnanswered => "the recommendation was never answered",
            Self::MinutesOfUnknownMeeting => "the ledger has no meeting on the day of the approved minutes",
            Self::AmendmentsMissing => "approved subject to amendments, but none is recorded",
            Self::DecisionWithoutQuorum => "the meeting that decided was not quorate",
            Self::MeetingNumberRepeated => "an earlier meeting of the committee has the same number",
            Self::OwnerUnknown => "the owner is no known member, body or party",
            Self::HigherClassification => "marked higher than the document in which it is printed",
            Self::ItemWithoutClassification => "the item has no classification",
        }
    }

    /// How to resolve the finding.
    pub fn help(self) -> &'static str {
        match self {
            Self::AgreedWithoutAction => {
                "raise one with `minutebook record action`, naming the meeting and the item; of a closed meeting, import the document with it"
            }
            Self::ActionWithoutOwner => "assign an owner with `minutebook record assign`",
            Self::ActionWithoutDueDate => "set a due date with `minutebook record due-date`",
            Self::ActionOverdue => "complete the action, move its due date, or withdraw it",
            Self::DeferralPassed => "record what was decided, or the day to which it was deferred again",
            Self::RecommendationUnanswered => "record the answer as a matter arising or a decision that names the body",
            Self::MinutesOfUnknownMeeting => "import the headlines of that meeting, or correct the day",
            Self::AmendmentsMissing => "correct the approval: name the amendments, or approve the minutes as written",
            Self::DecisionWithoutQuorum => "record who else attended, or have the decision confirmed",
            Self::MeetingNumberRepeated => "renumber one of the two, by `minutebook record renumber`",
            Self::OwnerUnknown => "assign the owner by a known name, or appoint the member",
            Self::HigherClassification => "correct the text's classification, or take it out of this document",
            Self::ItemWithoutClassification => "correct the item, if it has a mark",
        }
    }
}

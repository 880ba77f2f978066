//! The kinds of what calls for attention.

use serde::Serialize;

/// What calls for attention in a book. Where a document's own findings have the same, it has the same name there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The committee agreed to do something, and no action was raised.
    AgreedWithoutAction,
    /// An outstanding action names nobody.
    ActionWithoutOwner,
    /// An outstanding action has no day to be done by.
    ActionWithoutDueDate,
    /// An outstanding action's day is past.
    ActionOverdue,
    /// Something was put off to a day that is past, and nothing was decided on it since.
    DeferralPassed,
    /// Another body was asked, and no later record speaks of its answer.
    RecommendationUnanswered,
    /// A text is marked higher than the document it is printed in.
    HigherClassification,
    /// An agenda item has no classification mark.
    ItemWithoutClassification,
}

impl Kind {
    /// Its name, as JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AgreedWithoutAction => "agreed-without-action",
            Self::ActionWithoutOwner => "action-without-owner",
            Self::ActionWithoutDueDate => "action-without-due-date",
            Self::ActionOverdue => "action-overdue",
            Self::DeferralPassed => "deferral-passed",
            Self::RecommendationUnanswered => "recommendation-unanswered",
            Self::HigherClassification => "higher-classification",
            Self::ItemWithoutClassification => "item-without-classification",
        }
    }

    /// What it says, in a few words.
    pub fn message(self) -> &'static str {
        match self {
            Self::AgreedWithoutAction => "agreed to do something, and no action was raised",
            Self::ActionWithoutOwner => "the action has no owner",
            Self::ActionWithoutDueDate => "the action has no due date",
            Self::ActionOverdue => "the action is overdue",
            Self::DeferralPassed => "put off to a meeting that has come and gone, and not taken up again",
            Self::RecommendationUnanswered => "the recommendation was never answered",
            Self::HigherClassification => "marked higher than the document it is printed in",
            Self::ItemWithoutClassification => "the item has no classification",
        }
    }

    /// What would put it right.
    pub fn help(self) -> &'static str {
        match self {
            Self::AgreedWithoutAction => "raise one: `minutebook record action`, with the meeting and the item",
            Self::ActionWithoutOwner => "give it one: `minutebook record assign`",
            Self::ActionWithoutDueDate => "give it a day: `minutebook record due-date`",
            Self::ActionOverdue => "complete it, move its due date, or withdraw it",
            Self::DeferralPassed => "record what was decided on it, or to which day it was put off again",
            Self::RecommendationUnanswered => "record the answer as a matter arising or a decision that names the body",
            Self::HigherClassification => "correct the text's classification, or take it out of this document",
            Self::ItemWithoutClassification => "correct the item, if it has a mark",
        }
    }
}

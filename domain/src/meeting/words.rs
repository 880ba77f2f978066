//! The words of a meeting: decision verbs, editions and outcomes of minutes, capacities.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Defines an enum whose variants are each one fixed word, in JSON and in print.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every word, in the order of the documentation.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word itself.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                $(if text.trim().eq_ignore_ascii_case($word) {
                    return Ok(Self::$variant);
                })+
                Err(UnknownWord { given: text.chars().take(80).collect(), accepted: Self::WORDS.join(", ") })
            }
        }
    };
}
pub(crate) use words;

/// A word that is not one of those expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not one of: {accepted}")]
pub struct UnknownWord {
    pub(crate) given: String,
    pub(crate) accepted: String,
}

words! {
    /// What a committee does with a matter.
    Verb {
        /// Received, with no commitment.
        Noted = "NOTED",
        /// A position or a status was agreed.
        Agreed = "AGREED",
        /// Formal authority was given to a document or a spend.
        Approved = "APPROVED",
        /// Put to another body, whose answer is awaited.
        Recommended = "RECOMMENDED",
        /// Supported.
        Endorsed = "ENDORSED",
        /// Made good afterwards.
        Ratified = "RATIFIED",
        /// Turned down.
        Rejected = "REJECTED",
        /// Put off to a later meeting.
        Deferred = "DEFERRED",
        /// Handed to another body or person.
        Delegated = "DELEGATED",
        /// Taken back.
        Withdrawn = "WITHDRAWN",
        /// Replaced by a later decision.
        Superseded = "SUPERSEDED",
    }
}

words! {
    /// Which of a meeting's two sets of minutes.
    MinutesEdition {
        /// The draft minutes, for all.
        Draft = "draft",
        /// The confidential draft minutes, which hold the AMBER and RED items too.
        ConfidentialDraft = "confidential draft",
    }
}

words! {
    /// How minutes were approved.
    MinutesOutcome {
        /// As a true record.
        AsWritten = "as written",
        /// Once the amendments are made.
        SubjectToAmendments = "subject to amendments",
    }
}

words! {
    /// In what capacity a person attended.
    Capacity {
        /// In the chair.
        Chair = "chair",
        /// As a member.
        Member = "member",
        /// In a member's place.
        Alternate = "alternate",
        /// Keeping the record.
        Secretary = "secretary",
        /// Invited, not a member.
        InAttendance = "in attendance",
        /// To observe only.
        Observer = "observer",
    }
}

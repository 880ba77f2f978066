//! Fixed words: decision verbs, editions and outcomes of minutes, capacities; and the macro that defines such words.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Defines an enum whose variants are fixed words, the same in JSON and in print.
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

        $crate::field_form::field_forms! {
            $name: Word, format!("one of: {}", Self::WORDS.join(", "));
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
                Err(UnknownWord { given: text.chars().take(80).collect(), accepted: Self::WORDS })
            }
        }
    };
}
pub(crate) use words;

/// A word that is not one of those expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not one of: {}", .accepted.join(", "))]
pub struct UnknownWord {
    pub(crate) given: String,
    pub(crate) accepted: &'static [&'static str],
}

impl UnknownWord {
    /// The word as it was given, cut after 80 characters.
    pub fn given(&self) -> &str {
        &self.given
    }

    /// The words that were expected.
    pub fn accepted(&self) -> &'static [&'static str] {
        self.accepted
    }
}

words! {
    /// A kind of document about a meeting.
    DocumentKind {
        /// What is published of the meeting.
        Headlines = "headlines",
        /// The minutes, confidential where some of the meeting was.
        Minutes = "minutes",
    }
}

words! {
    /// The verb of a decision.
    Verb {
        /// Received without commitment.
        Noted = "NOTED",
        /// A position or a status was agreed.
        Agreed = "AGREED",
        /// A document or a spend was formally authorised.
        Approved = "APPROVED",
        /// Put to another body for its decision.
        Recommended = "RECOMMENDED",
        /// Supported.
        Endorsed = "ENDORSED",
        /// Confirmed after the fact.
        Ratified = "RATIFIED",
        /// Refused.
        Rejected = "REJECTED",
        /// Postponed to a later meeting.
        Deferred = "DEFERRED",
        /// Handed to another body or person.
        Delegated = "DELEGATED",
        /// Retracted.
        Withdrawn = "WITHDRAWN",
        /// Replaced by a later decision.
        Superseded = "SUPERSEDED",
    }
}

words! {
    /// One of a meeting's two sets of minutes.
    MinutesEdition {
        /// The draft minutes for general circulation.
        Draft = "draft",
        /// The confidential draft minutes, which hold the AMBER and RED items too.
        ConfidentialDraft = "confidential draft",
    }
}

words! {
    /// The outcome of an approval of minutes.
    MinutesOutcome {
        /// As a true record.
        AsWritten = "as written",
        /// Once the amendments are made.
        SubjectToAmendments = "subject to amendments",
    }
}

words! {
    /// The capacity in which a person attended.
    Capacity {
        /// In the chair.
        Chair = "chair",
        /// As a member.
        Member = "member",
        /// In place of a member.
        Alternate = "alternate",
        /// Keeping the record.
        Secretary = "secretary",
        /// Invited, not a member.
        InAttendance = "in attendance",
        /// To observe only.
        Observer = "observer",
    }
}

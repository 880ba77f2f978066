//! Streams: one per committee, meeting, action, party and token.

use crate::classification::Classification;
use crate::ordinal::ordinal;
use crate::reference::{ActionRef, CommitteeCode, IllFormed, MeetingRef, PartyName, TokenId, as_string};
use std::fmt;
use std::str::FromStr;

/// The name of a stream of events: `committee:SSC`, `meeting:SSC_72_2702`, `action:SSC72/01`, `party:SSC:Other User L`,
/// `token:1f0c9a7e2b34`.
///
/// A party's stream carries the committee too: the same pseudonym, used by two committees, is two parties.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamId {
    /// A committee and its members.
    Committee(CommitteeCode),
    /// A meeting and its record.
    Meeting(MeetingRef),
    /// An action, from raising to closing.
    Action(ActionRef),
    /// A party and its statuses.
    Party(CommitteeCode, PartyName),
    /// A token, from its issue to its revocation.
    Token(TokenId),
}

impl StreamId {
    /// The kind of its subject: `committee`, `meeting`, `action`, `party` or `token`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Committee(_) => "committee",
            Self::Meeting(_) => "meeting",
            Self::Action(_) => "action",
            Self::Party(..) => "party",
            Self::Token(_) => "token",
        }
    }

    /// The committee that the stream belongs to. A token belongs to the ledger, and may open several committees.
    pub fn committee(&self) -> Option<&CommitteeCode> {
        match self {
            Self::Committee(code) | Self::Party(code, _) => Some(code),
            Self::Meeting(meeting) => Some(meeting.committee()),
            Self::Action(action) => Some(action.committee()),
            Self::Token(_) => None,
        }
    }

    /// The classification of the stream as such. Tokens are RED; the other streams are public, and their texts carry
    /// marks of their own.
    pub fn classification(&self) -> Classification {
        match self {
            Self::Token(_) => Classification::highest(),
            _ => Classification::public(),
        }
    }

    /// The reference of the stream's subject: `SSC_72_2702`, `Other User L`.
    pub fn subject(&self) -> String {
        match self {
            Self::Committee(code) => code.to_string(),
            Self::Meeting(meeting) => meeting.to_string(),
            Self::Action(action) => action.to_string(),
            Self::Party(_, name) => name.to_string(),
            Self::Token(_) => self.to_string(),
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.kind())?;
        match self {
            Self::Committee(code) => code.fmt(f),
            Self::Meeting(meeting) => meeting.fmt(f),
            Self::Action(action) => action.fmt(f),
            Self::Party(committee, name) => write!(f, "{committee}:{name}"),
            Self::Token(id) => id.fmt(f),
        }
    }
}

impl FromStr for StreamId {
    type Err = IllFormed;

    fn from_str(text: &str) -> Result<Self, IllFormed> {
        let ill_formed = || {
            IllFormed::new(
                text,
                "a stream",
                "`committee:`, `meeting:`, `action:`, `party:` or `token:` and a reference",
            )
        };
        let (kind, id) = text.split_once(':').ok_or_else(ill_formed)?;
        match kind {
            "committee" => id.parse().map(Self::Committee),
            "meeting" => id.parse().map(Self::Meeting),
            "action" => id.parse().map(Self::Action),
            "party" => {
                let (committee, name) = id.split_once(':').ok_or_else(ill_formed)?;
                Ok(Self::Party(committee.parse()?, name.parse()?))
            }
            "token" => id.parse().map(Self::Token),
            _ => Err(ill_formed()),
        }
    }
}

as_string!(StreamId);

ordinal! {
    /// An event's place in its stream: 1, 2, 3, … without gaps.
    StreamVersion {
        /// The version of a stream that has no event yet.
        NONE
    }
}

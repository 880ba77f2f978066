//! Streams: one per committee, meeting, action, party and token.

use crate::classification::Classification;
use crate::reference::{ActionRef, CommitteeCode, IllFormed, MeetingRef, PartyName, TokenId, as_string};
use serde::{Deserialize, Serialize};
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
        match self {
            Self::Committee(code) => write!(f, "committee:{code}"),
            Self::Meeting(meeting) => write!(f, "meeting:{meeting}"),
            Self::Action(action) => write!(f, "action:{action}"),
            Self::Party(committee, name) => write!(f, "party:{committee}:{name}"),
            Self::Token(id) => write!(f, "token:{id}"),
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

/// An event's place in its stream: 1, 2, 3, … without gaps. 0 stands for a stream that has no event yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamVersion(u64);

impl StreamVersion {
    /// The version of a stream that has no event yet.
    pub const NONE: Self = Self(0);

    /// The version with this number.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number, from 1; 0 for [`StreamVersion::NONE`].
    pub fn number(self) -> u64 {
        self.0
    }

    /// The version of the next event.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for StreamVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

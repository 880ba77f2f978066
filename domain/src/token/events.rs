//! The events of a token's stream.

use super::Role;
use crate::classification::{Classification, Classified, stored};
use crate::event::events;
use crate::payload::Payload;
use crate::reference::{CommitteeCode, Name, TokenHash, TokenId};
use crate::requirement::Requirement;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A token was made and handed to someone, who may do with it what this event says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenIssued {
    /// What the token is known by.
    pub id: TokenId,
    /// Whose it is, always RED. What is recorded with the token is recorded by this name.
    #[serde(with = "stored")]
    pub name: Classified<Name>,
    /// The SHA-256 of the token. The token itself is nowhere in the book.
    pub sha256: TokenHash,
    /// What its bearer may do.
    pub roles: Vec<Role>,
    /// The highest classification that its bearer may read.
    pub clearance: Classification,
    /// The committees whose record it opens; all of them if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committees: Option<Vec<CommitteeCode>>,
    /// From when it is accepted; at once if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<DateTime<Utc>>,
    /// From when it is no longer accepted; never if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

impl Payload for TokenIssued {
    fn requires(&self) -> Vec<Requirement> {
        self.committees.iter().flatten().cloned().map(Requirement::Committee).collect()
    }
}

/// A token is no longer accepted, for good.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRevoked {
    /// Whether someone else may have had it: then what was done with it calls for a look.
    #[serde(default, skip_serializing_if = "is_false")]
    pub compromised: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

impl Payload for TokenRevoked {}

events! {
    /// What can happen to a token.
    TokenEvent of "token" { TokenIssued = 1, TokenRevoked = 1 }
}

//! The events of a token's stream.

use super::Role;
use crate::classification::{Classification, Classified, stored};
use crate::payload::Payload;
use crate::reference::{CommitteeCode, Name, TokenHash, TokenId};
use crate::requirement::Requirement;
use crate::roles;
use crate::stored_event::events;
use crate::stream::StreamId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A token was issued.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenIssued {
    /// The token's public identity.
    pub id: TokenId,
    /// The bearer's name, always RED. It is the actor of what is recorded with the token.
    #[serde(with = "stored")]
    pub name: Classified<Name>,
    /// The SHA-256 of the token, which itself is never stored.
    pub sha256: TokenHash,
    /// The bearer's roles.
    pub roles: Vec<Role>,
    /// The highest classification that the bearer may read.
    pub clearance: Classification,
    /// The committees that the token opens; all if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committees: Option<Vec<CommitteeCode>>,
    /// The start of validity, inclusive; at once if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(with = "crate::calendar_day::moment")]
    pub valid_from: Option<DateTime<Utc>>,
    /// The end of validity, exclusive; never if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(with = "crate::calendar_day::moment")]
    pub expires_at: Option<DateTime<Utc>>,
}

roles!(TokenIssued { id: Open, name: Main, sha256: Open, roles: Open, clearance: Open, committees: Names, valid_from: Open, expires_at: Open }
    // Nobody below RED knows of it, whatever its mark.
    fn whole(&self) -> Option<Classification> {
        Some(Classification::highest())
    }
);

impl Payload for TokenIssued {
    fn begins(&self) -> Option<StreamId> {
        Some(StreamId::Token(self.id.clone()))
    }

    fn requires(&self) -> Vec<Requirement> {
        self.committees.iter().flatten().cloned().map(Requirement::Committee).collect()
    }
}

/// A token was revoked for good.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRevoked {
    /// Whether someone else may have held it, so that its use needs review.
    #[serde(default, skip_serializing_if = "is_false")]
    pub compromised: bool,
}

roles!(TokenRevoked { compromised: Open }
    // Nobody below RED knows of it, whatever its mark.
    fn whole(&self) -> Option<Classification> {
        Some(Classification::highest())
    }
);

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

impl Payload for TokenRevoked {}

events! {
    /// An event of a token's stream.
    TokenEvent of "token" { TokenIssued = 1, TokenRevoked = 1 }
}

//! API tokens: who may use the ledger, in which roles and until when.
//!
//! Tokens are part of the record, and RED: to a reader below RED their streams do not exist.

mod events;

pub use events::{TokenEvent, TokenIssued, TokenRevoked};

use crate::classification::Classification;
use crate::meeting::{UnknownWord, words};
use crate::reference::{TokenHash, TokenId};
use crate::rejection::{Rejection, ensure};
use crate::rules::{Rules, aggregate};
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// The role of a token's bearer. The program defines what each role permits.
    Role {
        /// Reads up to their clearance.
        Reader = "reader",
        /// Serves on the committee.
        Member = "member",
        /// Keeps the record.
        Secretary = "secretary",
        /// Chairs the committee: approves minutes, publishes headlines.
        Chair = "chair",
        /// Reads the audit trail.
        Auditor = "auditor",
        /// Runs the ledger and issues tokens.
        Admin = "admin",
    }
}

/// The reference of every token event, which finds them all.
pub const ALL_TOKENS: &str = "tokens";

/// The state of a token, as far as its rules need it.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Token {
    issued: Option<(TokenId, TokenHash)>,
    revoked: bool,
}

impl Token {
    /// Returns whether the token was issued.
    pub fn is_issued(&self) -> bool {
        self.issued.is_some()
    }

    /// Returns whether the token was revoked. A struck revocation still counts: the token may have leaked meanwhile.
    pub fn is_revoked(&self) -> bool {
        self.revoked
    }
}

fn admit_issue(issued: &TokenIssued) -> Result<(), Rejection> {
    let mark = issued.name.classification();
    ensure(mark.rank() >= Classification::highest().rank(), || {
        Rejection::new(
            "token-name-is-red",
            format!("the name of a token's bearer cannot be {mark}"),
            "the classification RED",
        )
    })?;
    let mut roles = issued.roles.clone();
    roles.sort_unstable();
    roles.dedup();
    ensure(!roles.is_empty() && roles.len() == issued.roles.len(), || {
        Rejection::new(
            "token-has-roles",
            "a token needs at least one role, and each only once",
            format!("one or more of: {}", Role::WORDS.join(", ")),
        )
    })?;
    ensure(issued.committees.as_ref().is_none_or(|committees| !committees.is_empty()), || {
        Rejection::new(
            "token-opens-something",
            "a token for no committee opens nothing",
            "the codes of committees, or none at all for every committee",
        )
    })?;
    let ends_later = issued.expires_at.zip(issued.valid_from).is_none_or(|(end, begin)| end > begin);
    ensure(ends_later, || {
        Rejection::new(
            "token-expires-after-it-begins",
            "the token would expire before it is accepted",
            "an expiry after the moment from which it is accepted",
        )
    })
}

impl Rules for Token {
    type Event = TokenEvent;

    fn renumber(by: &mut TokenEvent, corrected: &TokenEvent) -> Result<(), Rejection> {
        let (TokenEvent::TokenIssued(by), TokenEvent::TokenIssued(corrected)) = (by, corrected) else { return Ok(()) };
        ensure(by.sha256 == corrected.sha256, || {
            Rejection::new(
                "token-keeps-its-hash",
                "a correction cannot put another token in the place of this one",
                "the same hash; or revoke this token, and issue another",
            )
        })
    }

    fn admit(&self, event: &TokenEvent) -> Result<(), Rejection> {
        if let TokenEvent::TokenIssued(issued) = event {
            ensure(!self.is_issued(), || {
                Rejection::already_recorded(
                    "token-issued-once",
                    format!("token {} is already issued", issued.id),
                    "another id",
                )
            })?;
            return admit_issue(issued);
        }
        ensure(self.is_issued(), || {
            Rejection::not_begun(
                "token-issued-first",
                "there is no such token",
                "an id that `minutebook token list` shows",
            )
        })?;
        match event {
            TokenEvent::TokenRevoked(_) => ensure(!self.revoked, || {
                Rejection::already_recorded(
                    "token-revoked-once",
                    "the token is already revoked",
                    "a token that is still accepted",
                )
            }),
            TokenEvent::TokenIssued(_) | TokenEvent::EventCorrected(_) => Ok(()),
        }
    }

    fn evolve(&mut self, event: &TokenEvent) {
        match event {
            TokenEvent::TokenIssued(issued) => self.issued = Some((issued.id.clone(), issued.sha256.clone())),
            TokenEvent::TokenRevoked(_) => self.revoked = true,
            TokenEvent::EventCorrected(_) => {}
        }
    }

    fn reserve(&mut self, event: &TokenEvent) {
        if let Some(TokenEvent::TokenRevoked(_)) = event.or_correcting() {
            self.revoked = true;
        }
    }
}

aggregate!(Token, TokenEvent, "token");

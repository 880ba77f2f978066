//! The register of issued tokens, a fold of their events.

use super::authentication_error::AuthenticationError;
use super::principal::{CommitteeSet, Principal, Right};
use chrono::{DateTime, Utc};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::in_force;
use minutebook_domain::reference::{Name, TokenHash, TokenId};
use minutebook_domain::rules::fold;
use minutebook_domain::token::{Role, Token, TokenEvent, TokenIssued};
use minutebook_domain::{Event, Position, RecordedEvent, SenderIdentity, StreamId};
use std::collections::{BTreeMap, HashMap};

/// The status of a token at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenStatus {
    /// The token is accepted.
    Accepted,
    /// `valid_from` is in the future.
    NotYetValid,
    /// `expires_at` has passed.
    Expired,
    /// The token was revoked, which is final.
    Revoked,
}

impl TokenStatus {
    /// The name in lists.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::NotYetValid => "not yet valid",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// A token in the register.
#[derive(Debug, Clone)]
pub struct TokenEntry {
    /// The grant as issued or last corrected.
    pub issued: TokenIssued,
    /// The time when the token was issued.
    pub issued_at: DateTime<Utc>,
    /// The actor who issued it.
    pub issued_by: String,
    /// Whether it was revoked. A struck revocation still counts.
    pub revoked: bool,
}

impl TokenEntry {
    fn from_history(history: &[RecordedEvent]) -> Option<Self> {
        let events: Vec<TokenEvent> = history
            .iter()
            .filter_map(|recorded| match &recorded.event {
                Event::Token(event) => Some(event.clone()),
                _ => None,
            })
            .collect();
        let issued = in_force(&events).into_iter().find_map(|event| match event {
            TokenEvent::TokenIssued(issued) => Some(issued.clone()),
            _ => None,
        })?;
        let first = history.first()?;
        let revoked = fold::<Token>(&events).is_revoked();
        Some(Self { issued, issued_at: first.recorded_at, issued_by: first.metadata.actor.clone(), revoked })
    }

    /// The bearer's name. It is RED: callers check that the reader may see tokens.
    pub fn name(&self) -> &str {
        let name = &self.issued.name;
        name.disclose(Clearance::up_to(name.classification())).map_or("", Name::as_str)
    }

    /// Returns the status at `now`.
    pub fn status(&self, now: DateTime<Utc>) -> TokenStatus {
        if self.revoked {
            TokenStatus::Revoked
        } else if self.issued.expires_at.is_some_and(|end| now >= end) {
            TokenStatus::Expired
        } else if self.issued.valid_from.is_some_and(|begin| now < begin) {
            TokenStatus::NotYetValid
        } else {
            TokenStatus::Accepted
        }
    }

    /// Returns the bearer as a principal, if the token is accepted at `now`.
    pub(super) fn admit(&self, now: DateTime<Utc>) -> Result<Principal, AuthenticationError> {
        let id = self.issued.id.clone();
        match self.status(now) {
            TokenStatus::Revoked => return Err(AuthenticationError::Revoked(id)),
            TokenStatus::Expired => return Err(AuthenticationError::Expired(id)),
            TokenStatus::NotYetValid => return Err(AuthenticationError::NotYetValid(id)),
            TokenStatus::Accepted => {}
        }
        let committees = match &self.issued.committees {
            None => CommitteeSet::All,
            Some(these) => CommitteeSet::These(these.iter().cloned().collect()),
        };
        let roles = self.issued.roles.iter().copied().collect();
        let right = Right { roles, clearance: Clearance::up_to(self.issued.clearance), committees };
        Ok(Principal::new(self.name().to_owned(), Some(SenderIdentity::Token(id)), vec![right]))
    }

    /// The bearer's roles.
    pub fn roles(&self) -> &[Role] {
        &self.issued.roles
    }

    /// The highest classification that the bearer may read.
    pub fn clearance(&self) -> Classification {
        self.issued.clearance
    }
}

/// All tokens as of a position of the log.
#[derive(Debug, Default)]
pub struct TokenRegister {
    position: Position,
    histories: HashMap<TokenId, Vec<RecordedEvent>>,
    entries: BTreeMap<TokenId, TokenEntry>,
    by_hash: HashMap<TokenHash, TokenId>,
}

impl TokenRegister {
    /// The position up to which events are applied.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Applies the next event. Events of other streams only advance the position.
    pub fn apply(&mut self, event: RecordedEvent) {
        self.position = self.position.max(event.position);
        let StreamId::Token(id) = event.stream.clone() else { return };
        let history = self.histories.entry(id.clone()).or_default();
        history.push(event);
        if let Some(entry) = TokenEntry::from_history(history) {
            self.by_hash.insert(entry.issued.sha256.clone(), id.clone());
            self.entries.insert(id, entry);
        }
    }

    /// Advances the position, where no token event remains before it.
    pub(super) fn advance_to(&mut self, position: Position) {
        self.position = self.position.max(position);
    }

    /// Finds a token by the hash of its secret. The time of the lookup therefore does not reveal how many characters
    /// of a guess are right.
    pub fn find(&self, hash: &TokenHash) -> Option<&TokenEntry> {
        self.entries.get(self.by_hash.get(hash)?)
    }

    /// The token with this id.
    pub fn get(&self, id: &TokenId) -> Option<&TokenEntry> {
        self.entries.get(id)
    }

    /// All tokens, ordered by id.
    pub fn entries(&self) -> impl Iterator<Item = &TokenEntry> {
        self.entries.values()
    }
}

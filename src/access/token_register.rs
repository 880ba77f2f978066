//! The tokens that were issued, folded from their events.

use super::{AuthenticationError, CommitteeSet, Identity, Principal, Right, Role};
use chrono::{DateTime, Utc};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::correction::in_force;
use minutebook_domain::reference::{Name, TokenHash, TokenId};
use minutebook_domain::rules::fold;
use minutebook_domain::token::{Token, TokenEvent, TokenIssued};
use minutebook_domain::{Event, Position, RecordedEvent, StreamId};
use std::collections::{BTreeMap, HashMap};

/// How a token stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenStatus {
    /// It is accepted.
    Accepted,
    /// It will be accepted later.
    NotYetValid,
    /// It was accepted until it expired.
    Expired,
    /// It was revoked, for good.
    Revoked,
}

impl TokenStatus {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::NotYetValid => "not yet valid",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// A token, and what became of it.
#[derive(Debug, Clone)]
pub struct TokenEntry {
    /// What it may do, as it was issued or as that was corrected.
    pub issued: TokenIssued,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// Who issued it.
    pub issued_by: String,
    /// Whether it was revoked.
    pub revoked: bool,
}

impl TokenEntry {
    fn of(history: &[RecordedEvent]) -> Option<Self> {
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
        Some(Self { issued, issued_at: first.recorded_at, issued_by: first.actor.clone(), revoked })
    }

    /// Whose it is. The register is for those who check tokens, and for those who may see all of them.
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

    /// Whom it lets in at `now`.
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
        Ok(Principal::new(self.name().to_owned(), Identity::Token(id), vec![right]))
    }

    /// What it may do.
    pub fn roles(&self) -> &[Role] {
        &self.issued.roles
    }

    /// The highest classification that it opens.
    pub fn clearance(&self) -> Classification {
        self.issued.clearance
    }
}

/// All tokens, as the events up to a position have them.
#[derive(Debug, Default)]
pub struct TokenRegister {
    position: Position,
    histories: HashMap<TokenId, Vec<RecordedEvent>>,
    entries: BTreeMap<TokenId, TokenEntry>,
    by_hash: HashMap<TokenHash, TokenId>,
}

impl TokenRegister {
    /// How far the log is in it.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Takes in the next event. One of another stream says nothing of tokens.
    pub fn take(&mut self, event: RecordedEvent) {
        self.position = self.position.max(event.position);
        let StreamId::Token(id) = event.stream.clone() else { return };
        let history = self.histories.entry(id.clone()).or_default();
        history.push(event);
        if let Some(entry) = TokenEntry::of(history) {
            self.by_hash.insert(entry.issued.sha256.clone(), id.clone());
            self.entries.insert(id, entry);
        }
    }

    /// Notes that there is no token's event up to `position` that was not taken in.
    pub(super) fn is_at(&mut self, position: Position) {
        self.position = self.position.max(position);
    }

    /// The token with this hash. Its whole hash was computed of what was presented, so that the time which the look-up
    /// takes says nothing of how much of a token was guessed right.
    pub fn find(&self, hash: &TokenHash) -> Option<&TokenEntry> {
        self.entries.get(self.by_hash.get(hash)?)
    }

    /// All of them, in the order of their ids.
    pub fn entries(&self) -> impl Iterator<Item = &TokenEntry> {
        self.entries.values()
    }
}

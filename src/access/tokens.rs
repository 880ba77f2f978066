//! The ledger's own tokens, checked against the book.

use super::{AuthenticationError, Principal, TokenRegister, TokenSecret};
use chrono::{DateTime, TimeDelta, Utc};
use minutebook_domain::Position;
use minutebook_domain::reference::{TokenHash, TokenId};
use minutebook_domain::token::ALL_TOKENS;
use minutebook_ledger::{Log, Selection, StoreError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

/// How often the use of a token is noted.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Checks the tokens that are presented. Cheap to clone; the clones share what they know.
#[derive(Clone)]
pub struct Tokens {
    log: Log,
    register: Arc<RwLock<TokenRegister>>,
    /// Held while the register is brought up to date, so that one does it for all who wait.
    refreshing: Arc<tokio::sync::Mutex<()>>,
    noted: Arc<Mutex<HashMap<TokenId, DateTime<Utc>>>>,
}

impl Tokens {
    /// The tokens of the book that `log` holds. They are read when they are first asked for.
    pub fn new(log: Log) -> Self {
        Self { log, register: Arc::default(), refreshing: Arc::default(), noted: Arc::default() }
    }

    /// Whom the token that is presented lets in. Nothing is looked up for one whose form or checksum is wrong. A token
    /// that was issued a moment ago is found; one that another process revoked is refused once this process has heard of
    /// it, within a second.
    pub async fn authenticate(&self, presented: &str) -> Result<Principal, AuthenticationError> {
        let hash = TokenSecret::parse(presented)?.hash();
        let known = self.log.known_head();
        if self.register().position() < known {
            self.refresh(Some(known)).await.map_err(unavailable)?;
        }
        let now = self.log.environment().clock.now();
        let mut admitted = self.admit(&hash, now);
        if admitted == Err(AuthenticationError::Unknown) {
            // Another process may have issued it, and this one not have heard of that yet.
            self.refresh(None).await.map_err(unavailable)?;
            admitted = self.admit(&hash, now);
        }
        let (id, principal) = admitted?;
        self.note_use(id, now);
        Ok(principal)
    }

    /// Every token there is, and when each was last used, as far as it was noted.
    pub async fn list(&self) -> Result<Vec<(super::TokenEntry, Option<DateTime<Utc>>)>, StoreError> {
        self.refresh(None).await?;
        let uses = self.log.token_uses().await?;
        let register = self.register();
        Ok(register.entries().map(|entry| (entry.clone(), uses.get(&entry.issued.id).copied())).collect())
    }

    fn admit(&self, hash: &TokenHash, now: DateTime<Utc>) -> Result<(TokenId, Principal), AuthenticationError> {
        let register = self.register();
        let entry = register.find(hash).ok_or(AuthenticationError::Unknown)?;
        Ok((entry.issued.id.clone(), entry.admit(now)?))
    }

    /// Takes in what was recorded of tokens since; what others took in meanwhile is enough if it goes as far as this.
    async fn refresh(&self, enough: Option<Position>) -> Result<(), StoreError> {
        let _refreshing = self.refreshing.lock().await;
        if enough.is_some_and(|enough| self.register().position() >= enough) {
            return Ok(());
        }
        // What is recorded while it reads may be read too, and is then not read again.
        let known = self.log.known_head();
        let mut cursor = self.log.read(Selection::Reference(ALL_TOKENS.into()), self.register().position());
        loop {
            let page = cursor.next_page().await?;
            let mut register = self.register.write().unwrap_or_else(PoisonError::into_inner);
            if page.is_empty() {
                register.is_at(known);
                return Ok(());
            }
            for event in page {
                register.take(event);
            }
        }
    }

    fn register(&self) -> RwLockReadGuard<'_, TokenRegister> {
        // A panic elsewhere leaves whole entries behind.
        self.register.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the use beside what it was used for, which does not wait for that; at most once a minute.
    fn note_use(&self, id: TokenId, now: DateTime<Utc>) {
        {
            let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
            if noted.get(&id).is_some_and(|before| now.signed_duration_since(before) < NOTED_EVERY) {
                return;
            }
            noted.insert(id.clone(), now);
        }
        let log = self.log.clone();
        tokio::spawn(async move {
            if let Err(error) = log.note_token_use(&id, now).await {
                tracing::warn!(token = %id, %error, "the use of token {id} was not noted");
            }
        });
    }
}

fn unavailable(error: StoreError) -> AuthenticationError {
    AuthenticationError::Unavailable(error.to_string())
}

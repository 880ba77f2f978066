//! Authentication by the ledger's own tokens.

use super::authentication_error::AuthenticationError;
use super::principal::Principal;
use super::token_register::{TokenEntry, TokenRegister};
use super::token_secret::TokenSecret;
use chrono::{DateTime, Utc};
use minutebook_domain::Position;
use minutebook_domain::reference::{TokenHash, TokenId};
use minutebook_domain::token::ALL_TOKENS;
use minutebook_ledger::{Log, Selection, StoreError};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

/// The shortest time between two notes of one token's use.
const USE_INTERVAL: Duration = Duration::from_mins(1);

/// Authenticates tokens against a cached register. Cheap to clone; the clones share the cache.
#[derive(Clone)]
pub struct Tokens {
    log: Log,
    register: Arc<RwLock<TokenRegister>>,
    /// Held while the register is brought up to date, so that concurrent requests cause one read.
    refreshing: Arc<tokio::sync::Mutex<()>>,
    /// By the monotonic time of the ledger's clock.
    last_noted: Arc<Mutex<HashMap<TokenId, Duration>>>,
}

impl Tokens {
    /// The tokens of the ledger behind `log`. The register is read on first use.
    pub fn new(log: Log) -> Self {
        Self { log, register: Arc::default(), refreshing: Arc::default(), last_noted: Arc::default() }
    }

    /// Returns the bearer of a token. A malformed token or a wrong checksum causes no lookup. A token that another process
    /// just issued is accepted at once; one that it revoked is refused within a second, when this process learns of it.
    pub async fn authenticate(&self, presented: &str) -> Result<Principal, AuthenticationError> {
        let hash = TokenSecret::parse(presented)?.hash();
        let head = self.log.known_head();
        if self.register().position() < head {
            self.refresh(Some(head)).await.map_err(AuthenticationError::unavailable)?;
        }
        let now = self.log.environment().clock.now();
        let mut admitted = self.admit(&hash, now);
        if admitted == Err(AuthenticationError::Unknown) {
            // Another process may have issued it after the known head.
            self.refresh(None).await.map_err(AuthenticationError::unavailable)?;
            admitted = self.admit(&hash, now);
        }
        let (id, principal) = admitted?;
        self.note_use(id, now);
        Ok(principal)
    }

    /// Returns the bearer of the token with this id, as far as this process knows the log.
    pub async fn bearer(&self, id: &TokenId) -> Result<Principal, AuthenticationError> {
        let head = self.log.known_head();
        if self.register().position() < head {
            self.refresh(Some(head)).await.map_err(AuthenticationError::unavailable)?;
        }
        let now = self.log.environment().clock.now();
        self.register().get(id).ok_or(AuthenticationError::Unknown)?.admit(now)
    }

    /// Returns the key under which a browser keeps the drafts of a token's bearer; none for a token that is not known. Who knows
    /// the token, or its hash in the ledger, could make it: both may read what the bearer may.
    pub fn draft_key(&self, id: &TokenId) -> Option<[u8; 32]> {
        let register = self.register();
        let hash = &register.get(id)?.issued.sha256;
        Some(Sha256::new().chain_update("drafts of minutes\0").chain_update(hash.to_string()).finalize().into())
    }

    /// Lists all tokens, each with its last noted use.
    pub async fn list(&self) -> Result<Vec<(TokenEntry, Option<DateTime<Utc>>)>, StoreError> {
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

    /// Applies new token events. If a concurrent refresh has reached `target`, nothing is read.
    async fn refresh(&self, target: Option<Position>) -> Result<(), StoreError> {
        let _refreshing = self.refreshing.lock().await;
        if target.is_some_and(|target| self.register().position() >= target) {
            return Ok(());
        }
        // Taken before the read: the read covers this head at least.
        let head = self.log.known_head();
        let mut cursor = self.log.read(Selection::Reference(ALL_TOKENS.into()), self.register().position());
        loop {
            let page = cursor.next_page().await?;
            let mut register = self.register.write().unwrap_or_else(PoisonError::into_inner);
            if page.is_empty() {
                register.advance_to(head);
                return Ok(());
            }
            for event in page {
                register.apply(event);
            }
        }
    }

    fn register(&self) -> RwLockReadGuard<'_, TokenRegister> {
        // Entries are replaced whole, so a panic elsewhere leaves the register sound.
        self.register.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a use in the background, at most once a minute for each token.
    fn note_use(&self, id: TokenId, now: DateTime<Utc>) {
        {
            let monotonic = self.log.environment().clock.monotonic();
            let mut last_noted = self.last_noted.lock().unwrap_or_else(PoisonError::into_inner);
            if last_noted.get(&id).is_some_and(|before| monotonic.saturating_sub(*before) < USE_INTERVAL) {
                return;
            }
            last_noted.insert(id.clone(), monotonic);
        }
        let log = self.log.clone();
        tokio::spawn(async move {
            if let Err(error) = log.note_token_use(&id, now).await {
                tracing::warn!(token = %id, %error, "cannot note the use of token {id}");
            }
        });
    }
}

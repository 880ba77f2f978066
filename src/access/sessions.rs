//! Sessions of browsers: a cookie whose secret stands for a token, until it is ended, grows old or lies idle.
//!
//! The ledger keeps the hash of each secret beside the log, so that every server of a book knows every session. A session has
//! the rights that its token has at the moment: revoking the token ends it.

use super::authentication_error::AuthenticationError;
use super::authenticator::Authenticator;
use super::principal::Principal;
use chrono::{DateTime, TimeDelta, Utc};
use minutebook_domain::SenderIdentity;
use minutebook_ledger::{Log, NoEntropy, StoreError, StoredSession};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a session lasts, however much it is used.
const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// How long a session lasts without a request.
const IDLE: TimeDelta = TimeDelta::hours(2);
/// How long what the ledger says of a session is good for: another server may have ended it since.
const REMEMBERED: Duration = Duration::from_secs(5);
/// The shortest time between two notes of one session's use.
const USE_INTERVAL: TimeDelta = TimeDelta::minutes(1);
/// Sessions that are remembered at a time; beyond it they are asked for anew.
const MOST_REMEMBERED: usize = 10_000;

/// The secret of a session, 256 random bits as hexadecimal digits. The browser alone holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionSecret(String);

impl SessionSecret {
    /// Returns the secret of a cookie's value, if it has the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_hex.then(|| Self(text.to_owned()))
    }

    /// The text, for the cookie.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }
}

impl fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionSecret(…)")
    }
}

/// Why no session began.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The token is not accepted.
    #[error(transparent)]
    Authentication(#[from] AuthenticationError),
    /// A token of a provider has an end of its own, which a session would outlive.
    #[error("a session begins with a token of the ledger")]
    NotOfTheLedger,
    /// The ledger could not keep the session.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gave no random bytes.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

/// The sessions of one server. Cheap to clone; the clones share what is remembered.
#[derive(Clone)]
pub struct Sessions {
    log: Log,
    authenticator: Authenticator,
    remembered: Arc<Mutex<HashMap<String, Remembered>>>,
}

/// What the ledger said of a session.
#[derive(Clone)]
struct Remembered {
    session: StoredSession,
    /// When it was asked, by the monotonic clock.
    asked_at: Duration,
}

impl Sessions {
    /// The sessions of the ledger behind `log`.
    pub fn new(log: Log, authenticator: Authenticator) -> Self {
        Self { log, authenticator, remembered: Arc::default() }
    }

    /// Begins a session of a token's bearer, and forgets those that have ended.
    pub async fn begin(&self, token: &str) -> Result<SessionSecret, SignInError> {
        let principal = self.authenticator.authenticate(Some(token.trim())).await?;
        let Some(SenderIdentity::Token(bearer)) = principal.identity() else { return Err(SignInError::NotOfTheLedger) };
        let mut random = [0_u8; 32];
        self.log.environment().entropy.fill(&mut random)?;
        let secret = SessionSecret(hex::encode(random));
        let now = self.now();
        self.log.remove_old_sessions(now - ABSOLUTE, now - IDLE).await?;
        let at = now.timestamp_micros();
        let session = StoredSession { id_hash: secret.hash(), bearer: bearer.to_string(), began_at: at, used_at: at };
        self.log.add_session(&session).await?;
        Ok(secret)
    }

    /// Returns whom a session stands for; none if there is no such session, or none any more.
    pub async fn principal(&self, secret: &SessionSecret) -> Result<Option<Principal>, AuthenticationError> {
        let hash = secret.hash();
        let Some(session) = self.find(&hash).await.map_err(AuthenticationError::unavailable)? else { return Ok(None) };
        let now = self.now();
        let [began_at, used_at] = [session.began_at, session.used_at].map(time);
        if now - began_at >= ABSOLUTE || now - used_at >= IDLE {
            return Ok(None);
        }
        let Ok(bearer) = session.bearer.parse() else { return Ok(None) };
        let principal = match self.authenticator.tokens().bearer(&bearer).await {
            Ok(principal) => principal,
            Err(error) if error.is_temporary() => return Err(error),
            Err(_) => return Ok(None),
        };
        if now - used_at >= USE_INTERVAL {
            self.note_use(hash, now);
        }
        Ok(Some(principal))
    }

    /// Ends a session.
    pub async fn end(&self, secret: &SessionSecret) -> Result<(), StoreError> {
        let hash = secret.hash();
        self.remembered().remove(&hash);
        self.log.remove_session(&hash).await
    }

    async fn find(&self, hash: &str) -> Result<Option<StoredSession>, StoreError> {
        let monotonic = self.log.environment().clock.monotonic();
        if let Some(known) = self.remembered().get(hash)
            && monotonic.saturating_sub(known.asked_at) < REMEMBERED
        {
            return Ok(Some(known.session.clone()));
        }
        let found = self.log.session(hash).await?;
        let mut remembered = self.remembered();
        if remembered.len() >= MOST_REMEMBERED {
            remembered.clear();
        }
        match &found {
            Some(session) => {
                remembered.insert(hash.to_owned(), Remembered { session: session.clone(), asked_at: monotonic });
            }
            None => _ = remembered.remove(hash),
        }
        Ok(found)
    }

    /// Notes a use in the background.
    fn note_use(&self, hash: String, now: DateTime<Utc>) {
        if let Some(known) = self.remembered().get_mut(&hash) {
            known.session.used_at = now.timestamp_micros();
        }
        let log = self.log.clone();
        tokio::spawn(async move {
            if let Err(error) = log.note_session_use(&hash, now).await {
                tracing::warn!(%error, "cannot note the use of a session");
            }
        });
    }

    fn now(&self) -> DateTime<Utc> {
        self.log.environment().clock.now()
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<String, Remembered>> {
        // Each entry is replaced as a whole, so a panic elsewhere leaves none broken.
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn time(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

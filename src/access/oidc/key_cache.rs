//! Fetches the keys of a provider and caches them.

use super::keys::{self, KeySetError, VerificationKey};
use crate::http_client::{FetchError, client, fetch, is_private};
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

/// Time limit for one request to the provider.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The longest accepted response, in bytes.
const MAX_RESPONSE_BYTES: usize = 256 * 1024;
/// The age at which keys are fetched again. While the provider is reachable, a withdrawn key is accepted no longer.
const FRESH: Duration = Duration::from_hours(1);
/// The age up to which keys are accepted while the provider is unreachable.
const USABLE: Duration = Duration::from_hours(24);
/// The shortest time between two fetches, so that invented key ids cannot make this program flood a provider.
const MIN_INTERVAL: Duration = Duration::from_secs(10);

/// How long a request whose key is cached waits for fresh keys. A provider that stalls does not hold up its known users.
const REFRESH_TIMEOUT: Duration = Duration::from_secs(1);
/// Requests that wait for the keys of one provider; further ones are refused at once, so that a provider that stalls holds no
/// more of the server's places.
const MAX_WAITING: usize = 64;

/// The needed part of a provider's metadata (OpenID Connect Discovery 1.0, section 3).
#[derive(Deserialize)]
struct ProviderMetadata {
    issuer: String,
    jwks_uri: String,
}

/// Keys that could not be fetched.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyFetchError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("{url}: {source}")]
    Metadata { url: String, source: serde_json::Error },
    #[error("{url}: the metadata belong to another issuer")]
    OtherIssuer { url: String },
    #[error("{url}: expected an https:// address in `jwks_uri`")]
    InsecureKeys { url: String },
    #[error("{url}: {source}")]
    KeySet { url: String, source: KeySetError },
    #[error("the provider did not answer within a second")]
    Slow(#[from] Elapsed),
}

/// No usable keys of a provider are cached, and it cannot be asked now.
#[derive(Debug, thiserror::Error)]
#[error("the keys of provider {issuer} are not available")]
pub(super) struct KeysUnavailable {
    issuer: String,
}

/// The keys of the last successful fetch. Times are monotonic ones of the provider's clock.
#[derive(Default, Clone)]
struct CachedKeys {
    keys: Arc<Vec<VerificationKey>>,
    fetched: Option<Duration>,
    /// The last attempt, successful or not.
    attempted: Option<Duration>,
    /// The number of attempts.
    attempts: u64,
}

impl CachedKeys {
    fn is_younger_than(&self, age: Duration, now: Duration) -> bool {
        self.fetched.is_some_and(|fetched| now.saturating_sub(fetched) < age)
    }

    fn contains(&self, id: &str) -> bool {
        self.keys.iter().any(|key| key.id == id)
    }
}

/// The cached keys of one provider.
pub(super) struct KeyCache {
    issuer: String,
    client: reqwest::Client,
    cached: Mutex<CachedKeys>,
    /// Held during a fetch, so that concurrent requests cause one fetch.
    fetching: tokio::sync::Mutex<()>,
    /// A permit for each request that may wait for a fetch.
    waiting: Semaphore,
}

impl KeyCache {
    pub(super) fn new(issuer: &str) -> Result<Self, reqwest::Error> {
        Ok(Self {
            issuer: issuer.to_owned(),
            client: client(TIMEOUT)?,
            cached: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
            waiting: Semaphore::new(MAX_WAITING),
        })
    }

    /// Returns the provider's keys. They are fetched first if they are old at the
    /// monotonic time `now`, or if the key `id` is not among them.
    pub(super) async fn keys_for(&self, id: &str, now: Duration) -> Result<Arc<Vec<VerificationKey>>, KeysUnavailable> {
        let cached = self.cached();
        if cached.contains(id) && cached.is_younger_than(FRESH, now) {
            return Ok(cached.keys);
        }
        let is_usable = cached.contains(id) && cached.is_younger_than(USABLE, now);
        let unavailable = || KeysUnavailable { issuer: self.issuer.clone() };
        let waits = self.waiting.try_acquire();
        let _fetching = match self.fetching.try_lock() {
            Ok(fetching) => fetching,
            // Another request fetches them, perhaps in vain.
            Err(_) if is_usable => return Ok(cached.keys),
            Err(_) if waits.is_err() => return Err(unavailable()),
            Err(_) => self.fetching.lock().await,
        };
        // Another request may have fetched them meanwhile, or have tried.
        let CachedKeys { attempted, attempts, .. } = self.cached();
        let is_recent = attempted.is_some_and(|attempted| now.saturating_sub(attempted) < MIN_INTERVAL);
        let outcome = if is_recent || attempts != cached.attempts {
            None
        } else if is_usable {
            Some(timeout(REFRESH_TIMEOUT, self.fetch()).await.unwrap_or_else(|elapsed| Err(elapsed.into())))
        } else {
            Some(self.fetch().await)
        };
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        cached.attempts += u64::from(outcome.is_some());
        match outcome {
            Some(Ok(keys)) => {
                *cached = CachedKeys {
                    keys: Arc::new(keys),
                    fetched: Some(now),
                    attempted: Some(now),
                    attempts: cached.attempts,
                };
            }
            Some(Err(error)) => {
                tracing::warn!(issuer = %self.issuer, %error, "cannot fetch the keys of provider {}", self.issuer);
                cached.attempted = Some(now);
            }
            None => {}
        }
        if cached.is_younger_than(USABLE, now) { Ok(cached.keys.clone()) } else { Err(unavailable()) }
    }

    fn cached(&self) -> CachedKeys {
        // The cache is replaced in one step, so a panic elsewhere leaves it sound.
        self.cached.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fetches the provider's metadata, and the key set that they point to.
    async fn fetch(&self) -> Result<Vec<VerificationKey>, KeyFetchError> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let body = fetch(&self.client, &url, MAX_RESPONSE_BYTES).await?;
        let metadata: ProviderMetadata = match serde_json::from_slice(&body) {
            Ok(metadata) => metadata,
            Err(source) => return Err(KeyFetchError::Metadata { url, source }),
        };
        // Section 4.3: a provider must not speak for another.
        if metadata.issuer != self.issuer {
            return Err(KeyFetchError::OtherIssuer { url });
        }
        if !is_private(&metadata.jwks_uri) {
            return Err(KeyFetchError::InsecureKeys { url });
        }
        let set = fetch(&self.client, &metadata.jwks_uri, MAX_RESPONSE_BYTES).await?;
        keys::parse(&set).map_err(|source| KeyFetchError::KeySet { url: metadata.jwks_uri, source })
    }
}

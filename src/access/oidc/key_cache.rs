//! Fetches the keys of a provider and caches them.

use super::keys::{self, KeySetError, VerificationKey};
use crate::http_client::{FetchError, client, fetch, is_private};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Time limit for one request to the provider.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The longest accepted response, in bytes.
const MAX_RESPONSE_BYTES: usize = 256 * 1024;
/// The age at which keys are fetched again. While the provider is reachable, a withdrawn key is accepted no longer.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// The age up to which keys are accepted while the provider is unreachable.
const USABLE: TimeDelta = TimeDelta::hours(24);
/// The shortest time between two fetches, so that invented key ids cannot make this program flood a provider.
const MIN_INTERVAL: TimeDelta = TimeDelta::seconds(10);

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
}

/// No usable keys of a provider are cached, and it cannot be asked now.
#[derive(Debug, thiserror::Error)]
#[error("the keys of provider {issuer} are not available")]
pub(super) struct KeysUnavailable {
    issuer: String,
}

/// The keys of the last successful fetch.
#[derive(Default, Clone)]
struct CachedKeys {
    keys: Arc<Vec<VerificationKey>>,
    fetched: Option<DateTime<Utc>>,
    /// The last attempt, successful or not.
    attempted: Option<DateTime<Utc>>,
}

impl CachedKeys {
    fn is_younger_than(&self, age: TimeDelta, now: DateTime<Utc>) -> bool {
        self.fetched.is_some_and(|fetched| now.signed_duration_since(fetched) < age)
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
}

impl KeyCache {
    pub(super) fn new(issuer: &str) -> Result<Self, reqwest::Error> {
        Ok(Self {
            issuer: issuer.to_owned(),
            client: client(TIMEOUT)?,
            cached: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
        })
    }

    /// Returns the provider's keys. They are fetched first if they are old, or if the key `id` is not among them.
    pub(super) async fn keys_for(
        &self,
        id: &str,
        now: DateTime<Utc>,
    ) -> Result<Arc<Vec<VerificationKey>>, KeysUnavailable> {
        let cached = self.cached();
        if cached.contains(id) && cached.is_younger_than(FRESH, now) {
            return Ok(cached.keys);
        }
        let _fetching = self.fetching.lock().await;
        // Another request may have fetched them meanwhile.
        let attempted = self.cached().attempted;
        let is_recent = attempted.is_some_and(|attempted| now.signed_duration_since(attempted).abs() < MIN_INTERVAL);
        let outcome = if is_recent { None } else { Some(self.fetch().await) };
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Some(Ok(keys)) => *cached = CachedKeys { keys: Arc::new(keys), fetched: Some(now), attempted: Some(now) },
            Some(Err(error)) => {
                tracing::warn!(issuer = %self.issuer, %error, "cannot fetch the keys of provider {}", self.issuer);
                cached.attempted = Some(now);
            }
            None => {}
        }
        if cached.is_younger_than(USABLE, now) {
            Ok(cached.keys.clone())
        } else {
            Err(KeysUnavailable { issuer: self.issuer.clone() })
        }
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

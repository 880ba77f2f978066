//! Where a provider's keys are, and which they are at present.

use super::keys::{self, Key};
use crate::http_client::{HttpClientError, client, fetch, is_private};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of an answer.
const LARGEST: usize = 256 * 1024;
/// After this the keys are asked for again. A key that the provider withdraws is believed no longer than this, while the
/// provider can be reached.
const FRESH: TimeDelta = TimeDelta::hours(1);
/// For so long the keys are believed while the provider cannot be reached.
const BELIEVED: TimeDelta = TimeDelta::hours(24);
/// The provider is not asked more often, whatever keys are named to it: nobody makes this program flood a provider.
const BETWEEN: TimeDelta = TimeDelta::seconds(10);

/// The part of a provider's metadata that is needed (OpenID Connect Discovery 1.0, section 3).
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

/// The keys as they were last fetched.
#[derive(Default, Clone)]
struct Known {
    keys: Arc<Vec<Key>>,
    fetched: Option<DateTime<Utc>>,
    asked: Option<DateTime<Utc>>,
}

impl Known {
    fn is_younger(&self, than: TimeDelta, now: DateTime<Utc>) -> bool {
        self.fetched.is_some_and(|fetched| now.signed_duration_since(fetched) < than)
    }

    fn has(&self, id: &str) -> bool {
        self.keys.iter().any(|key| key.id == id)
    }
}

/// The keys of one provider, kept and renewed.
pub(super) struct Keys {
    issuer: String,
    client: reqwest::Client,
    known: Mutex<Known>,
    /// Held while the provider is asked, so that it is asked once for all who wait.
    asking: tokio::sync::Mutex<()>,
}

impl Keys {
    pub(super) fn new(issuer: &str) -> Result<Self, reqwest::Error> {
        Ok(Self {
            issuer: issuer.to_owned(),
            client: client(PATIENCE)?,
            known: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        })
    }

    /// The keys, among which is the one with this id if the provider publishes it; or why they cannot be had.
    pub(super) async fn with(&self, id: &str, now: DateTime<Utc>) -> Result<Arc<Vec<Key>>, HttpClientError> {
        let known = self.known();
        if known.has(id) && known.is_younger(FRESH, now) {
            return Ok(known.keys);
        }
        let _asking = self.asking.lock().await;
        // Another may have asked meanwhile.
        let known = self.known();
        let asked_lately = known.asked.is_some_and(|asked| now.signed_duration_since(asked).abs() < BETWEEN);
        let outcome = if asked_lately { None } else { Some(self.ask().await) };
        let mut kept = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Some(Ok(keys)) => *kept = Known { keys: Arc::new(keys), fetched: Some(now), asked: Some(now) },
            Some(Err(error)) => {
                tracing::warn!(issuer = %self.issuer, %error, "the keys of {} were not to be had", self.issuer);
                kept.asked = Some(now);
            }
            None => {}
        }
        if kept.is_younger(BELIEVED, now) {
            Ok(kept.keys.clone())
        } else {
            Err(HttpClientError::new(&self.issuer, "the provider's keys are not to be had"))
        }
    }

    fn known(&self) -> Known {
        // Each change of it is made in one step, so that a panic elsewhere leaves it whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the provider where its keys are, and then for them.
    async fn ask(&self) -> Result<Vec<Key>, HttpClientError> {
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let body = fetch(&self.client, &address, LARGEST).await?;
        let metadata: Metadata =
            serde_json::from_slice(&body).map_err(|error| HttpClientError::new(&address, error.to_string()))?;
        // Section 4.3: one provider cannot speak for another.
        if metadata.issuer != self.issuer {
            return Err(HttpClientError::new(&address, "the metadata are of another issuer"));
        }
        if !is_private(&metadata.jwks_uri) {
            return Err(HttpClientError::new(&address, "its `jwks_uri` is not an address with https://"));
        }
        let set = fetch(&self.client, &metadata.jwks_uri, LARGEST).await?;
        keys::read(&set).map_err(|what| HttpClientError::new(&metadata.jwks_uri, what))
    }
}

//! Access to the ledger, by who asks. A handler's argument decides what it can do: a [`Reader`] was authenticated, and a
//! [`Writer`] has a token that may record. A handler with neither has no ledger:
//!
//! ```compile_fail,E0616
//! # use minutebook::api::Service;
//! # fn handler(service: Service) {
//! let recorder = &service.inner.recorder; // `inner` is private
//! # }
//! ```
//!
//! and a handler with a reader cannot record:
//!
//! ```compile_fail,E0599
//! # use minutebook::api::guard::Reader;
//! # use minutebook_ledger::Request;
//! # async fn handler(reader: Reader, request: Request) {
//! reader.record(&request).await;
//! # }
//! ```

mod administrator;
mod reader;
mod writer;

pub use administrator::Administrator;
pub(super) use administrator::NewWebhook;
pub use reader::Reader;
pub(crate) use reader::{SESSION_COOKIES, bearer_token, session_of};
pub(in crate::api) use writer::ImportOptions;
pub use writer::Writer;

use super::cost::Lanes;
use super::feed::{FeedSettings, LiveFeed};
use super::response_cache::{ResponseBudget, ResponseCache};
use super::server_metrics::ServerMetrics;
use crate::access::oidc::OidcProvider;
use crate::access::{Authenticator, Sessions, Tokens};
use crate::query::events::EventReader;
use crate::query::statistics::StatisticsCache;
use crate::webhooks::{Deliverer, WebhookSettings};
use chrono::{DateTime, Utc};
use minutebook_domain::Position;
use minutebook_ledger::{Discontinuity, LedgerHealth, Log, NoAuthority, Recorder, StoreError};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Documents that are imported at a time: reading one takes a multiple of its size in memory.
const CONCURRENT_IMPORTS: usize = 2;
/// How long a health check waits for the store.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(2);
/// How long the answer of the store to a health check is good for.
const HEALTH_INTERVAL: Duration = Duration::from_millis(100);

/// One ledger and what serves it: authentication, live feed, webhooks, metrics, cached responses. Clones share all of it.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

struct Inner {
    authenticator: Authenticator,
    sessions: Sessions,
    recorder: Recorder,
    response_cache: ResponseCache,
    statistics_cache: StatisticsCache,
    response_budget: ResponseBudget,
    lanes: Lanes,
    feed: Arc<LiveFeed>,
    webhooks: WebhookSettings,
    metrics: ServerMetrics,
    imports: Arc<Semaphore>,
    /// The last health of the ledger, and when it was read.
    health: tokio::sync::Mutex<Option<(Instant, LedgerHealth)>>,
}

impl Service {
    /// Serves the ledger of `log` to the public and to the ledger's own tokens.
    pub fn new(log: Log) -> Self {
        Self::with_settings(log, Vec::new(), FeedSettings::default(), WebhookSettings::default())
    }

    /// As [`Service::new`]; accepts the tokens of `providers` too.
    pub fn with_settings(
        log: Log,
        providers: Vec<OidcProvider>,
        feed: FeedSettings,
        webhooks: WebhookSettings,
    ) -> Self {
        let authenticator = Authenticator::new(Tokens::new(log.clone()), providers);
        let sessions = Sessions::new(log.clone(), authenticator.clone());
        let feed = Arc::new(LiveFeed::new(EventReader::new(log.clone()), feed));
        let metrics = ServerMetrics::new(log.metrics());
        // A recorder of nobody's: each writer records under their own authority.
        let recorder = Recorder::new(log).acting_for(Arc::new(NoAuthority));
        let response_cache = ResponseCache::default();
        let (response_budget, lanes) = (ResponseBudget::default(), Lanes::default());
        let imports = Arc::new(Semaphore::new(CONCURRENT_IMPORTS));
        let health = tokio::sync::Mutex::default();
        let inner = Inner {
            authenticator,
            sessions,
            recorder,
            response_cache,
            statistics_cache: StatisticsCache::default(),
            response_budget,
            lanes,
            feed,
            webhooks,
            metrics,
            imports,
            health,
        };
        Self { inner: Arc::new(inner) }
    }

    /// The sessions of browsers.
    pub(crate) fn sessions(&self) -> &Sessions {
        &self.inner.sessions
    }

    /// The number of readers of the live feed.
    pub fn feed_readers(&self) -> usize {
        self.inner.feed.readers()
    }

    /// Ends the responses of the live feed, which have no end of their own, so that the server can stop.
    pub fn end_feed(&self) {
        self.inner.feed.end();
    }

    /// Creates the task that delivers events to webhooks. Fails where the HTTP client cannot be built.
    pub fn deliverer(&self) -> Result<Arc<Deliverer>, reqwest::Error> {
        Deliverer::new(self.inner.feed.events().clone(), self.inner.webhooks)
    }

    /// Whether [`Service::end_feed`] was called: the server is about to stop.
    pub fn is_ending(&self) -> bool {
        self.inner.feed.is_ended()
    }

    /// The last position that this process knows, and the time.
    pub(super) fn now(&self) -> (Position, DateTime<Utc>) {
        let log = self.inner.recorder.log();
        (log.known_head(), log.environment().clock.now())
    }

    /// How the log fails to continue what this process has seen of it, if it does.
    pub(crate) fn discontinuity(&self) -> Option<Discontinuity> {
        self.inner.recorder.log().discontinuity()
    }

    pub(super) fn response_cache(&self) -> &ResponseCache {
        &self.inner.response_cache
    }

    pub(super) fn response_budget(&self) -> &ResponseBudget {
        &self.inner.response_budget
    }

    pub(super) fn lanes(&self) -> &Lanes {
        &self.inner.lanes
    }

    pub(crate) fn metrics(&self) -> &ServerMetrics {
        &self.inner.metrics
    }

    /// The health of the ledger, or none if the store does not answer in time. However many ask, the store is asked once in
    /// [`HEALTH_INTERVAL`].
    pub(super) async fn ledger_health(&self) -> Option<Result<LedgerHealth, StoreError>> {
        let read = async {
            let mut last = self.inner.health.lock().await;
            if let Some((at, health)) = &*last
                && at.elapsed() < HEALTH_INTERVAL
            {
                return Ok(health.clone());
            }
            let health = self.inner.recorder.log().health().await?;
            *last = Some((Instant::now(), health.clone()));
            Ok(health)
        };
        timeout(HEALTH_TIMEOUT, read).await.ok()
    }
}

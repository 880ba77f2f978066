//! Request limits per client: one quota for each identity whose token was accepted, and one for each address without it.
//!
//! A request is charged to its address until its token is accepted once. From then on it is charged to the identity of the
//! token, wherever it comes from and however the header is spelt, since an office may share one address. A rejected token
//! is charged to the address it came from. An address with too many of them is blocked for a while; tokens that were
//! accepted before go on.

use super::client_address::{ClientAddress, TrustedProxies};
use super::settings::LimitsSection;
use crate::access::{CallerIdentity, SessionSecret};
use crate::api::{Problem, ProblemKind, Service, bearer_token, session_of};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::Response;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use lru::LruCache;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A quota for each key; `None` for no limit.
type Quotas<K> = Option<KeyedQuotas<K>>;
/// A point of the limiter's own clock.
type Tick = <DefaultClock as Clock>::Instant;
/// SHA-256 of a token, so that no token can be read from the limiter's memory.
type TokenHash = [u8; 32];

/// Requests between two removals of the keys that have their full quota again.
const CLEANUP_INTERVAL: u32 = 1024;
/// Accepted tokens that are remembered; the least recently used leave first.
const ACCEPTED_TOKENS: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// The quotas of all clients.
pub(super) struct ClientRateLimiter {
    service: Service,
    proxies: TrustedProxies,
    clock: DefaultClock,
    /// By the identity of an accepted token.
    identities: Quotas<CallerIdentity>,
    addresses: Quotas<ClientAddress>,
    rejected_tokens: Quotas<ClientAddress>,
    /// The identity of each token that was accepted.
    accepted: Mutex<LruCache<TokenHash, CallerIdentity>>,
    /// When each block ends.
    blocked: Mutex<HashMap<ClientAddress, Tick>>,
    requests: AtomicU32,
}

/// Permission for one request, with what it is charged to.
#[derive(Debug, Clone, Copy)]
pub(super) struct RatePermit {
    payer: Payer,
    client: Option<ClientAddress>,
    /// The presented token; none without `Authorization`, and where it holds no bearer token.
    token: Option<TokenHash>,
    has_authorization: bool,
}

/// What a request is charged to.
#[derive(Debug, Clone, Copy)]
enum Payer {
    Identity(CallerIdentity),
    Address(ClientAddress),
    /// A client that a trusted proxy does not name.
    Nobody,
}

/// A quota of permits for each key.
struct KeyedQuotas<K: std::hash::Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    burst: NonZeroU32,
}

impl<K: std::hash::Hash + Eq + Clone> KeyedQuotas<K> {
    fn per_minute(number: u32) -> Quotas<K> {
        let burst = NonZeroU32::new(number)?;
        Some(Self { limiter: RateLimiter::keyed(Quota::per_minute(burst)), burst })
    }

    /// Takes permits, or returns when there are enough. A price above the whole quota takes the whole quota.
    fn take(&self, key: &K, price: NonZeroU32) -> Result<(), Tick> {
        match self.limiter.check_key_n(key, price.min(self.burst)) {
            Ok(Ok(())) | Err(_) => Ok(()),
            Ok(Err(not_until)) => Err(not_until.earliest_possible()),
        }
    }
}

impl ClientRateLimiter {
    pub(super) fn new(service: Service, limits: &LimitsSection) -> Self {
        Self {
            service,
            proxies: TrustedProxies(limits.trusted_proxies.clone()),
            clock: DefaultClock::default(),
            identities: KeyedQuotas::per_minute(limits.token_requests_per_minute),
            addresses: KeyedQuotas::per_minute(limits.address_requests_per_minute),
            rejected_tokens: KeyedQuotas::per_minute(limits.bad_tokens_per_minute),
            accepted: Mutex::new(LruCache::new(ACCEPTED_TOKENS)),
            blocked: Mutex::default(),
            requests: AtomicU32::new(0),
        }
    }

    /// Charges a request to its client at a price in permits, or returns the 429 problem.
    pub(super) fn admit(&self, request: &Request, price: u32) -> Result<RatePermit, Problem> {
        let client = self.proxies.client(request);
        let has_authorization = request.headers().contains_key(header::AUTHORIZATION);
        let session = session_of(request.headers());
        let token = bearer_token(request.headers()).ok().flatten();
        let token = token.or(session.as_ref().filter(|_| !has_authorization).map(SessionSecret::reveal));
        let token = token.map(|token| <TokenHash>::from(Sha256::digest(token.as_bytes())));
        let identity = token.and_then(|token| lock(&self.accepted).get(&token).copied());
        let payer = match (identity, client) {
            (Some(identity), _) => Payer::Identity(identity),
            (None, Some(client)) => Payer::Address(client),
            (None, None) => Payer::Nobody,
        };
        let permit = RatePermit { payer, client, token, has_authorization };
        self.admit_unblocked(&permit).and_then(|()| self.take(payer, price)).map_err(|until| self.problem(until))?;
        Ok(permit)
    }

    /// Charges more to the client of a request that was admitted.
    pub(super) fn charge(&self, permit: &RatePermit, price: u32) -> Result<(), Problem> {
        self.take(permit.payer, price).map_err(|until| self.problem(until))
    }

    /// Learns from the response whose token it was, or charges a rejected token to its address.
    pub(super) fn settle(&self, permit: &RatePermit, response: &Response) {
        if let (Some(token), Some(identity)) = (permit.token, response.extensions().get::<CallerIdentity>()) {
            lock(&self.accepted).put(token, *identity);
        } else if permit.has_authorization && response.status() == StatusCode::UNAUTHORIZED {
            if let Some(token) = permit.token {
                lock(&self.accepted).pop(&token);
            }
            if let (Some(client), Some(quotas)) = (permit.client, &self.rejected_tokens)
                && let Err(until) = quotas.take(&client, NonZeroU32::MIN)
            {
                lock(&self.blocked).insert(client, until);
            }
        }
    }

    /// Refuses an unknown token from a blocked address.
    fn admit_unblocked(&self, permit: &RatePermit) -> Result<(), Tick> {
        if let (Payer::Address(client), true) = (permit.payer, permit.has_authorization)
            && let Some(until) = lock(&self.blocked).get(&client).filter(|until| **until > self.clock.now())
        {
            return Err(*until);
        }
        Ok(())
    }

    fn take(&self, payer: Payer, price: u32) -> Result<(), Tick> {
        let Some(price) = NonZeroU32::new(price) else { return Ok(()) };
        if self.requests.fetch_add(1, Ordering::Relaxed) % CLEANUP_INTERVAL == CLEANUP_INTERVAL - 1 {
            self.clean_up();
        }
        match payer {
            Payer::Identity(identity) => {
                self.identities.as_ref().map_or(Ok(()), |quotas| quotas.take(&identity, price))
            }
            Payer::Address(client) => self.addresses.as_ref().map_or(Ok(()), |quotas| quotas.take(&client, price)),
            Payer::Nobody => Ok(()),
        }
    }

    fn problem(&self, until: Tick) -> Problem {
        self.service.metrics().refused();
        let wait = until.saturating_duration_since(self.clock.now());
        let seconds = wait.as_secs() + 1;
        let detail = "the client made more requests in the last minute than the server allows";
        Problem::new(ProblemKind::TooManyRequests, detail).with_retry_after(seconds)
    }

    fn clean_up(&self) {
        let now = self.clock.now();
        lock(&self.blocked).retain(|_, until| *until > now);
        for quotas in [&self.addresses, &self.rejected_tokens].into_iter().flatten() {
            quotas.limiter.retain_recent();
            quotas.limiter.shrink_to_fit();
        }
        if let Some(identities) = &self.identities {
            identities.limiter.retain_recent();
            identities.limiter.shrink_to_fit();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Request limits per client: one quota for each token, and one for each address without a token.
//!
//! A request with a token is charged to the token wherever it comes from, since an office may share one address. A
//! rejected token is charged to the address it came from. An address with too many of them is blocked for a while.

use super::client_address::{ClientAddress, TrustedProxies};
use super::settings::LimitsSection;
use crate::api::{Problem, ProblemKind, Service};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// A quota for each key; `None` for no limit.
type Quotas<K> = Option<DefaultKeyedRateLimiter<K>>;
/// A point of the limiter's own clock.
type Tick = <DefaultClock as Clock>::Instant;

/// Requests between two removals of the keys that have their full quota again.
const CLEANUP_INTERVAL: u32 = 1024;

/// The quotas of all clients.
pub(super) struct ClientRateLimiter {
    service: Service,
    proxies: TrustedProxies,
    clock: DefaultClock,
    /// By SHA-256 of the `Authorization` header.
    tokens: Quotas<[u8; 32]>,
    addresses: Quotas<ClientAddress>,
    rejected_tokens: Quotas<ClientAddress>,
    /// When each block ends.
    blocked: Mutex<HashMap<ClientAddress, Tick>>,
    requests: AtomicU32,
}

/// Permission for one request, with the client's address if the request carries a token.
#[derive(Debug, Clone, Copy)]
pub(super) struct RatePermit(Option<ClientAddress>);

fn quotas<K: std::hash::Hash + Eq + Clone>(per_minute: u32) -> Quotas<K> {
    NonZeroU32::new(per_minute).map(|number| RateLimiter::keyed(Quota::per_minute(number)))
}

impl ClientRateLimiter {
    pub(super) fn new(service: Service, limits: &LimitsSection) -> Self {
        Self {
            service,
            proxies: TrustedProxies(limits.trusted_proxies.clone()),
            clock: DefaultClock::default(),
            tokens: quotas(limits.token_requests_per_minute),
            addresses: quotas(limits.address_requests_per_minute),
            rejected_tokens: quotas(limits.bad_tokens_per_minute),
            blocked: Mutex::default(),
            requests: AtomicU32::new(0),
        }
    }

    /// Charges a request to its client, or returns the 429 problem. Health checks are never limited.
    pub(super) fn admit(&self, request: &Request) -> Result<RatePermit, Problem> {
        if request.uri().path().starts_with("/health/") {
            return Ok(RatePermit(None));
        }
        let client = self.proxies.client(request);
        let authorization = request.headers().get(header::AUTHORIZATION);
        // The limiter keeps a hash, so that no token can be read from its memory.
        let token = authorization.filter(|_| self.tokens.is_some());
        let token = token.map(|value| <[u8; 32]>::from(Sha256::digest(value.as_bytes())));
        self.charge(client, authorization.is_some(), token).map_err(|until| self.too_many_requests(until))?;
        Ok(RatePermit(authorization.map(|_| client)))
    }

    /// Charges a rejected token to its address: a request with a token that was answered 401.
    pub(super) fn settle(&self, permit: RatePermit, status: StatusCode) {
        if let (RatePermit(Some(client)), StatusCode::UNAUTHORIZED) = (permit, status)
            && let Err(until) = check(self.rejected_tokens.as_ref(), &client)
        {
            self.blocked.lock().unwrap_or_else(PoisonError::into_inner).insert(client, until);
        }
    }

    fn too_many_requests(&self, until: Tick) -> Problem {
        self.service.metrics().refused();
        let wait = until.saturating_duration_since(self.clock.now());
        let seconds = wait.as_secs() + 1;
        let detail = "the client made more requests in the last minute than the server allows";
        Problem::new(ProblemKind::TooManyRequests, detail).with_retry_after(seconds)
    }

    /// Charges a request to its token or address. The error is the time of the next allowed request.
    fn charge(&self, client: ClientAddress, has_token: bool, token: Option<[u8; 32]>) -> Result<(), Tick> {
        if self.requests.fetch_add(1, Ordering::Relaxed) % CLEANUP_INTERVAL == CLEANUP_INTERVAL - 1 {
            self.clean_up();
        }
        if !has_token {
            return check(self.addresses.as_ref(), &client);
        }
        let now = self.clock.now();
        let blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner).get(&client).copied();
        if let Some(until) = blocked.filter(|until| *until > now) {
            return Err(until);
        }
        token.map_or(Ok(()), |token| check(self.tokens.as_ref(), &token))
    }

    fn clean_up(&self) {
        let now = self.clock.now();
        self.blocked.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, until| *until > now);
        for quotas in [&self.addresses, &self.rejected_tokens].into_iter().flatten() {
            quotas.retain_recent();
        }
        if let Some(tokens) = &self.tokens {
            tokens.retain_recent();
        }
    }
}

fn check<K: std::hash::Hash + Eq + Clone>(quotas: Option<&DefaultKeyedRateLimiter<K>>, key: &K) -> Result<(), Tick> {
    quotas.map_or(Ok(()), |quotas| {
        quotas.check_key(key).map_err(|not_until: NotUntil<Tick>| not_until.earliest_possible())
    })
}

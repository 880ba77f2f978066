//! How many requests a client may make: for each token, and for each address without one.
//!
//! Whoever shows a token is counted by it, wherever they are: an office may share an address. A token that is no good
//! counts against the address it came from, and after too many of them nothing more is heard from there for a while.

use super::client_address::{Client, Peers};
use super::settings::Limits;
use crate::api::{Problem, Service};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

type Clients<K> = Option<DefaultKeyedRateLimiter<K>>;
type Moment = <DefaultClock as Clock>::Instant;

/// Once in so many requests those clients are forgotten that have their whole allowance again.
const TIDIED: u32 = 1024;

/// What each client has left.
pub(super) struct Rates {
    service: Service,
    peers: Peers,
    clock: DefaultClock,
    tokens: Clients<[u8; 32]>,
    addresses: Clients<Client>,
    bad_tokens: Clients<Client>,
    /// From whom nothing more is heard, and until when.
    barred: Mutex<HashMap<Client, Moment>>,
    requests: AtomicU32,
}

/// A request that was taken, and from whom, if they showed a token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken(Option<Client>);

fn limiter<K: std::hash::Hash + Eq + Clone>(per_minute: u32) -> Clients<K> {
    NonZeroU32::new(per_minute).map(|number| RateLimiter::keyed(Quota::per_minute(number)))
}

impl Rates {
    pub(super) fn new(service: Service, limits: &Limits) -> Self {
        Self {
            service,
            peers: Peers::trusting(limits.trusted_proxies.clone()),
            clock: DefaultClock::default(),
            tokens: limiter(limits.token_requests_per_minute),
            addresses: limiter(limits.address_requests_per_minute),
            bad_tokens: limiter(limits.bad_tokens_per_minute),
            barred: Mutex::default(),
            requests: AtomicU32::new(0),
        }
    }

    /// Takes a request from what its client has left, unless that is nothing. Whether the server is well may be asked at
    /// any time.
    pub(super) fn take_of(&self, request: &Request) -> Result<Taken, Problem> {
        if request.uri().path().starts_with("/health/") {
            return Ok(Taken(None));
        }
        let client = self.peers.client(request);
        let shown = request.headers().get(header::AUTHORIZATION);
        // Nothing is kept of a token that could be shown again.
        let counted = shown.filter(|_| self.tokens.is_some());
        let counted = counted.map(|shown| <[u8; 32]>::from(Sha256::digest(shown.as_bytes())));
        self.take(client, shown.is_some(), counted).map_err(|until| self.refusal(until))?;
        Ok(Taken(shown.map(|_| client)))
    }

    /// How it was answered: whoever showed a token and was not let in showed one that is no good.
    pub(super) fn was_answered(&self, taken: Taken, status: StatusCode) {
        if let (Taken(Some(client)), StatusCode::UNAUTHORIZED) = (taken, status) {
            self.was_bad(client);
        }
    }

    fn refusal(&self, until: Moment) -> Problem {
        self.service.figures().refused();
        let wait = until.saturating_duration_since(self.clock.now());
        let seconds = wait.as_secs() + 1;
        let detail = "there were more requests in the last minute than one client may make";
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests", detail);
        problem.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Takes a request from what its client has left.
    fn take(&self, client: Client, shows_token: bool, token: Option<[u8; 32]>) -> Result<(), Moment> {
        if self.requests.fetch_add(1, Ordering::Relaxed) % TIDIED == TIDIED - 1 {
            self.tidy();
        }
        if !shows_token {
            return check(self.addresses.as_ref(), &client);
        }
        let now = self.clock.now();
        let barred = self.barred.lock().unwrap_or_else(PoisonError::into_inner).get(&client).copied();
        if let Some(until) = barred.filter(|until| *until > now) {
            return Err(until);
        }
        token.map_or(Ok(()), |token| check(self.tokens.as_ref(), &token))
    }

    /// A token was no good.
    fn was_bad(&self, client: Client) {
        if let Err(until) = check(self.bad_tokens.as_ref(), &client) {
            self.barred.lock().unwrap_or_else(PoisonError::into_inner).insert(client, until);
        }
    }

    fn tidy(&self) {
        let now = self.clock.now();
        self.barred.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, until| *until > now);
        for clients in [&self.addresses, &self.bad_tokens].into_iter().flatten() {
            clients.retain_recent();
        }
        if let Some(tokens) = &self.tokens {
            tokens.retain_recent();
        }
    }
}

fn check<K: std::hash::Hash + Eq + Clone>(
    clients: Option<&DefaultKeyedRateLimiter<K>>,
    client: &K,
) -> Result<(), Moment> {
    clients.map_or(Ok(()), |clients| {
        clients.check_key(client).map_err(|not_until: NotUntil<Moment>| not_until.earliest_possible())
    })
}

//! Responses to reads, cached per target and variant, so that a repeated read costs no query.
//!
//! A response depends on the request target, on what the reader may see, on `Accept`, and on the position of the log. A
//! response about "now" also depends on the clock, and is current for one second. `quick_cache` evicts by weight and lets
//! one request refresh a stale response while the others wait. `caching.rs` is the layer that uses this.

mod budget;
mod response;

use budget::CAPACITY as BUDGET;
pub(super) use budget::ResponseBudget;
pub(super) use response::CachedResponse;

use crate::query::events::Audience;
use axum::http::{HeaderMap, header};
use minutebook_domain::Position;
use quick_cache::sync::{Cache, DefaultLifecycle, EntryAction, EntryResult, PlaceholderGuard};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Bytes of all cached responses together: half of what large answers may take, so that the cache leaves room for answers
/// that are on their way.
const CAPACITY: u64 = BUDGET as u64 / 2;
/// Bytes of one cached response; a larger one is not cached. A shard of the cache holds one at least.
const LARGEST_RESPONSE: usize = 12 << 20;
const SHARDS: usize = 2;
/// Bytes of all cached routes together.
const ROUTES_CAPACITY: u64 = 4 << 20;
/// A guess; the cache grows its tables as needed.
const EXPECTED_ENTRIES: usize = 4096;
/// Bytes of a map's entry with a committee's clearance, roughly.
const CLEARANCE_BYTES: usize = 64;

/// A response says with this extension that it may be cached.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cacheable {
    /// The position of the log that the response was read at.
    pub(crate) position: Position,
    /// True if the request names its moment: the clock then has no effect on the response.
    pub(crate) is_timeless: bool,
}

/// The cached responses of one server.
pub(super) struct ResponseCache {
    responses: Cache<Variant, Arc<CachedResponse>, ByBytes>,
    /// The route template of each target that has a cached response.
    routes: Cache<Box<str>, Arc<str>, ByBytes>,
}

/// One response to a target: readers with the same clearances and the same `Accept` share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variant {
    /// Path and query.
    target: Box<str>,
    audience: Audience,
    /// A copy: the request's own header value keeps the whole read buffer alive.
    accept: Option<Box<[u8]>>,
}

/// The position of the log and the second of the clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Snapshot {
    pub(super) position: Position,
    pub(super) second: i64,
}

/// What the cache has for a variant.
pub(super) enum Lookup<'a> {
    Hit(Arc<CachedResponse>),
    Miss(Reservation<'a>),
}

/// The right to insert a response. While one for a known target exists, requests for the same variant wait.
pub(super) struct Reservation<'a> {
    cache: &'a ResponseCache,
    variant: Variant,
    guard: Option<Guard<'a>>,
}

type Guard<'a> = PlaceholderGuard<
    'a,
    Variant,
    Arc<CachedResponse>,
    ByBytes,
    DefaultHashBuilder,
    DefaultLifecycle<Variant, Arc<CachedResponse>>,
>;

/// Weighs an entry by the bytes that it holds.
#[derive(Clone)]
struct ByBytes;

impl Default for ResponseCache {
    fn default() -> Self {
        Self { responses: by_bytes(CAPACITY), routes: by_bytes(ROUTES_CAPACITY) }
    }
}

fn by_bytes<K: Eq + Hash, V: Clone>(capacity: u64) -> Cache<K, V, ByBytes>
where
    ByBytes: Weighter<K, V>,
{
    let mut options = OptionsBuilder::new();
    options.weight_capacity(capacity).estimated_items_capacity(EXPECTED_ENTRIES).shards(SHARDS);
    // The builder fails only where a capacity is not set.
    options.build().map_or_else(
        |_| Cache::with_weighter(EXPECTED_ENTRIES, capacity, ByBytes),
        |options| Cache::with_options(options, ByBytes, DefaultHashBuilder::default(), DefaultLifecycle::default()),
    )
}

impl ResponseCache {
    /// The route template of a target that has, or had, a cached response.
    pub(super) fn route(&self, target: &str) -> Option<Arc<str>> {
        self.routes.get(target)
    }

    /// The cached response, if it is current at `now`.
    pub(super) fn get(&self, variant: &Variant, now: Snapshot) -> Option<Arc<CachedResponse>> {
        self.responses.get(variant).filter(|response| response.is_current(now))
    }

    /// The cached response, or a reservation to make it. Only targets that were cacheable before are made one at a time:
    /// errors and waits for a position are not cached, and would queue for nothing.
    pub(super) async fn get_or_reserve(&self, variant: Variant, now: impl Fn() -> Snapshot) -> Lookup<'_> {
        if self.route(&variant.target).is_none() {
            return Lookup::Miss(Reservation { cache: self, variant, guard: None });
        }
        if let Some(response) = self.get(&variant, now()) {
            return Lookup::Hit(response);
        }
        let retain_current = |_: &Variant, response: &mut Arc<CachedResponse>| {
            if response.is_current(now()) {
                EntryAction::Retain(response.clone())
            } else {
                EntryAction::ReplaceWithGuard
            }
        };
        let guard = match self.responses.entry_async(&variant, retain_current).await {
            EntryResult::Retained(response) => return Lookup::Hit(response),
            EntryResult::Replaced(guard, _) | EntryResult::Vacant(guard) => Some(guard),
            EntryResult::Removed(..) | EntryResult::Timeout => None,
        };
        Lookup::Miss(Reservation { cache: self, variant, guard })
    }
}

impl Reservation<'_> {
    /// Inserts a response unless it is too large. Waiting requests get it, or the next of them gets the reservation.
    pub(super) fn insert(self, route: &str, response: Arc<CachedResponse>) {
        if response.bytes() > LARGEST_RESPONSE {
            return;
        }
        self.cache.routes.insert(self.variant.target.clone(), route.into());
        match self.guard {
            // It fails where the placeholder was evicted meanwhile: then the response is not cached.
            Some(guard) => drop(guard.insert(response)),
            None => self.cache.responses.insert(self.variant, response),
        }
    }
}

impl Variant {
    pub(super) fn new(target: &str, audience: Audience, headers: &HeaderMap) -> Self {
        let accept = headers.get(header::ACCEPT).map(|value| value.as_bytes().into());
        Self { target: target.into(), audience, accept }
    }

    fn bytes(&self) -> usize {
        let accept = self.accept.as_ref().map_or(0, |accept| accept.len());
        size_of::<Self>() + self.target.len() + accept + self.audience.clearances.exceptions() * CLEARANCE_BYTES
    }
}

impl Hash for Variant {
    /// Leaves out the committees with a clearance of their own, which have no hash; `Eq` compares them.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.target.hash(state);
        self.accept.hash(state);
        (self.audience.clearances.everywhere().highest().rank(), self.audience.reads_tokens).hash(state);
    }
}

impl Weighter<Variant, Arc<CachedResponse>> for ByBytes {
    fn weight(&self, variant: &Variant, response: &Arc<CachedResponse>) -> u64 {
        (variant.bytes() + response.bytes()) as u64
    }
}

impl Weighter<Box<str>, Arc<str>> for ByBytes {
    fn weight(&self, target: &Box<str>, route: &Arc<str>) -> u64 {
        (size_of_val(target) + size_of_val(route) + target.len() + route.len()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Bytes;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    const ROUTE: &str = "/api/v1/actions";

    fn at(position: u64) -> Snapshot {
        Snapshot { position: Position::new(position), second: 7 }
    }

    fn response(now: Snapshot, length: usize) -> Arc<CachedResponse> {
        let body = Bytes::from(vec![b'x'; length]);
        Arc::new(CachedResponse::new(now.position, Some(now.second), &HeaderMap::new(), body))
    }

    fn variant(target: &str) -> Variant {
        Variant::new(target, Audience::public(), &HeaderMap::new())
    }

    async fn is_hit(cache: &ResponseCache, target: &str, now: Snapshot, length: usize) -> bool {
        match cache.get_or_reserve(variant(target), || now).await {
            Lookup::Hit(_) => true,
            Lookup::Miss(reservation) => {
                reservation.insert(ROUTE, response(now, length));
                false
            }
        }
    }

    #[tokio::test]
    async fn a_response_is_current_at_its_position_and_second_alone() {
        let cache = ResponseCache::default();
        assert!(!is_hit(&cache, "/a", at(1), 10).await);
        assert!(is_hit(&cache, "/a", at(1), 10).await);
        assert!(!is_hit(&cache, "/a", at(2), 10).await, "the log is longer");
        assert!(!is_hit(&cache, "/a", Snapshot { second: 8, ..at(2) }, 10).await, "the clock is later");
        assert!(!is_hit(&cache, "/b", at(1), 10).await);
    }

    #[tokio::test]
    async fn a_response_above_the_limit_is_not_cached() {
        let cache = ResponseCache::default();
        assert!(!is_hit(&cache, "/a", at(1), LARGEST_RESPONSE).await);
        assert!(!is_hit(&cache, "/a", at(1), 10).await);
    }

    #[tokio::test]
    async fn the_cache_holds_no_more_than_its_capacity() {
        let cache = ResponseCache::default();
        for number in 0..200 {
            is_hit(&cache, &format!("/{number}"), at(1), 1 << 20).await;
        }
        assert!(cache.responses.weight() <= CAPACITY, "{}", cache.responses.weight());
        assert!(cache.responses.len() > 15, "{}", cache.responses.len());
    }

    #[tokio::test]
    async fn a_full_cache_leaves_room_for_answers_on_their_way() {
        let (cache, budget, now) = (ResponseCache::default(), ResponseBudget::default(), at(1));
        for number in 0..200 {
            let body = budget.hold(Bytes::from(vec![b'x'; 1 << 20]));
            let body = body.unwrap_or_else(|| panic!("answer {number} found no room, and nothing was on its way"));
            if let Lookup::Miss(reservation) = cache.get_or_reserve(variant(&format!("/{number}")), || now).await {
                let response = CachedResponse::new(now.position, Some(now.second), &HeaderMap::new(), body);
                reservation.insert(ROUTE, Arc::new(response));
            }
        }
        let on_their_way: Vec<Bytes> =
            std::iter::from_fn(|| budget.hold(Bytes::from(vec![b'x'; LARGEST_RESPONSE]))).take(9).collect();
        assert!(on_their_way.len() >= 2, "{}", on_their_way.len());
    }

    #[tokio::test]
    async fn one_request_refreshes_a_stale_response_while_the_others_wait() {
        let cache = Arc::new(ResponseCache::default());
        is_hit(&cache, "/a", at(1), 10).await;
        let made = Arc::new(AtomicUsize::new(0));
        let requests = (0..20).map(|_| {
            let (cache, made) = (cache.clone(), made.clone());
            tokio::spawn(async move {
                if let Lookup::Miss(reservation) = cache.get_or_reserve(variant("/a"), || at(2)).await {
                    made.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    reservation.insert(ROUTE, response(at(2), 10));
                }
            })
        });
        for request in requests.collect::<Vec<_>>() {
            request.await.unwrap();
        }
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }
}

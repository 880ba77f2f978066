//! What a request costs: its price in permits of its client's rate, and the lane in which its answer is made.
//!
//! Lists and the like read every row of a committee. They are made off the runtime's threads and only a few at a time, so
//! that they neither delay the small reads nor hold the memory of many lists at once.

use super::problem::{Problem, ProblemKind};
use axum::http::Method;
use axum::response::Response;
use std::future::Future;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::spawn_blocking;
use tracing::Instrument;

/// Answers of the lane for lists that are made at a time.
const LISTS: usize = 2;
/// Answers of the lane for many lists that are made at a time.
const MANY_LISTS: usize = 1;

/// Where an answer is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// At once, on the runtime's threads: it reads a few rows by key.
    Direct,
    /// It reads a list or a page of events.
    List,
    /// It reads several lists, or one several times.
    ManyLists,
}

/// The price of a request, and the lane of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RouteCost {
    /// Permits of the client's rate. An answer from the cache costs one.
    pub(crate) price: u32,
    pub(super) lane: Lane,
}

/// The routes that cost more than one permit.
const ROUTES: &[(&str, u32, Lane)] = &[
    ("/health/live", 0, Lane::Direct),
    ("/health/ready", 0, Lane::Direct),
    ("/api/v1/actions", 2, Lane::List),
    ("/api/v1/decisions", 2, Lane::List),
    ("/api/v1/events", 2, Lane::List),
    ("/api/v1/feed.atom", 2, Lane::List),
    ("/api/v1/matters", 2, Lane::List),
    ("/api/v1/search", 5, Lane::List),
    ("/api/v1/meetings", 2, Lane::List),
    ("/api/v1/parties", 2, Lane::List),
    ("/api/v1/meetings/{reference}/headlines", 5, Lane::List),
    ("/api/v1/actions/{meeting}/{number}/provenance", 5, Lane::List),
    ("/api/v1/decisions/{meeting}/{number}/provenance", 5, Lane::List),
    ("/api/v1/meetings/{reference}/provenance", 5, Lane::List),
    ("/api/v1/parties/{name}/provenance", 5, Lane::List),
    ("/api/v1/minutes", 10, Lane::ManyLists),
    ("/api/v1/references", 10, Lane::ManyLists),
    ("/api/v1/actions/changes", 10, Lane::ManyLists),
    ("/api/v1/decisions/changes", 10, Lane::ManyLists),
    ("/api/v1/parties/changes", 10, Lane::ManyLists),
    ("/api/v1/statistics", 20, Lane::ManyLists),
    ("/api/v1/events/stream", 5, Lane::Direct),
    ("/api/v1/commands", 5, Lane::Direct),
    ("/api/v1/imports", 20, Lane::Direct),
    // A page reads its list, the meetings for its slider, and what differs from now.
    ("/", 10, Lane::ManyLists),
    ("/search", 3, Lane::List),
    ("/audit", 3, Lane::List),
    ("/audit/events/{position}", 2, Lane::List),
    ("/minutes/{meeting}", 3, Lane::List),
    ("/{committee}", 10, Lane::ManyLists),
    ("/{committee}/agenda", 10, Lane::ManyLists),
    ("/{committee}/changes", 10, Lane::ManyLists),
    ("/{committee}/actions", 3, Lane::List),
    ("/{committee}/actions/by-owner", 3, Lane::List),
    ("/{committee}/actions/{action}", 3, Lane::List),
    ("/{committee}/decisions", 3, Lane::List),
    ("/{committee}/decisions/{decision}", 3, Lane::List),
    ("/{committee}/parties", 3, Lane::List),
    ("/{committee}/parties/{party}", 3, Lane::List),
    ("/{committee}/meetings", 3, Lane::List),
    ("/{committee}/meetings/{meeting}", 5, Lane::List),
    ("/{committee}/matters", 3, Lane::List),
];

impl RouteCost {
    /// Returns the cost of a request to a route template; of one permit where no route matched.
    pub(crate) fn of(method: &Method, route: Option<&str>) -> Self {
        let found = ROUTES.iter().find(|(path, ..)| Some(*path) == route);
        let (price, lane) = found.map_or((1, Lane::Direct), |(_, price, lane)| (*price, *lane));
        // Recording one event of a list's path costs what any other event costs.
        let is_record = *method == Method::POST && lane == Lane::List && price <= 2;
        if is_record { Self { price: 1, lane: Lane::Direct } } else { Self { price, lane } }
    }
}

/// Makes an answer on a thread of its own, and holds `place` until it is made, even where the returned future is dropped.
pub(super) async fn off_the_runtime<T: Send + 'static>(
    place: OwnedSemaphorePermit,
    answer: impl Future<Output = T> + Send + 'static,
) -> Result<T, Problem> {
    let runtime = Handle::current();
    let answer = answer.in_current_span();
    let making = spawn_blocking(move || {
        let _place = place;
        runtime.block_on(answer)
    });
    making.await.map_err(|error| {
        if error.is_panic() {
            // The layer that catches panics answers and logs it.
            std::panic::resume_unwind(error.into_panic());
        }
        Problem::internal(&error)
    })
}

/// The lanes of one server.
pub(super) struct Lanes {
    lists: Arc<Semaphore>,
    many_lists: Arc<Semaphore>,
}

impl Default for Lanes {
    fn default() -> Self {
        Self { lists: Arc::new(Semaphore::new(LISTS)), many_lists: Arc::new(Semaphore::new(MANY_LISTS)) }
    }
}

impl Lanes {
    /// Makes an answer in its lane, once there is a place. It stops where the returned future is dropped.
    pub(super) async fn make(
        &self,
        lane: Lane,
        answer: impl Future<Output = Response> + Send + 'static,
    ) -> Result<Response, Problem> {
        let places = match lane {
            Lane::Direct => return Ok(answer.await),
            Lane::List => &self.lists,
            Lane::ManyLists => &self.many_lists,
        };
        let place = places.clone().acquire_owned().await.map_err(|error| Problem::internal(&error))?;
        let (wanted, unwanted) = oneshot::channel::<()>();
        let making = off_the_runtime(place, async {
            tokio::select! {
                response = answer => Some(response),
                _ = unwanted => None,
            }
        });
        let made = making.await?;
        drop(wanted);
        made.ok_or_else(|| Problem::new(ProblemKind::Busy, "the answer was abandoned").with_retry_after(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_priced_route_is_one_of_the_api_or_a_page_and_every_page_is_priced() {
        let (document, pages) = (crate::api::document(), include_str!("../page/mod.rs"));
        let pages: Vec<&str> = pages.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        for (path, ..) in ROUTES {
            assert!(document.paths.paths.contains_key(*path) || pages.contains(path), "{path}");
        }
        let cheap = ["/sign-in", "/sign-out", "/minutes/draft-key", "/assets/{name}"];
        for page in pages.iter().filter(|page| !cheap.contains(page)) {
            assert!(ROUTES.iter().any(|(path, ..)| path == page), "{page} has no price");
        }
    }

    #[test]
    fn statistics_and_imports_cost_more_than_a_list_and_a_list_more_than_a_row() {
        let price = |method, route| RouteCost::of(&method, Some(route)).price;
        let row = price(Method::GET, "/api/v1/actions/{meeting}/{number}");
        let list = price(Method::GET, "/api/v1/actions");
        assert!(row < list && list < price(Method::GET, "/api/v1/statistics"));
        assert!(list < price(Method::POST, "/api/v1/imports"));
        assert_eq!(price(Method::POST, "/api/v1/actions"), row);
        assert_eq!(price(Method::GET, "/health/live"), 0);
        assert_eq!(RouteCost::of(&Method::GET, None).price, 1, "an unknown path is not free");
    }
}

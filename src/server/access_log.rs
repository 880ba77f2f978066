//! What is noted of each request: that it was, how it was answered, and how long that took.
//!
//! A request has an id, which its answer and every line of the log about it carry. The log has the template of the route
//! and nothing that the client or the record said: no path, no query, no header.

use super::telemetry::continued;
use crate::api::Service;
use crate::api::operating::figures::{UnderWay, known};
use crate::spans;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::Response;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;
use tracing::Span;

/// The header that has a request's id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that a client may give.
const LONGEST_ID: usize = 64;

/// A request that is being answered.
pub(super) struct Noting<'a> {
    service: &'a Service,
    begun: Instant,
    id: HeaderValue,
    method: Method,
    route: Option<Arc<str>>,
    traced: Span,
    _under_way: UnderWay,
}

impl<'a> Noting<'a> {
    /// Counts a request to a route, and gives it an id if it has none. `traced` is the span that was begun for it already.
    pub(super) fn begin(
        service: &'a Service,
        request: &mut Request,
        route: Option<Arc<str>>,
        traced: Option<Span>,
    ) -> Self {
        let begun = Instant::now();
        let under_way = service.figures().begin();
        let id = id_of(request).unwrap_or_else(new_id);
        let method = request.method().clone();
        let traced = traced.unwrap_or_else(|| {
            let traced = spans::request(known(&method), route.as_deref());
            continued(&traced, request.headers());
            traced
        });
        request.headers_mut().insert(REQUEST_ID, id.clone());
        Self { service, begun, id, method, route, traced, _under_way: under_way }
    }

    /// What is exported of it, if anything is.
    pub(super) fn traced(&self) -> Span {
        self.traced.clone()
    }

    /// The template of its route.
    pub(super) fn route(&self) -> &str {
        self.route.as_deref().unwrap_or_default()
    }

    /// What every other line of the log about the request stands in.
    pub(super) fn span(&self) -> Span {
        tracing::info_span!("request", id = %self.shown(), method = known(&self.method), route = self.named())
    }

    fn shown(&self) -> &str {
        self.id.to_str().unwrap_or_default()
    }

    fn named(&self) -> &str {
        self.route.as_deref().unwrap_or("none")
    }

    /// Counts how it was answered, and writes a line about it.
    pub(super) fn end(self, response: &mut Response) {
        let took = self.begun.elapsed();
        spans::answered(&self.traced, response.status().as_u16());
        self.service.figures().answered(&self.method, self.route.as_deref(), response.status(), took);
        // It says by itself all that the span says: most requests have no line but this one, and need no span.
        tracing::info!(
            parent: None,
            id = %self.shown(),
            method = %known(&self.method),
            route = %self.named(),
            status = response.status().as_u16(),
            took_ms = took.as_secs_f64() * 1000.0,
            "answered"
        );
        response.headers_mut().insert(REQUEST_ID, self.id);
    }
}

/// The id that the client gave, if it is one: it goes into the log.
fn id_of(request: &Request) -> Option<HeaderValue> {
    let given = request.headers().get(REQUEST_ID)?;
    let is_id = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let bytes = given.as_bytes();
    (!bytes.is_empty() && bytes.len() <= LONGEST_ID && bytes.iter().all(is_id)).then(|| given.clone())
}

/// An id that no other request has: of the process, and of the request in it.
fn new_id() -> HeaderValue {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| uuid::Uuid::new_v4().as_u64_pair().0);
    static REQUESTS: AtomicU64 = AtomicU64::new(1);
    let id = format!("{:016x}-{:x}", *PROCESS, REQUESTS.fetch_add(1, Ordering::Relaxed));
    HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("none"))
}

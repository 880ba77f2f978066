//! The access log: one line per request, with its id, method, route template, status and duration.
//!
//! The line repeats nothing that a client sent or the ledger recorded: no path, query, header or body. The id is returned
//! in `x-request-id` and is part of every log line about the request.

use super::telemetry::set_parent;
use crate::api::Service;
use crate::api::server_metrics::{GaugeGuard, OTHER_METHOD, method_label};
use crate::spans;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::Response;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;
use tracing::Span;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is accepted from a client, in bytes.
const MAX_ID_BYTES: usize = 64;

/// The log entry of a request in progress.
pub(super) struct AccessLogEntry<'a> {
    service: &'a Service,
    started: Instant,
    id: HeaderValue,
    method: Method,
    route: Option<Arc<str>>,
    exported_span: Span,
    _in_progress: GaugeGuard,
}

impl<'a> AccessLogEntry<'a> {
    /// Starts the entry, and gives the request an id unless the client sent one. `exported_span` continues a span that an
    /// earlier entry of the same request started.
    pub(super) fn start(
        service: &'a Service,
        request: &mut Request,
        route: Option<Arc<str>>,
        exported_span: Option<Span>,
    ) -> Self {
        let started = Instant::now();
        let in_progress = service.metrics().begin();
        let id = client_id(request).unwrap_or_else(new_id);
        let method = request.method().clone();
        let exported_span = exported_span.unwrap_or_else(|| {
            let name = method_label(&method);
            let span = spans::request((name != OTHER_METHOD).then_some(name), route.as_deref());
            set_parent(&span, request.headers());
            span
        });
        request.headers_mut().insert(REQUEST_ID, id.clone());
        Self { service, started, id, method, route, exported_span, _in_progress: in_progress }
    }

    /// The span that is exported to the collector.
    pub(super) fn exported_span(&self) -> Span {
        self.exported_span.clone()
    }

    /// The span that gives every log line about the request its id, method and route.
    pub(super) fn log_span(&self) -> Span {
        tracing::info_span!("request", id = %self.id(), method = method_label(&self.method), route = self.route_or_none())
    }

    /// The template of the matched route; empty if none matched.
    pub(super) fn route(&self) -> &str {
        self.route.as_deref().unwrap_or_default()
    }

    fn id(&self) -> &str {
        self.id.to_str().unwrap_or_default()
    }

    fn route_or_none(&self) -> &str {
        self.route.as_deref().unwrap_or("none")
    }

    /// Counts the response and writes the line.
    pub(super) fn finish(self, response: &mut Response) {
        let took = self.started.elapsed();
        spans::record_status(&self.exported_span, response.status().as_u16());
        self.service.metrics().answered(&self.method, self.route.as_deref(), response.status(), took);
        // The line has all fields of `log_span` itself, so that a request with no other line needs no span.
        tracing::info!(
            parent: None,
            id = %self.id(),
            method = %method_label(&self.method),
            route = %self.route_or_none(),
            status = response.status().as_u16(),
            took_ms = took.as_secs_f64() * 1000.0,
            "answered"
        );
        response.headers_mut().insert(REQUEST_ID, self.id);
    }
}

/// Returns the client's request id if it is short and made of harmless characters: it goes into the log.
fn client_id(request: &Request) -> Option<HeaderValue> {
    let id = request.headers().get(REQUEST_ID)?;
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let bytes = id.as_bytes();
    (!bytes.is_empty() && bytes.len() <= MAX_ID_BYTES && bytes.iter().all(is_allowed)).then(|| id.clone())
}

/// Makes a unique id from a random number of the process and a counter.
fn new_id() -> HeaderValue {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| uuid::Uuid::new_v4().as_u64_pair().0);
    static REQUESTS: AtomicU64 = AtomicU64::new(1);
    let id = format!("{:016x}-{:x}", *PROCESS, REQUESTS.fetch_add(1, Ordering::Relaxed));
    HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("none"))
}

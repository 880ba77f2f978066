//! The spans that may leave the machine. All of them are made here, and nothing else is exported: no event of the log, no
//! span of a library, and no field but these.
//!
//! A span says how long something took and what it was part of. It has the template of a route and a status, and nothing
//! that a client or the record said. Where nobody collects spans, making one costs next to nothing.

use crate::api::operating::figures::OTHER;
use tracing::Span;
use tracing::field::Empty;

/// The targets of every span that may be exported: those of this module and those of the ledger.
pub(crate) const TARGETS: [&str; 2] = [module_path!(), minutebook_ledger::SPANS];

/// The answering of a request, named as the semantic conventions of OpenTelemetry have it. A method that is not one of
/// HTTP's own is not repeated.
pub(crate) fn request(method: &'static str, route: Option<&str>) -> Span {
    let is_known = method != OTHER;
    let span = tracing::info_span!(
        "request",
        otel.name = Empty,
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = if is_known { method } else { "_OTHER" },
        http.route = route,
        http.response.status_code = Empty,
        url.scheme = "http",
    );
    if !span.is_disabled() {
        let method = if is_known { method } else { "HTTP" };
        let name = route.map_or_else(|| method.to_owned(), |route| format!("{method} {route}"));
        span.record("otel.name", name);
    }
    span
}

/// How a request was answered. What the client did wrong is no error of the server.
pub(crate) fn answered(request: &Span, status: u16) {
    request.record("http.response.status_code", i64::from(status));
    if status >= 500 {
        request.record("otel.status_code", "ERROR");
    }
}

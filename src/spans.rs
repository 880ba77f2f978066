//! The request spans that tracing exports. Together with the ledger's own spans they are all that leaves the process:
//! no log line, no span of a library, and no other field.
//!
//! A span carries a duration, a route template and a status, and nothing that a client sent or the ledger recorded.
//! Without a collector a span is disabled and costs almost nothing.

use tracing::Span;
use tracing::field::Empty;

/// The targets of the spans that may be exported.
pub(crate) const TARGETS: [&str; 2] = [module_path!(), minutebook_ledger::SPANS];

/// Starts the span of a request, with the attributes of OpenTelemetry's semantic conventions for HTTP. `method` is `None`
/// for a method outside the HTTP standard, whose text is not exported.
pub(crate) fn request(method: Option<&'static str>, route: Option<&str>) -> Span {
    let span = tracing::info_span!(
        "request",
        otel.name = Empty,
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method.unwrap_or("_OTHER"),
        http.route = route,
        http.response.status_code = Empty,
        url.scheme = "http",
    );
    if !span.is_disabled() {
        let method = method.unwrap_or("HTTP");
        let name = route.map_or_else(|| method.to_owned(), |route| format!("{method} {route}"));
        span.record("otel.name", name);
    }
    span
}

/// Records the response status. Only a status from 500 marks the span as failed: a client's mistake is no server error.
pub(crate) fn record_status(request: &Span, status: u16) {
    request.record("http.response.status_code", i64::from(status));
    if status >= 500 {
        request.record("otel.status_code", "ERROR");
    }
}

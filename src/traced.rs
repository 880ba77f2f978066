//! The spans that may leave the machine. All of them are made here, and nothing else is exported: no event of the log, no
//! span of a library, and no field but these.
//!
//! A span says how long something took and what it was part of. It has the template of a route and a status, and nothing
//! that a client or the record said. Where nobody collects spans, making one costs next to nothing.

use crate::api::operating::figures::OTHER;
use tracing::Span;
use tracing::field::Empty;

/// The target of every span of this module, by which the exporter knows them.
pub(crate) const TARGET: &str = module_path!();

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

/// A command that waits for its group, and for the group to be on disk.
pub(crate) fn append() -> Span {
    tracing::info_span!("append")
}

/// A transaction that several commands share. It belongs to the first of them, and follows from the others.
pub(crate) fn group<'a>(commands: impl ExactSizeIterator<Item = &'a Span>) -> Span {
    let number = i64::try_from(commands.len()).unwrap_or(i64::MAX);
    let mut commands = commands;
    let first = commands.next().and_then(Span::id);
    let span = tracing::info_span!(parent: first, "append group", minutebook.commands = number);
    if !span.is_disabled() {
        for other in commands {
            span.follows_from(other.id());
        }
    }
    span
}

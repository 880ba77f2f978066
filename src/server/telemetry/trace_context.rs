//! The client's trace, from the `traceparent` header (W3C Trace Context).

use axum::http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const TRACEPARENT: &str = "traceparent";

/// Offers the propagator `traceparent` and no other header. It holds ids only; `tracestate` and `baggage` could hold any
/// text of the client's, which would then be exported.
struct TraceParentOnly<'a>(&'a HeaderMap);

impl Extractor for TraceParentOnly<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        // A repeated header is ambiguous and ignored.
        let mut values = self.0.get_all(TRACEPARENT).iter();
        let only = values.next().filter(|_| values.next().is_none())?;
        (key == TRACEPARENT).then(|| only.to_str().ok()).flatten()
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}

/// Makes the client's span the parent of `span`, if the request names one.
pub(in crate::server) fn set_parent(span: &Span, headers: &HeaderMap) {
    if span.is_disabled() || !headers.contains_key(TRACEPARENT) {
        return;
    }
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &TraceParentOnly(headers));
    // This fails only where no spans are exported.
    let _ = span.set_parent(parent);
}

//! What a request is part of, as its client says (W3C Trace Context).

use axum::http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The header that names the trace and the span of the client.
const TRACEPARENT: &str = "traceparent";

/// `traceparent` and no other header. It has numbers alone; in `tracestate` and `baggage` a client could say anything,
/// and it would be exported.
struct Numbers<'a>(&'a HeaderMap);

impl Extractor for Numbers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        // Said twice it says nothing.
        let mut said = self.0.get_all(TRACEPARENT).iter();
        let only = said.next().filter(|_| said.next().is_none())?;
        (key == TRACEPARENT).then(|| only.to_str().ok()).flatten()
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}

/// Makes a request's span part of the client's trace, if the client says of which.
pub(in crate::server) fn continued(span: &Span, headers: &HeaderMap) {
    if span.is_disabled() || !headers.contains_key(TRACEPARENT) {
        return;
    }
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &Numbers(headers));
    // It can only fail where nothing is exported.
    let _ = span.set_parent(parent);
}

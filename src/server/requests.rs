//! What is noted of each request: that it was, how it was answered, and how long that took.
//!
//! A request has an id, which its answer and every line of the log about it carry. The log has the template of the route
//! and nothing that the client or the record said: no path, no query, no header.

use super::telemetry::continued;
use crate::api::Service;
use crate::api::operating::figures::known;
use crate::traced;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tracing::Instrument;

/// The header that has a request's id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that a client may give.
const LONGEST_ID: usize = 64;

/// Counts a request and writes a line about it.
pub(super) async fn noted(State(service): State<Service>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let _under_way = service.figures().begin();
    let id = id_of(&request).unwrap_or_else(new_id);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method = known(&method),
        route = route.as_deref().unwrap_or("none"),
    );
    let traced = traced::request(known(&method), route.as_deref());
    continued(&traced, request.headers());
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let answering = next.run(request).instrument(traced.clone());
    let mut response = answering.instrument(span.clone()).await;
    traced::answered(&traced, response.status().as_u16());
    response.headers_mut().insert(REQUEST_ID, id);
    let took = begun.elapsed();
    service.figures().answered(&method, route.as_deref(), response.status(), took);
    span.in_scope(|| {
        tracing::info!(status = response.status().as_u16(), took_ms = took.as_secs_f64() * 1000.0, "answered");
    });
    response
}

/// The id that the client gave, if it is one: it goes into the log.
fn id_of(request: &Request) -> Option<HeaderValue> {
    let given = request.headers().get(REQUEST_ID)?;
    let is_id = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let bytes = given.as_bytes();
    (!bytes.is_empty() && bytes.len() <= LONGEST_ID && bytes.iter().all(is_id)).then(|| given.clone())
}

fn new_id() -> HeaderValue {
    HeaderValue::try_from(uuid::Uuid::new_v4().to_string()).unwrap_or(HeaderValue::from_static("none"))
}

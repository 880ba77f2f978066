//! The layer that answers reads from the response cache, and caches the answers that handlers mark as [`Cacheable`].

use super::guard::{Reader, Service};
use super::problem::Problem;
use super::response_cache::{Cacheable, CachedResponse, Lookup, Snapshot, Variant};
use crate::query::events::Audience;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use std::sync::Arc;

/// Answers a read from the cache, or lets the handler answer and caches the response. Adds the entity tag.
pub(super) async fn cache_reads(
    State(service): State<Service>,
    reader: Reader,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if !is_read(request.method()) {
        request.extensions_mut().insert(reader);
        return Ok(next.run(request).await);
    }
    let is_head = request.method() == Method::HEAD;
    let if_none_match = request.headers().get(header::IF_NONE_MATCH).cloned();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let variant = Variant::new(target(&request), reader.audience(), request.headers());
    let reservation = match service.response_cache().get_or_reserve(variant, || snapshot(&service)).await {
        Lookup::Hit(response) => return Ok(response.respond(if_none_match.as_ref(), is_head)),
        Lookup::Miss(reservation) => reservation,
    };
    // The clock is read before the handler runs: a response may expire early, and never late.
    let Snapshot { second, .. } = snapshot(&service);
    // HEAD is answered as GET without the body, with the same entity tag.
    *request.method_mut() = Method::GET;
    request.extensions_mut().insert(reader);
    let response = next.run(request).await;
    let Some(Cacheable { position, is_timeless }) = response.extensions().get::<Cacheable>().copied() else {
        return Ok(if is_head { response.map(|_| Body::empty()) } else { response });
    };
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(|error| Problem::internal(&error))?.to_bytes();
    let second = (!is_timeless).then_some(second);
    let cached = Arc::new(CachedResponse::new(position, second, &parts.headers, &body));
    let response = cached.respond(if_none_match.as_ref(), is_head);
    if let Some(route) = route {
        reservation.insert(route.as_str(), cached);
    }
    Ok(response)
}

impl Service {
    /// The route template of a read whose target has a cached response.
    pub(crate) fn cached_route(&self, request: &Request) -> Option<Arc<str>> {
        is_read(request.method()).then(|| self.response_cache().route(target(request))).flatten()
    }

    /// The cached response to a read, found without the router. A reader who was authenticated on the way is left in
    /// the
    /// request's extensions, so that the handler does not authenticate again.
    pub(crate) async fn cached_response(&self, request: &mut Request) -> Option<Response> {
        let audience = if request.headers().contains_key(header::AUTHORIZATION) {
            let reader = match self.reader(request.headers()).await {
                Ok(reader) => reader,
                // Every route with a cached response authenticates its readers: the handler would answer the same.
                Err(problem) => return Some(problem.into_response()),
            };
            let audience = reader.audience();
            request.extensions_mut().insert(reader);
            audience
        } else {
            Audience::public()
        };
        let variant = Variant::new(target(request), audience, request.headers());
        let response = self.response_cache().get(&variant, snapshot(self))?;
        Some(response.respond(request.headers().get(header::IF_NONE_MATCH), request.method() == Method::HEAD))
    }
}

fn is_read(method: &Method) -> bool {
    [Method::GET, Method::HEAD].contains(method)
}

/// Path and query.
fn target(request: &Request) -> &str {
    request.uri().path_and_query().map_or("", |target| target.as_str())
}

/// The last position that this process knows, and the clock.
fn snapshot(service: &Service) -> Snapshot {
    let (position, now) = service.now();
    Snapshot { position, second: now.timestamp() }
}

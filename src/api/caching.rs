//! The layer that answers reads from the response cache, and caches the answers that handlers mark as [`Cacheable`].

use super::cost::RouteCost;
use super::guard::{Reader, Service, session_of};
use super::listing::wait_for_position;
use super::parameters::position_in_query;
use super::problem::{Problem, ProblemKind};
use super::response_cache::{Cacheable, CachedResponse, Lookup, Snapshot, Variant};
use crate::query::events::Audience;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use std::sync::Arc;

/// Seconds after which a client may ask again for a large answer that there was no memory for.
const RETRY_AFTER: u64 = 5;

/// Answers a read from the cache, or lets the handler answer and caches the response. Adds the entity tag, and says for the
/// rate limiter whose token the request has.
pub(crate) async fn cache_reads(
    State(service): State<Service>,
    reader: Reader,
    request: Request,
    next: Next,
) -> Response {
    let identity = reader.principal().caller_identity();
    let mut response = answer(&service, reader, request, next).await.unwrap_or_else(IntoResponse::into_response);
    if let Some(identity) = identity {
        response.extensions_mut().insert(identity);
    }
    response
}

async fn answer(service: &Service, reader: Reader, mut request: Request, next: Next) -> Result<Response, Problem> {
    if !is_read(request.method()) {
        request.extensions_mut().insert(reader);
        return Ok(next.run(request).await);
    }
    // Waiting takes no place among the answers that are made.
    if let Some(position) = position_in_query(request.uri(), "at_least") {
        wait_for_position(&reader, position).await?;
    }
    let is_head = request.method() == Method::HEAD;
    let if_none_match = request.headers().get(header::IF_NONE_MATCH).cloned();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let cost = RouteCost::of(&Method::GET, route.as_ref().map(MatchedPath::as_str));
    let variant = Variant::new(target(&request), reader.audience(), request.headers());
    let reservation = match service.response_cache().get_or_reserve(variant, || snapshot(service)).await {
        Lookup::Hit(response) => return Ok(response.respond(if_none_match.as_ref(), is_head)),
        Lookup::Miss(reservation) => reservation,
    };
    // The clock is read before the handler runs: a response may expire early, and never late.
    let Snapshot { second, .. } = snapshot(service);
    // HEAD is answered as GET without the body, with the same entity tag.
    *request.method_mut() = Method::GET;
    request.extensions_mut().insert(reader);
    let response = service.lanes().make(cost.lane, next.run(request)).await?;
    let Some(Cacheable { position, is_timeless }) = response.extensions().get::<Cacheable>().copied() else {
        return Ok(if is_head { response.map(|_| Body::empty()) } else { response });
    };
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(|error| Problem::internal(&error))?.to_bytes();
    let body = service.response_budget().hold(body).ok_or_else(no_room)?;
    let second = (!is_timeless).then_some(second);
    let cached = Arc::new(CachedResponse::new(position, second, &parts.headers, body));
    let response = cached.respond(if_none_match.as_ref(), is_head);
    if let Some(route) = route {
        reservation.insert(route.as_str(), cached);
    }
    Ok(response)
}

fn no_room() -> Problem {
    let detail =
        "the server sends as many large answers as it may hold at present; ask again, or for a page with `limit`";
    Problem::new(ProblemKind::Busy, detail).with_retry_after(RETRY_AFTER)
}

impl Service {
    /// The route template of a read whose target has a cached response.
    pub(crate) fn cached_route(&self, request: &Request) -> Option<Arc<str>> {
        is_read(request.method()).then(|| self.response_cache().route(target(request))).flatten()
    }

    /// The cached response to a read, found without the router. A reader who was authenticated on the way is left in the
    /// request's extensions, so that the handler does not authenticate again.
    pub(crate) async fn cached_response(&self, request: &mut Request) -> Option<Response> {
        let mut identity = None;
        let is_presented = request.headers().contains_key(header::AUTHORIZATION);
        let audience = if is_presented || session_of(request.headers()).is_some() {
            let reader = match self.reader(request.headers()).await {
                Ok(reader) => reader,
                // Every route with a cached response authenticates its readers: the handler would answer the same.
                Err(problem) => return Some(problem.into_response()),
            };
            let audience = reader.audience();
            identity = reader.principal().caller_identity();
            request.extensions_mut().insert(reader);
            audience
        } else {
            Audience::public()
        };
        let variant = Variant::new(target(request), audience, request.headers());
        let response = self.response_cache().get(&variant, snapshot(self))?;
        let mut response =
            response.respond(request.headers().get(header::IF_NONE_MATCH), request.method() == Method::HEAD);
        if let Some(identity) = identity {
            response.extensions_mut().insert(identity);
        }
        Some(response)
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

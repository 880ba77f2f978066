//! The middleware before the API: rate limits, the access log, security headers and the request timeout.
//!
//! Cached responses are served here, before the router: routing and its layers take longer than the cache's lookup.

use super::access_log::AccessLogEntry;
use super::connection_places::ConnectionPlaces;
use super::headers::add_security_headers;
use super::rate_limiter::{ClientRateLimiter, RatePermit};
use super::timeout::respond_within;
use crate::api::{Problem, ProblemKind, RouteCost, Service};
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;
use tracing::{Instrument, Span};

/// The paths that a connection on a kept place may ask for without a token.
const HEALTH_PATHS: [&str; 2] = ["/health/live", "/health/ready"];
/// The paths that answer although the log does not continue what this server has seen of it.
const OPERATION_PATHS: [&str; 3] = ["/health/live", "/health/ready", "/metrics"];
/// Seconds after which a client may try to connect again.
const KEPT_RETRY_AFTER: u64 = 5;
/// What an answer from the cache costs.
const CACHED_PRICE: u32 = 1;
/// The path prefix of the API reference.
const REFERENCE_PATH: &str = "/api/v1/docs";

/// The state that all requests share.
pub(super) struct Middleware {
    pub(super) service: Service,
    pub(super) rate_limiter: ClientRateLimiter,
    pub(super) request_timeout: Duration,
}

/// What [`respond`] already did for a request before it reached the router: the rate limit's verdict and the exported span.
#[derive(Clone)]
struct Admission {
    permit: Result<RatePermit, Problem>,
    exported_span: Option<Span>,
}

/// Answers a request: from the cache if possible, else through the router. `kept` has the places of a connection that only
/// may ask for the server's health or present a token.
pub(super) async fn respond(
    middleware: Arc<Middleware>,
    router: Router,
    kept: Option<Arc<ConnectionPlaces>>,
    request: Request,
) -> Result<Response, Infallible> {
    let Some(places) = kept else { return answer(middleware, router, request).await };
    if HEALTH_PATHS.contains(&request.uri().path()) {
        return answer(middleware, router, request).await;
    }
    let admitted = request.headers().contains_key(header::AUTHORIZATION).then(|| places.admit_token()).flatten();
    let Some(admitted) = admitted else {
        let detail =
            "every connection is taken, in all or from this address; the last places are for health checks and tokens";
        return Ok(Problem::new(ProblemKind::Busy, detail).with_retry_after(KEPT_RETRY_AFTER).into_response());
    };
    // The body holds the place until it is sent.
    let response = answer(middleware, router, request).await?;
    Ok(response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let _held = &admitted;
            frame
        }))
    }))
}

async fn answer(middleware: Arc<Middleware>, router: Router, mut request: Request) -> Result<Response, Infallible> {
    // A cached answer may speak of events that the log no longer has.
    if middleware.service.discontinuity().is_none()
        && let Some(response) = middleware.cached(&mut request).await
    {
        return Ok(response);
    }
    router.oneshot(request).await
}

/// The layer round every route.
pub(super) async fn wrap_route(
    State(middleware): State<Arc<Middleware>>,
    mut request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().into());
    let (permit, exported_span) = match request.extensions_mut().remove::<Admission>() {
        Some(Admission { permit, exported_span }) => (Some(permit), exported_span),
        None => (None, None),
    };
    let entry = AccessLogEntry::start(&middleware.service, &mut request, route, exported_span);
    let is_reference = entry.route().starts_with(REFERENCE_PATH);
    let response = middleware.limited(permit, request, next).instrument(entry.exported_span());
    let mut response = response.instrument(entry.log_span()).await;
    add_security_headers(&mut response, is_reference);
    entry.finish(&mut response);
    response
}

impl Middleware {
    /// Returns the cached response, if there is one.
    async fn cached(&self, request: &mut Request) -> Option<Response> {
        let route = self.service.cached_route(request)?;
        let permit = self.rate_limiter.admit(request, CACHED_PRICE);
        let mut exported_span = None;
        if let Ok(permit) = &permit {
            let entry = AccessLogEntry::start(&self.service, request, Some(route), None);
            exported_span = Some(entry.exported_span());
            // Only the check of a token writes log lines that need a span.
            let has_token = request.headers().contains_key(header::AUTHORIZATION);
            let log_span = if has_token { entry.log_span() } else { Span::none() };
            let cached = self.service.cached_response(request).instrument(log_span).await;
            if let Some(mut response) = cached {
                self.rate_limiter.settle(permit, &response);
                add_security_headers(&mut response, false);
                entry.finish(&mut response);
                return Some(response);
            }
        }
        request.extensions_mut().insert(Admission { permit, exported_span });
        None
    }

    /// Runs the handler within the rate limit and the time limit.
    async fn limited(&self, permit: Option<Result<RatePermit, Problem>>, request: Request, next: Next) -> Response {
        let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        let RouteCost { price, .. } = RouteCost::of(request.method(), route);
        let permit = match permit {
            // The answer was not in the cache: the rest of its price is due.
            Some(Ok(permit)) => self.rate_limiter.charge(&permit, price.saturating_sub(CACHED_PRICE)).map(|()| permit),
            Some(Err(problem)) => Err(problem),
            None => self.rate_limiter.admit(&request, price),
        };
        let permit = match permit {
            Ok(permit) => permit,
            Err(problem) => return problem.into_response(),
        };
        let is_refused =
            self.service.discontinuity().is_some() && route.is_none_or(|route| !OPERATION_PATHS.contains(&route));
        if is_refused {
            return Problem::log_not_continued().into_response();
        }
        let response = respond_within(self.request_timeout, next.run(request)).await;
        self.rate_limiter.settle(&permit, &response);
        response
    }
}

//! The middleware before the API: rate limits, the access log, security headers and the request timeout.
//!
//! Cached responses are served here, before the router: routing and its layers take longer than the cache's lookup.

use super::access_log::AccessLogEntry;
use super::headers::add_security_headers;
use super::rate_limiter::{ClientRateLimiter, RatePermit};
use super::timeout::respond_within;
use crate::api::{Problem, Service};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;
use tracing::{Instrument, Span};

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

/// Answers a request: from the cache if possible, else through the router.
pub(super) async fn respond(
    middleware: Arc<Middleware>,
    router: Router,
    mut request: Request,
) -> Result<Response, Infallible> {
    match middleware.cached(&mut request).await {
        Some(response) => Ok(response),
        None => router.oneshot(request).await,
    }
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
        let permit = self.rate_limiter.admit(request);
        let mut exported_span = None;
        if let Ok(permit) = &permit {
            let entry = AccessLogEntry::start(&self.service, request, Some(route), None);
            exported_span = Some(entry.exported_span());
            // Only the check of a token writes log lines that need a span.
            let has_token = request.headers().contains_key(header::AUTHORIZATION);
            let log_span = if has_token { entry.log_span() } else { Span::none() };
            let cached = self.service.cached_response(request).instrument(log_span).await;
            if let Some(mut response) = cached {
                self.rate_limiter.settle(*permit, response.status());
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
        let permit = match permit.unwrap_or_else(|| self.rate_limiter.admit(&request)) {
            Ok(permit) => permit,
            Err(problem) => return problem.into_response(),
        };
        let response = respond_within(self.request_timeout, next.run(request)).await;
        self.rate_limiter.settle(permit, response.status());
        response
    }
}

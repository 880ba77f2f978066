//! What every answer says to browsers.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// Nothing is loaded from anywhere, and nothing runs: a rendering carries its own style.
const PAGE: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
                    frame-ancestors 'none'";
/// The reference is a program of its own, and asks this server alone.
const REFERENCE: &str = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
                         img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                         frame-ancestors 'none'";

/// Adds the headers.
pub(super) async fn guarded(request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let is_reference = path.is_some_and(|path| path.starts_with("/api/v1/docs"));
    let mut response = next.run(request).await;
    let policy = HeaderValue::from_static(if is_reference { REFERENCE } else { PAGE });
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // What is for one reader is kept for no other, whoever stands in between.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

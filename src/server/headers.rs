//! What every answer says to browsers.

use axum::http::{HeaderValue, header};
use axum::response::Response;

/// Nothing is loaded from anywhere, and nothing runs: a rendering carries its own style.
const PAGE: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
                    frame-ancestors 'none'";
/// The reference is a program of its own, and asks this server alone.
const REFERENCE: &str = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
                         img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                         frame-ancestors 'none'";

/// Adds the headers; those of a page of the reference are others.
pub(super) fn guard(response: &mut Response, is_reference: bool) {
    let policy = HeaderValue::from_static(if is_reference { REFERENCE } else { PAGE });
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // What is for one reader is kept for no other, whoever stands in between.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

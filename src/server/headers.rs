//! Security headers of every response.

use axum::http::{HeaderValue, header};
use axum::response::Response;

/// The default Content-Security-Policy. Rendered documents carry their own style and load or run nothing else.
const DEFAULT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
                              form-action 'none'; frame-ancestors 'none'";
/// The Content-Security-Policy of the API reference, whose scripts may call this server only.
const REFERENCE_POLICY: &str = "default-src 'none'; script-src 'self' 'unsafe-inline'; \
                                style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
                                base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Adds the security headers to a response. `is_reference` selects the policy of the API reference.
pub(super) fn add_security_headers(response: &mut Response, is_reference: bool) {
    let policy = HeaderValue::from_static(if is_reference { REFERENCE_POLICY } else { DEFAULT_POLICY });
    let headers = response.headers_mut();
    // A page has a policy of its own.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // A response may be confidential to its reader, so no cache stores it unless its handler allows that.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

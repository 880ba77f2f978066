//! A cached response: its body and the headers of both answers, 200 and 304.
//!
//! `If-None-Match` is parsed by hand: the crate `headers` would bring SHA-1 and a second Base64 for these few lines.

use super::Snapshot;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use minutebook_domain::Position;
use sha2::{Digest, Sha256};

/// What a header map takes for an entry, besides the bytes of the name and the value.
const HEADER_OVERHEAD: usize = 112;

/// A response that can be given again and again.
pub(in crate::api) struct CachedResponse {
    position: Position,
    /// The second that the response is current in; none if the clock has no effect on it.
    second: Option<i64>,
    entity_tag: HeaderValue,
    /// The headers of a 200.
    headers: HeaderMap,
    /// The headers of a 304.
    not_modified: HeaderMap,
    body: Bytes,
}

impl CachedResponse {
    /// Copies the headers: the handler's may share larger buffers. `body` has memory of its own size.
    pub(in crate::api) fn new(position: Position, second: Option<i64>, headers: &HeaderMap, body: Bytes) -> Self {
        let entity_tag = entity_tag(&body);
        let mut not_modified = HeaderMap::from_iter([
            (header::ETAG, entity_tag.clone()),
            (header::VARY, HeaderValue::from_static("accept, authorization, cookie")),
            (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        ]);
        if let Some(policy) = headers.get(header::CONTENT_SECURITY_POLICY) {
            // A browser takes the headers of a 304 for those of the page that it kept.
            not_modified.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        }
        let copy = |value: &HeaderValue| HeaderValue::from_bytes(value.as_bytes()).ok();
        let mut copied: HeaderMap =
            headers.iter().filter_map(|(name, value)| Some((name.clone(), copy(value)?))).collect();
        copied.insert(header::CONTENT_LENGTH, body.len().into());
        copied.extend(not_modified.clone());
        Self { position, second, entity_tag, headers: copied, not_modified, body }
    }

    pub(super) fn is_current(&self, now: Snapshot) -> bool {
        self.position == now.position && self.second.is_none_or(|second| second == now.second)
    }

    /// The bytes that the response holds in memory.
    pub(super) fn bytes(&self) -> usize {
        let headers = self.headers.iter().chain(&self.not_modified);
        let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + HEADER_OVERHEAD);
        size_of::<Self>() + self.body.len() + headers.sum::<usize>()
    }

    /// 304 if `if_none_match` names this response, else 200; without a body for `HEAD`.
    pub(in crate::api) fn respond(&self, if_none_match: Option<&HeaderValue>, is_head: bool) -> Response {
        if if_none_match.is_some_and(|value| names(value, &self.entity_tag)) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.headers_mut() = self.not_modified.clone();
            return response;
        }
        let mut response = Response::new(if is_head { Body::empty() } else { Body::from(self.body.clone()) });
        *response.headers_mut() = self.headers.clone();
        response
    }
}

/// A strong tag: the first 16 bytes of the body's SHA-256. The position of the log would tell when what the reader may not
/// know was recorded.
fn entity_tag(body: &[u8]) -> HeaderValue {
    let hash = Sha256::digest(body);
    HeaderValue::try_from(format!("\"{}\"", hex::encode(&hash[..16]))).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Whether `If-None-Match` names the tag, by weak comparison (RFC 9110, section 13.1.2).
fn names(if_none_match: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(list), Ok(tag)) = (if_none_match.to_str(), tag.to_str()) else { return false };
    list.split(',').map(str::trim).any(|item| item == "*" || item.strip_prefix("W/").unwrap_or(item) == tag)
}

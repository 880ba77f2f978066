//! Answers that are kept, and their entity tags.
//!
//! What is answered is a function of the query, of what the reader may see, and of the position of the log. So an answer is
//! kept for its position, and a reader who has it is told so (RFC 9110, section 13.1.2) without its being made again. What is
//! asked for "now" also depends on the time; it is kept for a second.

use super::guard::{Reader, Service};
use super::problem::Problem;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use lru::LruCache;
use minutebook_domain::Position;
use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};

/// What is kept at most, in bytes, and of one answer.
const KEPT: usize = 64 << 20;
const LARGEST: usize = 4 << 20;

/// The mark on a response that may be kept: the position that it is known at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answered {
    pub(super) position: Position,
}

/// The answers that are kept.
pub(crate) struct Answers {
    kept: Mutex<Kept>,
}

struct Kept {
    answers: LruCache<Key, Answer>,
    bytes: usize,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    reader: String,
    query: String,
    accept: Vec<u8>,
}

#[derive(Clone)]
struct Answer {
    position: Position,
    second: i64,
    tag: HeaderValue,
    headers: HeaderMap,
    body: Bytes,
}

impl Default for Answers {
    fn default() -> Self {
        Self { kept: Mutex::new(Kept { answers: LruCache::unbounded(), bytes: 0 }) }
    }
}

impl Answers {
    fn get(&self, key: &Key, position: Position, second: i64) -> Option<Answer> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = kept.answers.get(key)?;
        (answer.position == position && answer.second == second).then(|| answer.clone())
    }

    fn keep(&self, key: Key, answer: Answer) {
        let size = |key: &Key, answer: &Answer| answer.body.len() + key.query.len() + 1024;
        let added = size(&key, &answer);
        if added > LARGEST {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += added;
        if let Some((key, old)) = kept.answers.push(key, answer) {
            kept.bytes -= size(&key, &old);
        }
        while kept.bytes > KEPT
            && let Some((key, old)) = kept.answers.pop_lru()
        {
            kept.bytes -= size(&key, &old);
        }
    }
}

/// Answers from what is kept, or keeps what is answered; gives every answer its entity tag.
pub(super) async fn answered(
    State(service): State<Service>,
    reader: Reader,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let is_head = request.method() == Method::HEAD;
    if !is_head && request.method() != Method::GET {
        request.extensions_mut().insert(reader);
        return Ok(next.run(request).await);
    }
    let key = Key {
        reader: reader.kind(),
        query: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
        accept: request.headers().get(header::ACCEPT).map(|value| value.as_bytes().to_vec()).unwrap_or_default(),
    };
    let second = reader.log().environment().clock.now().timestamp();
    let has = request.headers().get(header::IF_NONE_MATCH).cloned();
    if let Some(answer) = service.answers().get(&key, reader.log().known_head(), second) {
        return Ok(answer.response(has.as_ref(), is_head));
    }
    // The answer to HEAD is that to GET without its body, and has the same entity tag.
    *request.method_mut() = Method::GET;
    request.extensions_mut().insert(reader);
    let response = next.run(request).await;
    let Some(Answered { position }) = response.extensions().get::<Answered>().copied() else {
        return Ok(if is_head { response.map(|_| Body::empty()) } else { response });
    };
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(|error| Problem::internal(&error))?.to_bytes();
    let hash = Sha256::digest(&body);
    let tag = HeaderValue::try_from(format!("\"{position}-{}\"", hex::encode(&hash[..8])));
    let tag = tag.map_err(|error| Problem::internal(&error))?;
    let answer = Answer { position, second, tag, headers: parts.headers, body };
    let response = answer.response(has.as_ref(), is_head);
    service.answers().keep(key, answer);
    Ok(response)
}

impl Answer {
    fn response(&self, has: Option<&HeaderValue>, is_head: bool) -> Response {
        let mut response = if has.is_some_and(|has| matches(has, &self.tag)) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let body = if is_head { Body::empty() } else { Body::from(self.body.clone()) };
            let mut response = Response::new(body);
            *response.headers_mut() = self.headers.clone();
            response.headers_mut().insert(header::CONTENT_LENGTH, self.body.len().into());
            response
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.tag.clone());
        headers.insert(header::VARY, HeaderValue::from_static("accept, authorization"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        response
    }
}

/// Whether `If-None-Match` names the tag. Weak and strong ones are alike here (RFC 9110, section 13.1.2).
fn matches(has: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(has), Ok(tag)) = (has.to_str(), tag.to_str()) else { return false };
    has.split(',').map(str::trim).any(|has| has == "*" || has.strip_prefix("W/").unwrap_or(has) == tag)
}

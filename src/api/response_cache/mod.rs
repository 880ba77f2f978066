//! Answers that are kept, and their entity tags.
//!
//! What is answered is a function of the query, of what the reader may see, and of the position of the log. So an answer is
//! kept for its position, and a reader who has it is told so (RFC 9110, section 13.1.2) without its being made again. What is
//! asked for "now" also depends on the time; it is kept for a second. When its time is over, one of those who ask makes it
//! anew, and the others wait for that.

mod kept;

pub(crate) use kept::Answers;

use super::guard::{Reader, Service};
use super::problem::Problem;
use crate::query::events::Audience;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use kept::{Answer, Found, Kind, Moment};
use minutebook_domain::Position;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The mark on a response that may be kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answered {
    /// The position that it is known at.
    pub(super) position: Position,
    /// Whether it is the same at any time, as long as nothing is recorded: it is of a moment that was named.
    pub(super) is_timeless: bool,
}

/// Answers from what is kept, or keeps what is answered; gives every answer its entity tag.
pub(super) async fn answered(
    State(service): State<Service>,
    reader: Reader,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if !is_reading(request.method()) {
        request.extensions_mut().insert(reader);
        return Ok(next.run(request).await);
    }
    let is_head = request.method() == Method::HEAD;
    let has = request.headers().get(header::IF_NONE_MATCH).cloned();
    let asked: Box<str> = asked(&request).into();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let kind = Kind { audience: reader.audience(), accept: request.headers().get(header::ACCEPT).cloned() };
    let find = || service.answers().find(&asked, &kind, moment(&service));
    let _turn = match find() {
        Found::Answer(answer) => return Ok(answer.response(has.as_ref(), is_head)),
        Found::Nothing => None,
        Found::Outdated(turn) => {
            let turn = turn.lock_owned().await;
            if let Found::Answer(answer) = find() {
                return Ok(answer.response(has.as_ref(), is_head));
            }
            Some(turn)
        }
    };
    // The time is that before it was made: an answer is kept for too short a time rather than for too long.
    let Moment { second, .. } = moment(&service);
    // The answer to HEAD is that to GET without its body, and has the same entity tag.
    *request.method_mut() = Method::GET;
    request.extensions_mut().insert(reader);
    let response = next.run(request).await;
    let Some(Answered { position, is_timeless }) = response.extensions().get::<Answered>().copied() else {
        return Ok(if is_head { response.map(|_| Body::empty()) } else { response });
    };
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(|error| Problem::internal(&error))?.to_bytes();
    let hash = Sha256::digest(&body);
    let tag = HeaderValue::try_from(format!("\"{position}-{}\"", hex::encode(&hash[..8])));
    let tag = tag.map_err(|error| Problem::internal(&error))?;
    let second = second.filter(|_| !is_timeless);
    let answer = Arc::new(Answer::new(Moment { position, second }, tag, parts.headers, body));
    let response = answer.response(has.as_ref(), is_head);
    if let Some(route) = route {
        service.answers().keep(&asked, route.as_str(), kind, answer);
    }
    Ok(response)
}

impl Service {
    /// The template of a request's route, if answers to it are kept.
    pub(crate) fn route_of_kept(&self, request: &Request) -> Option<Arc<str>> {
        is_reading(request.method()).then(|| self.answers().route(asked(request))).flatten()
    }

    /// The answer to such a request, if it is there: it is then given without the way through the router. Whoever was found
    /// out on the way stands in the request, and is not asked again.
    pub(crate) async fn kept(&self, request: &mut Request) -> Option<Response> {
        let audience = if request.headers().contains_key(header::AUTHORIZATION) {
            let reader = match self.reader(request.headers()).await {
                Ok(reader) => reader,
                // There are answers to it: so it is something that a token is looked at for, as it was here.
                Err(problem) => return Some(problem.into_response()),
            };
            let audience = reader.audience();
            request.extensions_mut().insert(reader);
            audience
        } else {
            Audience::public()
        };
        let kind = Kind { audience, accept: request.headers().get(header::ACCEPT).cloned() };
        match self.answers().find(asked(request), &kind, moment(self)) {
            Found::Answer(answer) => {
                let has = request.headers().get(header::IF_NONE_MATCH);
                Some(answer.response(has, request.method() == Method::HEAD))
            }
            Found::Outdated(_) | Found::Nothing => None,
        }
    }
}

fn is_reading(method: &Method) -> bool {
    [Method::GET, Method::HEAD].contains(method)
}

/// What is asked: the path and the query.
fn asked(request: &Request) -> &str {
    request.uri().path_and_query().map_or("", |asked| asked.as_str())
}

/// What the log and the clock are at, as far as this process knows.
fn moment(service: &Service) -> Moment {
    let (position, now) = service.now();
    Moment { position, second: Some(now.timestamp()) }
}

//! The answers that are kept: by what was asked, and for whom.

use crate::query::events::Audience;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use lru::LruCache;
use minutebook_domain::Position;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is kept at most, in bytes, and of one answer.
const KEPT: usize = 64 << 20;
const LARGEST: usize = 4 << 20;
/// What an answer takes beside its body, roughly.
const BESIDE: usize = 2048;
/// Kinds of readers for whom one question's answers are kept.
const KINDS: usize = 32;

/// The answers that are kept.
pub(crate) struct Answers {
    kept: Mutex<Kept>,
}

struct Kept {
    /// By path and query.
    asked: LruCache<Box<str>, OfOne>,
    bytes: usize,
}

/// The answers to one path and query.
struct OfOne {
    route: Arc<str>,
    entries: Vec<Entry>,
}

struct Entry {
    kind: Kind,
    answer: Arc<Answer>,
    turn: Turn,
}

/// Who makes an answer anew: one does, and those who ask for the same meanwhile wait for it.
pub(super) type Turn = Arc<tokio::sync::Mutex<()>>;

/// Readers who get the same answer to the same question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    /// What they may know.
    pub(super) audience: Audience,
    /// The forms that they take.
    pub(super) accept: Option<HeaderValue>,
}

/// What the log and the clock are at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) position: Position,
    /// The second; none for an answer that is the same at any time.
    pub(super) second: Option<i64>,
}

/// What there is of an answer.
pub(super) enum Found {
    /// The answer as of now.
    Answer(Arc<Answer>),
    /// One of before. Whoever makes it anew has this turn.
    Outdated(Turn),
    /// None.
    Nothing,
}

/// An answer with all of its headers, ready to be given again and again.
pub(super) struct Answer {
    moment: Moment,
    tag: HeaderValue,
    whole: HeaderMap,
    not_modified: HeaderMap,
    body: Bytes,
}

impl Default for Answers {
    fn default() -> Self {
        Self { kept: Mutex::new(Kept { asked: LruCache::unbounded(), bytes: 0 }) }
    }
}

impl Answers {
    /// The template of the route of this, if anyone's answer to it was kept.
    pub(super) fn route(&self, asked: &str) -> Option<Arc<str>> {
        self.kept().asked.peek(asked).map(|of_one| of_one.route.clone())
    }

    /// What there is of the answer to these readers.
    pub(super) fn find(&self, asked: &str, kind: &Kind, now: Moment) -> Found {
        let mut kept = self.kept();
        let entries = kept.asked.get(asked).map(|of_one| of_one.entries.as_slice()).unwrap_or_default();
        match entries.iter().find(|entry| entry.kind == *kind) {
            Some(entry) if entry.answer.is_of(now) => Found::Answer(entry.answer.clone()),
            Some(entry) => Found::Outdated(entry.turn.clone()),
            None => Found::Nothing,
        }
    }

    /// Keeps an answer, in the place of the one before.
    pub(super) fn keep(&self, asked: &str, route: &str, kind: Kind, answer: Arc<Answer>) {
        if answer.size() > LARGEST {
            return;
        }
        let mut kept = self.kept();
        kept.bytes += answer.size();
        let of_one = || OfOne { route: route.into(), entries: Vec::new() };
        let entries = &mut kept.asked.get_or_insert_mut(asked.into(), of_one).entries;
        let mut gone = 0;
        if let Some(entry) = entries.iter_mut().find(|entry| entry.kind == kind) {
            gone = std::mem::replace(&mut entry.answer, answer).size();
        } else {
            if entries.len() == KINDS {
                gone = entries.remove(0).answer.size();
            }
            entries.push(Entry { kind, answer, turn: Turn::default() });
        }
        kept.bytes -= gone;
        while kept.bytes > KEPT
            && let Some((_, of_one)) = kept.asked.pop_lru()
        {
            kept.bytes -= of_one.entries.iter().map(|entry| entry.answer.size()).sum::<usize>();
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A panic elsewhere leaves whole answers behind; at worst they are counted twice.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answer {
    /// One with these headers of its own.
    pub(super) fn new(moment: Moment, tag: HeaderValue, own: HeaderMap, body: Bytes) -> Self {
        let mut not_modified = HeaderMap::new();
        not_modified.insert(header::ETAG, tag.clone());
        not_modified.insert(header::VARY, HeaderValue::from_static("accept, authorization"));
        not_modified.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        let mut whole = own;
        whole.insert(header::CONTENT_LENGTH, body.len().into());
        whole.extend(not_modified.clone());
        Self { moment, tag, whole, not_modified, body }
    }

    fn is_of(&self, now: Moment) -> bool {
        self.moment.position == now.position && (self.moment.second.is_none() || self.moment.second == now.second)
    }

    fn size(&self) -> usize {
        self.body.len() + BESIDE
    }

    /// The answer to who has this already, if they have anything.
    pub(super) fn response(&self, has: Option<&HeaderValue>, is_head: bool) -> Response {
        if has.is_some_and(|has| matches(has, &self.tag)) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.headers_mut() = self.not_modified.clone();
            return response;
        }
        let mut response = Response::new(if is_head { Body::empty() } else { Body::from(self.body.clone()) });
        *response.headers_mut() = self.whole.clone();
        response
    }
}

/// Whether `If-None-Match` names the tag. Weak and strong ones are alike here (RFC 9110, section 13.1.2).
fn matches(has: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(has), Ok(tag)) = (has.to_str(), tag.to_str()) else { return false };
    has.split(',').map(str::trim).any(|has| has == "*" || has.strip_prefix("W/").unwrap_or(has) == tag)
}

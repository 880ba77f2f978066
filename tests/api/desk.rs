//! A server without a socket, and tokens for whoever calls on it.

use crate::support::ledgers::TestLedger;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use minutebook::access::{Grant, Role, issue};
use minutebook::api::{Service, router};
use minutebook_ledger::{Envelope, Recorder};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use tower::ServiceExt;

/// What was answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The answer, which has this status or the test is over.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }
}

/// The API on a ledger of the test's own.
#[derive(Clone)]
pub(crate) struct Desk {
    router: Router,
    pub(crate) recorder: Recorder,
}

/// For keys of which none is used twice.
static NUMBERS: AtomicU64 = AtomicU64::new(0);

/// A token that is presented, or none.
pub(crate) type Token = Option<String>;

impl Desk {
    pub(crate) async fn open(ledger: &TestLedger) -> Self {
        let recorder = ledger.recorder().await;
        Self { router: router(Service::new(recorder.log().clone())), recorder }
    }

    /// A token of the ledger for someone with these roles and this clearance, in these committees or in all.
    pub(crate) async fn token(&self, name: &str, roles: &[Role], clearance: &str, committees: &[&str]) -> Token {
        let grant = Grant {
            name: name.parse().unwrap(),
            roles: roles.to_vec(),
            clearance: clearance.parse().unwrap(),
            committees: (!committees.is_empty()).then(|| committees.iter().map(|code| code.parse().unwrap()).collect()),
            valid_from: None,
            expires_at: None,
        };
        let command_id = format!("issue {}", NUMBERS.fetch_add(1, Ordering::Relaxed));
        let envelope = Envelope { actor: "tester".into(), command_id, ..Envelope::default() };
        Some(issue(&self.recorder, grant, envelope).await.unwrap().secret.reveal().to_owned())
    }

    /// A secretary of all committees who may read everything.
    pub(crate) async fn secretary(&self) -> Token {
        self.token("jane.smith", &[Role::Secretary], "RED", &[]).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, token: &Token, path: &str) -> Answer {
        self.send(request(Method::GET, path, token, &[]).body(Body::empty()).unwrap()).await
    }

    /// Posts a JSON body under a key of its own.
    pub(crate) async fn post(&self, token: &Token, path: &str, body: &Value) -> Answer {
        let key = format!("key-{}", NUMBERS.fetch_add(1, Ordering::Relaxed));
        self.post_with(token, path, body, &[("idempotency-key", &key)]).await
    }

    /// Posts a JSON body with these headers.
    pub(crate) async fn post_with(&self, token: &Token, path: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
        let request = request(Method::POST, path, token, headers).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// Posts a document.
    pub(crate) async fn upload(&self, token: &Token, path: &str, kind: &str, bytes: &[u8]) -> Answer {
        let request = request(Method::POST, path, token, &[("content-type", kind)]);
        self.send(request.body(Body::from(bytes.to_vec())).unwrap()).await
    }

    /// How many events the ledger holds.
    pub(crate) async fn head(&self) -> u64 {
        self.recorder.log().head().await.unwrap().number()
    }
}

pub(crate) fn request(
    method: Method,
    path: &str,
    token: &Token,
    headers: &[(&str, &str)],
) -> axum::http::request::Builder {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    match token {
        Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
        None => request,
    }
}

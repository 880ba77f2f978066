//! The HTTP API of a ledger, asked without a socket in between.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use minutebook::access::{Grant, Role, issue};
use minutebook::api::{Service, router};
use minutebook_ledger::{Envelope, Log, Recorder};
use serde_json::Value;
use tower::ServiceExt;

/// A client of the API, with or without a token.
#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    token: Option<String>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn of(log: Log) -> Self {
        Self { router: router(Service::new(log)), token: None }
    }

    /// The same API, for whoever holds a token.
    pub(crate) fn with(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// A client with a token of its own, issued for it.
    pub(crate) async fn cleared(&self, recorder: &Recorder, clearance: &str, committees: Option<&[&str]>) -> Self {
        self.with(&token(recorder, &[Role::Member], clearance, committees).await)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, headers, Body::empty()).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The kind of problem it is, and the field it is about.
    pub(crate) fn problem(&self) -> (u16, String, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        let kind = problem["type"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
        (self.status.as_u16(), kind, problem["field"].as_str().unwrap_or_default().to_owned())
    }
}

/// A new token of the ledger.
pub(crate) async fn token(recorder: &Recorder, roles: &[Role], clearance: &str, committees: Option<&[&str]>) -> String {
    let codes = committees.map(|codes| codes.iter().map(|code| code.parse().unwrap()).collect());
    let grant = Grant {
        name: "a tester".parse().unwrap(),
        roles: roles.to_vec(),
        clearance: clearance.parse().unwrap(),
        committees: codes,
        valid_from: None,
        expires_at: None,
    };
    let command_id = recorder.log().environment().command_id().unwrap();
    let envelope = Envelope { actor: "tester".into(), command_id, ..Envelope::default() };
    issue(recorder, grant, envelope).await.unwrap().secret.reveal().to_owned()
}

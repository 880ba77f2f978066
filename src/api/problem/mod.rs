//! Problem documents (RFC 9457): the one form of every error that the API answers with.
//!
//! `kind.rs` is the table of kinds, `from_errors.rs` maps the errors of other modules to them. A problem repeats the
//! client's input and never a stored text.

mod from_errors;
mod kind;

pub(crate) use kind::ProblemKind;
pub use kind::problems_markdown;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use minutebook_domain::StreamVersion;
use serde::{Serialize, Serializer};
use std::error::Error;
use std::fmt::{self, Display};
use utoipa::ToSchema;

/// An error, as a problem document (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// The kind of problem, as a URI. A kind keeps its URI.
    #[serde(rename = "type", serialize_with = "type_uri")]
    #[schema(value_type = String, example = "urn:minutebook:problem:unknown-committee")]
    kind: ProblemKind,
    /// The kind of problem, in words.
    #[schema(example = "Unknown committee")]
    title: &'static str,
    /// The HTTP status code.
    #[schema(example = 404, minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this request.
    #[schema(example = "the ledger has no committee `XYZ`")]
    detail: String,
    /// What the server would accept instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    accepted: Option<Box<str>>,
    /// The parameter, header or body field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    field: Option<Box<str>>,
    /// The id of the rule that refuses the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'static str>,
    #[serde(skip)]
    headers: Option<Box<HeaderMap>>,
}

/// The media type of a problem document.
pub(crate) const PROBLEM_MEDIA_TYPE: &str = "application/problem+json";

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn type_uri<S: Serializer>(kind: &ProblemKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{}{}", kind::URN, kind.name()))
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            title: kind.title(),
            status: kind.status().as_u16(),
            detail: detail.into(),
            accepted: None,
            field: None,
            rule: None,
            headers: None,
        }
    }

    /// 400 for a parameter, a header or a body that cannot be parsed.
    pub(crate) fn malformed(field: &str, detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::MalformedRequest, detail).with_field(field)
    }

    /// 404 for a resource that does not exist or is above the reader's clearance.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::NotFound, detail)
    }

    /// 422 for a body that is JSON and does not match its schema.
    pub(super) fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Unprocessable, detail)
    }

    /// 422 for an idempotency key that belongs to another request.
    pub(super) fn key_reused() -> Self {
        Self::new(ProblemKind::KeyReused, "this key was used for a different request; nothing was recorded")
            .with_field("Idempotency-Key")
            .with_accepted("a new key for each request")
    }

    /// 412 for a stream that is at `actual` and not at the version in `If-Match`.
    pub(super) fn stale(actual: StreamVersion) -> Self {
        Self::new(ProblemKind::Stale, format!("the stream is at version {actual}; nothing was recorded"))
            .with_field("If-Match")
            .with_accepted(format!("`\"{actual}\"`, after reading the stream again"))
    }

    /// 500. The error and its sources go to the log; the client learns nothing of them.
    pub(crate) fn internal(error: &dyn Error) -> Self {
        tracing::error!(error = %Chain(error), "the server failed to answer a request");
        Self::new(ProblemKind::Internal, "the server failed; its log has the cause")
    }

    /// Adds what the server would accept.
    pub(crate) fn with_accepted(mut self, accepted: impl Into<String>) -> Self {
        self.accepted = Some(accepted.into().into_boxed_str());
        self
    }

    /// Adds the parameter, header or body field that is wrong.
    pub(super) fn with_field(mut self, field: &str) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Adds the id of the rule that refuses.
    pub(super) fn with_rule(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Adds a response header.
    pub(crate) fn with_header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.headers.get_or_insert_default().insert(name, value);
        self
    }

    /// Adds `Retry-After`.
    pub(crate) fn with_retry_after(self, seconds: u64) -> Self {
        self.with_header(header::RETRY_AFTER, seconds.into())
    }

    pub(super) fn status(&self) -> StatusCode {
        self.kind.status()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let content_type = (header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_MEDIA_TYPE));
        let mut response = (self.status(), [content_type], body).into_response();
        if let Some(headers) = self.headers {
            response.headers_mut().extend(*headers);
        }
        response
    }
}

/// Displays an error with its sources, separated by colons.
pub(super) struct Chain<'a>(pub(super) &'a dyn Error);

impl Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn a_chain_displays_every_source() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] io::Error);
        assert_eq!(Chain(&Outer(io::Error::other("inner"))).to_string(), "outer: inner");
    }
}

//! What went wrong, as RFC 9457 says it: a stable type, a title, what to do. Nothing stored is echoed.

use crate::query::ViewError;
use crate::query::read_query::AskError;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use minutebook_ledger::StoreError;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// A request that was not answered (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// What kind of problem it is; the same kind has the same type for ever.
    #[serde(rename = "type", serialize_with = "whole_type")]
    #[schema(value_type = String, example = "urn:minutebook:problem:unknown-committee")]
    kind: &'static str,
    /// The kind, in words.
    #[schema(example = "There is no such committee")]
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 404, minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this request.
    #[schema(example = "there is no committee `XYZ` in the ledger")]
    detail: String,
    /// What would be accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    accepted: Option<Box<str>>,
    /// The parameter, header or field that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    field: Option<Box<str>>,
    /// The committee's rule that would be broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'static str>,
    #[serde(skip)]
    headers: Option<Box<HeaderMap>>,
}

/// The media type of a problem.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

fn whole_type<S: Serializer>(kind: &&'static str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("urn:minutebook:problem:{kind}"))
}

impl Problem {
    /// A problem of a kind, which is a short, stable name.
    pub(crate) fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            title,
            status: status.as_u16(),
            detail: detail.into(),
            accepted: None,
            field: None,
            rule: None,
            headers: None,
        }
    }

    /// A parameter, or a field of the body, that is not as it should be.
    pub(super) fn malformed(field: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed-request", "The request is not well formed", detail)
            .of_field(field)
    }

    /// What is not there, or not for this reader: they cannot tell which.
    pub(super) fn not_found(what: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing", what)
    }

    /// Something that is not the reader's fault. What it was stands in the server's log.
    pub(crate) fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(error = %error, "a request could not be answered");
        let detail = "the server's log says why; nothing was recorded";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The server could not answer", detail)
    }

    /// Names what would be accepted.
    pub(super) fn accepted(mut self, accepted: impl Into<String>) -> Self {
        self.accepted = Some(accepted.into().into_boxed_str());
        self
    }

    /// Names the parameter, header or field.
    pub(super) fn of_field(mut self, field: &str) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Names the committee's rule.
    pub(super) fn of_rule(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }

    /// Adds a header to the answer.
    pub(crate) fn with_header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.headers.get_or_insert_default().insert(name, value);
        self
    }

    /// The HTTP status.
    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let content_type = (header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        let mut response = (self.status(), [content_type], body).into_response();
        if let Some(headers) = self.headers {
            response.headers_mut().extend(*headers);
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::internal(&error)
    }
}

impl From<ViewError> for Problem {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Ask(error) => error.into(),
            ViewError::Store(_) | ViewError::Fold { .. } => Self::internal(&error),
        }
    }
}

impl From<AskError> for Problem {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Store(error) => error.into(),
            AskError::UnknownCommittee { given, .. } => {
                let detail = format!("there is no committee `{given}` in the ledger");
                Self::new(StatusCode::NOT_FOUND, "unknown-committee", "There is no such committee", detail)
                    .of_field("committee")
            }
            AskError::StillToCome { given, head } => {
                let detail = format!("position {given} is still to come; the last one is {head}");
                Self::new(StatusCode::NOT_FOUND, "still-to-come", "The ledger is not so long", detail)
                    .of_field("known_at")
            }
        }
    }
}

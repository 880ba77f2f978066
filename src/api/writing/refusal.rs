//! Why something was not recorded, as a problem.

use crate::api::problem::Problem;
use axum::http::{HeaderValue, StatusCode, header};
use minutebook_domain::{Rejection, StreamVersion};
use minutebook_ledger::{AppendError, RecordError};

impl Problem {
    /// A body that is well formed and does not say what is to be said there.
    pub(in crate::api) fn unprocessable(detail: impl Into<String>) -> Self {
        let title = "The body is not as expected";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unprocessable", title, detail)
    }

    /// A key that was sent with another request before.
    pub(in crate::api) fn key_reused() -> Self {
        let detail = "this key was sent with another request; nothing was recorded of this one";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "key-reused", "The key belongs to another request", detail)
            .of_field("Idempotency-Key")
            .accepted("a key of its own for each request")
    }

    /// A stream that is at another version than the sender insists on.
    pub(in crate::api) fn stale(actual: StreamVersion) -> Self {
        let detail = format!("the stream is at version {actual}, and nothing was recorded");
        Self::new(StatusCode::PRECONDITION_FAILED, "stale", "The stream is at another version", detail)
            .of_field("If-Match")
            .accepted(format!("`\"{actual}\"`, once it has been read again"))
    }
}

impl From<Rejection> for Problem {
    fn from(refusal: Rejection) -> Self {
        Self::new(StatusCode::CONFLICT, "refused-by-rule", "A rule of the committee does not admit it", refusal.what())
            .accepted(refusal.accepted())
            .of_rule(refusal.rule())
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Rejected(refusal) => refusal.into(),
            RecordError::Malformed(what) => Self::unprocessable(what),
            RecordError::Append(error) => error.into(),
        }
    }
}

impl From<AppendError> for Problem {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::KeyReused { .. } => Self::key_reused(),
            // That the sender's own version is stale was answered before.
            AppendError::Conflict { .. } | AppendError::Used { .. } => {
                let detail =
                    "others recorded in the same place again and again meanwhile; nothing was recorded of this";
                let title = "Try again in a moment";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "contended", title, detail)
                    .with_header(header::RETRY_AFTER, HeaderValue::from_static("1"))
            }
            AppendError::TooLarge { what, limit, .. } => {
                let detail = format!("{what} is larger than the ledger takes");
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The request is too large", detail)
                    .accepted(format!("{limit} bytes at most"))
            }
            AppendError::Unwritable(what) => Self::unprocessable(what),
            AppendError::Store(error) => error.into(),
        }
    }
}

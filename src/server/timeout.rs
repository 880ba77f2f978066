//! How long a request may take to arrive whole and be answered.

use crate::api::Problem;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::future::Future;
use std::time::Duration;

/// Answers in time, if only that it was not possible. An answer that began in time goes on as long as it has to: the live
/// feed has no end.
pub(super) async fn limited(limit: Duration, answer: impl Future<Output = Response>) -> Response {
    tokio::time::timeout(limit, answer).await.unwrap_or_else(|_| {
        let detail = "the request took too long; what it was to record may be recorded all the same: sent again with the \
                      same `Idempotency-Key`, it is answered as it would have been";
        let title = "It was not answered in time";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too-slow", title, detail).into_response()
    })
}

//! The time limit for receiving a request and starting its response.

use crate::api::{Problem, ProblemKind};
use axum::response::{IntoResponse, Response};
use std::future::Future;
use std::time::Duration;

/// Awaits the response for at most `limit`, else answers 503. Once a response has started, its body may take any time:
/// the live feed has no end.
pub(super) async fn respond_within(limit: Duration, response: impl Future<Output = Response>) -> Response {
    tokio::time::timeout(limit, response).await.unwrap_or_else(|_| {
        let detail = "the request took too long; its commands may still be recorded. Send it again with the same \
                      `Idempotency-Key` to receive the outcome";
        Problem::new(ProblemKind::TooSlow, detail).into_response()
    })
}

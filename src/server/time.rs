//! How long a request may take to arrive whole and be answered.

use crate::api::Problem;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use std::time::Duration;

/// Answers in time, if only that it was not possible. An answer that began in time goes on as long as it has to: the live
/// feed has no end.
pub(super) async fn limited(State(limit): State<Duration>, request: Request, next: Next) -> Result<Response, Problem> {
    tokio::time::timeout(limit, next.run(request)).await.map_err(|_| {
        let detail = "the request took too long; what it was to record may be recorded all the same: sent again with the \
                      same `Idempotency-Key`, it is answered as it would have been";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too-slow", "It was not answered in time", detail)
    })
}

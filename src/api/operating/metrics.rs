//! What the server does, in numbers.

use crate::api::guard::Service;
use crate::api::problem::Problem;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// What the server counts, as Prometheus reads it (OpenMetrics 1.0). No number tells of what is in the record.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "Operating",
    responses((status = 200, description = "The counts", body = String,
               content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8"))
)]
pub(in crate::api) async fn list_metrics(State(service): State<Service>) -> Result<Response, Problem> {
    let text = service.metrics().await.map_err(|error| Problem::internal(&error))?;
    let headers = [
        (header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}

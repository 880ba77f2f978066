//! The metrics endpoint.

use crate::api::guard::Service;
use crate::api::problem::Problem;
use crate::api::server_metrics::GaugeReadings;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Get the metrics
///
/// In the OpenMetrics 1.0 text format, for Prometheus. No metric reveals data of the ledger.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "Operations",
    responses((status = 200, description = "The metrics", body = String, content_type = OPEN_METRICS))
)]
pub(in crate::api) async fn get_metrics(State(service): State<Service>) -> Result<Response, Problem> {
    let (followed, _) = service.now();
    let followed = followed.number();
    // While the store does not answer, the last known position stands for its head.
    let (head, read_up_to, halted, clock_in_doubt) = match service.ledger_health().await {
        Some(Ok(health)) => {
            (health.head.number(), health.read_up_to.number(), health.halted.len(), health.clock_fault.is_some())
        }
        _ => (followed, followed, 0, false),
    };
    let feed_readers = service.feed_readers();
    let discontinued = service.discontinuity().is_some();
    let readings = GaugeReadings { feed_readers, head, followed, read_up_to, halted, clock_in_doubt, discontinued };
    let text = service.metrics().text(&readings).map_err(|error| Problem::internal(&error))?;
    let headers = [(header::CONTENT_TYPE, OPEN_METRICS), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, text).into_response())
}

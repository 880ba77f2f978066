//! Whether the server is alive, and whether it can answer.

use crate::api::guard::Service;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// How the server stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    status: HealthStatus,
    /// What was looked at; nothing where it is only asked whether the server is alive.
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Checks>,
}

/// Whether the server can do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HealthStatus {
    /// It can.
    Ok,
    /// It cannot.
    Unavailable,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a check of its own")]
pub(crate) struct Checks {
    /// The store answers.
    pub(crate) store: bool,
    /// Its schema is that of this program.
    pub(crate) migrations: bool,
    /// Every read model has taken in all that is recorded.
    pub(crate) read_models: bool,
    /// The server is not about to stop.
    pub(crate) running: bool,
}

impl Checks {
    fn are_good(self) -> bool {
        self.store && self.migrations && self.read_models && self.running
    }
}

/// Whether the process is alive. Where it is not, nothing answers.
#[utoipa::path(
    get,
    path = "/health/live",
    tag = "Operating",
    responses((status = 200, description = "It is alive", body = Health, example = json!({"status": "ok"})))
)]
pub(in crate::api) async fn is_live() -> Response {
    answer(StatusCode::OK, Health { status: HealthStatus::Ok, checks: None })
}

/// Whether the server can answer: the store is reached, its schema is current, and no read model has halted.
#[utoipa::path(
    get,
    path = "/health/ready",
    tag = "Operating",
    responses(
        (status = 200, description = "It can answer", body = Health),
        (status = 503, description = "It cannot; `checks` says what is amiss, and the server's log says why", body = Health,
         example = json!({"status": "unavailable",
                          "checks": {"store": true, "migrations": true, "read_models": false, "running": true}})),
    )
)]
pub(in crate::api) async fn is_ready(State(service): State<Service>) -> Response {
    let checks = service.checks().await;
    let (code, status) = if checks.are_good() {
        (StatusCode::OK, HealthStatus::Ok)
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, HealthStatus::Unavailable)
    };
    answer(code, Health { status, checks: Some(checks) })
}

fn answer(status: StatusCode, health: Health) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(health)).into_response()
}

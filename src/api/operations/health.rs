//! Liveness and readiness of the server.

use crate::api::guard::Service;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use minutebook_ledger::{Discontinuity, LedgerHealth, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

/// The health of the server.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    status: HealthStatus,
    /// The single checks. Absent for liveness.
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<HealthChecks>,
    /// Why the server is not ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Whether the server can answer requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HealthStatus {
    /// Every check passed.
    Ok,
    /// At least one check failed.
    Unavailable,
}

/// The checks that make a server ready.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a check of its own")]
pub(crate) struct HealthChecks {
    /// The store answers within two seconds.
    store: bool,
    /// The store's schema has this program's version.
    migrations: bool,
    /// Every read model has processed the whole log.
    read_models: bool,
    /// The clock fits the last event and was not set by more than an hour while the server ran. If it fails, nothing is
    /// recorded.
    clock: bool,
    /// The log continues what this server has seen of it: no backup was restored under the server, and no file was replaced.
    log_continues: bool,
    /// The server is not shutting down.
    running: bool,
}

impl HealthChecks {
    async fn run(service: &Service) -> Self {
        let running = !service.is_ending();
        let log_continues = service.discontinuity().is_none();
        let failed = Self { store: false, migrations: false, read_models: false, log_continues, clock: true, running };
        match service.ledger_health().await {
            Some(Ok(LedgerHealth { head, read_up_to, halted, clock_fault })) => {
                let read_models = halted.is_empty() && read_up_to == head;
                if let Some(fault) = &clock_fault {
                    tracing::error!(%fault, "the clock is in doubt: nothing is recorded");
                }
                Self {
                    store: true,
                    migrations: true,
                    read_models,
                    log_continues,
                    clock: clock_fault.is_none(),
                    running,
                }
            }
            Some(Err(StoreError::NotMigrated(_) | StoreError::Newer(_) | StoreError::Unreleased(_))) => {
                Self { store: true, ..failed }
            }
            Some(Err(StoreError::NotContinued(_))) => Self { log_continues: false, ..failed },
            Some(Err(error)) => {
                tracing::error!(%error, "the health check cannot read the store");
                failed
            }
            None => failed,
        }
    }

    /// The first check that failed, in words.
    fn reason(self) -> Option<&'static str> {
        let checks = [
            (self.running, "the server is shutting down"),
            (self.store, "the database does not answer, or cannot be read"),
            (self.migrations, "the schema of the database is not this program's: run `minutebook migrate`"),
            (self.clock, "the clock of this machine is in doubt, so nothing is recorded: the server's log says why"),
            (self.read_models, "a read model is behind the log, or halted: run `minutebook rebuild`"),
        ];
        checks.into_iter().find(|(passed, _)| !passed).map(|(_, reason)| reason)
    }

    fn passed(self) -> bool {
        self.store && self.migrations && self.read_models && self.log_continues && self.clock && self.running
    }
}

/// Check liveness
///
/// Answers 200 as long as the process runs.
#[utoipa::path(
    get,
    path = "/health/live",
    tag = "Operations",
    responses((status = 200, description = "The server is alive", body = Health, example = json!({"status": "ok"})))
)]
pub(in crate::api) async fn check_liveness() -> Response {
    respond(StatusCode::OK, Health { status: HealthStatus::Ok, checks: None, reason: None })
}

/// Check readiness
///
/// A server is ready if the store answers, its schema is current, every read model has processed the whole log, and the log
/// continues what the server has seen of it.
/// Its clock must not be in doubt either: else it records nothing.
#[utoipa::path(
    get,
    path = "/health/ready",
    tag = "Operations",
    responses(
        (status = 200, description = "The server is ready", body = Health),
        (status = 503, description = "The server is not ready. `checks` names the failed check; the server's log has the cause",
         body = Health,
         example = json!({"status": "unavailable",
                          "checks": {"store": true, "migrations": true, "read_models": false,
                                     "log_continues": true, "clock": true, "running": true}})),
    )
)]
pub(in crate::api) async fn check_readiness(State(service): State<Service>) -> Response {
    let checks = HealthChecks::run(&service).await;
    let (code, status) = if checks.passed() {
        (StatusCode::OK, HealthStatus::Ok)
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, HealthStatus::Unavailable)
    };
    let broken_off = service.discontinuity().map(|discontinuity| reason(&discontinuity));
    let reason = broken_off.or_else(|| checks.reason().map(str::to_owned));
    respond(code, Health { status, checks: Some(checks), reason })
}

/// How the log fails to continue, for everyone: the paths of the server stay in its log.
fn reason(discontinuity: &Discontinuity) -> String {
    match discontinuity {
        Discontinuity::FileChanged { change, .. } => format!("a file of the ledger {change} while it was open"),
        Discontinuity::FileDamaged { .. } => "the file of the ledger is damaged".to_owned(),
        Discontinuity::TailLost { .. } | Discontinuity::TailReplaced { .. } => discontinuity.to_string(),
    }
}

fn respond(status: StatusCode, health: Health) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(health)).into_response()
}

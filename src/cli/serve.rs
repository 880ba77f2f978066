//! `minutebook serve`

use super::failure::Failure;
use crate::api::{Service, router};
use crate::ledger::{Environment, LedgerUrl, Log, Opening};
use std::net::SocketAddr;
use std::process::ExitCode;

/// Serve the HTTP API.
#[derive(clap::Args)]
pub(super) struct Serve {
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", env = "MINUTEBOOK_LISTEN")]
    listen: SocketAddr,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Serve) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let listener = tokio::net::TcpListener::bind(command.listen).await?;
    eprintln!("listening on http://{}/api/v1", listener.local_addr()?);
    axum::serve(listener, router(Service::new(log))).await?;
    Ok(ExitCode::SUCCESS)
}

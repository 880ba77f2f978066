//! `minutebook migrate`

use super::failure::Failure;
use super::output::print;
use crate::ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Make the ledger, or bring it up to date with this version of the program.
#[derive(clap::Args)]
pub(super) struct Migrate {
    /// On PostgreSQL: let this role append to the log and read it, and nothing else. The role must exist.
    #[arg(long, value_name = "ROLE")]
    grant_to: Option<String>,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Migrate) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Migrate, Environment::system()).await?;
    let head = log.head().await?;
    log.close().await;
    if let Some(role) = &command.grant_to {
        if matches!(ledger, LedgerUrl::Sqlite(_)) {
            return Err(
                Failure::new("SQLite has no roles").with_help("leave --grant-to out, or name a PostgreSQL ledger")
            );
        }
        Log::grant(ledger, role).await?;
    }
    print(&format!("{ledger} is up to date; it holds {head} events"))?;
    Ok(ExitCode::SUCCESS)
}

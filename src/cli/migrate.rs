//! `minutebook migrate`

use super::failure::Failure;
use super::output::print;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Make the ledger, or bring it up to date with this version of the program.
#[derive(clap::Args)]
pub(super) struct Migrate {
    /// On PostgreSQL: let this role append to the log and read it, and nothing else. The role must exist.
    #[arg(long, value_name = "ROLE")]
    grant_to: Option<String>,

    /// On PostgreSQL: let this role read the SQL views for dashboards, and nothing else. The role must exist.
    #[arg(long, value_name = "ROLE")]
    grant_read_to: Option<String>,

    /// The highest classification that the role of --grant-read-to may see.
    #[arg(long, value_name = "LEVEL", requires = "grant_read_to", default_value = "WHITE")]
    clearance: Classification,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Migrate) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Migrate, Environment::system()).await?;
    let head = log.head().await?;
    log.close().await;
    let roles = [("--grant-to", &command.grant_to), ("--grant-read-to", &command.grant_read_to)];
    if let Some((flag, _)) = roles.into_iter().find(|(_, role)| role.is_some())
        && matches!(ledger, LedgerUrl::Sqlite(_))
    {
        let help = format!("leave {flag} out, or name a PostgreSQL ledger");
        return Err(Failure::new("SQLite has no roles").with_help(help));
    }
    if let Some(role) = &command.grant_to {
        Log::grant(ledger, role).await?;
    }
    if let Some(role) = &command.grant_read_to {
        Log::grant_read(ledger, role, Clearance::up_to(command.clearance)).await?;
    }
    print(&format!("{ledger} is up to date; it holds {head} events"))?;
    Ok(ExitCode::SUCCESS)
}

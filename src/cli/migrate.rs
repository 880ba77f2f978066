//! `minutebook migrate`

use super::failure::Failure;
use super::output::print;
use super::progress::waiting;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Create the ledger, or update its schema.
#[derive(clap::Args)]
pub(super) struct MigrateArgs {
    /// PostgreSQL: let this existing role read the log and append to it, and nothing else.
    #[arg(long, value_name = "ROLE")]
    grant_to: Option<String>,

    /// PostgreSQL: let this existing role read the SQL views for dashboards, and nothing else.
    #[arg(long, value_name = "ROLE")]
    grant_read_to: Option<String>,

    /// The clearance of the role given with --grant-read-to.
    #[arg(long, value_name = "LEVEL", requires = "grant_read_to", default_value = "WHITE")]
    clearance: Classification,
}

pub(super) async fn run(ledger: &LedgerUrl, command: MigrateArgs) -> Result<ExitCode, Failure> {
    let log =
        waiting("updating the schema", Box::pin(Log::open(ledger, Opening::Migrate, Environment::system()))).await?;
    let head = log.head().await?;
    log.close().await;
    let roles = [("--grant-to", &command.grant_to), ("--grant-read-to", &command.grant_read_to)];
    if let Some((flag, _)) = roles.into_iter().find(|(_, role)| role.is_some())
        && matches!(ledger, LedgerUrl::Sqlite(_))
    {
        let help = format!("leave {flag} out, or give a postgres:// address with --ledger");
        return Err(Failure::new(format!("{flag} needs a PostgreSQL ledger: SQLite has no roles")).with_help(help));
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

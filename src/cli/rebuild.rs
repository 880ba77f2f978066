//! `minutebook rebuild`

use super::failure::Failure;
use super::output::print;
use super::progress::DelayedProgressBar;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Rebuild the read models from the log.
///
/// The present read models serve readers and writers meanwhile. If the command is interrupted, they stay as they are.
#[derive(clap::Args)]
pub(super) struct RebuildArgs {
    /// The read models to rebuild, such as actions or decisions. Without any, all of them.
    #[arg(value_name = "READ_MODEL")]
    projections: Vec<String>,
}

pub(super) async fn run(ledger: &LedgerUrl, command: RebuildArgs) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let known = log.read_models();
    if let Some(unknown) = command.projections.iter().find(|name| !known.contains(&name.as_str())) {
        let failure = Failure::new(format!("there is no read model `{unknown}`"));
        return Err(failure.with_help(format!("the read models are: {}", known.join(", "))));
    }
    let names: Vec<&str> = command.projections.iter().map(String::as_str).collect();
    let mut bar = DelayedProgressBar::new("events");
    let mut events = 0;
    log.rebuild(&names, |progress| {
        events = progress.of;
        bar.show(progress.done, progress.of);
    })
    .await?;
    bar.finish();
    log.close().await;
    let rebuilt = if names.is_empty() { known } else { names };
    print(&format!("rebuilt from {events} events: {}", rebuilt.join(", ")))?;
    Ok(ExitCode::SUCCESS)
}

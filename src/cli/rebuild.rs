//! `minutebook rebuild`

use super::failure::Failure;
use super::output::print;
use super::progress::Bar;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Make the read models again from the log: all of them, or those that are named.
///
/// The lists that are there are read and written meanwhile; if it is broken off, they stay as they are.
#[derive(clap::Args)]
pub(super) struct Rebuild {
    /// Read models, such as actions or decisions.
    projections: Vec<String>,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Rebuild) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let there = log.read_models();
    if let Some(unknown) = command.projections.iter().find(|name| !there.contains(&name.as_str())) {
        let failure = Failure::new(format!("there is no read model `{unknown}`"));
        return Err(failure.with_help(format!("there are: {}", there.join(", "))));
    }
    let names: Vec<&str> = command.projections.iter().map(String::as_str).collect();
    let mut bar = Bar::of("events");
    let mut events = 0;
    log.rebuild(&names, |progress| {
        events = progress.of;
        bar.show(progress.done, progress.of);
    })
    .await?;
    bar.end();
    log.close().await;
    let made = if names.is_empty() { there } else { names };
    print(&format!("made again from {events} events: {}", made.join(", ")))?;
    Ok(ExitCode::SUCCESS)
}

//! The command line. It parses, calls the ledger, and prints; it holds no rule of the committee.

mod actions;
mod arguments;
mod changes;
mod decisions;
mod demo;
mod failure;
mod headlines;
mod history;
mod import;
mod import_log;
mod lint;
mod log;
mod matters;
mod meetings;
mod migrate;
mod minutes;
mod moment;
mod output;
mod party;
mod progress;
mod reading;
mod rebuild;
mod record;
mod serve;
mod statistics;
mod token;
mod verify;
mod why;

pub use arguments::Arguments;

use crate::server::logging;
use crate::server::settings::LogSection;
use arguments::Subcommand;
use clap::Parser as _;
use failure::Failure;
use std::process::ExitCode;

/// Parses the command line and runs the command; the exit status is that of [`run`].
///
/// The runtime is made here and not in `main.rs`: a future is compiled where it is first polled, so the whole program would
/// otherwise be compiled once more with the binary.
#[tokio::main]
pub async fn main() -> ExitCode {
    run(Arguments::parse()).await
}

/// Runs the command, prints its outcome, and gives the exit status: 0 done, 1 the answer is no or the input was
/// refused, 2 the command line was not understood.
pub async fn run(arguments: Arguments) -> ExitCode {
    // The server begins its log when it has read its configuration.
    if !matches!(arguments.command, Subcommand::Serve(_)) {
        let filter = std::env::var("MINUTEBOOK_LOG_FILTER").unwrap_or_else(|_| "error".into());
        if let Err(error) = logging::start(&LogSection { filter, ..LogSection::default() }) {
            return Failure::new(error.to_string()).report();
        }
    }
    let given = arguments.ledger;
    let ledger = &given.clone().unwrap_or_default();
    let outcome = match arguments.command {
        Subcommand::Record(command) => record::run(ledger, *command).await,
        Subcommand::Import(command) => import::run(ledger, command).await,
        Subcommand::Lint(command) => lint::run(ledger, &command).await,
        Subcommand::Log(command) => log::run(ledger, command).await,
        Subcommand::Actions(command) => actions::run(ledger, command).await,
        Subcommand::Party(command) => party::run(ledger, command).await,
        Subcommand::Decisions(command) => decisions::run(ledger, command).await,
        Subcommand::Matters(command) => matters::run(ledger, command).await,
        Subcommand::Meetings(command) => meetings::run(ledger, command).await,
        Subcommand::Minutes(command) => minutes::run(ledger, command).await,
        Subcommand::Rebuild(command) => rebuild::run(ledger, command).await,
        Subcommand::History(command) => history::run(ledger, command).await,
        Subcommand::Headlines(command) => headlines::run(ledger, command).await,
        Subcommand::Changes(command) => changes::run(ledger, command).await,
        Subcommand::Why(command) => why::run(ledger, command).await,
        Subcommand::Statistics(command) => statistics::run(ledger, command).await,
        Subcommand::Serve(command) => serve::run(given.as_ref(), command).await,
        Subcommand::Verify(command) => verify::run(ledger, &command).await,
        Subcommand::Token(command) => token::run(ledger, command).await,
        Subcommand::Migrate(command) => migrate::run(ledger, command).await,
        Subcommand::Demo(command) => demo::run(command).await,
    };
    logging::flush();
    outcome.unwrap_or_else(|failure| failure.report())
}

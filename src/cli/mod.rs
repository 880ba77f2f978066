//! The command line: one file per command, each of which parses its options, calls the ledger or a query, and prints.
//!
//! No rule of the committee is decided here, and nothing else depends on this module. What a command prints passes through
//! `output.rs` and `terminal.rs`.

#![warn(clippy::print_stdout, clippy::print_stderr)]

mod actions;
mod actor;
mod agenda;
mod arguments;
mod asked;
mod changes;
mod clock;
mod completion;
mod decisions;
mod deferred;
mod demo;
mod doctor;
mod failure;
mod filled_in;
mod findings;
mod headlines;
mod history;
mod import;
mod input_files;
mod ledger_option;
mod lint;
mod log;
mod matters;
mod meetings;
mod migrate;
mod minutes;
mod mistake;
mod new_ledger;
mod nothing_found;
mod open_meeting;
mod output;
mod papers;
mod parsers;
mod party;
mod progress;
mod read_args;
mod rebuild;
mod recommendations;
mod record;
mod scope;
mod search;
mod serve;
mod statistics;
mod suggestions;
mod table_args;
mod terminal;
mod token;
mod verify;
mod why;

pub use arguments::Arguments;

use crate::present::table;
use crate::server::logging;
use crate::server::settings::LogSection;
use arguments::Subcommand;
use clap::Parser;
use failure::Failure;
use futures_util::future::LocalBoxFuture;
use std::ffi::OsString;
use std::process::ExitCode;
use terminal::print_error;

/// The log of a command on a terminal. What the writer refuses is left out: it is the command's own failure.
const DEFAULT_LOG_FILTER: &str = "error,minutebook_ledger::writer=off";

/// Parses the command line and runs the command; the exit status is that of [`run`].
///
/// The runtime is made here and not in `main.rs`: a future is compiled where it is first polled, so the whole program would
/// otherwise be compiled once more with the binary.
pub fn main() -> ExitCode {
    // The shell's question is answered before the runtime is there: the answer makes one of its own.
    completion::answer_shell();
    parse_and_run()
}

#[tokio::main]
async fn parse_and_run() -> ExitCode {
    let mut words: Vec<OsString> = std::env::args_os().collect();
    if asked::is_wanted(&words) {
        match asked::ask_fields(&words) {
            Ok(filled) => words = filled,
            Err(failure) => return failure.report(),
        }
    }
    match parse(&words).await {
        Ok(arguments) => run(arguments).await,
        // A mistake is quoted in the message.
        Err(mistake) if mistake.use_stderr() => {
            match mistake::explain(&mistake, &words).await {
                Some(failure) => print_error(&failure.as_text(None)),
                None => print_error(mistake.render().to_string().trim_end()),
            }
            ExitCode::from(2)
        }
        // The help and the version.
        Err(help) => help.exit(),
    }
}

/// Parses the words. Where a `record` command leaves out what the open meeting supplies, that is filled in.
async fn parse(words: &[OsString]) -> Result<Arguments, clap::Error> {
    let first = match Arguments::try_parse_from(words) {
        Err(mistake) if mistake.use_stderr() => mistake,
        outcome => return outcome,
    };
    let Some(ledger) = ledger_option::ledger_of(words) else { return Err(first) };
    let mut filled = filled_in::fill(words, &first, &ledger).await;
    // The meeting, then what is missing beside it.
    for _ in 0..2 {
        let Some(words) = filled else { break };
        match Arguments::try_parse_from(&words) {
            Ok(arguments) => return Ok(arguments),
            Err(mistake) => filled = filled_in::fill(&words, &mistake, &ledger).await,
        }
    }
    Err(first)
}

/// Runs a command, prints its outcome, and returns the exit status: 0 done; 1 refused, failed, or `lint` or `verify` found
/// something. (clap exits with 2 if the command line is wrong.)
pub async fn run(arguments: Arguments) -> ExitCode {
    // The server starts its log once it has read its configuration.
    if !matches!(arguments.command, Subcommand::Serve(_)) {
        let filter = std::env::var("MINUTEBOOK_LOG_FILTER").unwrap_or_else(|_| DEFAULT_LOG_FILTER.into());
        if let Err(error) = logging::start(&LogSection { filter, ..LogSection::default() }) {
            return Failure::from_error(&error).report();
        }
    }
    // A terminal says how wide it is; a pipe has the width that its reader set, if any.
    if let Some(columns) = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()) {
        table::within(columns);
    }
    let given = arguments.ledger;
    let ledger = &given.clone().unwrap_or_default();
    let outcome = match arguments.command {
        Subcommand::Record(command) => record::run(ledger, *command).await,
        Subcommand::Open(command) => open_meeting::run(ledger, command).await,
        Subcommand::Import(command) => import::run(ledger, command).await,
        Subcommand::Lint(command) => lint::run(ledger, &command).await,
        Subcommand::Log(command) => log::run(ledger, command).await,
        Subcommand::Actions(command) => actions::run(ledger, command).await,
        Subcommand::Agenda(command) => agenda::run(ledger, command).await,
        Subcommand::Party(command) => party::run(ledger, command).await,
        Subcommand::Decisions(command) => decisions::run(ledger, command).await,
        Subcommand::Recommendations(command) => recommendations::run(ledger, command).await,
        Subcommand::Deferred(command) => deferred::run(ledger, command).await,
        Subcommand::Matters(command) => matters::run(ledger, command).await,
        Subcommand::Search(command) => search::run(ledger, command).await,
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
        Subcommand::Doctor(command) => doctor::run(given.as_ref(), command).await,
        Subcommand::Demo(command) => demo::run(command, run_words).await,
    };
    logging::flush();
    outcome.unwrap_or_else(|failure| failure.report())
}

/// Runs a command given as words, as if it had been typed. Boxed, because the demo runs commands and is one itself.
fn run_words(words: Vec<String>) -> LocalBoxFuture<'static, Result<ExitCode, Failure>> {
    Box::pin(async move {
        let words = std::iter::once("minutebook".to_owned()).chain(words);
        let arguments = Arguments::try_parse_from(words).map_err(|error| Failure::new(error.to_string()))?;
        Ok(run(arguments).await)
    })
}

//! `minutebook search`

use super::failure::Failure;
use super::output::ListFormat;
use super::read_args::ReadArgs;
use super::scope::note_clock_gap;
use crate::query::queryable::Queryable;
use crate::query::search::{SearchFilter, SearchHit};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Search titles, paragraphs, decisions, actions, matters arising and parties.
///
/// All of the words must occur; the last may be the beginning of a word. Words in double quotes stand side by side: 'the
/// "mooring plan"'. Case, apostrophes, dashes and the way in which accents are written do not matter.
#[derive(clap::Args)]
pub(super) struct SearchArgs {
    /// The words to search for.
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    #[command(flatten)]
    reading: ReadArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ListFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: SearchArgs) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let query = command.reading.query();
    note_clock_gap(&log, &query).await?;
    let mut page = SearchHit::list(&log, &query, &SearchFilter { search: command.words.join(" ") }).await?;
    log.close().await;
    command.reading.arrange(&mut page, None);
    command.reading.print(&page, command.format)?;
    Ok(ExitCode::SUCCESS)
}

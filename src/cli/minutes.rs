//! `minutebook minutes`

use super::failure::Failure;
use super::output::Format;
use super::reading::{Reading, show};
use crate::query::listed::{Asked, Sort};
use crate::query::minutes::{MinutesFilter, MinutesView};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Print the minutes of each meeting that was held: whether they were drafted, and when, how and where they were approved.
#[derive(clap::Args)]
pub(super) struct Minutes {
    /// Only those that are not yet approved.
    #[arg(long)]
    unapproved: bool,
    /// Sort by a field, such as approved_on; with a - before it, the last first.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<MinutesView>>,
    #[command(flatten)]
    reading: Reading,
    /// How to print them.
    #[arg(long, default_value = "table")]
    format: Format,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Minutes) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let question = command.reading.question();
    let filter = MinutesFilter { unapproved: command.unapproved, meeting: None };
    let mut page = MinutesView::ask(&log, &question, &filter).await?;
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    show(&page, command.format)?;
    Ok(ExitCode::SUCCESS)
}

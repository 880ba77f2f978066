//! `minutebook minutes`

use super::failure::Failure;
use super::nothing_found::ListFilters;
use super::output::ListFormat;
use super::read_args::ReadArgs;
use super::scope::note_clock_gap;
use crate::query::list::Sort;
use crate::query::minutes::{MinutesFilter, MinutesView};
use crate::query::queryable::Queryable;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Print which minutes were drafted and approved.
///
/// For each meeting held: when its minutes were drafted, and when, how and at which meeting they were approved.
#[derive(clap::Args)]
pub(super) struct MinutesArgs {
    /// Only minutes that are not yet approved.
    #[arg(long)]
    unapproved: bool,
    /// Sort by a field, such as approved_on; -approved_on sorts in descending order.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<MinutesView>>,
    #[command(flatten)]
    reading: ReadArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ListFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: MinutesArgs) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let query = command.reading.query();
    let filter = MinutesFilter { unapproved: command.unapproved, meeting: None };
    note_clock_gap(&log, &query).await?;
    let mut page = MinutesView::list(&log, &query, &filter).await?;
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    let filters = ListFilters::of(&command.reading).flag("--unapproved", command.unapproved);
    if !filters.print_if_empty(&page, command.format, "minutes")? {
        command.reading.print(&page, command.format)?;
    }
    Ok(ExitCode::SUCCESS)
}

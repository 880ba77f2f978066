//! `minutebook deferred`

use super::failure::Failure;
use super::nothing_found::ListFilters;
use super::output::ListFormat;
use super::read_args::ReadArgs;
use crate::query::deferrals::{DeferralFilter, DeferralTarget, DeferralView};
use crate::query::list::Sort;
use crate::query::queryable::Queryable;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Print what was deferred to later meetings.
///
/// Decisions DEFERRED, and statuses of parties.
#[derive(clap::Args)]
pub(super) struct DeferredArgs {
    /// Only what was deferred to this meeting, convened or not, or to this day.
    #[arg(long, value_name = "MEETING|DATE")]
    to: Option<DeferralTarget>,
    /// Sort by a field, such as deferred_to; -deferred_to sorts in descending order.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<DeferralView>>,
    #[command(flatten)]
    reading: ReadArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ListFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: DeferredArgs) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let filters = ListFilters::of(&command.reading).option("--to", command.to.as_ref());
    let filter = DeferralFilter { to: command.to };
    let mut page = DeferralView::list(&log, &command.reading.query(), &filter).await?;
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    if !filters.print_if_empty(&page, command.format, "deferrals")? {
        command.reading.print(&page, command.format)?;
    }
    Ok(ExitCode::SUCCESS)
}

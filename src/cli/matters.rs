//! `minutebook matters`

use super::failure::Failure;
use super::nothing_found::ListFilters;
use super::output::ListFormat;
use super::read_args::ReadArgs;
use super::scope::note_clock_gap;
use crate::query::list::Sort;
use crate::query::matters::{MatterFilter, MatterView};
use crate::query::queryable::Queryable;
use minutebook_domain::reference::MeetingRef;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Print the matters arising from earlier minutes.
#[derive(clap::Args)]
pub(super) struct MattersArgs {
    /// Only matters noted at this meeting: SSC_72_2702.
    #[arg(long)]
    meeting: Option<MeetingRef>,
    /// Only matters that mention this reference: SECMP0037, 'Other User L'.
    #[arg(long)]
    reference: Option<String>,
    /// Only matters that contain all of these words; the last may be the beginning of a word.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Sort by a field, such as noted_on; -noted_on sorts in descending order.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<MatterView>>,
    #[command(flatten)]
    reading: ReadArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ListFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: MattersArgs) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let query = command.reading.query();
    let filters = ListFilters::of(&command.reading).option("--meeting", command.meeting.as_ref());
    let filters = filters.option("--reference", command.reference.as_ref()).option("--search", command.search.as_ref());
    let filter = MatterFilter { meeting: command.meeting, reference: command.reference, search: command.search };
    note_clock_gap(&log, &query).await?;
    let mut page = MatterView::list(&log, &query, &filter).await?;
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    if !filters.print_if_empty(&page, command.format, "matters arising")? {
        command.reading.print(&page, command.format)?;
    }
    Ok(ExitCode::SUCCESS)
}

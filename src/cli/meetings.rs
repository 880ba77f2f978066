//! `minutebook meetings`

use super::failure::Failure;
use super::nothing_found::ListFilters;
use super::output::CalendarFormat;
use super::read_args::{ReadArgs, print_calendar};
use super::scope::note_clock_gap;
use crate::present::icalendar;
use crate::query::list::Sort;
use crate::query::meetings::{MeetingFilter, MeetingView};
use crate::query::queryable::Queryable;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Print the meetings, future ones too.
///
/// With --as-of, only the meetings convened by then.
#[derive(clap::Args)]
pub(super) struct MeetingsArgs {
    /// Sort by a field, such as held_on; -held_on sorts in descending order.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<MeetingView>>,
    #[command(flatten)]
    reading: ReadArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: CalendarFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: MeetingsArgs) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let query = command.reading.query();
    note_clock_gap(&log, &query).await?;
    let mut page = MeetingView::list(&log, &query, &MeetingFilter::default()).await?;
    command.reading.arrange(&mut page, command.sort.as_ref());
    let filters = ListFilters::of(&command.reading);
    match command.format.as_list() {
        Some(format) if filters.print_if_empty(&page, format, "meetings")? => {}
        Some(format) => command.reading.print(&page, format)?,
        None => print_calendar(&log, &icalendar::MEETINGS, &page.rows).await?,
    }
    log.close().await;
    Ok(ExitCode::SUCCESS)
}

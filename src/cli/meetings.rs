//! `minutebook meetings`

use super::failure::Failure;
use super::output::{CalendarFormat, print};
use super::reading::{Reading, show};
use crate::present::icalendar;
use crate::query::listed::{Asked, Sort};
use crate::query::meetings::{MeetingFilter, MeetingView};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Print the meetings: all that were convened, those to come too, or those that were at a moment.
#[derive(clap::Args)]
pub(super) struct Meetings {
    /// Sort by a field, such as held_on; with a - before it, the last first.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<MeetingView>>,
    #[command(flatten)]
    reading: Reading,
    /// How to print them.
    #[arg(long, default_value = "table")]
    format: CalendarFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Meetings) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let question = command.reading.question();
    let mut page = MeetingView::ask(&log, &question, &MeetingFilter::default()).await?;
    let stamp = log.environment().clock.now();
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    match command.format.as_list() {
        Some(format) => show(&page, format)?,
        None => print(&icalendar::of_meetings(&page.rows, stamp))?,
    }
    Ok(ExitCode::SUCCESS)
}

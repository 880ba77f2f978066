//! `minutebook agenda`

use super::failure::Failure;
use super::papers::{PaperFormat, PaperOrigin, print_paper};
use super::scope::{MomentArgs, full_clearance, note_clock_gap};
use super::table_args::TableArgs;
use crate::present::papers::agenda_paper;
use crate::query::agenda::agenda;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::path::PathBuf;
use std::process::ExitCode;

/// Print the agenda of a committee's next meeting.
///
/// The next meeting is the one convened next, or else the day that the last meeting announced. The agenda has the items tabled for it, standing
/// items, minutes to approve, the last meeting's matters arising, what was deferred to it, actions, and recommendations that await an answer.
///
/// An item of the last meeting is standing if it was recorded so, or if the last three meetings all had it.
#[derive(clap::Args)]
pub(super) struct AgendaArgs {
    /// The committee, by its code: SSC.
    committee: CommitteeCode,
    #[command(flatten)]
    moment: MomentArgs,
    /// As a reader with this clearance sees it: WHITE, GREEN, AMBER or RED. Without it, everything is shown.
    #[arg(long, value_name = "LEVEL")]
    clearance: Option<Classification>,
    #[command(flatten)]
    table: TableArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: PaperFormat,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) async fn run(ledger: &LedgerUrl, command: AgendaArgs) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let clearance = command.clearance.map_or_else(full_clearance, Clearance::up_to);
    let query = command.moment.query(command.committee.clone(), clearance);
    note_clock_gap(&log, &query).await?;
    let agenda = agenda(&log, &command.committee, &query).await?;
    let origin = PaperOrigin { audience: clearance.highest(), as_of: agenda.as_of, position: agenda.position };
    let form = (command.format, command.table.layout());
    print_paper(&log, (&agenda_paper(&agenda), &agenda), &origin, form, command.output.as_deref()).await?;
    log.close().await;
    Ok(ExitCode::SUCCESS)
}

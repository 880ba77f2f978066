//! `minutebook matters`

use super::failure::Failure;
use super::output::Format;
use super::reading::{Reading, show};
use crate::query::listed::{Asked, Sort};
use crate::query::matters::{MatterFilter, MatterView};
use minutebook_domain::reference::MeetingRef;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Print the matters arising: what came up at a meeting from the minutes of earlier ones.
#[derive(clap::Args)]
pub(super) struct Matters {
    /// Those of a meeting: SSC_72_2702.
    #[arg(long)]
    meeting: Option<MeetingRef>,
    /// Those that mention something: SECMP0037, 'Other User L'.
    #[arg(long)]
    reference: Option<String>,
    /// Those that hold all of these words, the last of which may be the beginning of one.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Sort by a field, such as noted_on; with a - before it, the last first.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<MatterView>>,
    #[command(flatten)]
    reading: Reading,
    /// How to print them.
    #[arg(long, default_value = "table")]
    format: Format,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Matters) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let question = command.reading.question();
    let filter = MatterFilter { meeting: command.meeting, reference: command.reference, search: command.search };
    let mut page = MatterView::ask(&log, &question, &filter).await?;
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    show(&page, command.format)?;
    Ok(ExitCode::SUCCESS)
}

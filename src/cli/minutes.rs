//! `minutebook minutes`

use super::failure::Failure;
use super::output::Format;
use super::reading::{Reading, show};
use crate::ledger::{Environment, LedgerUrl, Log, Opening};
use crate::views::asking::{Otherwise, vantages};
use crate::views::listed::{Page, Sort};
use crate::views::minutes::{MinutesView, minutes};
use minutebook_projections::meetings::Meetings;
use minutebook_projections::minutes::Minutes as Projection;
use minutebook_projections::projection::Projection as _;
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
    let vantages = vantages(&log, &question, Otherwise::Now).await?;
    let mut page = Page::of_moment(&vantages, &question, Otherwise::Now);
    let mut pinned = None;
    for mut vantage in vantages {
        vantage.pin(pinned);
        let (meetings, position) = vantage.rows::<Meetings>(&log, Meetings::FACETS).await?;
        pinned = Some(position);
        vantage.pin(pinned);
        let (steps, _) = vantage.rows::<Projection>(&log, Projection::FACETS).await?;
        page.rows.extend(minutes(&meetings, &steps, &vantage));
        page.position = page.position.max(position);
    }
    log.close().await;
    page.rows.retain(|view| !command.unapproved || view.approved_at.is_none());
    page.rows.sort_by(|a, b| (a.held_on, &a.committee, a.edition).cmp(&(b.held_on, &b.committee, b.edition)));
    command.reading.arrange(&mut page, command.sort.as_ref());
    show(&page, command.format)?;
    Ok(ExitCode::SUCCESS)
}

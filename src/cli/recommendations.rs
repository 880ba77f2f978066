//! `minutebook recommendations`

use super::failure::Failure;
use super::nothing_found::ListFilters;
use super::output::ListFormat;
use super::read_args::ReadArgs;
use crate::query::decisions::{DecisionFilter, DecisionView};
use crate::query::list::Sort;
use crate::query::queryable::Queryable;
use crate::query::recommendations::unanswered;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::MeetingRef;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Print the recommendations to other bodies.
///
/// A recommendation is answered once a later matter or decision names it, or the body that it was put to.
#[derive(clap::Args)]
pub(super) struct RecommendationsArgs {
    /// Only recommendations without an answer.
    #[arg(long)]
    unanswered: bool,
    /// Only recommendations of this meeting: SSC_72_2702.
    #[arg(long)]
    meeting: Option<MeetingRef>,
    /// Sort by a field, such as decided_on; -decided_on sorts in descending order.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<DecisionView>>,
    #[command(flatten)]
    reading: ReadArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ListFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: RecommendationsArgs) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let query = command.reading.query();
    let filters = ListFilters::of(&command.reading).flag("--unanswered", command.unanswered);
    let filters = filters.option("--meeting", command.meeting.as_ref());
    let verbs = vec![Verb::Recommended];
    let filter = DecisionFilter { verbs, meeting: command.meeting, ..DecisionFilter::default() };
    let mut page = DecisionView::list(&log, &query, &filter).await?;
    if command.unanswered {
        let unanswered = unanswered(&log, &query).await?.rows;
        page.rows.retain(|decision| unanswered.iter().any(|open| open.id == decision.id));
    }
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    if !filters.print_if_empty(&page, command.format, "recommendations")? {
        command.reading.print(&page, command.format)?;
    }
    Ok(ExitCode::SUCCESS)
}

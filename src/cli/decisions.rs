//! `minutebook decisions`

use super::changes::{self, Changes, List, Side};
use super::failure::Failure;
use super::output::Format;
use super::reading::{Reading, show};
use crate::ledger::{Environment, LedgerUrl, Log, Opening};
use crate::views::decisions::{DecisionFilter, DecisionView};
use crate::views::listed::{Asked, Sort};
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::MeetingRef;
use std::process::ExitCode;

/// Print the decision register: what was decided, when, on what, and what took its place.
#[derive(clap::Args)]
pub(super) struct Decisions {
    /// Those with this verb: NOTED, AGREED, … Several can be given.
    #[arg(long, value_delimiter = ',')]
    verb: Vec<Verb>,
    /// Those of a meeting: SSC_72_2702.
    #[arg(long)]
    meeting: Option<MeetingRef>,
    /// Those about a party: 'Other User L'.
    #[arg(long, value_name = "NAME")]
    party: Option<String>,
    /// The one with this id, and those that mention it: SSC_72_2702/D3, SECMP0037.
    #[arg(long)]
    reference: Option<String>,
    /// Those that hold all of these words.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Sort by a field, such as decided_on; with a - before it, the last first.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<DecisionView>>,
    /// What changed between two moments instead: days or times, with what was then known behind an @ if it is to be
    /// said, as in 2019-03-13@120.
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["verb", "party", "meeting", "search", "sort", "as_of", "limit", "offset"])]
    between: Option<Vec<Side>>,
    #[command(flatten)]
    reading: Reading,
    /// How to print them.
    #[arg(long, default_value = "table")]
    format: Format,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Decisions) -> Result<ExitCode, Failure> {
    if let Some(sides) = &command.between {
        let asked = command.reading.question();
        let format = command.format;
        if let Some(changes) = Changes::between(List::Decisions, sides, asked, command.reference.clone(), format) {
            return changes::run(ledger, changes).await;
        }
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let question = command.reading.question();
    let filter = DecisionFilter {
        verbs: command.verb,
        meeting: command.meeting,
        party: command.party,
        reference: command.reference,
        search: command.search,
    };
    let mut page = DecisionView::ask(&log, &question, &filter).await?;
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    show(&page, command.format)?;
    Ok(ExitCode::SUCCESS)
}

//! `minutebook decisions`

use super::changes::{self, Changes, List, Side};
use super::failure::Failure;
use super::output::Format;
use super::reading::{Reading, show, unlisted};
use super::why::explain;
use crate::query::decisions::{DecisionFilter, DecisionView};
use crate::query::listed::{Asked, Sort};
use crate::query::provenance::Subject;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::{DecisionId, MeetingRef};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Print the decision register: what was decided, when, on what, and what took its place.
#[derive(clap::Args)]
pub(super) struct Decisions {
    /// One decision: SSC_72_2702/D3.
    decision: Option<DecisionId>,
    /// Where each field of the decision comes from: the event, who recorded it, and from which lines of which document.
    #[arg(long, requires = "decision", conflicts_with_all = ["verb", "meeting", "party", "reference", "search", "sort", "between", "limit", "offset"])]
    why: bool,
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
    #[arg(long, conflicts_with = "decision")]
    reference: Option<String>,
    /// Those that hold all of these words, the last of which may be the beginning of one.
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
    if let (true, Some(decision)) = (command.why, &command.decision) {
        let subject = Subject::Decision(decision.clone());
        return explain(ledger, &subject, &command.reading.question(), command.format).await;
    }
    let named = command.decision.as_ref().map(ToString::to_string).or(command.reference);
    if let Some(sides) = &command.between {
        let asked = command.reading.question();
        let format = command.format;
        if let Some(changes) = Changes::between(List::Decisions, sides, asked, named.clone(), format) {
            return changes::run(ledger, changes).await;
        }
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let question = command.reading.question();
    let filter = DecisionFilter {
        verbs: command.verb,
        meeting: command.meeting,
        party: command.party,
        reference: named,
        search: command.search,
    };
    let mut page = DecisionView::ask(&log, &question, &filter).await?;
    if let Some(decision) = &command.decision {
        page.rows.retain(|view| view.id == *decision);
        if page.rows.is_empty() {
            return Err(unlisted(&log, "decision", &decision.to_string(), &question).await?);
        }
    }
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    show(&page, command.format)?;
    Ok(ExitCode::SUCCESS)
}

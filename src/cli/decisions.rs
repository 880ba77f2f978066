//! `minutebook decisions`

use super::changes::{self, ChangesArgs, ComparedList, ComparedMoment};
use super::failure::Failure;
use super::output::ListFormat;
use super::read_args::{ReadArgs, not_found, print_page};
use super::scope::note_clock_gap;
use super::why::explain;
use crate::query::decisions::{DecisionFilter, DecisionView};
use crate::query::list::Sort;
use crate::query::meeting_names::names_of;
use crate::query::provenance::Subject;
use crate::query::queryable::Queryable;
use minutebook_domain::meeting::Verb;
use minutebook_domain::reference::{DecisionId, MeetingRef};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Print the decision register.
///
/// For each decision: when it was made, about what and which parties, and what superseded it.
#[derive(clap::Args)]
pub(super) struct DecisionsArgs {
    /// One decision: SSC_72_2702/D3.
    decision: Option<DecisionId>,
    /// Print where each field of the decision comes from: the event, who recorded it, and the lines of the document.
    #[arg(long, requires = "decision", conflicts_with_all = ["verb", "meeting", "party", "reference", "search", "sort", "between", "limit", "offset"])]
    why: bool,
    /// Only decisions with this verb: NOTED, AGREED, … Several are separated by commas.
    #[arg(long, value_delimiter = ',')]
    verb: Vec<Verb>,
    /// Only decisions of this meeting: SSC_72_2702.
    #[arg(long)]
    meeting: Option<MeetingRef>,
    /// Only decisions about this party: 'Other User L'.
    #[arg(long, value_name = "NAME")]
    party: Option<String>,
    /// Only decisions that have or mention this reference: SSC_72_2702/D3, SECMP0037.
    #[arg(long, conflicts_with = "decision")]
    reference: Option<String>,
    /// Only decisions that contain all of these words; the last may be the beginning of a word.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Sort by a field, such as decided_on; -decided_on sorts in descending order.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<DecisionView>>,
    /// Print what changed between two moments instead. A moment is a day or a time; 2019-03-13@120 is that day, as
    /// known at position 120 of the log.
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["verb", "party", "meeting", "search", "sort", "as_of", "limit", "offset"])]
    between: Option<Vec<ComparedMoment>>,
    #[command(flatten)]
    reading: ReadArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ListFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: DecisionsArgs) -> Result<ExitCode, Failure> {
    if let (true, Some(decision)) = (command.why, &command.decision) {
        let subject = Subject::Decision(decision.clone());
        return explain(ledger, &subject, &command.reading.query(), command.format).await;
    }
    let reference = command.decision.as_ref().map(ToString::to_string).or(command.reference);
    if let Some(moments) = &command.between {
        let query = command.reading.query();
        let format = command.format;
        if let Some(changes) = ChangesArgs::between(ComparedList::Decisions, moments, query, reference.clone(), format)
        {
            return changes::run(ledger, changes).await;
        }
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let query = command.reading.query();
    let filter = DecisionFilter {
        decision: None,
        verbs: command.verb,
        meeting: command.meeting,
        party: command.party,
        reference,
        search: command.search,
    };
    note_clock_gap(&log, &query).await?;
    let mut page = DecisionView::list(&log, &query, &filter).await?;
    if let Some(decision) = &command.decision {
        let names = names_of(&log, &query.clearances, &decision.to_string()).await?;
        page.rows.retain(|view| names.contains(&view.id.to_string()));
        if page.rows.is_empty() {
            return Err(not_found(&log, "decision", &decision.to_string(), &query).await?);
        }
    }
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    print_page(&page, command.format)?;
    Ok(ExitCode::SUCCESS)
}

//! `minutebook decisions`

use super::changes::{self, ChangesArgs, ComparedList, ComparedMoment};
use super::failure::Failure;
use super::nothing_found::ListFilters;
use super::output::ListFormat;
use super::read_args::{ReadArgs, not_found};
use super::scope::note_clock_gap;
use super::suggestions::LedgerNames;
use super::why::explain;
use crate::query::decisions::{DecisionFilter, DecisionView};
use crate::query::list::Sort;
use crate::query::meeting_names::names_of;
use crate::query::moment::KnownAt;
use crate::query::provenance::Subject;
use crate::query::queryable::Queryable;
use crate::query::visible_row::sees_all;
use minutebook_domain::StreamId;
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
    #[arg(long, requires = "decision", conflicts_with_all = ["verb", "meeting", "party", "reference", "search", "since", "sort", "between", "limit", "offset"])]
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
    /// Only decisions that were made or have changed since: since a meeting, a day, or a position of the log.
    #[arg(long, value_name = "MEETING|DATE|POSITION", allow_hyphen_values = true, conflicts_with = "decision")]
    since: Option<KnownAt>,
    /// Sort by a field, such as decided_on; -decided_on sorts in descending order.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<DecisionView>>,
    /// Print what changed between two moments instead. A moment is a day, a time or a meeting; 2019-03-13@120 is
    /// that day, as known at position 120 of the log.
    #[arg(long, num_args = 2, value_names = ["A", "B"], allow_hyphen_values = true, conflicts_with_all = ["verb", "party", "meeting", "search", "since", "sort", "as_of", "limit", "offset"])]
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
        return explain(ledger, &subject, &command.reading.query(), command.format, command.reading.layout()).await;
    }
    let reference = command.decision.as_ref().map(ToString::to_string).or_else(|| command.reference.clone());
    if let Some(moments) = &command.between {
        let query = command.reading.query();
        let format = command.format;
        if let Some(changes) = ChangesArgs::between(
            ComparedList::Decisions,
            moments,
            query,
            reference.clone(),
            (format, command.reading.table()),
        ) {
            return changes::run(ledger, changes).await;
        }
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let query = command.reading.query();
    let mut filters = command.filters();
    let filter = DecisionFilter {
        decision: None,
        verbs: command.verb,
        meeting: command.meeting,
        party: command.party,
        reference,
        search: command.search,
        since: command.since,
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
    if page.rows.is_empty() && sees_all(query.clearances.everywhere()) {
        let parties: Vec<String> = LedgerNames { log: &log }.parties().await?.iter().map(StreamId::subject).collect();
        filters.note_near("--party", filter.party.as_deref(), parties.iter().map(String::as_str));
    }
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    if !filters.print_if_empty(&page, command.format, "decisions")? {
        command.reading.print(&page, command.format)?;
    }
    Ok(ExitCode::SUCCESS)
}

impl DecisionsArgs {
    /// The filters in force.
    fn filters(&self) -> ListFilters {
        let verbs = self.verb.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let filters = ListFilters::of(&self.reading).option("--verb", Some(&verbs).filter(|verbs| !verbs.is_empty()));
        let filters = filters.option("--meeting", self.meeting.as_ref()).option("--party", self.party.as_ref());
        let filters = filters.option("--reference", self.reference.as_ref());
        filters.option("--search", self.search.as_ref()).option("--since", self.since.as_ref())
    }
}

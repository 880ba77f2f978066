//! `minutebook party`

use super::changes::{self, ChangesArgs, ComparedList, ComparedMoment};
use super::failure::Failure;
use super::nothing_found::ListFilters;
use super::output::ListFormat;
use super::read_args::ReadArgs;
use super::scope::note_clock_gap;
use super::suggestions::nearest;
use super::why::explain;
use crate::query::list::Sort;
use crate::query::parties::{StatusFilter, StatusView};
use crate::query::provenance::Subject;
use crate::query::queryable::Queryable;
use crate::query::visible_row::sees_all;
use minutebook_domain::comparison::is_same_name;
use minutebook_domain::party::StatusKind;
use minutebook_domain::reference::{PartyCategory, PartyName};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::collections::BTreeSet;
use std::process::ExitCode;

/// Print the latest status of each party, or all statuses of one party.
///
/// A status is undisclosed if it was agreed without its value being published.
#[derive(clap::Args)]
pub(super) struct PartyArgs {
    /// One party, in upper or lower case: 'Other User L'.
    name: Option<String>,
    /// Print where each field of the party's statuses comes from: the event, who recorded it, and the lines of the
    /// document.
    #[arg(long, requires = "name", conflicts_with_all = ["kind", "category", "sort", "between", "limit", "offset"])]
    why: bool,
    /// Only statuses of this kind: assurance or compliance.
    #[arg(long)]
    kind: Option<StatusKind>,
    /// Only parties of this category: 'Large Supplier'.
    #[arg(long)]
    category: Option<PartyCategory>,
    /// Sort by a field, such as agreed_on; -agreed_on sorts in descending order.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<StatusView>>,
    /// Print what changed between two moments instead. A moment is a day or a time; 2019-03-13@120 is that day, as
    /// known at position 120 of the log.
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["kind", "category", "sort", "as_of", "limit", "offset"])]
    between: Option<Vec<ComparedMoment>>,
    #[command(flatten)]
    reading: ReadArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ListFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: PartyArgs) -> Result<ExitCode, Failure> {
    if let (true, Some(name)) = (command.why, &command.name) {
        let subject = Subject::Party(name.trim().to_owned());
        return explain(ledger, &subject, &command.reading.query(), command.format, command.reading.layout()).await;
    }
    if let Some(moments) = &command.between {
        let query = command.reading.query();
        let format = command.format;
        if let Some(changes) = ChangesArgs::between(
            ComparedList::Party,
            moments,
            query,
            command.name.clone(),
            (format, command.reading.table()),
        ) {
            return changes::run(ledger, changes).await;
        }
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let query = command.reading.query();
    let party = command.name.as_deref().map(str::trim);
    let mut filter = StatusFilter {
        party: party.map(unquoted),
        latest: party.is_none(),
        kind: command.kind,
        category: command.category.clone(),
    };
    note_clock_gap(&log, &query).await?;
    let mut page = StatusView::list(&log, &query, &filter).await?;
    if let Some(name) = party.filter(|_| page.rows.is_empty()) {
        // The filter may have left the party out: look for it among all parties.
        filter = StatusFilter::default();
        let known = StatusView::list(&log, &query, &filter).await?.rows;
        let known: BTreeSet<PartyName> = known.into_iter().map(|status| status.party).collect();
        // A party without a status is in no row: look for its name in the log.
        let named =
            if sees_all(query.clearances.everywhere()) { log.references_like(name, 50).await? } else { Vec::new() };
        let all: BTreeSet<PartyName> = named.iter().filter_map(|name| name.parse().ok()).chain(known).collect();
        if !all.iter().any(|party| is_same_name(party.as_str(), &unquoted(name))) {
            return Err(unknown(name, all));
        }
    }
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    let filters = ListFilters::of(&command.reading).option("--kind", command.kind.as_ref());
    let filters = filters.option("--category", command.category.as_ref());
    let noun =
        command.name.as_ref().map_or_else(|| "statuses".to_owned(), |name| format!("statuses of {}", name.trim()));
    if !filters.print_if_empty(&page, command.format, &noun)? {
        command.reading.print(&page, command.format)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The name without the quotes that documents print round its letters.
fn unquoted(name: &str) -> String {
    PartyName::in_any_case(name).map_or_else(|| name.to_owned(), |party| party.to_string())
}

/// The failure for an unknown party. Its help names parties of the same category, or any parties if there are none.
fn unknown(name: &str, known: BTreeSet<PartyName>) -> Failure {
    let failure = Failure::new(format!("there is no party `{name}` in the ledger"));
    if let Some(near) = nearest(name, known.iter().map(PartyName::as_str)) {
        return failure.with_help(format!("did you mean `{near}`?"));
    }
    let first = |name: &str| name.split_whitespace().next().unwrap_or_default().to_lowercase();
    let alike: Vec<&PartyName> = known.iter().filter(|party| first(party.as_str()) == first(name)).collect();
    let alike = if alike.is_empty() { known.iter().collect() } else { alike };
    let named: Vec<&str> = alike.iter().take(10).map(|party| party.as_str()).collect();
    if named.is_empty() { failure } else { failure.with_help(format!("the ledger holds: {}", named.join(", "))) }
}

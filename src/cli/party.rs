//! `minutebook party`

use super::changes::{self, Changes, List, Side};
use super::failure::Failure;
use super::output::Format;
use super::reading::{Reading, show};
use super::why::explain;
use crate::query::listed::{Asked, Sort};
use crate::query::parties::{StatusFilter, StatusView};
use crate::query::provenance::Subject;
use crate::query::visible_row::sees_all;
use minutebook_domain::party::StatusKind;
use minutebook_domain::reference::{PartyCategory, PartyName};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::collections::BTreeSet;
use std::process::ExitCode;

/// Print the latest status of each party, or every status that one party was given.
///
/// A status that was agreed without its value being published is undisclosed.
#[derive(clap::Args)]
pub(super) struct Party {
    /// One party: 'Other User L', in any case.
    name: Option<String>,
    /// Where each field of the party's statuses comes from: the event, who recorded it, and from which lines of which
    /// document.
    #[arg(long, requires = "name", conflicts_with_all = ["kind", "category", "sort", "between", "limit", "offset"])]
    why: bool,
    /// Only assurance, or only compliance statuses.
    #[arg(long)]
    kind: Option<StatusKind>,
    /// Only the parties of a category: 'Large Supplier'.
    #[arg(long)]
    category: Option<PartyCategory>,
    /// Sort by a field, such as agreed_on; with a - before it, the last first.
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<Sort<StatusView>>,
    /// What changed between two moments instead: days or times, with what was then known behind an @ if it is to be
    /// said, as in 2019-03-13@120.
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["kind", "category", "sort", "as_of", "limit", "offset"])]
    between: Option<Vec<Side>>,
    #[command(flatten)]
    reading: Reading,
    /// How to print them.
    #[arg(long, default_value = "table")]
    format: Format,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Party) -> Result<ExitCode, Failure> {
    if let (true, Some(name)) = (command.why, &command.name) {
        let subject = Subject::Party(name.trim().to_owned());
        return explain(ledger, &subject, &command.reading.question(), command.format).await;
    }
    if let Some(sides) = &command.between {
        let asked = command.reading.question();
        let format = command.format;
        if let Some(changes) = Changes::between(List::Party, sides, asked, command.name.clone(), format) {
            return changes::run(ledger, changes).await;
        }
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let question = command.reading.question();
    let party = command.name.as_deref().map(str::trim);
    let mut filter = StatusFilter {
        party: party.map(str::to_owned),
        latest: party.is_none(),
        kind: command.kind,
        category: command.category,
    };
    let mut page = StatusView::ask(&log, &question, &filter).await?;
    if let Some(wanted) = party.filter(|_| page.rows.is_empty()) {
        // What there is of it besides what was asked for, and who else there is.
        filter = StatusFilter::default();
        let known = StatusView::ask(&log, &question, &filter).await?.rows;
        let known: BTreeSet<PartyName> = known.into_iter().map(|status| status.party).collect();
        // A party that was registered and never given a status is known by its name alone.
        let named =
            if sees_all(question.reach.everywhere()) { log.references_like(wanted, 50).await? } else { Vec::new() };
        let all: BTreeSet<PartyName> = named.iter().filter_map(|name| name.parse().ok()).chain(known).collect();
        if !all.iter().any(|party| party.as_str().eq_ignore_ascii_case(wanted)) {
            return Err(unknown(wanted, all));
        }
    }
    log.close().await;
    command.reading.arrange(&mut page, command.sort.as_ref());
    show(&page, command.format)?;
    Ok(ExitCode::SUCCESS)
}

/// The names of the same category are the likeliest to be meant; without any, all of them are named.
fn unknown(wanted: &str, known: BTreeSet<PartyName>) -> Failure {
    let failure = Failure::new(format!("there is no party `{wanted}` in the ledger"));
    let first = |name: &str| name.split_whitespace().next().unwrap_or_default().to_lowercase();
    let alike: Vec<&PartyName> = known.iter().filter(|party| first(party.as_str()) == first(wanted)).collect();
    let alike = if alike.is_empty() { known.iter().collect() } else { alike };
    let named: Vec<&str> = alike.iter().take(10).map(|party| party.as_str()).collect();
    if named.is_empty() { failure } else { failure.with_help(format!("it has: {}", named.join(", "))) }
}

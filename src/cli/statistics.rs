//! `minutebook statistics`

use super::failure::Failure;
use super::output::{ListFormat, print};
use super::progress::waiting;
use super::scope::{ScopeArgs, note_clock_gap};
use crate::present::{csv, statistics as render, table};
use crate::query::read_query::{DefaultMoment, committee_scopes};
use crate::query::statistics::{StatisticsCache, StatisticsRequest, statistics};
use minutebook_domain::reference::Name;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Print statistics of actions, decisions and statuses.
///
/// Actions are counted by month as opened, closed, outstanding and overdue.
///
/// Outstanding and overdue actions are counted at the end of each month, and for the last month at the moment of the
/// query. An action is overdue from the day after its due date. A closed action was completed, withdrawn or superseded,
/// and not reopened since. An action with two owners counts for each. Only what the clearance allows is counted.
#[derive(clap::Args)]
pub(super) struct StatisticsArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// Only actions of this owner.
    #[arg(long, value_name = "NAME")]
    owner: Option<Name>,
    /// Print at most this many months of actions.
    #[arg(long, value_name = "NUMBER", default_value_t = 120, value_parser = clap::value_parser!(u16).range(1..=600))]
    months: u16,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ListFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: StatisticsArgs) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let query = command.scope.query();
    note_clock_gap(&log, &query).await?;
    let scopes = committee_scopes(&log, &query, DefaultMoment::Now).await?;
    let request = StatisticsRequest { owner: command.owner.as_ref(), months: usize::from(command.months) };
    let cache = StatisticsCache::default();
    let list = waiting("counting", Box::pin(statistics(&log, &cache, &scopes, request))).await?;
    log.close().await;
    match command.format {
        ListFormat::Json => print(&serde_json::to_string_pretty(&list)?)?,
        ListFormat::Csv => print(&csv::write(&render::CSV_HEADER, list.iter().flat_map(render::figures))?)?,
        ListFormat::Table if list.is_empty() => print("no committees")?,
        ListFormat::Table => {
            for (place, statistics) in list.iter().enumerate() {
                let gap = if place == 0 { "" } else { "\n" };
                print(&format!("{gap}{}, {}", statistics.committee, statistics.day))?;
                for section in render::tables(statistics) {
                    print(&format!("\n{}\n{}", section.title, table::table(section.columns, section.rows, "none")))?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

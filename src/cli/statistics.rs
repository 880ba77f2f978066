//! `minutebook statistics`

use super::failure::Failure;
use super::log::operator;
use super::moment::Moment;
use super::output::{Format, print};
use crate::present::{csv, statistics as render, table};
use crate::query::read_query::{DefaultMoment, ReadQuery, vantages};
use crate::query::statistics::{Wanted, statistics};
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::{CommitteeCode, Name};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use std::process::ExitCode;

/// Print small statistics: actions opened, closed, outstanding and overdue, decisions, statuses.
///
/// A month's outstanding and overdue actions are those at its end, of the last month those at the moment that is asked
/// about; an action is overdue from the day after its due date. Closed is completed, withdrawn or superseded, and not
/// reopened since. An action of two owners counts for each. Only what the reader may see is counted.
#[derive(clap::Args)]
pub(super) struct Statistics {
    #[command(flatten)]
    moment: Moment,
    /// Only those of this committee.
    #[arg(long, value_name = "CODE")]
    committee: Option<CommitteeCode>,
    /// Only the actions of this owner.
    #[arg(long, value_name = "NAME")]
    owner: Option<Name>,
    /// How many months of actions to list at most.
    #[arg(long, value_name = "NUMBER", default_value_t = 120, value_parser = clap::value_parser!(u16).range(1..=600))]
    months: u16,
    /// As a reader sees it who may read so much; everything, if it is not given.
    #[arg(long, value_name = "LEVEL")]
    clearance: Option<Classification>,
    /// How to print them.
    #[arg(long, default_value = "table")]
    format: Format,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Statistics) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let clearance = command.clearance.map_or_else(operator, Clearance::up_to);
    let Moment { as_of, known_at } = command.moment;
    let question = ReadQuery { as_of, known_at, reach: clearance.into(), committee: command.committee.clone() };
    let mut found = Vec::new();
    for vantage in vantages(&log, &question, DefaultMoment::Now).await? {
        let committee = &vantage.committee.code;
        let (owner, months) = (command.owner.as_ref(), usize::from(command.months));
        let wanted = Wanted { committee, zone: vantage.zone, owner, months };
        found.push(statistics(&log, &wanted, vantage.at, clearance).await?);
    }
    log.close().await;
    match command.format {
        Format::Json => print(&serde_json::to_string_pretty(&found)?)?,
        Format::Csv => print(&csv::write(&render::CSV_HEADER, found.iter().flat_map(render::figures))?)?,
        Format::Table if found.is_empty() => print("there is no committee")?,
        Format::Table => {
            for (place, statistics) in found.iter().enumerate() {
                let gap = if place == 0 { "" } else { "\n" };
                print(&format!("{gap}{}, {}", statistics.committee, statistics.day))?;
                for section in render::sections(statistics) {
                    print(&format!("\n{}\n{}", section.title, table::table(section.header, section.rows, "none")))?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

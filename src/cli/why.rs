//! `minutebook why`, and `--why` of the lists

use super::failure::Failure;
use super::log::operator;
use super::moment::Moment;
use super::output::{Format, print};
use super::reading::unlisted;
use crate::present::{csv, table, times, values, who};
use crate::query::provenance::{Subject, explained};
use crate::query::read_query::ReadQuery;
use chrono_tz::Tz;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use minutebook_projections::provenance::{FieldOrigin, Provenance};
use std::process::ExitCode;

/// Print where each field of an action, a status, a decision or a meeting comes from: the event, who recorded it, and
/// from which lines of which document.
#[derive(clap::Args)]
pub(super) struct Why {
    /// What to explain: SSC72/01, 'Other User L', `SSC_72_2702/D3`, `SSC_72_2702`.
    subject: String,
    #[command(flatten)]
    moment: Moment,
    /// Only a party of this committee.
    #[arg(long, value_name = "CODE")]
    committee: Option<CommitteeCode>,
    /// As a reader sees it who may read so much; everything, if it is not given.
    #[arg(long, value_name = "LEVEL")]
    clearance: Option<Classification>,
    /// How to print it.
    #[arg(long, default_value = "table")]
    format: Format,
}

pub(super) async fn run(ledger: &LedgerUrl, command: Why) -> Result<ExitCode, Failure> {
    let Some(subject) = Subject::of(&command.subject) else {
        let what = format!("`{}` is nothing that can be explained", command.subject);
        let accepted = "an action such as SSC72/01, a party such as 'Other User L', a decision such as SSC_72_2702/D3, \
                        or a meeting such as SSC_72_2702";
        return Err(Failure::new(what).with_help(accepted));
    };
    let clearance = command.clearance.map_or_else(operator, Clearance::up_to);
    let Moment { as_of, known_at } = command.moment;
    let question = ReadQuery { as_of, known_at, reach: clearance.into(), committee: command.committee };
    explain(ledger, &subject, &question, command.format).await
}

/// Prints where the fields of a subject come from, as every command does that is asked why.
pub(super) async fn explain(
    ledger: &LedgerUrl,
    subject: &Subject,
    question: &ReadQuery,
    format: Format,
) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let rows = explained(&log, subject, question).await?;
    if rows.is_empty() {
        return Err(unlisted(&log, "row of", &subject.to_string(), question).await?);
    }
    log.close().await;
    print_provenance(&rows, format)?;
    Ok(ExitCode::SUCCESS)
}

fn print_provenance(rows: &[(Provenance, Tz)], format: Format) -> Result<(), Failure> {
    let lines =
        rows.iter().flat_map(|(row, zone)| row.fields.iter().map(move |(name, origin)| line(row, name, origin, *zone)));
    match format {
        Format::Json => print(&serde_json::to_string_pretty(&rows.iter().map(|(row, _)| row).collect::<Vec<_>>())?),
        Format::Csv => print(&csv::write(&HEADER, lines)?),
        Format::Table => print(&table::table(&HEADER, lines.collect(), "")),
    }
}

const HEADER: [&str; 8] = ["Of", "Field", "Value", "Since", "Position", "Event", "By", "Source"];

fn line(row: &Provenance, name: &str, field: &FieldOrigin, zone: Tz) -> Vec<String> {
    let origin = &field.origin;
    let mut event = origin.event_type.to_owned();
    if let Some(correction) = &origin.correction {
        event.push_str(&format!(", {} by a correction", correction.change));
        let reason = correction.reason.as_ref().map(|reason| format!(" because: {reason}"));
        event.push_str(&reason.unwrap_or_default());
    }
    vec![
        values::subject(&row.stream, &row.key, &row.row),
        values::name(name),
        values::value(&field.value),
        times::day(origin.valid_at, zone),
        origin.position.to_string(),
        event,
        who::by(&origin.actor, origin.on_behalf_of.as_deref()),
        who::from(&origin.source),
    ]
}

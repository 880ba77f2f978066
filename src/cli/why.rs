//! `minutebook why`, and `--why` of the lists.

use super::failure::Failure;
use super::output::{ListFormat, print};
use super::read_args::not_found;
use super::scope::ScopeArgs;
use crate::present::{csv, table, times, values, who};
use crate::query::provenance::{Subject, provenance_of};
use crate::query::read_query::ReadQuery;
use chrono_tz::Tz;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use minutebook_projections::provenance::{FieldOrigin, Provenance};
use std::process::ExitCode;

/// Print the provenance of each field: its event, recorder and document.
///
/// For each field of an action, party, decision or meeting: the event that set it, who recorded that event, and the lines
/// of the document it was read from.
#[derive(clap::Args)]
pub(super) struct WhyArgs {
    /// The action, party, decision or meeting: SSC72/01, 'Other User L', SSC_72_2702/D3, SSC_72_2702.
    subject: String,
    #[command(flatten)]
    scope: ScopeArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ListFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: WhyArgs) -> Result<ExitCode, Failure> {
    let Some(subject) = Subject::of(&command.subject) else {
        let what = format!("`{}` is not an action, party, decision or meeting", command.subject);
        let accepted = "an action such as SSC72/01, a party such as 'Other User L', a decision such as SSC_72_2702/D3, \
                        or a meeting such as SSC_72_2702";
        return Err(Failure::new(what).with_help(accepted));
    };
    explain(ledger, &subject, &command.scope.query(), command.format).await
}

/// Prints where the fields of a subject come from, for `why` and for `--why` of the lists.
pub(super) async fn explain(
    ledger: &LedgerUrl,
    subject: &Subject,
    query: &ReadQuery,
    format: ListFormat,
) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let rows = provenance_of(&log, subject, query).await?;
    if rows.is_empty() {
        return Err(not_found(&log, "record of", &subject.to_string(), query).await?);
    }
    log.close().await;
    print_provenance(&rows, format)?;
    Ok(ExitCode::SUCCESS)
}

fn print_provenance(rows: &[(Provenance, Tz)], format: ListFormat) -> Result<(), Failure> {
    let lines =
        rows.iter().flat_map(|(row, zone)| row.fields.iter().map(move |(name, origin)| line(row, name, origin, *zone)));
    match format {
        ListFormat::Json => print(&serde_json::to_string_pretty(&rows.iter().map(|(row, _)| row).collect::<Vec<_>>())?),
        ListFormat::Csv => print(&csv::write(&CSV_HEADER, lines)?),
        ListFormat::Table => print(&table::table(&HEADER, lines.collect(), "")),
    }
}

/// The header of the CSV, whose first column programs know as `Of`.
const CSV_HEADER: [&str; 8] = ["Of", "Field", "Value", "Since", "Position", "Event", "By", "Source"];
const HEADER: [&str; 8] = ["Subject", "Field", "Value", "Since", "Position", "Event", "By", "Source"];

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
        who::by(origin.actor.as_deref().unwrap_or_default(), origin.on_behalf_of.as_deref()),
        origin.source.as_ref().map(who::from).unwrap_or_default(),
    ]
}

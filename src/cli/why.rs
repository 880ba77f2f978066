//! `minutebook why`, and `--why` of the lists.

use super::failure::Failure;
use super::output::{ListFormat, print};
use super::read_args::not_found;
use super::scope::ScopeArgs;
use super::table_args::TableArgs;
use crate::present::table::{Column, TableCell, TableLayout, laid_out};
use crate::present::{csv, times, values, who};
use crate::query::provenance::{Subject, provenance_of};
use crate::query::read_query::ReadQuery;
use chrono_tz::Tz;
use minutebook_domain::Position;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use minutebook_projections::origin::Origin;
use minutebook_projections::provenance::{FieldOrigin, Provenance};
use std::collections::BTreeMap;
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
    #[command(flatten)]
    table: TableArgs,
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
    explain(ledger, &subject, &command.scope.query(), command.format, command.table.layout()).await
}

/// Prints where the fields of a subject come from, for `why` and for `--why` of the lists.
pub(super) async fn explain(
    ledger: &LedgerUrl,
    subject: &Subject,
    query: &ReadQuery,
    format: ListFormat,
    layout: TableLayout,
) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let rows = provenance_of(&log, subject, query).await?;
    if rows.is_empty() {
        return Err(not_found(&log, "record of", &subject.to_string(), query).await?);
    }
    log.close().await;
    print_provenance(&rows, format, layout)?;
    Ok(ExitCode::SUCCESS)
}

fn print_provenance(rows: &[(Provenance, Tz)], format: ListFormat, layout: TableLayout) -> Result<(), Failure> {
    let lines =
        rows.iter().flat_map(|(row, zone)| row.fields.iter().map(move |(name, origin)| line(row, name, origin, *zone)));
    match format {
        ListFormat::Json => print(&serde_json::to_string_pretty(&rows.iter().map(|(row, _)| row).collect::<Vec<_>>())?),
        ListFormat::Csv => print(&csv::write(&CSV_HEADER, lines)?),
        ListFormat::Table => {
            let tables = rows.iter().map(|(row, zone)| {
                let subject = values::subject(&row.stream, &row.key, &row.row);
                format!("{subject}\n\n{}", laid_out(&COLUMNS, by_event(row, *zone), "", layout))
            });
            print(&tables.collect::<Vec<_>>().join("\n\n"))
        }
    }
}

/// The header of the CSV, whose first column programs know as `Of`.
const CSV_HEADER: [&str; 8] = ["Of", "Field", "Value", "Since", "Position", "Event", "By", "Source"];
const COLUMNS: [Column; 2] = [Column::text("Event"), Column::text("Fields that it set")];

fn line(row: &Provenance, name: &str, field: &FieldOrigin, zone: Tz) -> Vec<String> {
    let origin = &field.origin;
    vec![
        values::subject(&row.stream, &row.key, &row.row),
        values::name(name),
        values::value(&field.value),
        times::day(origin.valid_at, zone),
        origin.position.to_string(),
        event(origin),
        who::by(origin.actor.as_deref().unwrap_or_default(), origin.on_behalf_of.as_deref()),
        origin.source.as_ref().map(who::from).unwrap_or_default(),
    ]
}

/// A row for each event that set fields, in the order of the log: who recorded it, from where, its id, and the fields.
fn by_event(row: &Provenance, zone: Tz) -> Vec<Vec<TableCell>> {
    let mut events: BTreeMap<Position, (&Origin, Vec<String>)> = BTreeMap::new();
    for (name, field) in &row.fields {
        let set = format!("{}: {}", values::name(name), values::value(&field.value));
        events.entry(field.origin.position).or_insert_with(|| (&field.origin, Vec::new())).1.push(set);
    }
    let cells = |(origin, fields): (&Origin, Vec<String>)| {
        let what = format!("{} {}, {}", origin.position, event(origin), times::day(origin.valid_at, zone));
        let by = origin.actor.as_deref().map(|actor| format!("by {}", who::by(actor, origin.on_behalf_of.as_deref())));
        let from =
            origin.source.as_ref().map(who::from).filter(|from| !from.is_empty()).map(|from| format!("from {from}"));
        let lines = [Some(what), by, from, Some(origin.event_id.to_string())];
        vec![lines.into_iter().flatten().collect::<Vec<_>>().join("\n").into(), fields.join("\n").into()]
    };
    events.into_values().map(cells).collect()
}

/// The type of an event, and the correction that brought it in: `DueDateMoved, replaced by a correction because: typing error`.
fn event(origin: &Origin) -> String {
    let mut event = origin.event_type.to_owned();
    if let Some(correction) = &origin.correction {
        event.push_str(&format!(", {} by a correction", correction.change));
        let reason = correction.reason.as_ref().map(|reason| format!(" because: {reason}"));
        event.push_str(&reason.unwrap_or_default());
    }
    event
}

//! `minutebook history`

use super::failure::Failure;
use super::output::{ListFormat, print};
use super::scope::{MomentArgs, full_clearance, with_audit};
use super::table_args::TableArgs;
use crate::present::event_json::event_json;
use crate::present::table::{Column, TableCell, headings, laid_out};
use crate::present::{csv, times, who};
use crate::query::meeting_names::names_of;
use chrono_tz::Tz;
use minutebook_domain::StreamId;
use minutebook_domain::reference::PartyName;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening, Selection};
use minutebook_projections::audit_trail::{AuditEntry, AuditTrail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Print the history of an action, party, decision or meeting.
///
/// Every event that names the reference is printed, with its corrections, in the order of the log.
#[derive(clap::Args)]
pub(super) struct HistoryArgs {
    /// The reference: 'Other User L', SSC72/01, SSC_72_2702, SSC_72_2702/D3, SECMP0037, SSC.
    subject: String,
    #[command(flatten)]
    moment: MomentArgs,
    /// Print a short table of the events of actions and parties; those of meetings and committees are left out.
    #[arg(long, conflicts_with = "format")]
    brief: bool,
    #[command(flatten)]
    table: TableArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ListFormat,
}

pub(super) async fn run(ledger: &LedgerUrl, command: HistoryArgs) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    // A party may be given as documents print it.
    let subject =
        command.subject.parse::<PartyName>().map_or_else(|_| command.subject.clone(), |party| party.to_string());
    // A meeting is found by each of its references, and so are its decisions.
    let mut events = BTreeMap::new();
    for name in names_of(&log, &with_audit(full_clearance()), &subject).await? {
        let naming = log.read_all(Selection::Reference(name)).await?;
        events.extend(naming.into_iter().map(|event| (event.position, event)));
    }
    let mut trail = AuditTrail::new(full_clearance());
    let mut filter = command.moment.filter(&log).await?;
    let found = !events.is_empty();
    for event in events.into_values() {
        if filter.admits(&log, &event).await? {
            trail.evolve(event);
        }
    }
    if !found {
        let similar = log.references_like(&command.subject, 10).await?;
        let failure = Failure::new(format!("no event in the ledger names `{}`", command.subject));
        return Err(if similar.is_empty() {
            failure
        } else {
            failure.with_help(format!("similar references: {}", similar.join(", ")))
        });
    }
    log.close().await;
    let (entries, layout) = (trail.entries(), command.table.layout());
    if command.brief {
        let is_of_subject =
            |entry: &&AuditEntry| matches!(entry.event.stream, StreamId::Action(_) | StreamId::Party(..));
        let rows = entries.iter().filter(is_of_subject).map(|entry| {
            let [_, valid, _, what, _, source] = row(entry, filter.zone_of(&entry.event));
            [valid, what, source].map(TableCell::from).to_vec()
        });
        let columns = [Column::whole("Valid"), Column::text("What happened"), Column::words("Source")];
        print(&laid_out(&columns, rows.collect(), "no events of an action or a party", layout))?;
        return Ok(ExitCode::SUCCESS);
    }
    let rows = entries.iter().map(|entry| row(entry, filter.zone_of(&entry.event)));
    match command.format {
        ListFormat::Json => {
            let entries: Result<Vec<Value>, _> = entries.iter().map(as_json).collect();
            print(&serde_json::to_string_pretty(&entries?)?)?;
        }
        ListFormat::Csv => print(&csv::write(&headings(&COLUMNS), rows.map(Vec::from))?)?,
        ListFormat::Table => {
            let rows = rows.map(|row| row.map(TableCell::from).to_vec());
            print(&laid_out(&COLUMNS, rows.collect(), "no events as of then", layout))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

const COLUMNS: [Column; 6] = [
    Column::whole("Position"),
    Column::whole("Valid"),
    Column::whole("Recorded").or_left_out(3),
    Column::text("What happened"),
    Column::words("By").or_left_out(2),
    Column::words("Source").or_left_out(1),
];

fn row(entry: &AuditEntry, zone: Tz) -> [String; 6] {
    let event = &entry.event;
    let mut what = format!("{}: {}", event.event.event_type(), entry.summary);
    let reason = event.metadata.reason.as_ref();
    if let Some(reason) = reason.and_then(|reason| reason.disclose(full_clearance())) {
        what.push_str(&format!(" (because: {reason})"));
    }
    if !entry.corrected_by.is_empty() {
        let by: Vec<String> = entry.corrected_by.iter().map(ToString::to_string).collect();
        what.push_str(&format!(" [corrected at {}]", by.join(", ")));
    }
    [
        event.position.to_string(),
        times::day(event.metadata.valid_at, zone),
        event.recorded_at.format("%Y-%m-%d %H:%M:%SZ").to_string(),
        what,
        who::by(&event.metadata.actor, event.metadata.on_behalf_of.as_deref()),
        who::from(&event.metadata.source),
    ]
}

/// The event as `log` prints it, with its summary and the positions of its corrections.
fn as_json(entry: &AuditEntry) -> Result<Value, serde_json::Error> {
    let mut json = event_json(&entry.event)?;
    json["summary"] = entry.summary.clone().into();
    json["corrected_by"] = serde_json::to_value(&entry.corrected_by)?;
    Ok(json)
}

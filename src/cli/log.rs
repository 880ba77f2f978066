//! `minutebook log`

use super::failure::Failure;
use super::output::{print, print_export};
use super::scope::{MomentArgs, full_clearance, with_audit};
use super::table_args::TableArgs;
use crate::present::event_json::event_json;
use crate::present::table::{Column, TableCell, headings, laid_out};
use crate::present::{csv, times};
use crate::query::bitemporal_filter::BitemporalFilter;
use crate::query::events::{Audience, EventReader, EventView};
use chrono_tz::Tz;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::{Event, Position, RecordedEvent, StreamId};
use minutebook_ledger::{Environment, Export, LedgerUrl, Log, Opening, Selection};
use std::collections::BTreeSet;
use std::process::ExitCode;

/// Print the events in the order they were recorded.
///
/// --as-of leaves out events of later days, --known-at events that were recorded later. Days are those of the event's
/// committee.
///
/// The whole log with --format ndjson is an export: import recreates the same ledger elsewhere. It holds everything,
/// RED texts included.
#[derive(clap::Args)]
pub(super) struct LogArgs {
    /// Start after this position.
    #[arg(long, value_name = "POSITION", default_value_t = 0, allow_hyphen_values = true)]
    after: u64,
    /// Print at most this many events.
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
    /// Only events of this stream: meeting:SSC_72_2702, action:SSC72/01.
    #[arg(long, group = "selection")]
    stream: Option<StreamId>,
    /// Only events that name this reference: 'Other User L', SSC72/01, SECMP0037.
    #[arg(long, group = "selection")]
    reference: Option<String>,
    /// Only events of this type: ActionRaised.
    #[arg(long = "type", value_name = "TYPE", group = "selection", value_parser = event_type)]
    event_type: Option<String>,
    /// Print for each event the disclosure of what an audience may know of it, as a line of JSON that can be checked
    /// against the event's leaf.
    #[arg(long, conflicts_with_all = ["follow", "as_of", "known_at", "format"])]
    disclosure: bool,
    /// Disclose what readers with this clearance may know: WHITE, GREEN, AMBER or RED. Without it, everything is disclosed,
    /// also who recorded the event, and from where.
    #[arg(long, value_name = "LEVEL", requires = "disclosure")]
    audience: Option<Classification>,
    /// Keep printing events as they are recorded, until interrupted.
    #[arg(long, conflicts_with_all = ["as_of", "known_at"])]
    follow: bool,
    #[command(flatten)]
    moment: MomentArgs,
    #[command(flatten)]
    table: TableArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: EventsFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum EventsFormat {
    /// A table, as wide as the terminal.
    Table,
    /// JSON.
    Json,
    /// CSV, safe to open in a spreadsheet.
    Csv,
    /// JSON, one event a line; the whole log is an export, with salts and leaves.
    Ndjson,
}

fn event_type(text: &str) -> Result<String, String> {
    let types: BTreeSet<&str> = Event::catalogue().map(|(_, name)| name).collect();
    match types.iter().find(|name| name.eq_ignore_ascii_case(text)) {
        Some(name) => Ok((*name).to_owned()),
        None => Err(format!("an event type was expected: {}", types.into_iter().collect::<Vec<_>>().join(", "))),
    }
}

pub(super) async fn run(ledger: &LedgerUrl, command: LogArgs) -> Result<ExitCode, Failure> {
    if command.follow && !matches!(command.format, EventsFormat::Ndjson | EventsFormat::Table) {
        return Err(
            Failure::new("--follow needs a format of one event a line").with_help("use --format ndjson or table")
        );
    }
    // Clap leaves out what an option requires where another one given excludes it, and `--format` excludes `--disclosure`.
    if command.audience.is_some() && !command.disclosure {
        return Err(Failure::new("--audience says to whom --disclosure discloses").with_help(
            "use `log --disclosure --audience LEVEL`, without --format; lists and headlines have audiences of their own",
        ));
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let selection = match (&command.stream, &command.reference, &command.event_type) {
        (Some(stream), ..) => Selection::Stream(stream.clone()),
        (_, Some(reference), _) => Selection::Reference(reference.clone()),
        (.., Some(event_type)) => Selection::Type(event_type.clone()),
        _ => Selection::All,
    };
    let after = Position::new(command.after);
    if command.disclosure {
        return disclose(log, selection, after, &command).await;
    }
    let is_all = selection == Selection::All && command.after == 0 && command.limit.is_none() && !command.follow;
    let is_export = is_all && command.moment.is_now();
    if is_export && command.format == EventsFormat::Ndjson {
        return export(&log).await;
    }
    let mut filter = command.moment.filter(&log).await?;
    if command.follow {
        return follow(&log, selection, after, &command, &filter).await;
    }
    let mut cursor = log.read(selection, after);
    let mut listed = Vec::new();
    let mut left = command.limit.unwrap_or(usize::MAX);
    while left > 0 {
        let mut page = cursor.next_page().await?;
        if page.is_empty() {
            break;
        }
        let mut admitted = Vec::with_capacity(page.len());
        for event in page.drain(..) {
            if filter.admits(&log, &event).await? {
                admitted.push(event);
            }
        }
        admitted.truncate(left);
        left -= admitted.len();
        if command.format == EventsFormat::Ndjson {
            print_lines(&admitted)?;
        } else {
            listed.extend(admitted);
        }
    }
    log.close().await;
    let rows = listed.iter().map(|event| row(event, filter.zone_of(event)));
    match command.format {
        EventsFormat::Ndjson => {}
        EventsFormat::Json => {
            let events: Result<Vec<_>, _> = listed.iter().map(event_json).collect();
            print(&serde_json::to_string_pretty(&events?)?)?;
        }
        EventsFormat::Csv => print(&csv::write(&headings(&COLUMNS), rows)?)?,
        EventsFormat::Table => {
            let rows = rows.map(|row| row.into_iter().map(TableCell::from).collect());
            print(&laid_out(&COLUMNS, rows.collect(), "no events", command.table.layout()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the disclosure of each event that the audience may know.
async fn disclose(log: Log, selection: Selection, after: Position, command: &LogArgs) -> Result<ExitCode, Failure> {
    let audience = match command.audience {
        Some(level) => Audience { clearances: Clearance::up_to(level).into(), reads_tokens: false },
        // A user who can open the ledger itself can read all of it.
        None => Audience { clearances: with_audit(full_clearance()), reads_tokens: true },
    };
    let reader = EventReader::new(log.clone());
    let mut cursor = log.read(selection, after);
    let mut left = command.limit.unwrap_or(usize::MAX);
    while left > 0 {
        let page = cursor.next_page().await?;
        if page.is_empty() {
            break;
        }
        let mut known: Vec<EventView> = reader.redact(&page, &audience).await?.into_iter().flatten().collect();
        known.truncate(left);
        left -= known.len();
        let mut lines = String::new();
        for event in known {
            if let Some(disclosure) = reader.disclose(event).await?.disclosure {
                lines.push_str(&serde_json::to_string(&disclosure)?);
                lines.push('\n');
            }
        }
        if !lines.is_empty() {
            print(&lines)?;
        }
    }
    log.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn export(log: &Log) -> Result<ExitCode, Failure> {
    let mut export = Export::begin(log).await?;
    while let Some(lines) = export.next_lines().await? {
        print_export(&lines)?;
    }
    log.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn follow(
    log: &Log,
    selection: Selection,
    after: Position,
    command: &LogArgs,
    filter: &BitemporalFilter,
) -> Result<ExitCode, Failure> {
    let mut tail = log.follow(selection, after);
    let mut left = command.limit.unwrap_or(usize::MAX);
    while left > 0 {
        let mut page = tail.next_page().await?;
        page.truncate(left);
        left -= page.len();
        if command.format == EventsFormat::Ndjson {
            print_lines(&page)?;
        } else {
            for event in &page {
                print(&row(event, filter.zone_of(event)).join("  "))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print_lines(events: &[RecordedEvent]) -> Result<(), Failure> {
    let mut lines = String::new();
    for event in events {
        lines.push_str(&serde_json::to_string(&event_json(event)?)?);
        lines.push('\n');
    }
    print(&lines)
}

const COLUMNS: [Column; 6] = [
    Column::whole("Position"),
    Column::whole("Valid"),
    Column::whole("Recorded").or_left_out(2),
    Column::names("Stream"),
    Column::text("Event"),
    Column::words("By").or_left_out(1),
];

fn row(event: &RecordedEvent, zone: Tz) -> Vec<String> {
    let summary = minutebook_projections::summary(&event.event, full_clearance());
    vec![
        event.position.to_string(),
        times::day(event.metadata.valid_at, zone),
        event.recorded_at.format("%Y-%m-%d %H:%M:%SZ").to_string(),
        event.stream.to_string(),
        format!("{}: {summary}", event.event.event_type()),
        event.metadata.actor.clone(),
    ]
}

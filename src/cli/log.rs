//! `minutebook log`

use super::failure::Failure;
use super::moment::Moment;
use super::output::print;
use crate::present::event_json::event_json;
use crate::present::{csv, table, times};
use crate::query::bitemporal_filter::BitemporalFilter;
use chrono_tz::Tz;
use minutebook_domain::classification::Clearance;
use minutebook_domain::{Event, Position, RecordedEvent, StreamId};
use minutebook_ledger::{Environment, Export, LedgerUrl, Log, Opening, Selection};
use std::collections::BTreeSet;
use std::process::ExitCode;

/// Print the events, in the order they were recorded.
///
/// With `--as-of` and `--known-at` those that were so by a moment, and that were recorded by one: each by the days of its
/// own committee.
///
/// `--format ndjson` of the whole log is its export: `import` makes the same book of it elsewhere. It holds everything,
/// RED texts included, as only someone who can open the ledger itself may see it.
#[derive(clap::Args)]
pub(super) struct LogCommand {
    /// Begin after this position.
    #[arg(long, value_name = "POSITION", default_value_t = 0)]
    after: u64,
    /// Print at most so many.
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
    /// Only the events of one stream, such as `meeting:SSC_72_2702` or action:SSC72/01.
    #[arg(long, group = "selection")]
    stream: Option<StreamId>,
    /// Only the events that name this party, action, decision, meeting or other reference.
    #[arg(long, group = "selection")]
    reference: Option<String>,
    /// Only the events of one type, such as `ActionRaised`.
    #[arg(long = "type", value_name = "TYPE", group = "selection", value_parser = event_type)]
    event_type: Option<String>,
    /// Go on, and print events as they are recorded, until interrupted.
    #[arg(long, conflicts_with_all = ["as_of", "known_at"])]
    follow: bool,
    #[command(flatten)]
    moment: Moment,
    /// How to print them. ndjson prints one event a line, as it comes; of the whole log, with salts and leaves.
    #[arg(long, default_value = "table")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
    Ndjson,
}

fn event_type(text: &str) -> Result<String, String> {
    let types: BTreeSet<&str> = Event::catalogue().map(|(_, name)| name).collect();
    match types.iter().find(|name| name.eq_ignore_ascii_case(text)) {
        Some(name) => Ok((*name).to_owned()),
        None => Err(format!("one of these types was expected: {}", types.into_iter().collect::<Vec<_>>().join(", "))),
    }
}

pub(super) async fn run(ledger: &LedgerUrl, command: LogCommand) -> Result<ExitCode, Failure> {
    if command.follow && !matches!(command.format, Format::Ndjson | Format::Table) {
        return Err(Failure::new("--follow prints line by line").with_help("use --format ndjson or table"));
    }
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let selection = match (&command.stream, &command.reference, &command.event_type) {
        (Some(stream), ..) => Selection::Stream(stream.clone()),
        (_, Some(reference), _) => Selection::Reference(reference.clone()),
        (.., Some(event_type)) => Selection::Type(event_type.clone()),
        _ => Selection::All,
    };
    let after = Position::new(command.after);
    let whole = selection == Selection::All && command.after == 0 && command.limit.is_none() && !command.follow;
    let whole = whole && command.moment.is_now();
    if whole && command.format == Format::Ndjson {
        return export(&log).await;
    }
    let mut by_then = BitemporalFilter::new(&log, command.moment.as_of, command.moment.known_at).await?;
    if command.follow {
        return follow(&log, selection, after, &command, &by_then).await;
    }
    let mut cursor = log.read(selection, after);
    let mut listed = Vec::new();
    let mut left = command.limit.unwrap_or(usize::MAX);
    while left > 0 {
        let mut page = cursor.next_page().await?;
        if page.is_empty() {
            break;
        }
        let mut counting = Vec::with_capacity(page.len());
        for event in page.drain(..) {
            if by_then.admits(&log, &event).await? {
                counting.push(event);
            }
        }
        counting.truncate(left);
        left -= counting.len();
        if command.format == Format::Ndjson {
            print_lines(&counting)?;
        } else {
            listed.extend(counting);
        }
    }
    log.close().await;
    let rows = listed.iter().map(|event| row(event, by_then.zone_of(event)));
    match command.format {
        Format::Ndjson => {}
        Format::Json => {
            let events: Result<Vec<_>, _> = listed.iter().map(event_json).collect();
            print(&serde_json::to_string_pretty(&events?)?)?;
        }
        Format::Csv => print(&csv::write(&HEADER, rows)?)?,
        Format::Table => print(&table::table(&HEADER, rows.collect(), "no events"))?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn export(log: &Log) -> Result<ExitCode, Failure> {
    let mut export = Export::begin(log).await?;
    while let Some(lines) = export.next_lines().await? {
        print(&lines)?;
    }
    log.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn follow(
    log: &Log,
    selection: Selection,
    after: Position,
    command: &LogCommand,
    by_then: &BitemporalFilter,
) -> Result<ExitCode, Failure> {
    let mut tail = log.follow(selection, after);
    let mut left = command.limit.unwrap_or(usize::MAX);
    while left > 0 {
        let mut page = tail.next_page().await?;
        page.truncate(left);
        left -= page.len();
        if command.format == Format::Ndjson {
            print_lines(&page)?;
        } else {
            for event in &page {
                print(&row(event, by_then.zone_of(event)).join("  "))?;
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

const HEADER: [&str; 6] = ["Position", "Valid", "Recorded", "Stream", "Event", "By"];

fn row(event: &RecordedEvent, zone: Tz) -> Vec<String> {
    let summary = minutebook_projections::summary(&event.event, operator());
    vec![
        event.position.to_string(),
        times::day(event.valid_at, zone),
        event.recorded_at.format("%Y-%m-%d %H:%M:%SZ").to_string(),
        event.stream.to_string(),
        format!("{}: {summary}", event.event.event_type()),
        event.actor.clone(),
    ]
}

/// Whoever can open the ledger itself can read all of it.
pub(super) fn operator() -> Clearance {
    use minutebook_domain::classification::{Classification, Scheme};
    let highest = Scheme::panel_information_policy().levels().last().and_then(|level| level.label.parse().ok());
    Clearance::up_to(highest.unwrap_or_else(Classification::public))
}

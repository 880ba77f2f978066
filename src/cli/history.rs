//! `minutebook history`

use super::failure::Failure;
use super::log::operator;
use super::moment::Moment;
use super::output::{Format, print};
use crate::present::event_json::event_json;
use crate::present::{csv, table, times, who};
use crate::query::bitemporal_filter::BitemporalFilter;
use chrono_tz::Tz;
use minutebook_domain::{Position, StreamId};
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening, Selection};
use minutebook_projections::audit_trail::{AuditEntry, AuditTrail};
use serde_json::Value;
use std::process::ExitCode;

/// Print everything that touched one party, action, decision, meeting or other reference.
#[derive(clap::Args)]
pub(super) struct History {
    /// What to follow: 'Other User L', SSC72/01, `SSC_72_2702`, `SSC_72_2702/D3`, SECMP0037, SSC.
    subject: String,
    #[command(flatten)]
    moment: Moment,
    /// How to print it.
    #[arg(long, default_value = "table")]
    format: Format,
    /// Only what became of an action or of a party itself: the meetings' own events are left out.
    #[arg(skip)]
    in_brief: bool,
}

impl History {
    /// What became of a subject, in a table of what matters most.
    pub(super) fn in_brief(subject: &str) -> Self {
        Self { subject: subject.to_owned(), moment: Moment::default(), format: Format::Table, in_brief: true }
    }
}

pub(super) async fn run(ledger: &LedgerUrl, command: History) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let mut cursor = log.read(Selection::Reference(command.subject.clone()), Position::START);
    let mut trail = AuditTrail::new(operator());
    let mut by_then = BitemporalFilter::new(&log, command.moment.as_of, command.moment.known_at).await?;
    let mut found = false;
    loop {
        let page = cursor.next_page().await?;
        if page.is_empty() {
            break;
        }
        found = true;
        for event in page {
            if by_then.admits(&log, &event).await? {
                trail.evolve(event);
            }
        }
    }
    if !found {
        let similar = log.references_like(&command.subject, 10).await?;
        let failure = Failure::new(format!("nothing in the ledger names `{}`", command.subject));
        return Err(if similar.is_empty() {
            failure
        } else {
            failure.with_help(format!("it names: {}", similar.join(", ")))
        });
    }
    log.close().await;
    let entries = trail.entries();
    if command.in_brief {
        let own = |entry: &&AuditEntry| matches!(entry.event.stream, StreamId::Action(_) | StreamId::Party(..));
        let rows = entries.iter().filter(own).map(|entry| {
            let [_, valid, _, what, _, source] = row(entry, by_then.zone_of(&entry.event));
            vec![valid, what, source]
        });
        print(&table::table(&["Valid", "What happened", "Source"], rows.collect(), ""))?;
        return Ok(ExitCode::SUCCESS);
    }
    let rows = entries.iter().map(|entry| row(entry, by_then.zone_of(&entry.event)).to_vec());
    match command.format {
        Format::Json => {
            let entries: Result<Vec<Value>, _> = entries.iter().map(as_json).collect();
            print(&serde_json::to_string_pretty(&entries?)?)?;
        }
        Format::Csv => print(&csv::write(&HEADER, rows)?)?,
        Format::Table => print(&table::table(&HEADER, rows.collect(), "nothing by then"))?,
    }
    Ok(ExitCode::SUCCESS)
}

const HEADER: [&str; 6] = ["Position", "Valid", "Recorded", "What happened", "By", "Source"];

fn row(entry: &AuditEntry, zone: Tz) -> [String; 6] {
    let event = &entry.event;
    let mut what = format!("{}: {}", event.event.event_type(), entry.summary);
    if let Some(reason) = &event.reason {
        what.push_str(&format!(" (because: {reason})"));
    }
    if !entry.corrected_by.is_empty() {
        let by: Vec<String> = entry.corrected_by.iter().map(ToString::to_string).collect();
        what.push_str(&format!(" [corrected at {}]", by.join(", ")));
    }
    [
        event.position.to_string(),
        times::day(event.valid_at, zone),
        event.recorded_at.format("%Y-%m-%d %H:%M:%SZ").to_string(),
        what,
        who::by(&event.actor, event.on_behalf_of.as_deref()),
        who::from(&event.source),
    ]
}

/// The event as `log` prints it, with what it says in one line and what corrected it.
fn as_json(entry: &AuditEntry) -> Result<Value, serde_json::Error> {
    let mut json = event_json(&entry.event)?;
    json["summary"] = entry.summary.clone().into();
    json["corrected_by"] = serde_json::to_value(&entry.corrected_by)?;
    Ok(json)
}

//! `minutebook changes`

use super::failure::Failure;
use super::log::operator;
use super::output::{Format, print};
use crate::present::{csv, table, values, who};
use crate::query::changes::changes;
use crate::query::moment::{KnownAt, NoMoment, When};
use crate::query::read_query::ReadQuery;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::differences::{Cause, Change, Difference, FieldChange};
use minutebook_projections::disclosure::Fields;
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::provenance::is_blank;
use std::process::ExitCode;
use std::str::FromStr;

/// Print what changed between two moments: what was added, what changed in what was there, what is gone; each with the
/// events that did it.
#[derive(clap::Args)]
pub(super) struct Changes {
    /// In what.
    list: List,
    /// The first moment: a day, which stands for its end, or a time. `2019-03-13@120` is that day as known after
    /// position 120; after the @ may also stand a day or a time.
    first: Side,
    /// The second moment.
    second: Side,
    /// As was then known, for a moment that does not say so itself.
    #[arg(long, value_name = "TIME|POSITION")]
    known_at: Option<KnownAt>,
    /// Only what is of this committee.
    #[arg(long, value_name = "CODE")]
    committee: Option<CommitteeCode>,
    /// Only this action, decision, meeting or party.
    #[arg(long, value_name = "SUBJECT")]
    of: Option<String>,
    /// As a reader sees it who may read so much; everything, if it is not given.
    #[arg(long, value_name = "LEVEL")]
    clearance: Option<Classification>,
    /// How to print it.
    #[arg(long, default_value = "table")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum List {
    /// The actions.
    Actions,
    /// The statuses of parties.
    Party,
    /// The decisions.
    Decisions,
}

/// `2019-03-13`, and perhaps what was then known: `2019-03-13@120`, `2019-03-13@2019-03-20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Side {
    as_of: When,
    known_at: Option<KnownAt>,
}

impl FromStr for Side {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Self, NoMoment> {
        Ok(match text.split_once('@') {
            Some((as_of, known_at)) => Self { as_of: as_of.parse()?, known_at: Some(known_at.parse()?) },
            None => Self { as_of: text.parse()?, known_at: None },
        })
    }
}

impl Changes {
    /// What a list is asked for with `--between`: the two moments, and all else that was asked.
    pub(super) fn between(
        list: List,
        sides: &[Side],
        asked: ReadQuery,
        of: Option<String>,
        format: Format,
    ) -> Option<Self> {
        let [first, second] = *sides else { return None };
        let ReadQuery { known_at, reach, committee, .. } = asked;
        let clearance = reach.everywhere();
        Some(Self { list, first, second, known_at, committee, of, clearance: Some(clearance.highest()), format })
    }
}

pub(super) async fn run(ledger: &LedgerUrl, command: Changes) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let clearance = command.clearance.map_or_else(operator, Clearance::up_to);
    let question = |side: Side| ReadQuery {
        as_of: Some(side.as_of),
        known_at: side.known_at.or(command.known_at),
        reach: clearance.into(),
        committee: command.committee.clone(),
    };
    let (first, second) = (question(command.first), question(command.second));
    let mut found = match command.list {
        List::Actions => changes::<Actions>(&log, &first, &second).await?,
        List::Party => changes::<PartyStatuses>(&log, &first, &second).await?,
        List::Decisions => changes::<Decisions>(&log, &first, &second).await?,
    };
    log.close().await;
    let is_of = |difference: &Difference| {
        command
            .of
            .as_ref()
            .is_none_or(|of| difference.stream.subject().eq_ignore_ascii_case(of.trim()) || subject(difference) == *of)
    };
    found.retain(is_of);
    print_differences(&found, command.format)?;
    Ok(ExitCode::SUCCESS)
}

fn print_differences(found: &[Difference], format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => print(&serde_json::to_string_pretty(found)?),
        Format::Csv => print(&csv::write(&CSV_HEADER, found.iter().flat_map(lines))?),
        Format::Table => print(&table::table(&HEADER, found.iter().map(row).collect(), "nothing changed")),
    }
}

const HEADER: [&str; 4] = ["What", "Change", "How", "By"];
const CSV_HEADER: [&str; 6] = ["What", "Change", "Field", "From", "To", "By"];

fn row(difference: &Difference) -> Vec<String> {
    let said: Vec<String> = match difference.change {
        Change::Changed => difference.fields.iter().map(field_change).collect(),
        Change::Added | Change::Gone => says(&difference.row),
    };
    let events: Vec<String> = difference.events.iter().map(cause).collect();
    vec![subject(difference), difference.change.word().to_owned(), said.join("\n"), events.join("\n")]
}

fn field_change(change: &FieldChange) -> String {
    let (from, to) = (values::value(&change.from), values::value(&change.to));
    format!("{}: {from} → {to}", values::name(&change.field))
}

/// What a row says, its text first; the mark of a text stands behind it, and what it is called stands before.
fn says(row: &Fields) -> Vec<String> {
    let named_elsewhere =
        |field: &str| ["reference", "id", "text"].contains(&field) || field.ends_with("_classification");
    let text = row.get_key_value("text").into_iter();
    let others = row.iter().filter(|(field, value)| !named_elsewhere(field) && !is_blank(value));
    let said = text.chain(others).map(|(field, value)| {
        let mark = row.get(&format!("{field}_classification")).map(|mark| format!(" ({})", values::value(mark)));
        format!("{}: {}{}", values::name(field), values::value(value), mark.unwrap_or_default())
    });
    said.collect()
}

/// A line for each field that changed, or for each that a row says which was added or is gone.
fn lines(difference: &Difference) -> Vec<Vec<String>> {
    let text = |value: &serde_json::Value| if value.is_null() { String::new() } else { values::value(value) };
    let events: Vec<String> = difference.events.iter().map(cause).collect();
    let line = |field: &str, from: String, to: String| {
        vec![subject(difference), difference.change.word().to_owned(), field.to_owned(), from, to, events.join("; ")]
    };
    let says = difference.row.iter().filter(|(_, value)| !is_blank(value));
    match difference.change {
        Change::Changed => {
            difference.fields.iter().map(|change| line(&change.field, text(&change.from), text(&change.to))).collect()
        }
        Change::Added => says.map(|(field, value)| line(field, String::new(), text(value))).collect(),
        Change::Gone => says.map(|(field, value)| line(field, text(value), String::new())).collect(),
    }
}

fn subject(difference: &Difference) -> String {
    values::subject(&difference.stream, &difference.key, &difference.row)
}

/// `12 DueDateMoved, jane, headlines.md:7 (no longer counts)`
fn cause(cause: &Cause) -> String {
    let origin = &cause.origin;
    let mut text = format!("{} {}", origin.position, origin.event_type);
    if let Some(correction) = &origin.correction {
        text.push_str(&format!(" ({}", correction.change));
        text.push_str(
            &correction.reason.as_ref().map_or_else(|| ")".to_owned(), |reason| format!(" because: {reason})")),
        );
    }
    let by = [who::by(&origin.actor, origin.on_behalf_of.as_deref()), who::from(&origin.source)];
    for part in by.iter().filter(|part| !part.is_empty()) {
        text.push_str(&format!(", {part}"));
    }
    if !cause.counts {
        text.push_str(" [no longer counts]");
    }
    text
}

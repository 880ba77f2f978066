//! `minutebook changes`

use super::failure::Failure;
use super::output::{ListFormat, print};
use super::scope::{full_clearance, note_clock_gap, with_audit};
use super::table_args::TableArgs;
use crate::present::table::{Column, TableCell, TableLayout, laid_out};
use crate::present::{csv, values, who};
use crate::query::changes::changes;
use crate::query::moment::{InvalidMoment, KnownAt, PointInTime};
use crate::query::read_query::ReadQuery;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::{Environment, LedgerUrl, Log, Opening};
use minutebook_projections::actions::Actions;
use minutebook_projections::decisions::Decisions;
use minutebook_projections::differences::{Cause, Difference, FieldChange, RowChange};
use minutebook_projections::party_statuses::PartyStatuses;
use minutebook_projections::provenance::is_blank;
use minutebook_projections::redaction::RowFields;
use std::process::ExitCode;
use std::str::FromStr;

/// Print what changed between two moments, and the events that changed it.
///
/// Rows were added, removed, or changed in some fields. A moment may say what was known then: compare a day as known at
/// two positions to see what corrections and late records changed.
#[derive(clap::Args)]
pub(super) struct ChangesArgs {
    /// The list to compare.
    list: ComparedList,
    /// The first moment: a day (its end), a time, or a meeting (the end of its day). 2019-03-13@120 is that day, as known at
    /// position 120 of the log; the part after @ may also be a day, a time or a meeting.
    #[arg(required_unless_present = "since", allow_hyphen_values = true)]
    first: Option<ComparedMoment>,
    /// The second moment [default: now].
    #[arg(allow_hyphen_values = true)]
    second: Option<ComparedMoment>,
    /// What changed from this day, time or meeting until now, or has been recorded since this position.
    #[arg(long, value_name = "MEETING|DATE|POSITION", conflicts_with_all = ["first", "second"], allow_hyphen_values = true)]
    since: Option<KnownAt>,
    /// As known at this day, time, meeting or position, for moments without an @.
    #[arg(long, value_name = "TIME|MEETING|POSITION", allow_hyphen_values = true)]
    known_at: Option<KnownAt>,
    /// Only this committee, by its code: SSC.
    #[arg(long, value_name = "CODE")]
    committee: Option<CommitteeCode>,
    /// Only this action, decision, meeting or party.
    #[arg(long, value_name = "SUBJECT")]
    of: Option<String>,
    /// As a reader with this clearance sees it: WHITE, GREEN, AMBER or RED. Without it, everything is shown.
    #[arg(long, value_name = "LEVEL")]
    clearance: Option<Classification>,
    #[command(flatten)]
    table: TableArgs,
    /// The output format.
    #[arg(long, default_value = "table")]
    format: ListFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ComparedList {
    /// Actions.
    Actions,
    /// Party statuses.
    Party,
    /// Decisions.
    Decisions,
}

/// A moment on both clocks, as `2019-03-13`, `2019-03-13@120` or `2019-03-13@2019-03-20`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ComparedMoment {
    as_of: PointInTime,
    known_at: Option<KnownAt>,
}

impl FromStr for ComparedMoment {
    type Err = InvalidMoment;

    fn from_str(text: &str) -> Result<Self, InvalidMoment> {
        Ok(match text.split_once('@') {
            Some((as_of, known_at)) => Self { as_of: as_of.parse()?, known_at: Some(known_at.parse()?) },
            None => Self { as_of: text.parse()?, known_at: None },
        })
    }
}

impl ChangesArgs {
    /// The command that a list runs for `--between`; none unless there are two moments.
    pub(super) fn between(
        list: ComparedList,
        moments: &[ComparedMoment],
        query: ReadQuery,
        of: Option<String>,
        (format, table): (ListFormat, TableArgs),
    ) -> Option<Self> {
        let [first, second] = moments else { return None };
        let (first, second, since) = (Some(first.clone()), Some(second.clone()), None);
        let ReadQuery { known_at, clearances, committee, .. } = query;
        let clearance = clearances.everywhere();
        Some(Self {
            list,
            first,
            second,
            since,
            known_at,
            committee,
            of,
            clearance: Some(clearance.highest()),
            table,
            format,
        })
    }
}

pub(super) async fn run(ledger: &LedgerUrl, command: ChangesArgs) -> Result<ExitCode, Failure> {
    let log = Log::open(ledger, Opening::Existing, Environment::system()).await?;
    let clearance = command.clearance.map_or_else(full_clearance, Clearance::up_to);
    let query_at = |moment: Option<&ComparedMoment>| ReadQuery {
        as_of: moment.map(|moment| moment.as_of.clone()),
        known_at: moment.and_then(|moment| moment.known_at.clone()).or_else(|| command.known_at.clone()),
        clearances: with_audit(clearance),
        committee: command.committee.clone(),
    };
    let (mut first, second) = (query_at(command.first.as_ref()), query_at(command.second.as_ref()));
    match &command.since {
        Some(KnownAt::Time(moment)) => first.as_of = Some(moment.clone()),
        Some(position) => first.known_at = Some(position.clone()),
        None => {}
    }
    note_clock_gap(&log, &first).await?;
    note_clock_gap(&log, &second).await?;
    let mut differences = match command.list {
        ComparedList::Actions => changes::<Actions>(&log, &first, &second).await?,
        ComparedList::Party => changes::<PartyStatuses>(&log, &first, &second).await?,
        ComparedList::Decisions => changes::<Decisions>(&log, &first, &second).await?,
    };
    log.close().await;
    let is_of = |difference: &Difference| {
        command
            .of
            .as_ref()
            .is_none_or(|of| difference.stream.subject().eq_ignore_ascii_case(of.trim()) || subject(difference) == *of)
    };
    differences.retain(is_of);
    print_differences(&differences, command.format, command.table.layout())?;
    Ok(ExitCode::SUCCESS)
}

fn print_differences(differences: &[Difference], format: ListFormat, layout: TableLayout) -> Result<(), Failure> {
    match format {
        ListFormat::Json => print(&serde_json::to_string_pretty(differences)?),
        ListFormat::Csv => print(&csv::write(&CSV_HEADER, differences.iter().flat_map(lines))?),
        ListFormat::Table => {
            let rows = differences.iter().map(|difference| row(difference).into_iter().map(TableCell::from).collect());
            print(&laid_out(&COLUMNS, rows.collect(), "nothing changed", layout))
        }
    }
}

const COLUMNS: [Column; 4] =
    [Column::words("Subject"), Column::whole("Change"), Column::text("Fields"), Column::words("By event")];
const CSV_HEADER: [&str; 6] = ["What", "Change", "Field", "From", "To", "By"];

fn row(difference: &Difference) -> Vec<String> {
    let fields: Vec<String> = match difference.change {
        RowChange::Changed => difference.fields.iter().map(field_change).collect(),
        RowChange::Added | RowChange::Gone => field_values(&difference.row),
    };
    let events: Vec<String> = difference.events.iter().map(cause).collect();
    vec![subject(difference), difference.change.word().to_owned(), fields.join("\n"), events.join("\n")]
}

fn field_change(change: &FieldChange) -> String {
    let (from, to) = (values::value(&change.from), values::value(&change.to));
    format!("{}: {from} → {to}", values::name(&change.field))
}

/// The fields of a row, its text first, each text followed by its classification. Its identifiers are left out.
fn field_values(row: &RowFields) -> Vec<String> {
    let is_identifier =
        |field: &str| ["reference", "id", "text"].contains(&field) || field.ends_with("_classification");
    let text = row.get_key_value("text").into_iter();
    let others = row.iter().filter(|(field, value)| !is_identifier(field) && !is_blank(value));
    let fields = text.chain(others).map(|(field, value)| {
        let mark = row.get(&format!("{field}_classification")).map(|mark| format!(" ({})", values::value(mark)));
        format!("{}: {}{}", values::name(field), values::value(value), mark.unwrap_or_default())
    });
    fields.collect()
}

/// One CSV line for each changed field, or for each field of a row that was added or removed.
fn lines(difference: &Difference) -> Vec<Vec<String>> {
    let text = |value: &serde_json::Value| if value.is_null() { String::new() } else { values::value(value) };
    let events: Vec<String> = difference.events.iter().map(cause).collect();
    let line = |field: &str, from: String, to: String| {
        vec![subject(difference), difference.change.word().to_owned(), field.to_owned(), from, to, events.join("; ")]
    };
    let values = difference.row.iter().filter(|(_, value)| !is_blank(value));
    match difference.change {
        RowChange::Changed => {
            difference.fields.iter().map(|change| line(&change.field, text(&change.from), text(&change.to))).collect()
        }
        RowChange::Added => values.map(|(field, value)| line(field, String::new(), text(value))).collect(),
        RowChange::Gone => values.map(|(field, value)| line(field, text(value), String::new())).collect(),
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
    let actor = origin.actor.as_deref().unwrap_or_default();
    let source = origin.source.as_ref().map(who::from).unwrap_or_default();
    let by = [who::by(actor, origin.on_behalf_of.as_deref()), source];
    for part in by.iter().filter(|part| !part.is_empty()) {
        text.push_str(&format!(", {part}"));
    }
    if !cause.counts {
        text.push_str(" [no longer counts]");
    }
    text
}

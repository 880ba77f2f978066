//! The options that every list has, and how its rows are printed.

use super::failure::Failure;
use super::output::{ListFormat, print};
use super::scope::ScopeArgs;
use super::suggestions::{LedgerNames, nearest};
use super::table_args::TableArgs;
use super::terminal::with_colours;
use crate::present::csv;
use crate::present::icalendar::{CalendarForm, CalendarTimes};
use crate::present::lists::{TableRow, UnknownColumn, chosen_fields, chosen_table, list_table};
use crate::present::table::TableLayout;
use crate::query::list::{ListItem, ListPage, Sort};
use crate::query::read_query::{ReadQuery, committees, zone};
use crate::query::visible_row::sees_all;
use minutebook_domain::classification::Classification;
use minutebook_domain::meeting::MeetingEvent;
use minutebook_domain::{Event, StreamId};
use minutebook_ledger::{Log, Selection};

/// The scope of a list, and the page of it to print.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct ReadArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// Print at most this many rows.
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
    /// Skip this many rows first.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    offset: usize,
    /// Print these columns, separated by commas: headings of the table, or fields of the list as in CSV.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    #[command(flatten)]
    table: TableArgs,
}

impl ReadArgs {
    pub(super) fn query(&self) -> ReadQuery {
        self.scope.query()
    }

    /// The clearance given.
    pub(super) fn given_clearance(&self) -> Option<Classification> {
        self.scope.given_clearance()
    }

    /// Sorts the rows and keeps those of the requested page.
    pub(super) fn arrange<V: ListItem>(&self, page: &mut ListPage<V>, sort: Option<&Sort<V>>) {
        page.arrange(sort, self.offset, self.limit);
    }

    /// The options of a table.
    pub(super) fn table(&self) -> TableArgs {
        self.table.clone()
    }

    /// The layout of a table.
    pub(super) fn layout(&self) -> TableLayout {
        self.table.layout()
    }

    /// Prints a page of a list.
    pub(super) fn print<V: TableRow>(&self, page: &ListPage<V>, format: ListFormat) -> Result<(), Failure> {
        if format == ListFormat::Json && !self.columns.is_empty() {
            return Err(Failure::new("--columns chooses the columns of a table or of CSV, and JSON has every field"));
        }
        match format {
            ListFormat::Json => print(&serde_json::to_string_pretty(page)?),
            ListFormat::Csv => {
                let fields = chosen_fields::<V>(&self.columns)?;
                let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
                let row = |view: &V| fields.iter().map(|field| (field.value)(view)).collect();
                print(&csv::write(&names, page.rows.iter().map(row))?)
            }
            ListFormat::Table => {
                let drawn = if self.columns.is_empty() {
                    list_table(&page.rows, self.layout())
                } else {
                    chosen_table(&page.rows, &self.columns, self.layout())?
                };
                let text = with_colours(&drawn);
                let left_out = page.total - page.rows.len();
                print(&if left_out == 0 { text } else { format!("{text}\n{left_out} more of {}", page.total) })
            }
        }
    }
}

impl From<UnknownColumn> for Failure {
    fn from(error: UnknownColumn) -> Self {
        Self::from_error(&error).with_help(format!("the list has: {}", error.accepted))
    }
}

/// The failure for a name that the list doesn't hold. With full clearance its help says since when the ledger has it, or
/// names what was likely meant.
pub(super) async fn not_found(log: &Log, what: &str, name: &str, query: &ReadQuery) -> Result<Failure, Failure> {
    let as_of = query.as_of.as_ref().map(|moment| format!(" as of {moment}"));
    let known_at = query.known_at.as_ref().map(|moment| format!(" as known at {moment}"));
    let when: String = [as_of, known_at].into_iter().flatten().collect();
    let failure = Failure::new(format!("there is no {what} `{name}`{when}"));
    if !sees_all(query.clearances.everywhere()) {
        return Ok(failure);
    }
    if let Some(since) = there_since(log, name).await?.filter(|_| !when.is_empty()) {
        return Ok(failure.with_help(since));
    }
    let names = LedgerNames { log };
    let mut known: Vec<String> = names.actions().await?.iter().map(|action| action.reference.to_string()).collect();
    known.extend(names.decisions().await?.iter().map(|decision| decision.id.to_string()));
    known.extend(names.meetings().await?.iter().map(|meeting| meeting.reference.to_string()));
    known.extend(names.parties().await?.iter().map(StreamId::subject));
    Ok(match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => failure.with_help(format!("did you mean `{near}`?")),
        None => failure,
    })
}

/// Says since when the ledger has what a name names: the day it happened, and when that was recorded.
async fn there_since(log: &Log, name: &str) -> Result<Option<String>, Failure> {
    let subject = name.parse().map(StreamId::Action).or_else(|_| name.parse().map(StreamId::Meeting));
    let is_decision = |event: &Event| match event {
        Event::Meeting(MeetingEvent::DecisionRecorded(decision)) => name.ends_with(&format!("/D{}", decision.number)),
        _ => false,
    };
    let events = log.read_all(Selection::Reference(name.to_owned())).await?;
    let first = events.iter().find(|recorded| match &subject {
        Ok(stream) => recorded.stream == *stream,
        Err(_) => {
            is_decision(&recorded.event)
                || matches!(&recorded.stream, StreamId::Party(_, party) if party.as_str() == name)
        }
    });
    let committees = committees(log).await?;
    Ok(first.map(|recorded| {
        let own = committees.iter().find(|row| recorded.stream.committee() == Some(&row.code));
        let zone = own.map_or(chrono_tz::Europe::London, zone);
        let (happened, at) = (recorded.metadata.valid_at.with_timezone(&zone).date_naive(), recorded.recorded_at);
        let recorded_at = at.format("%Y-%m-%dT%H:%M:%SZ");
        format!("it is there since {happened}, recorded at position {} on {recorded_at}", recorded.position)
    }))
}

/// Prints rows as a calendar.
pub(super) async fn print_calendar<V>(log: &Log, form: &CalendarForm<V>, rows: &[V]) -> Result<(), Failure> {
    let recorded = log.recording_times(form.positions(rows)).await?;
    let stamp = log.environment().clock.now();
    print(&form.render(rows, &CalendarTimes { stamp, recorded }))
}

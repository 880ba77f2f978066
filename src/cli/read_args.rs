//! The options that every list has, and how its rows are printed.

use super::failure::Failure;
use super::output::{ListFormat, print};
use super::scope::ScopeArgs;
use super::terminal::{colour, with_colours};
use crate::present::csv;
use crate::present::icalendar::{CalendarForm, CalendarTimes};
use crate::present::lists::{TableRow, list_table};
use crate::query::list::{ListItem, ListPage, Sort};
use crate::query::read_query::ReadQuery;
use crate::query::visible_row::sees_all;
use minutebook_ledger::Log;

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
}

impl ReadArgs {
    pub(super) fn query(&self) -> ReadQuery {
        self.scope.query()
    }

    /// Sorts the rows and keeps those of the requested page.
    pub(super) fn arrange<V: ListItem>(&self, page: &mut ListPage<V>, sort: Option<&Sort<V>>) {
        page.arrange(sort, self.offset, self.limit);
    }
}

/// The failure for a name that the list doesn't hold. With full clearance its help names similar references.
pub(super) async fn not_found(log: &Log, what: &str, name: &str, query: &ReadQuery) -> Result<Failure, Failure> {
    let is_now = query.as_of.is_none() && query.known_at.is_none();
    let when = if is_now { "" } else { " as of that moment" };
    let failure = Failure::new(format!("there is no {what} `{name}`{when}"));
    let similar =
        if sees_all(query.clearances.everywhere()) { log.references_like(name, 10).await? } else { Vec::new() };
    Ok(if similar.is_empty() {
        failure
    } else {
        failure.with_help(format!("similar references: {}", similar.join(", ")))
    })
}

/// Prints a page of a list.
pub(super) fn print_page<V: TableRow>(page: &ListPage<V>, format: ListFormat) -> Result<(), Failure> {
    match format {
        ListFormat::Json => print(&serde_json::to_string_pretty(page)?),
        ListFormat::Csv => {
            let names: Vec<&str> = V::FIELDS.iter().map(|field| field.name).collect();
            let row = |view: &V| V::FIELDS.iter().map(|field| (field.value)(view)).collect();
            print(&csv::write(&names, page.rows.iter().map(row))?)
        }
        ListFormat::Table => {
            let text = with_colours(&list_table(&page.rows, colour()));
            let left_out = page.total - page.rows.len();
            print(&if left_out == 0 { text } else { format!("{text}\n{left_out} more of {}", page.total) })
        }
    }
}

/// Prints rows as a calendar.
pub(super) async fn print_calendar<V>(log: &Log, form: &CalendarForm<V>, rows: &[V]) -> Result<(), Failure> {
    let recorded = log.recording_times(form.positions(rows)).await?;
    let stamp = log.environment().clock.now();
    print(&form.render(rows, &CalendarTimes { stamp, recorded }))
}

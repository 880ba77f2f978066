//! What the reading commands have in common: the moment, the reader, the page, and how it is printed.

use super::failure::Failure;
use super::log::operator;
use super::moment::Moment;
use super::output::{Format, colour, print};
use crate::present::{csv, table};
use crate::query::listed::{Listed, Page, Sort};
use crate::query::read_query::ReadQuery;
use crate::query::visible_row::sees_all;
use minutebook_domain::classification::{Classification, Clearance};
use minutebook_domain::reference::CommitteeCode;
use minutebook_ledger::Log;

/// What is asked, by whom, and how much of it.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Reading {
    #[command(flatten)]
    pub(super) moment: Moment,
    /// Only those of one committee.
    #[arg(long, value_name = "CODE")]
    pub(super) committee: Option<CommitteeCode>,
    /// As a reader sees them who may read up to this classification. Whoever can open the ledger may read all of it.
    #[arg(long, value_name = "LEVEL")]
    clearance: Option<Classification>,
    /// Print at most so many.
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
    /// Leave out so many first.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    offset: usize,
}

impl Reading {
    pub(super) fn question(&self) -> ReadQuery {
        ReadQuery {
            as_of: self.moment.as_of,
            known_at: self.moment.known_at,
            reach: self.clearance.map_or_else(operator, Clearance::up_to).into(),
            committee: self.committee.clone(),
        }
    }

    /// Sorts the rows and leaves those of the page that was asked for.
    pub(super) fn arrange<V: Listed>(&self, page: &mut Page<V>, sort: Option<&Sort<V>>) {
        page.arrange(sort, self.offset, self.limit);
    }
}

/// Says that what was asked for by name is not listed, and to whoever may read everything what resembles it.
pub(super) async fn unlisted(log: &Log, what: &str, name: &str, question: &ReadQuery) -> Result<Failure, Failure> {
    let failure = Failure::new(format!("there is no {what} `{name}` at that moment"));
    let similar = if sees_all(question.reach.everywhere()) { log.references_like(name, 10).await? } else { Vec::new() };
    Ok(if similar.is_empty() {
        failure
    } else {
        failure.with_help(format!("the ledger names: {}", similar.join(", ")))
    })
}

/// Prints a page of a list.
pub(super) fn show<V: Listed>(page: &Page<V>, format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => print(&serde_json::to_string_pretty(page)?),
        Format::Csv => {
            let names: Vec<&str> = V::FIELDS.iter().map(|field| field.name).collect();
            let row = |view: &V| V::FIELDS.iter().map(|field| (field.value)(view)).collect();
            print(&csv::write(&names, page.rows.iter().map(row))?)
        }
        Format::Table => {
            let rows = page.rows.iter().map(Listed::cells).collect();
            let text = table::toned_table(V::TITLES, rows, V::NOTHING, colour());
            let left_out = page.total - page.rows.len();
            print(&if left_out == 0 { text } else { format!("{text}\n{left_out} more of {}", page.total) })
        }
    }
}

//! Statistics as tables for people, and as rows of single figures for a spreadsheet.

use super::table::Column;
use crate::query::statistics::CommitteeStatistics;
use minutebook_projections::statistics::{ActionCounts, MonthlyActions};

/// A table with a title.
pub struct StatisticsTable {
    /// The title.
    pub title: &'static str,
    /// The columns.
    pub columns: &'static [Column],
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

const NO_OWNER: &str = "(no owner)";

/// Returns the tables of a committee's statistics.
pub fn tables(statistics: &CommitteeStatistics) -> Vec<StatisticsTable> {
    let actions = &statistics.actions;
    let closing = |median: Option<f64>, moves: u32| {
        [median.map_or_else(|| "–".to_owned(), |days| days.to_string()), moves.to_string()]
    };
    let by_month = eventful(&actions.by_month).map(|month| with(&month.month, &month.figures, []));
    let mut by_owner: Vec<_> = actions
        .by_owner
        .iter()
        .map(|owner| {
            let name = owner.owner.as_ref().map_or_else(|| NO_OWNER.to_owned(), ToString::to_string);
            with(&name, &owner.figures, closing(owner.median_days_to_close, owner.due_date_moves))
        })
        .collect();
    if !by_owner.is_empty() {
        by_owner.push(with(&"All", &actions.total, closing(actions.median_days_to_close, actions.due_date_moves)));
    }
    let decisions = statistics.decisions.iter();
    let statuses = statistics.statuses.iter();
    vec![
        StatisticsTable {
            title: "Actions by month, where something changed",
            columns: const {
                &[
                    Column::whole("Month"),
                    Column::whole("Opened"),
                    Column::whole("Closed"),
                    Column::whole("Outstanding"),
                    Column::whole("Overdue"),
                ]
            },
            rows: by_month.collect(),
        },
        StatisticsTable {
            title: "Actions by owner",
            columns: const {
                &[
                    Column::names("Owner"),
                    Column::whole("Opened"),
                    Column::whole("Closed"),
                    Column::whole("Outstanding"),
                    Column::whole("Overdue"),
                    Column::whole("Median days to close"),
                    Column::whole("Due date moves"),
                ]
            },
            rows: by_owner,
        },
        StatisticsTable {
            title: "Decisions",
            columns: const { &[Column::whole("Month"), Column::whole("Verb"), Column::whole("Decisions")] },
            rows: decisions
                .map(|of| vec![of.month.to_string(), of.verb.to_string(), of.decisions.to_string()])
                .collect(),
        },
        StatisticsTable {
            title: "Statuses",
            columns: const {
                &[Column::whole("Kind"), Column::names("Category"), Column::whole("Agreed"), Column::whole("Deferred")]
            },
            rows: statuses
                .map(|of| {
                    vec![of.kind.to_string(), of.category.clone(), of.agreed.to_string(), of.deferred.to_string()]
                })
                .collect(),
        },
    ]
}

/// Returns the months in which an action was opened or closed, or became overdue. The others would repeat the one before.
fn eventful(months: &[MonthlyActions]) -> impl Iterator<Item = &MonthlyActions> {
    let mut before = ActionCounts::default();
    months.iter().filter(move |month| {
        let ActionCounts { opened, closed, outstanding, overdue } = month.figures;
        let is_new = opened + closed > 0 || (outstanding, overdue) != (before.outstanding, before.overdue);
        before = month.figures.clone();
        is_new
    })
}

fn with<const N: usize>(name: &impl ToString, figures: &ActionCounts, more: [String; N]) -> Vec<String> {
    let ActionCounts { opened, closed, outstanding, overdue } = figures;
    let counted = [opened, closed, outstanding, overdue].map(ToString::to_string);
    [name.to_string()].into_iter().chain(counted).chain(more).collect()
}

/// The columns of [`figures`].
pub const CSV_HEADER: [&str; 5] = ["Committee", "Figure", "Month", "Of", "Number"];

/// Returns one row for each figure. The month or the owner is empty if the figure has none.
pub fn figures(statistics: &CommitteeStatistics) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    let mut line = |figure: &str, month: String, of: String, number: String| {
        lines.push(vec![statistics.committee.to_string(), figure.to_owned(), month, of, number]);
    };
    let named = |figures: &ActionCounts| {
        let ActionCounts { opened, closed, outstanding, overdue } = figures;
        [("opened", *opened), ("closed", *closed), ("outstanding", *outstanding), ("overdue", *overdue)]
    };
    let actions = &statistics.actions;
    for month in &actions.by_month {
        for (figure, number) in named(&month.figures) {
            line(&format!("actions {figure}"), month.month.to_string(), String::new(), number.to_string());
        }
    }
    let all = (String::new(), &actions.total, actions.median_days_to_close, actions.due_date_moves);
    let owners = actions.by_owner.iter().map(|owner| {
        let name = owner.owner.as_ref().map_or_else(|| NO_OWNER.to_owned(), ToString::to_string);
        (name, &owner.figures, owner.median_days_to_close, owner.due_date_moves)
    });
    for (name, figures, median, moves) in owners.chain([all]) {
        for (figure, number) in named(figures) {
            line(&format!("actions {figure}"), String::new(), name.clone(), number.to_string());
        }
        if let Some(days) = median {
            line("median days to close", String::new(), name.clone(), days.to_string());
        }
        line("due date moves", String::new(), name, moves.to_string());
    }
    for of in &statistics.decisions {
        line("decisions", of.month.to_string(), of.verb.to_string(), of.decisions.to_string());
    }
    for of in &statistics.statuses {
        let category = format!("{}, {}", of.kind, of.category);
        line("statuses agreed", String::new(), category.clone(), of.agreed.to_string());
        line("statuses deferred", String::new(), category, of.deferred.to_string());
    }
    lines
}

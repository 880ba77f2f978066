//! Actions as a table.

use super::TableRow;
use crate::present::table::{Column, TableCell, Tone, unbroken};
use crate::present::times::date;
use crate::query::actions::ActionView;
use crate::query::list::{joined, text};
use minutebook_domain::action::ReportedProgress;

impl TableRow for ActionView {
    const COLUMNS: &'static [Column] = &[
        Column::whole("Action"),
        Column::text("What is to be done"),
        Column::names("Owner"),
        Column::whole("Due"),
        Column::words("Status"),
        Column::words("Raised").or_left_out(1),
    ];
    const EMPTY: &'static str = "no matching actions";

    fn cells(&self) -> Vec<TableCell> {
        let (status, tone) = match (self.progress, self.closed_on) {
            (Some(ReportedProgress::Overdue), _) => (ReportedProgress::Overdue.to_string(), Tone::Alert),
            (Some(progress), _) => (progress.to_string(), Tone::Plain),
            (None, None) => ("no date".to_owned(), Tone::Plain),
            (None, closed_on) => (format!("{} {}", self.status, unbroken(&date(closed_on))), Tone::Settled),
        };
        vec![
            self.reference.to_string().into(),
            self.text.to_string().into(),
            joined(&self.owners).into(),
            date(self.due_on).into(),
            TableCell::toned(status.trim_end(), tone),
            format!("{} {}", unbroken(&date(Some(self.raised_on))), text(self.raised_in.as_ref())).trim_end().into(),
        ]
    }
}

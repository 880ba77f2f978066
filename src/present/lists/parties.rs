//! The statuses of parties as a table.

use super::TableRow;
use crate::present::table::{Column, TableCell, Tone, unbroken};
use crate::present::times::date;
use crate::query::list::text;
use crate::query::parties::StatusView;

impl TableRow for StatusView {
    const COLUMNS: &'static [Column] = &[
        Column::names("Party"),
        Column::whole("Kind"),
        Column::words("Status"),
        Column::names("Assessment").or_left_out(1),
        Column::whole("Agreed"),
        Column::whole("Meeting").or_left_out(2),
        Column::whole("Item").or_left_out(3),
    ];
    const EMPTY: &'static str = "no matching statuses";

    fn cells(&self) -> Vec<TableCell> {
        vec![
            self.party.to_string().into(),
            self.kind.to_string().into(),
            value(self),
            text(self.assessment.as_ref()).into(),
            date(Some(self.agreed_on)).into(),
            self.meeting.to_string().into(),
            text(self.item.as_ref()).into(),
        ]
    }
}

fn value(status: &StatusView) -> TableCell {
    match (&status.value, status.deferred_to) {
        (Some(value), _) => value.to_string().into(),
        (None, Some(day)) => TableCell::toned(format!("deferred to {}", unbroken(&date(Some(day)))), Tone::Alert),
        (None, None) if status.deferred => TableCell::toned("deferred", Tone::Alert),
        (None, None) => TableCell::toned("undisclosed", Tone::Faint),
    }
}

//! The statuses of parties as a table.

use super::TableRow;
use crate::present::table::{TableCell, Tone};
use crate::present::times::date;
use crate::query::list::text;
use crate::query::parties::StatusView;

impl TableRow for StatusView {
    const HEADINGS: &'static [&'static str] = &["Party", "Kind", "Status", "Assessment", "Agreed", "Meeting", "Item"];
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
        (None, Some(day)) => TableCell::toned(format!("deferred to {}", date(Some(day))), Tone::Alert),
        (None, None) if status.deferred => TableCell::toned("deferred", Tone::Alert),
        (None, None) => TableCell::toned("undisclosed", Tone::Faint),
    }
}

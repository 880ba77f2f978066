//! Matters arising as a table.

use super::TableRow;
use crate::present::table::{Column, TableCell};
use crate::present::times::date;
use crate::query::list::{joined, text};
use crate::query::matters::MatterView;

impl TableRow for MatterView {
    const COLUMNS: &'static [Column] = &[
        Column::whole("Meeting"),
        Column::whole("Item").or_left_out(2),
        Column::text("Matter"),
        Column::whole("Noted"),
        Column::words("References").or_left_out(1),
    ];
    const EMPTY: &'static str = "no matching matters arising";

    fn cells(&self) -> Vec<TableCell> {
        vec![
            self.meeting.to_string().into(),
            text(self.item.as_ref()).into(),
            self.text.to_string().into(),
            date(Some(self.noted_on)).into(),
            joined(&self.references).into(),
        ]
    }
}

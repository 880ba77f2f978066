//! Matters arising as a table.

use super::TableRow;
use crate::present::table::TableCell;
use crate::present::times::date;
use crate::query::list::{joined, text};
use crate::query::matters::MatterView;

impl TableRow for MatterView {
    const HEADINGS: &'static [&'static str] = &["Meeting", "Item", "Matter", "Noted", "References"];
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

//! Deferrals as a table.

use super::TableRow;
use crate::present::table::{Column, TableCell};
use crate::present::times::date;
use crate::query::deferrals::DeferralView;

impl TableRow for DeferralView {
    const COLUMNS: &'static [Column] = &[
        Column::whole("Reference"),
        Column::text("What was deferred"),
        Column::whole("At").or_left_out(1),
        Column::whole("To"),
    ];
    const EMPTY: &'static str = "no matching deferrals";

    fn cells(&self) -> Vec<TableCell> {
        vec![
            self.reference.clone().into(),
            self.text.clone().into(),
            self.meeting.to_string().into(),
            date(self.deferred_to).into(),
        ]
    }
}

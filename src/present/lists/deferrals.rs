//! Deferrals as a table.

use super::TableRow;
use crate::present::table::TableCell;
use crate::present::times::date;
use crate::query::deferrals::DeferralView;

impl TableRow for DeferralView {
    const HEADINGS: &'static [&'static str] = &["Reference", "What was deferred", "At", "To"];
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

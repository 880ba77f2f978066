//! Committees as a table.

use super::TableRow;
use crate::present::table::TableCell;
use crate::query::committees::CommitteeView;
use crate::query::list::{joined, text};

impl TableRow for CommitteeView {
    const HEADINGS: &'static [&'static str] = &["Committee", "Name", "Time zone", "Quorum", "Members"];
    const EMPTY: &'static str = "no committee had been established";

    fn cells(&self) -> Vec<TableCell> {
        vec![
            self.code.to_string().into(),
            self.name.to_string().into(),
            self.time_zone.clone().into(),
            text(self.quorum.as_ref()).into(),
            joined(&self.member_names()).into(),
        ]
    }
}

//! Committees as a table.

use super::TableRow;
use crate::present::table::{Column, TableCell};
use crate::query::committees::CommitteeView;
use crate::query::list::{joined, text};

impl TableRow for CommitteeView {
    const COLUMNS: &'static [Column] = &[
        Column::whole("Committee"),
        Column::text("Name"),
        Column::whole("Time zone").or_left_out(2),
        Column::whole("Quorum"),
        Column::words("Members").or_left_out(1),
    ];
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

//! What a search found, as a table.

use super::TableRow;
use crate::present::table::{Column, TableCell};
use crate::query::list::text;
use crate::query::search::SearchHit;

impl TableRow for SearchHit {
    const COLUMNS: &'static [Column] = &[
        Column::whole("Kind"),
        Column::names("Reference"),
        Column::whole("Item").or_left_out(1),
        Column::text("Text"),
    ];
    const EMPTY: &'static str = "nothing matches";

    fn cells(&self) -> Vec<TableCell> {
        vec![
            self.kind.word().to_owned().into(),
            self.reference.clone().into(),
            text(self.item.as_ref()).into(),
            text(self.text.as_ref()).into(),
        ]
    }
}

//! What a search found, as a table.

use super::TableRow;
use crate::present::table::TableCell;
use crate::query::list::text;
use crate::query::search::SearchHit;

impl TableRow for SearchHit {
    const HEADINGS: &'static [&'static str] = &["Kind", "Reference", "Item", "Text"];
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

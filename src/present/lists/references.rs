//! References and how often they are mentioned, as a table.

use super::TableRow;
use crate::present::table::{Column, TableCell};
use crate::query::list::ListItem;
use crate::query::references::ReferenceView;

impl TableRow for ReferenceView {
    const COLUMNS: &'static [Column] =
        &[Column::names("Reference"), Column::whole("Actions"), Column::whole("Decisions"), Column::whole("Matters")];
    const EMPTY: &'static str = "no matching references";

    fn cells(&self) -> Vec<TableCell> {
        Self::FIELDS.iter().map(|field| (field.value)(self).into()).collect()
    }
}

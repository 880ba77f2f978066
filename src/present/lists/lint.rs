//! The findings of `minutebook lint` as a table.

use super::TableRow;
use crate::present::table::{Column, TableCell};
use crate::query::lint::LintFinding;

impl TableRow for LintFinding {
    const COLUMNS: &'static [Column] = &[
        Column::whole("Event"),
        Column::words("Finding"),
        Column::names("Subject"),
        Column::text("Text"),
        Column::words("Source").or_left_out(1),
    ];
    const EMPTY: &'static str = "no findings";

    fn cells(&self) -> Vec<TableCell> {
        let source = [self.file.clone(), self.line.map(|line| line.to_string())].into_iter().flatten();
        vec![
            self.position.to_string().into(),
            self.message.into(),
            self.subject.clone().into(),
            self.text.clone().into(),
            source.collect::<Vec<_>>().join(":").into(),
        ]
    }
}

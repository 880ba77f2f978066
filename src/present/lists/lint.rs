//! The findings of `minutebook lint` as a table.

use super::TableRow;
use crate::present::table::TableCell;
use crate::query::lint::LintFinding;

impl TableRow for LintFinding {
    const HEADINGS: &'static [&'static str] = &["Event", "Finding", "Subject", "Text", "Source"];
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

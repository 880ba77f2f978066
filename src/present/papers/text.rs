//! A paper for a terminal.

use super::Paper;
use crate::present::table::{Column, TableCell, TableLayout, laid_out};

/// Renders the paper. The tables are as wide as the terminal.
pub fn paper_text(paper: &Paper, layout: TableLayout) -> String {
    let mut parts = vec![paper.title.clone()];
    parts.extend(paper.subtitle.clone());
    parts.extend(paper.lines.iter().cloned());
    parts.push(format!("Classification: {}", paper.mark));
    for section in &paper.sections {
        let columns: Vec<Column> = section.columns.iter().map(|column| column.column).collect();
        let cells =
            |row: &Vec<super::PaperCell>| row.iter().map(|cell| TableCell::toned(cell.line(), cell.tone)).collect();
        let rows = section.rows.iter().map(cells).collect();
        parts.push(format!("\n{}\n{}", section.heading, laid_out(&columns, rows, section.empty, layout)));
    }
    parts.join("\n")
}

//! Tables: merged cells, tables in cells, and tables that only lay out the page.

use super::body::BodyReader;
use super::xml::XmlElement;
use crate::block::{RichText, SourceBlock};
use crate::findings::ImportFindingKind;

/// The most columns of a row, and of a merged cell.
const MAX_COLUMNS: usize = 64;

impl<'e, 'x> BodyReader<'_, 'e, 'x> {
    /// Reads a table. The first row is the header, as in Markdown, whether or not Word repeats it on each page.
    pub(super) fn table(&mut self, table: &'e XmlElement<'x>) {
        self.tables += 1;
        let mut rows = Vec::new();
        self.rows(table, &mut rows);
        self.tables -= 1;
        rows.retain(|row: &Vec<Vec<SourceBlock>>| !row.is_empty());
        let of_headings = rows.iter().flatten().flatten().any(|block| matches!(block, SourceBlock::Heading(..)));
        // A single column is a table only with a marked header.
        let first = table.child("tr").and_then(|row| row.child("trPr"));
        let has_header = first.and_then(|row| row.switch("tblHeader")).unwrap_or(false);
        let frame = !has_header && rows.iter().all(|row| row.len() == 1);
        if frame || of_headings {
            // A frame around text or a layout table: its content counts as paragraphs.
            rows.into_iter().flatten().flatten().for_each(|block| self.push(block));
            return;
        }
        let mut rows: Vec<Vec<RichText>> =
            rows.into_iter().map(|row| row.iter().map(|cell| on_its_own(cell)).collect()).collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        for row in &mut rows {
            row.resize(columns, RichText::default());
        }
        if rows.iter().flatten().any(|cell| !cell.is_empty()) {
            let header = rows.remove(0);
            self.push(SourceBlock::Table(header, rows));
        }
    }

    fn rows(&mut self, element: &'e XmlElement<'x>, into: &mut Vec<Vec<Vec<SourceBlock>>>) {
        for child in element.elements() {
            match child.name {
                "tr" if child.find(&["trPr", "del"]).is_some() => {
                    self.find(ImportFindingKind::DeletedTextDropped, "a row of the table was deleted");
                }
                "tr" => {
                    let skipped = |name: &str| child.child("trPr").and_then(|row| row.value_of(name)?.parse().ok());
                    let before: usize = skipped("gridBefore").unwrap_or(0);
                    let mut row = vec![Vec::new(); before.min(MAX_COLUMNS)];
                    self.cells(child, &mut row);
                    into.push(row);
                }
                "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo" => self.rows(child, into),
                _ => {}
            }
        }
    }

    fn cells(&mut self, element: &'e XmlElement<'x>, into: &mut Vec<Vec<SourceBlock>>) {
        for child in element.elements() {
            match child.name {
                "tc" => {
                    let properties = child.child("tcPr");
                    let span = properties.and_then(|cell| cell.value_of("gridSpan")?.parse().ok()).unwrap_or(1);
                    let blocks = self.blocks_of(child);
                    into.push(blocks);
                    // A cell merged with the one above holds only empty paragraphs.
                    let beyond = usize::clamp(span, 1, MAX_COLUMNS) - 1;
                    into.extend(std::iter::repeat_n(Vec::new(), beyond));
                }
                "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo" => self.cells(child, into),
                _ => {}
            }
        }
    }
}

/// Returns a cell's blocks as one text, each on a line of its own.
fn on_its_own(blocks: &[SourceBlock]) -> RichText {
    let mut text = RichText::default();
    for block in blocks {
        match block {
            SourceBlock::Heading(_, inner) | SourceBlock::Paragraph(inner) | SourceBlock::Hidden(inner) => {
                text.append(inner);
            }
            SourceBlock::List(entries) => {
                for entry in entries {
                    if let Some(number) = entry.number {
                        text.append(&RichText::plain(&format!("{number}."), entry.text.line_at(0)));
                        text.push(" ", entry.text.line_at(0), false);
                        text.push(entry.text.as_str(), entry.text.line_at(0), false);
                    } else {
                        text.append(&entry.text);
                    }
                }
            }
            SourceBlock::Table(header, rows) => {
                let cells = header.iter().chain(rows.iter().flatten()).filter(|cell| !cell.is_empty());
                cells.for_each(|cell| text.append(cell));
            }
        }
    }
    text.finished()
}

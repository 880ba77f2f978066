//! Pages to a document: lines are numbered, headers and footers taken off, tables and paragraphs put in order.

use super::glyphs::{PageContent, PlacedGlyph};
use super::hyphens::Vocabulary;
use super::lines::{self, TextLine};
use super::paragraphs::{self, ParagraphBuilder};
use super::tables::{self, TableGrid};
use super::text_metrics::TextMetrics;
use super::{PdfDocument, furniture, list_marks};
use crate::block::RichText;
use crate::source::SourceLines;

/// The letters of a table, by row and cell.
type Cells = Vec<Vec<Vec<PlacedGlyph>>>;

/// A line of text or a table.
enum Piece {
    Line(TextLine),
    Table(Vec<Vec<Vec<TextLine>>>),
}

/// Assembles the document from the content of its pages.
pub(super) fn assemble(pages: Vec<PageContent>) -> PdfDocument {
    let heights: Vec<f64> = pages.iter().map(|page| page.height).collect();
    let mut numbered = 0;
    let (mut said, mut starts) = (Vec::new(), Vec::new());
    let (mut bodies, mut tables, mut shapes) = (Vec::new(), Vec::new(), Vec::new());
    for (page, shown) in pages.into_iter().enumerate() {
        starts.push(numbered + 1);
        let visible = lines::lines(shown.glyphs.clone(), page);
        let numbers: Vec<(f64, u32)> = visible.iter().map(|line| line.y).zip(numbered + 1..).collect();
        said.extend(visible.iter().map(TextLine::text));
        numbered += u32::try_from(visible.len()).unwrap_or(u32::MAX);
        let number = |lines: Vec<TextLine>| -> Vec<TextLine> {
            lines.into_iter().map(|line| TextLine { number: nearest(&numbers, line.y), ..line }).collect()
        };
        let grids = tables::grids(&shown.shapes);
        let (body, in_tables) = sorted_into(shown.glyphs, &grids);
        bodies.push(number(lines::lines(body, page)));
        let cells = |cells: Cells| {
            let row =
                |row: Vec<Vec<PlacedGlyph>>| row.into_iter().map(|cell| number(lines::lines(cell, page))).collect();
            cells.into_iter().map(row).collect::<Vec<Vec<Vec<TextLine>>>>()
        };
        let placed = grids.iter().zip(in_tables).map(|(grid, inside)| (grid.rows[0], cells(inside)));
        tables.push(placed.collect::<Vec<_>>());
        shapes.push(shown.shapes);
    }
    let furniture = furniture::take_off(&mut bodies, &heights);
    let measure = TextMetrics::of(&bodies);
    for (body, shapes) in bodies.iter_mut().zip(&shapes) {
        list_marks::find(body, shapes, measure.left);
    }
    let in_cells = tables.iter().flatten().flat_map(|(_, rows)| rows.iter().flatten().flatten());
    let vocabulary = Vocabulary::of(bodies.iter().flatten().chain(in_cells));
    let mut paragraphs = ParagraphBuilder::new(measure, &vocabulary, &bodies);
    for (body, tables) in bodies.into_iter().zip(tables) {
        let mut pieces: Vec<(f64, Piece)> = body.into_iter().map(|line| (line.y, Piece::Line(line))).collect();
        pieces.extend(tables.into_iter().map(|(top, rows)| (top, Piece::Table(rows))));
        pieces.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, piece) in pieces {
            match piece {
                Piece::Line(line) => paragraphs.line(line),
                Piece::Table(rows) => {
                    let text = |cell: Vec<TextLine>| paragraphs::one_text(cell, &vocabulary);
                    let mut rows = rows.into_iter().map(|row| row.into_iter().map(text).collect::<Vec<RichText>>());
                    let header = rows.next().unwrap_or_default();
                    let rows = rows.collect();
                    paragraphs.table(header, rows);
                }
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    let furniture = furniture.into_iter().filter(|line| seen.insert(line.text()));
    PdfDocument {
        blocks: paragraphs.finished(),
        lines: said.iter().map(String::as_str).collect::<SourceLines>().on_pages(starts),
        furniture: furniture.map(|line| RichText::plain(&line.text(), line.number)).collect(),
    }
}

/// Returns the number of the line nearest to `y`.
fn nearest(numbers: &[(f64, u32)], y: f64) -> u32 {
    numbers.iter().min_by(|a, b| (a.0 - y).abs().total_cmp(&(b.0 - y).abs())).map_or(1, |(_, number)| *number)
}

/// Sorts letters into the cells of the tables and the rest of the page.
fn sorted_into(glyphs: Vec<PlacedGlyph>, grids: &[TableGrid]) -> (Vec<PlacedGlyph>, Vec<Cells>) {
    let empty = |grid: &TableGrid| vec![vec![Vec::new(); grid.size().1]; grid.size().0];
    let mut tables: Vec<Cells> = grids.iter().map(empty).collect();
    let mut body = Vec::new();
    for glyph in glyphs {
        let found = grids.iter().zip(&mut tables).find_map(|(grid, table)| {
            let (row, column) = grid.cell(&glyph)?;
            table.get_mut(row)?.get_mut(column)
        });
        match found {
            Some(cell) => cell.push(glyph),
            None => body.push(glyph),
        }
    }
    for table in &mut tables {
        table.retain(|row| row.iter().flatten().any(|glyph| !glyph.text.trim().is_empty()));
    }
    (body, tables)
}

//! PDF to blocks. A PDF knows no paragraphs: it says where on a page each letter stands. The steps back to the text
//! have a file each: letters (`glyphs`), lines, furniture, tables, lists' marks, hyphens and paragraphs.
//!
//! A line of a PDF is numbered over all its pages, furniture included, and [`SourceLines`] knows the page of each.

mod furniture;
mod glyphs;
mod hyphens;
mod limits;
mod lines;
mod marks;
mod measure;
mod paragraphs;
mod tables;
mod weight;

pub use limits::{MAX_PAGES, MAX_UNPACKED_BYTES};

use crate::block::{DocumentBlock, RichText};
use crate::source::SourceLines;
use glyphs::{PageContent, PlacedGlyph};
use hayro_interpret::InterpreterCache;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hyphens::Vocabulary;
use limits::{WorkBudget, WorkCounters, WorkLimitReached};
use lines::TextLine;
use measure::TextMetrics;
use paragraphs::ParagraphBuilder;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tables::TableGrid;

/// A PDF that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// It is locked.
    #[error("the PDF is locked with a password: one that opens without a password can be read")]
    Locked,
    /// It is damaged.
    #[error("the PDF is damaged: no page of it can be read")]
    Damaged,
    /// Its pages show no text.
    #[error(
        "the PDF has {pages} page{} but no text, as a scan has: one with its text, or the document as DOCX, Markdown or \
         plain text, can be read", if *pages == 1 { "" } else { "s" }
    )]
    NoText {
        /// How many pages it has.
        pages: usize,
    },
    /// Its letters cannot be told.
    #[error(
        "the PDF does not say which letters its fonts stand for: the document as DOCX, Markdown or plain text can be read"
    )]
    NoLetters,
    /// It has too many pages.
    #[error("the PDF has {pages} pages: at most {MAX_PAGES} are read")]
    TooManyPages {
        /// How many it has.
        pages: usize,
    },
    /// Unpacked, it is larger than any document of a meeting.
    #[error(
        "the PDF's pages ask for more work than a meeting's headlines: at most {MAX_UNPACKED_BYTES} bytes of it are unpacked"
    )]
    TooMuchWork,
}

/// A PDF's text.
#[derive(Debug, Default)]
pub(crate) struct PdfDocument {
    pub(crate) blocks: Vec<DocumentBlock>,
    pub(crate) lines: SourceLines,
    /// What the running headers and footers say, each once.
    pub(crate) furniture: Vec<RichText>,
}

/// Whether these are a PDF's bytes. Some programs put other bytes before its first line.
pub(crate) fn is_pdf(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(1024)].windows(5).any(|window| window == b"%PDF-")
}

/// Reads a PDF.
pub(crate) fn read(bytes: &[u8]) -> Result<PdfDocument, PdfError> {
    let pages = shown(bytes)?;
    let letters = || pages.iter().flat_map(|page| &page.glyphs).filter(|glyph| !glyph.text.trim().is_empty());
    let unknown = letters().filter(|glyph| glyph.text.starts_with(char::REPLACEMENT_CHARACTER)).count();
    match letters().count() {
        0 => Err(PdfError::NoText { pages: pages.len() }),
        all if unknown * 2 > all => Err(PdfError::NoLetters),
        _ => Ok(document(pages)),
    }
}

/// Shows the pages. The interpreter of drawings follows references as deep as they go, within limits of its own that
/// a small stack does not hold: it has a thread with a stack that does. Should it fail, the document is damaged.
fn shown(bytes: &[u8]) -> Result<Vec<PageContent>, PdfError> {
    const STACK_BYTES: usize = 64 * 1024 * 1024;
    let work = || catch_unwind(AssertUnwindSafe(|| interpreted(bytes)));
    let outcome = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("pdf".into()).stack_size(STACK_BYTES);
        thread.spawn_scoped(scope, work).map(std::thread::ScopedJoinHandle::join)
    });
    match outcome {
        Ok(Ok(Ok(pages))) => pages,
        Ok(Ok(Err(stopped))) if stopped.is::<WorkLimitReached>() => Err(PdfError::TooMuchWork),
        Ok(_) | Err(_) => Err(PdfError::Damaged),
    }
}

fn interpreted(bytes: &[u8]) -> Result<Vec<PageContent>, PdfError> {
    limits::measure(bytes)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => PdfError::Locked,
        LoadPdfError::Invalid => PdfError::Damaged,
    })?;
    limits::measure_contents(&pdf)?;
    let pages = pdf.pages();
    match pages.len() {
        0 => return Err(PdfError::Damaged),
        1..=MAX_PAGES => {}
        pages => return Err(PdfError::TooManyPages { pages }),
    }
    let (cache, account) = (InterpreterCache::new(), WorkCounters::default());
    Ok(pages.iter().map(|page| glyphs::show(page, &cache, WorkBudget(&account))).collect())
}

/// The letters of a table, by row and cell.
type Cells = Vec<Vec<Vec<PlacedGlyph>>>;

/// A part of a page: a line of text or a table.
enum Piece {
    Line(TextLine),
    Table(Vec<Vec<Vec<TextLine>>>),
}

fn document(pages: Vec<PageContent>) -> PdfDocument {
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
        marks::find(body, shapes, measure.left);
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

/// The number of the line nearest to `y`.
fn nearest(numbers: &[(f64, u32)], y: f64) -> u32 {
    numbers.iter().min_by(|a, b| (a.0 - y).abs().total_cmp(&(b.0 - y).abs())).map_or(1, |(_, number)| *number)
}

/// The letters outside the tables, and those of each table's cells. A frame that holds but one column's letters is
/// no table.
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

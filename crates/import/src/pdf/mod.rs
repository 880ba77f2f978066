//! PDF to blocks. A PDF has no paragraphs: it says where on a page each letter stands. Each step back to the text has a
//! module: `interpret` runs the page's drawing commands, `glyphs` collects the letters, then come `lines`, `furniture`,
//! `tables`, `list_marks`, `hyphens` and `paragraphs`, and `document` puts them together.
//!
//! Lines are numbered over all pages, headers and footers included; [`SourceLines`] knows the page of each.
//!
//! The feature `pdf`, on by default, builds the reader. Without it every PDF is refused with [`PdfError::NotSupported`].

#[cfg(feature = "pdf")]
mod document;
mod error;
#[cfg(feature = "pdf")]
mod furniture;
#[cfg(feature = "pdf")]
mod glyphs;
#[cfg(feature = "pdf")]
mod hyphens;
#[cfg(feature = "pdf")]
mod interpret;
#[cfg(feature = "pdf")]
mod limits;
#[cfg(feature = "pdf")]
mod lines;
#[cfg(feature = "pdf")]
mod list_marks;
#[cfg(feature = "pdf")]
mod paragraphs;
#[cfg(feature = "pdf")]
mod tables;
#[cfg(feature = "pdf")]
mod text_metrics;
#[cfg(feature = "pdf")]
mod weight;

pub use error::PdfError;

use crate::block::{RichText, SourceBlock};
use crate::source::SourceLines;

/// The most bytes that a PDF's streams may unpack to. A meeting's headlines need less than one megabyte, their fonts about
/// ten.
pub const MAX_UNPACKED_BYTES: usize = 64 * 1024 * 1024;

/// The most pages that a PDF may have.
pub const MAX_PAGES: usize = 1000;

/// A PDF's text.
#[derive(Debug, Default)]
pub(crate) struct PdfDocument {
    pub(crate) blocks: Vec<SourceBlock>,
    pub(crate) lines: SourceLines,
    /// The texts of the running headers and footers, each once.
    pub(crate) furniture: Vec<RichText>,
}

/// Whether the bytes are a PDF. Some programs write other bytes before its first line.
pub(crate) fn is_pdf(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(1024)].windows(5).any(|window| window == b"%PDF-")
}

/// Reads a PDF.
#[cfg(feature = "pdf")]
pub(crate) fn read(bytes: &[u8]) -> Result<PdfDocument, PdfError> {
    let pages = interpret::pages(bytes)?;
    let letters = || pages.iter().flat_map(|page| &page.glyphs).filter(|glyph| !glyph.text.trim().is_empty());
    let unknown = letters().filter(|glyph| glyph.text.starts_with(char::REPLACEMENT_CHARACTER)).count();
    match letters().count() {
        0 => Err(PdfError::NoText { pages: pages.len() }),
        all if unknown * 2 > all => Err(PdfError::NoLetters),
        _ => Ok(document::assemble(pages)),
    }
}

/// Refuses a PDF: this build has no reader for it.
#[cfg(not(feature = "pdf"))]
pub(crate) fn read(_: &[u8]) -> Result<PdfDocument, PdfError> {
    Err(PdfError::NotSupported)
}

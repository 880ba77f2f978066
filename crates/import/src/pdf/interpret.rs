//! Runs the drawing commands of a PDF's pages within the limits of [`limits`].

use super::glyphs::{self, PageContent};
use super::limits::{self, WorkBudget, WorkCounters, WorkLimitReached};
use super::{MAX_PAGES, PdfError};
use hayro_interpret::InterpreterCache;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Interprets every page. The interpreter recurses deeper than a small stack holds, so it runs on a thread with a large
/// one; if it panics there, the PDF counts as damaged.
pub(super) fn pages(bytes: &[u8]) -> Result<Vec<PageContent>, PdfError> {
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

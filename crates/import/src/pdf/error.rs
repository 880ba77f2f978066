//! Why a PDF is refused.

use super::{MAX_PAGES, MAX_UNPACKED_BYTES};

/// Why a PDF cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// This program was built without the feature `pdf`.
    #[error("this build of minutebook reads no PDF: expected the document as DOCX, Markdown or plain text")]
    NotSupported,
    /// The PDF needs a password.
    #[error("the PDF is locked with a password: expected one that opens without a password")]
    Locked,
    /// The PDF is damaged.
    #[error("the PDF is damaged: none of its pages can be read")]
    Damaged,
    /// The pages show no text.
    #[error(
        "the PDF has {pages} page{} but no text, like a scan: expected a PDF with its text, or the document as DOCX, \
         Markdown or plain text", if *pages == 1 { "" } else { "s" }
    )]
    NoText {
        /// The number of pages.
        pages: usize,
    },
    /// Most of the text's characters are unknown.
    #[error(
        "the PDF does not say which characters its fonts stand for: expected the document as DOCX, Markdown or plain text"
    )]
    NoLetters,
    /// The PDF exceeds [`MAX_PAGES`].
    #[error("the PDF has {pages} pages: expected at most {MAX_PAGES}")]
    TooManyPages {
        /// The number of pages.
        pages: usize,
    },
    /// The PDF unpacks to more than [`MAX_UNPACKED_BYTES`], or its drawings need too many steps.
    #[error("the PDF needs more work than a meeting's headlines: expected at most {MAX_UNPACKED_BYTES} bytes unpacked")]
    TooMuchWork,
}

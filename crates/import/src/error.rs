//! Why a document is refused.

use crate::docx::DocxError;
use crate::front_matter::FrontMatterError;
use crate::markdown::NestingTooDeep;
use crate::pdf::PdfError;
use crate::source::{MAX_BLOCKS, MAX_DOCUMENT_BYTES, MAX_MARKS};

/// Why a document cannot be read as a meeting's headlines.
#[derive(Debug, thiserror::Error)]
pub enum DocumentReadError {
    /// The document exceeds [`MAX_DOCUMENT_BYTES`].
    #[error("the document has {bytes} bytes: expected at most {MAX_DOCUMENT_BYTES}")]
    TooLarge {
        /// The document's size in bytes.
        bytes: usize,
    },
    /// A text file has more than [`MAX_MARKS`] line breaks and signs of mark-up.
    #[error("the document has {marks} line breaks and signs of mark-up: expected at most {MAX_MARKS}")]
    TooManyMarks {
        /// Their number.
        marks: usize,
    },
    /// The document has more than [`MAX_BLOCKS`] parts.
    #[error(
        "the document has more than {MAX_BLOCKS} headings, paragraphs, list entries and table cells; \
         split it into the documents of single meetings"
    )]
    TooManyBlocks,
    /// The document holds no text.
    #[error("the document holds no text")]
    Empty,
    /// Lists or quotes nest too deeply.
    #[error(transparent)]
    Nesting(#[from] NestingTooDeep),
    /// The Word document cannot be read.
    #[error(transparent)]
    Docx(#[from] DocxError),
    /// The PDF cannot be read.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// The document does not say which meeting it is of, or when the meeting was held.
    #[error(transparent)]
    FrontMatter(#[from] FrontMatterError),
}

//! Why a Word document is refused.

use super::{MAX_DEPTH, MAX_ELEMENTS};
use crate::package::PackageError;
use quick_xml::escape::EscapeError;

/// Why a Word document cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DocxError {
    /// The ZIP package is refused.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The package has no main document.
    #[error("the package holds no `word/document.xml`: expected a Word document (.docx)")]
    NoDocument,
    /// The name says DOCX, but the file is no ZIP package.
    #[error("the file is not a ZIP package: expected a Word document saved as .docx")]
    NoPackage,
    /// A part is not well-formed XML.
    #[error("`{part}` in the package cannot be read: {source}")]
    Xml {
        /// The part's name.
        part: String,
        /// What is wrong with the part.
        source: XmlFault,
    },
    /// A part nests deeper than [`MAX_DEPTH`].
    #[error("`{part}` in the package nests too deep: expected at most {MAX_DEPTH} elements")]
    TooDeep {
        /// The part's name.
        part: String,
    },
    /// A part has more than [`MAX_ELEMENTS`] elements.
    #[error("`{part}` in the package is too large: expected at most {MAX_ELEMENTS} elements")]
    TooManyElements {
        /// The part's name.
        part: String,
    },
}

/// What is wrong with a part's XML.
#[derive(Debug, thiserror::Error)]
pub enum XmlFault {
    /// The bytes are text in no encoding that XML has by itself.
    #[error("it is neither UTF-8 nor UTF-16")]
    Encoding,
    /// The markup is not well formed.
    #[error("{source} (at byte {at})")]
    Syntax {
        /// The place of the markup, in bytes.
        at: usize,
        /// The parser's error.
        source: quick_xml::Error,
    },
    /// An entity is not one of XML's own.
    #[error("{source} (at byte {at})")]
    Entity {
        /// The place of the entity, in bytes.
        at: usize,
        /// The parser's error.
        source: EscapeError,
    },
    /// A document type could define entities of any size.
    #[error("it declares a document type: expected none, as Word writes none")]
    DocumentType,
    /// An element is never closed.
    #[error("it ends in the middle of an element")]
    Truncated,
    /// There is no element at all.
    #[error("it holds no element")]
    NoElement,
}

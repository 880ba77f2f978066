//! Which edition of a meeting's document a reader asks for.

use minutebook_domain::meeting::DocumentKind;
use minutebook_domain::reference::DocumentEdition;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// The edition of a meeting's document that a reader asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditionChoice {
    /// The published headlines.
    White,
    /// The confidential minutes.
    Confidential,
}

/// Text that names no edition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no edition: `white` or `confidential` was expected")]
pub struct UnknownEdition {
    given: String,
}

impl EditionChoice {
    /// Returns the edition that is meant, among the ones that the reader may know. The white one is the lowest of the headlines; the
    /// confidential one is the highest of the minutes, or else of the headlines above the white one.
    pub fn among(self, editions: &BTreeSet<DocumentEdition>) -> Option<&DocumentEdition> {
        let of_kind = |kind| editions.iter().filter(move |edition| edition.kind == kind);
        let white = of_kind(DocumentKind::Headlines).next();
        match self {
            Self::White => white,
            Self::Confidential => {
                let headlines = of_kind(DocumentKind::Headlines).next_back().filter(|highest| Some(*highest) != white);
                of_kind(DocumentKind::Minutes).next_back().or(headlines)
            }
        }
    }

    /// The title of a document that is written for this edition.
    pub fn kind(self) -> DocumentKind {
        match self {
            Self::White => DocumentKind::Headlines,
            Self::Confidential => DocumentKind::Minutes,
        }
    }
}

impl FromStr for EditionChoice {
    type Err = UnknownEdition;

    fn from_str(text: &str) -> Result<Self, UnknownEdition> {
        match text.trim().to_lowercase().as_str() {
            "white" => Ok(Self::White),
            "confidential" => Ok(Self::Confidential),
            _ => Err(UnknownEdition { given: text.chars().take(80).collect() }),
        }
    }
}

impl fmt::Display for EditionChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::White => "white",
            Self::Confidential => "confidential",
        })
    }
}

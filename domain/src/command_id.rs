//! Command ids: the idempotency keys that the program makes, told apart from those that senders choose.

use std::fmt::{self, Display};

/// The idempotency key of a command. Its text is what [`Metadata::command_id`](crate::Metadata) holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandId {
    /// Records a document, and is made from its bytes alone: the same document is recorded once, under any file name and
    /// by any sender.
    Import {
        /// The SHA-256 of the document's bytes, in hexadecimal.
        sha256: String,
    },
    /// A request over HTTP.
    Http {
        /// The SHA-256 of the writer's identity and key, in hexadecimal: keys of two writers never collide.
        sha256: String,
    },
    /// A correction that comes with the sample.
    SampleCorrection {
        /// The correction's place in the sample, from 1.
        number: usize,
    },
    /// Any other text: the sender chose it, or it is the random key of a command that came without one.
    Other(String),
}

const IMPORT: &str = "import ";
const HTTP: &str = "http:";
const SAMPLE_CORRECTION: &str = "sample-correction-";

impl CommandId {
    /// The id of the command that records the document with this SHA-256.
    pub fn import(sha256: impl Into<String>) -> Self {
        Self::Import { sha256: sha256.into() }
    }

    /// Whether the command recorded a document.
    pub fn is_import(&self) -> bool {
        matches!(self, Self::Import { .. })
    }
}

impl Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Import { sha256 } => write!(f, "{IMPORT}{sha256}"),
            Self::Http { sha256 } => write!(f, "{HTTP}{sha256}"),
            Self::SampleCorrection { number } => write!(f, "{SAMPLE_CORRECTION}{number}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl From<&str> for CommandId {
    fn from(text: &str) -> Self {
        let number = || text.strip_prefix(SAMPLE_CORRECTION)?.parse().ok();
        if let Some(sha256) = text.strip_prefix(IMPORT) {
            Self::import(sha256)
        } else if let Some(sha256) = text.strip_prefix(HTTP) {
            Self::Http { sha256: sha256.to_owned() }
        } else if let Some(number) = number().filter(|number: &usize| format!("{SAMPLE_CORRECTION}{number}") == text) {
            Self::SampleCorrection { number }
        } else {
            Self::Other(text.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_an_id_and_keeps_its_bytes() {
        let sha256 = || "0f".repeat(32);
        for (text, id) in [
            (format!("import {}", sha256()), CommandId::import(sha256())),
            (format!("http:{}", sha256()), CommandId::Http { sha256: sha256() }),
            ("sample-correction-2".into(), CommandId::SampleCorrection { number: 2 }),
            ("sample-correction-02".into(), CommandId::Other("sample-correction-02".into())),
            ("monday-1".into(), CommandId::Other("monday-1".into())),
            (String::new(), CommandId::Other(String::new())),
        ] {
            assert_eq!(CommandId::from(text.as_str()), id);
            assert_eq!(id.to_string(), text);
            assert_eq!(id.is_import(), text.starts_with("import "));
        }
    }
}

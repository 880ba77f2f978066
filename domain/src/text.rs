//! Texts that every store can hold.

use serde::de::{Deserialize, Deserializer};

/// What is wrong with a text that holds U+0000, and what would be accepted. Half of a surrogate pair (`\ud800`) is refused
/// in the same words: neither is a character of a text, and PostgreSQL stores neither.
pub(crate) const UNRECORDABLE: &str =
    "the character U+0000 or a lone surrogate cannot be recorded: a text without it was expected";

/// Returns whether every store can hold the text.
pub(crate) fn is_recordable(text: &str) -> bool {
    !text.contains('\0')
}

fn checked<E: serde::de::Error>(text: String) -> Result<String, E> {
    if is_recordable(&text) { Ok(text) } else { Err(E::custom(UNRECORDABLE)) }
}

/// Deserializes the cells of a row.
pub(crate) fn cells<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Vec::<String>::deserialize(deserializer)?.into_iter().map(checked).collect()
}

/// Deserializes rows of cells.
pub(crate) fn rows<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<String>>, D::Error> {
    let rows = Vec::<Vec<String>>::deserialize(deserializer)?;
    rows.into_iter().map(|row| row.into_iter().map(checked).collect()).collect()
}

//! What a document's own prose says already, so that it is not said a second time.

use super::Block;

/// The words alone, in lower case, each with a space on either side.
pub(super) fn plain(text: &str) -> String {
    let mut words = String::from(" ");
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        words.push_str(&word.to_lowercase());
        words.push(' ');
    }
    words
}

/// The words of a block.
pub(super) fn plain_block(block: &Block) -> String {
    match block {
        Block::Title(text) | Block::Reference(text) | Block::Paragraph(text) => plain(text),
        Block::List { entries, .. } => plain(&entries.join(" ")),
        Block::Table { header, rows } => {
            let cells: Vec<&str> = header.iter().chain(rows.iter().flatten()).map(String::as_str).collect();
            plain(&cells.join(" "))
        }
    }
}

/// Whether these words begin as the line that sets the next meeting does.
pub(super) fn announces_next_meeting(words: &str) -> bool {
    [" next meeting ", " the next meeting ", " date of next meeting ", " date of the next meeting "]
        .iter()
        .any(|beginning| words.starts_with(beginning))
}
